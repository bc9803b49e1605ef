"""Signing in: a personal token, or OAuth whose access token is renewed when Moneybird no longer takes it.

Sources disagree on whether access tokens expire (one hour, two, never) and whether a refresh replaces the
refresh token. So a token is used until it is refused, and a new pair is on disk before it is used.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol

from syncd.contract import Unusable
from syncd.http.tokens import TokenFile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.moneybird.settings import MoneybirdSettings, OAuthClient
    from syncd.http import Answer, Http

TOKEN_PATH = "/oauth/token"  # noqa: S105  # a path
_AUTHORISE = "authorise syncd again and replace refresh_token"
_REMEDIES = {
    "invalid_client": "check client_id and client_secret",
    "unauthorized_client": "check client_id and client_secret",
    "invalid_grant": f"the authorisation was withdrawn or used elsewhere: {_AUTHORISE}",
}


class SignIn(Protocol):
    """How an account proves who it is."""

    def header(self) -> Mapping[str, str]:
        """Give the authorization header; raises `Unusable` or `Transient` when there is none to give."""
        ...

    def renew(self) -> bool:
        """Get another token because this one is refused; False when there is no other."""
        ...


@dataclass(frozen=True)
class PersonalToken:
    """A token that a user made on the website. It works until it is withdrawn there."""

    token: str = field(repr=False)

    def header(self) -> Mapping[str, str]:
        """Give the authorization header."""
        return {"Authorization": f"Bearer {self.token}"}

    def renew(self) -> bool:
        """Tell that there is no other."""
        return False


@dataclass(frozen=True)
class _Pair:
    """What Moneybird gave. `basis` ties it to the configuration it came from, without telling what that is."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    basis: str = field(repr=False)


class OAuth:
    """Tokens of an authorised application, shared by all processes that name the same `token_file`."""

    def __init__(self, http: Http, client: OAuthClient) -> None:
        self._http = http
        self._client = client
        self._file = TokenFile(client.token_file, account=http.account)
        self._held: _Pair | None = None

    def header(self) -> Mapping[str, str]:
        """Give the authorization header: the kept token, else a new one."""
        if self._held is None:
            self._held = self._kept_or_new(refused=None)
        return {"Authorization": f"Bearer {self._held.access}"}

    def renew(self) -> bool:
        """Refresh, unless another process did so since this token was taken."""
        self._held = self._kept_or_new(refused=self._held)
        return True

    def _kept_or_new(self, refused: _Pair | None) -> _Pair:
        with self._file.locked() as content:
            kept = self._mine(content)
            if kept is not None and (refused is None or kept.access != refused.access):
                return kept
            made = self._refreshed(kept.refresh if kept else self._client.refresh_token.get_secret_value())
            self._file.save(asdict(made))
            return made

    def _mine(self, content: Mapping[str, Any]) -> _Pair | None:
        """Give the pair in the file, None when it came from other credentials than today's."""
        try:
            found = _Pair(**content)
        except TypeError:
            return None
        return found if found.basis == self._basis() else None

    def _basis(self) -> str:
        text = json.dumps([self._client.client_id, self._client.refresh_token.get_secret_value()])
        key = self._client.client_secret.get_secret_value()
        return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()

    def _refreshed(self, refresh_token: str) -> _Pair:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": refresh_token,
            "client_id": self._client.client_id,
            "client_secret": self._client.client_secret.get_secret_value(),
        }
        # It stands beside the interface, not below it.
        address = self._http.base_url.removesuffix("/api/v2") + TOKEN_PATH
        answer = self._http.read(address, method="POST", data=form, expect=(200, 400, 401, 404))
        body = answer.json() if answer.status != HTTPStatus.NOT_FOUND else {}
        body = body if isinstance(body, dict) else {}
        if answer.status != HTTPStatus.OK:
            raise _refused(answer, body)
        access, refresh = body.get("access_token"), body.get("refresh_token") or refresh_token
        if not (isinstance(access, str) and access and isinstance(refresh, str)):
            raise Unusable("sign_in", f"{answer.where}: the token endpoint gave no token: check base_url")
        return _Pair(access, refresh, self._basis())


def sign_in(http: Http, settings: MoneybirdSettings) -> SignIn:
    """Give the way to sign in that the settings name."""
    client = settings.oauth
    return PersonalToken(settings.personal_token) if client is None else OAuth(http, client)


def _refused(answer: Answer, body: Mapping[str, Any]) -> Unusable:
    if answer.status == HTTPStatus.NOT_FOUND:
        return Unusable("sign_in", f"{answer.where}: nothing there answers {TOKEN_PATH}: check base_url")
    code = str(body.get("error"))
    remedy = _REMEDIES.get(code, f"check client_id and client_secret, or {_AUTHORISE}")
    return Unusable(
        "revoked" if code == "invalid_grant" else "sign_in",
        f"{answer.where}: Moneybird gave no token: {remedy}",
    )

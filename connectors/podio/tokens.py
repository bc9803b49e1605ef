"""Where access tokens come from, and where they stay between runs.

Podio's token endpoint has a limit of its own (a wait of 300 seconds was seen), and a refresh may replace the
refresh token. So a token is kept as long as it works and, when a file is named, written there before use.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from syncd.contract import Unusable
from syncd.http.tokens import TokenFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from syncd.http import Http

    from .settings import PodioSettings

TOKEN_PATH = "/oauth/token"  # noqa: S105  # a path; takes a form, unlike /oauth/token/v2, which takes JSON only
REMEDIES: Mapping[str, str] = {
    "oauth.client.invalid_id": "check client_id",
    "oauth.client.invalid_secret": "check client_secret",
    "user.invalid.username": "check username",
    "user.invalid.password": "check password",
}


@dataclass(frozen=True)
class Token:
    """A pair as Podio gave it. `basis` ties it to the credentials it was made from, without telling them."""

    access: str = field(repr=False)
    refresh: str = field(repr=False, default="")
    basis: str = field(repr=False, default="")


class Tokens:
    """The tokens of one account: one for a user, or one per app with app authentication."""

    def __init__(self, http: Http, settings: PodioSettings) -> None:
        self._http = http
        self._settings = settings
        path = settings.token_file
        self._file = TokenFile(path, account=http.account) if path is not None else None
        self._held: dict[str, Token] = {}
        self.rotated = False
        """Whether Podio gave another refresh token than the configured one and no file keeps it."""

    def header(self, app_id: int) -> dict[str, str]:
        """Give the authorization header for a call about an app.

        Raises `Unusable` when Podio does not accept the credentials, `Transient` when it does not answer.
        """
        name = self._name(app_id)
        if name not in self._held:
            with self._locked() as kept:
                if name in kept:
                    self._held[name] = kept[name]
                else:
                    self._renew(name, app_id, None, kept)
        return {"Authorization": f"OAuth2 {self._held[name].access}"}

    def replace(self, app_id: int) -> None:
        """Get another token because Podio no longer takes this one; another process may have done so too."""
        name = self._name(app_id)
        refused = self._held.pop(name)
        with self._locked() as kept:
            if name in kept and kept[name].access != refused.access:
                self._held[name] = kept[name]
            else:
                self._renew(name, app_id, kept.get(name, refused), kept)

    def remedy(self, app_id: int) -> str:
        """Say what to do when Podio takes no token that this sign-in gives, not even a fresh one."""
        return _renewed(self._grant(app_id))

    def _name(self, app_id: int) -> str:
        return str(app_id) if self._settings.app_authentication else "user"

    def _renew(self, name: str, app_id: int, old: Token | None, kept: dict[str, Token]) -> None:
        token = self._refreshed(old) if old and old.refresh else None
        token = token or self._granted(self._grant(app_id))
        self.rotated = (
            self._settings.refresh_token is not None
            and self._settings.token_file is None
            and token.refresh != self._settings.refresh_token.get_secret_value()
        )
        kept[name] = Token(token.access, token.refresh, self._basis(app_id))
        if self._file is not None:
            self._file.save({each: asdict(one) for each, one in kept.items()})
        self._held[name] = kept[name]

    def _refreshed(self, old: Token) -> Token | None:
        """Use a refresh token; None when it no longer works and there is another way to sign in."""
        try:
            return self._granted({"grant_type": "refresh_token", "refresh_token": old.refresh})
        except Unusable as error:
            configured = self._settings.refresh_token
            another_way = configured is None or configured.get_secret_value() != old.refresh
            if error.code == "sign_in" and another_way:
                return None
            raise

    def _grant(self, app_id: int) -> dict[str, str]:
        settings = self._settings
        if settings.refresh_token is not None:
            return {"grant_type": "refresh_token", "refresh_token": settings.refresh_token.get_secret_value()}
        if settings.username is not None and settings.password is not None:
            return {
                "grant_type": "password",
                "username": settings.username,
                "password": settings.password.get_secret_value(),
            }
        tokens = (app.app_token for app in settings.apps.values() if app.app_id == app_id)
        secret = next(token for token in tokens if token is not None)
        return {"grant_type": "app", "app_id": str(app_id), "app_token": secret.get_secret_value()}

    def _granted(self, grant: Mapping[str, str]) -> Token:
        client = {
            "client_id": self._settings.client_id,
            "client_secret": self._settings.client_secret.get_secret_value(),
        }
        answer = self._http.read(
            TOKEN_PATH, method="POST", data={**grant, **client}, expect=(200, 400, 401, 403, 404)
        )
        where = f"account {self._http.account}"
        if answer.status == HTTPStatus.NOT_FOUND:
            raise Unusable("not_podio", f"{where}: nothing at base_url answers {TOKEN_PATH}: check base_url")
        body = answer.json()
        if not isinstance(body, dict):
            raise Unusable("sign_in", f"{where}: the token endpoint answered something unknown")
        if answer.status != HTTPStatus.OK:
            raise Unusable("sign_in", f"{where}: Podio refused to sign in: {_remedy(grant, body)}")
        if "server_nonce" in body:
            raise Unusable(
                "mfa",
                f"{where}: this user signs in with a second factor, which a service cannot give: "
                "use a refresh_token (authorization code), or a user without second factor",
            )
        if not isinstance(body.get("access_token"), str) or not body["access_token"]:
            raise Unusable("sign_in", f"{where}: the token endpoint answered without access_token")
        refresh = body.get("refresh_token") or grant.get("refresh_token", "")
        return Token(body["access_token"], refresh)

    def _basis(self, app_id: int) -> str:
        grant = self._grant(app_id)
        text = json.dumps([self._settings.client_id, grant], sort_keys=True)
        # Keyed, so that the file gives nobody a password to guess at.
        key = self._settings.client_secret.get_secret_value()
        return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()

    @contextmanager
    def _locked(self) -> Iterator[dict[str, Token]]:
        """Hold the token file alone; gives the tokens in it that were made from today's credentials."""
        if self._file is None:
            yield {}
            return
        with self._file.locked() as content:
            yield self._ours(content)

    def _ours(self, content: Mapping[str, Any]) -> dict[str, Token]:
        try:
            tokens = {name: Token(**one) for name, one in content.items()}
        except TypeError:
            return {}
        ids = {str(app.app_id): app.app_id for app in self._settings.apps.values()}
        return {name: one for name, one in tokens.items() if one.basis == self._basis(ids.get(name, 0))}


def _remedy(grant: Mapping[str, str], body: Mapping[str, Any]) -> str:
    detail = str(body.get("error_detail"))
    if detail in REMEDIES:
        return REMEDIES[detail]
    if body.get("error") == "invalid_client":
        return "check client_id and client_secret"
    return _renewed(grant)


def _renewed(grant: Mapping[str, str]) -> str:
    """Say how this way to sign in is made to work again."""
    return {
        "refresh_token": "authorise again and replace refresh_token",
        "password": "check username and password",
        "app": f"check app_token of app {grant.get('app_id')}",
    }[grant["grant_type"]]

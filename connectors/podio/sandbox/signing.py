"""Signing in to the simulated service: the four grants and their refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from .failure import Failure, object_in
from .state import CLIENT_ID, CLIENT_SECRET, PASSWORD, USERNAME, PodioState, Session

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request


async def read_grant(request: Request) -> Mapping[str, Any]:
    """Read what is granted on: `/oauth/token` takes a form only, `/oauth/token/v2` JSON only."""
    body = await request.body()
    is_json = request.headers.get("content-type", "").startswith("application/json")
    if request.url.path.endswith("/v2"):
        if not is_json:
            raise Failure(400, "invalid_value", "Invalid value null (null): must be object")
        return object_in(body)
    if is_json:
        raise Failure(400, "invalid_client", "Missing parameter client_id")
    return dict(parse_qsl(body.decode()))


def require_client(grant: Mapping[str, Any]) -> None:
    """Refuse a client that is not ours."""
    if grant.get("client_id") != CLIENT_ID:
        text = "Sorry, you've supplied an invalid client id."
        raise Failure(400, "invalid_client", text, "oauth.client.invalid_id")
    if grant.get("client_secret") != CLIENT_SECRET:
        raise Failure(400, "invalid_client", "Invalid client secret", "oauth.client.invalid_secret")


def granted(state: PodioState, grant: Mapping[str, Any]) -> Session:
    """Give whom a grant signs in, or say why not."""
    match grant.get("grant_type"):
        case "password":
            return _by_password(grant)
        case "app":
            return _by_app_token(state, grant)
        case "refresh_token":
            return _by_refresh_token(state, grant)
        case "authorization_code":
            return _by_code(state, grant)
    raise Failure(400, "unsupported_grant_type", "Unsupported grant type")


def _by_password(grant: Mapping[str, Any]) -> Session:
    if grant.get("username") != USERNAME:
        raise Failure(400, "invalid_grant", "Invalid username", "user.invalid.username")
    if grant.get("password") != PASSWORD:
        raise Failure(400, "invalid_grant", "Invalid password", "user.invalid.password")
    return Session()


def _by_app_token(state: PodioState, grant: Mapping[str, Any]) -> Session:
    app = state.apps.get(int(grant.get("app_id") or 0))
    if app is None or grant.get("app_token") != app.token:
        raise Failure(400, "invalid_grant", "The app with given id and token does not exist")
    return Session(app.id)


def _by_refresh_token(state: PodioState, grant: Mapping[str, Any]) -> Session:
    # Whether a used refresh token stays valid is not documented: the stricter reading is played.
    session = state.refresh.pop(str(grant.get("refresh_token")), None)
    if session is None:
        raise Failure(400, "invalid_grant", "Invalid refresh token")
    return session


def _by_code(state: PodioState, grant: Mapping[str, Any]) -> Session:
    code = str(grant.get("code"))
    if code not in state.codes:
        raise Failure(400, "invalid_grant", "Invalid code")
    state.codes.discard(code)
    return Session()

"""Moneybird's token endpoint, for an application that a user authorised before."""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.responses import JSONResponse

TOKEN_PATH = "/oauth/token"  # noqa: S105  # a path
_SECONDS = 7200


class OAuthServer:
    """One authorised application. `access` are the access tokens that are good now.

    `rotates` says whether each refresh replaces the refresh token, so that a used one is refused: no document
    says what Moneybird does, and the strict way is the default.
    """

    def __init__(self) -> None:
        self.client_id = "sandbox-application"
        self.client_secret = "sandbox-application-secret"  # noqa: S105  # opens nothing but this simulation
        self.refresh_token = "refresh-0"  # noqa: S105
        self.rotates = True
        self.access: set[str] = set()
        self._given = 0

    def expire(self) -> None:
        """Let every access token end."""
        self.access.clear()

    def revoke(self) -> None:
        """Let the user withdraw the authorisation."""
        self.access.clear()
        self.refresh_token = ""

    def answer(self, method: str, body: bytes) -> JSONResponse:
        """Answer a request for a token."""
        if method != "POST":
            return JSONResponse({"error": "Not found"}, 404)
        form = {name: values[0] for name, values in parse_qs(body.decode("latin-1")).items()}
        if (form.get("client_id"), form.get("client_secret")) != (self.client_id, self.client_secret):
            return _error(401, "invalid_client")
        if form.get("grant_type") != "refresh_token":
            return _error(400, "unsupported_grant_type")
        if not self.refresh_token or form.get("refresh_token") != self.refresh_token:
            return _error(400, "invalid_grant")
        self._given += 1
        access = f"access-{self._given}"
        self.access.add(access)
        if self.rotates:
            self.refresh_token = f"refresh-{self._given}"
        return JSONResponse(
            {
                "access_token": access,
                "token_type": "Bearer",
                "expires_in": _SECONDS,
                "refresh_token": self.refresh_token,
                "scope": "sales_invoices documents estimates",
            }
        )


def _error(status: int, code: str) -> JSONResponse:
    return JSONResponse({"error": code, "error_description": "The request was refused."}, status)

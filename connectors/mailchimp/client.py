"""Mailchimp's Marketing API 3.0: how a request is signed and what an answer means.

Error bodies carry the subscriber's address in `detail`; nothing of a body ever reaches an error's text.
"""

from __future__ import annotations

import base64
import json
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from connectors.mailchimp.endpoint import Endpoint
from syncd.contract import Transient, Unusable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from connectors.mailchimp.settings import MailchimpSettings
    from syncd.http import Answer, Http

MAX_COUNT = 1000
"""Rows per page; Mailchimp gives no more, whatever is asked."""

_NO_KEY = (
    "Mailchimp does not accept the key: look whether api_key holds all of it with its end (like -us6), else make a "
    "new one under Profile > Extras > API keys"
)
_NOT_CONNECTED = (
    "Mailchimp does not accept the access token: connect the application again and put its new token in "
    "access_token"
)
_DISABLED = "User Disabled"
"""Title of a 403 (https://mailchimp.com/developer/marketing/docs/errors/); a title names no person."""

_UNDERSTOOD = frozenset({HTTPStatus.OK, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})


class Client:
    """Signed calls to one Mailchimp account. One connection, so the ceiling of ten is never near."""

    def __init__(self, http: Http, settings: MailchimpSettings) -> None:
        self._http = http
        self._http.is_transient = _is_blocked
        self._endpoint = Endpoint(http, settings)
        self._headers = {"Authorization": _authorization(settings), "Accept": "application/json"}
        self._not_accepted = _NOT_CONNECTED if settings.access_token is not None else _NO_KEY

    @property
    def account(self) -> str:
        """The account's name, as errors show it."""
        return self._http.account

    @property
    def data_centre(self) -> str:
        """The account's data centre; empty while it is not known."""
        return self._endpoint.data_centre

    def vendor_now(self) -> datetime | None:
        """Give the vendor's clock at its latest answer, in whole seconds; None when it did not say."""
        try:
            return parsedate_to_datetime(self._http.last_date)
        except ValueError:
            return None

    def get(self, *segments: str, **params: str) -> dict[str, Any]:
        """Read one object; raises `Unusable` when it does not exist."""
        found = self.find(*segments, **params)
        if found is None:
            raise Unusable(
                "not_found",
                f"account {self.account}: Mailchimp has nothing at {_shape(segments)}: "
                "check base_url and audiences",
            )
        return found

    def find(self, *segments: str, **params: str) -> dict[str, Any] | None:
        """Read one object, None when Mailchimp says (404) that it does not exist."""
        answer = self._read(self._path(segments), params)
        self.stop_when_denied(answer)
        body = answer.json()
        if not isinstance(body, dict):
            raise Unusable(
                "unexpected_body",
                f"account {self.account}: {_shape(segments)} is not a JSON object: check base_url",
            )
        return None if answer.status == HTTPStatus.NOT_FOUND else body

    def require_id(self, found: dict[str, Any], name: str, wanted: str | None = None) -> None:
        """Raise `Unusable` for an object without an id, or with another than the `wanted`: it proves nothing."""
        said = text(found, name)
        if not said or (wanted is not None and said != wanted):
            raise Unusable(
                "unexpected_body",
                f"account {self.account}: Mailchimp answered for one record without its id: check base_url",
            )

    def listed(self, body: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
        """Give a list that who is not in it counts as absent. Raises `Unusable` for no list, or not of objects."""
        rows = body.get(name)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise Unusable(
                "unexpected_body",
                f"account {self.account}: Mailchimp answered without its list of {name}: check base_url",
            )
        return rows

    def post(self, *segments: str) -> Answer:
        """Send one write without a body; every answer that is not a failed sign-in is returned."""
        return self._write("POST", segments)

    def delete(self, *segments: str) -> Answer:
        """Send one deletion; every answer that is not a failed sign-in is returned."""
        return self._write("DELETE", segments)

    def stop_when_denied(self, answer: Answer) -> None:
        """Raise for a sign-in that failed (401) or a right that is missing (403)."""
        if answer.status == HTTPStatus.UNAUTHORIZED:
            raise Unusable("credentials", f"account {self.account}: {self._not_accepted}")
        if answer.status == HTTPStatus.FORBIDDEN and _title(answer) == _DISABLED:
            raise Unusable(
                "user_disabled",
                f"account {self.account}: Mailchimp has disabled the user of the key: sign in there as that user "
                "and do what it asks, or use the key of another one",
            )
        if answer.status == HTTPStatus.FORBIDDEN:
            raise Unusable(
                "forbidden",
                f"account {self.account}: Mailchimp forbids this to the user of the key: "
                "give that user the role Manager or Admin, or use the key of one who has it",
            )

    def _read(self, path: str, params: Mapping[str, str]) -> Answer:
        try:
            return self._http.read(path, params=params, headers=self._headers, expect=_UNDERSTOOD)
        except Transient as error:
            if error.code == f"status_{HTTPStatus.FORBIDDEN:d}":
                raise self._blocked() from None
            raise

    def _write(self, method: str, segments: tuple[str, ...]) -> Answer:
        answer = self._http.write(method, self._path(segments), headers=self._headers)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            self.stop_when_denied(answer)
        if _is_blocked(answer):
            raise self._blocked()
        return answer

    def _path(self, segments: tuple[str, ...]) -> str:
        # A dot segment would be resolved away and lead the request somewhere else; half a character has no code.
        if {".", ".."} & set(segments) or not all(map(is_encodable, segments)):
            raise Unusable(
                "unusable_id",
                f"account {self.account}: Mailchimp gave an id that cannot be part of an address: check base_url",
            )
        return self._endpoint.root() + "/" + "/".join(quote(segment, safe="") for segment in segments)

    def _blocked(self) -> Transient:
        return Transient(
            "edge_403",
            f"account {self.account}: Mailchimp's edge turns requests away (403 without a message): "
            "it passes after heavy use; if it stays, this host's address is blocked",
        )


def _is_blocked(answer: Answer) -> bool:
    """Tell whether the edge turned a request away: at very high volume it answers 403 without a JSON body.

    Nothing reached the API then. Its own 403 (a right that is missing) is a problem document.
    """
    return answer.status == HTTPStatus.FORBIDDEN and not _is_problem(answer)


def _is_problem(answer: Answer) -> bool:
    return _problem(answer) is not None


def _title(answer: Answer) -> str:
    return text(_problem(answer) or {}, "title")


def _problem(answer: Answer) -> dict[str, Any] | None:
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _authorization(settings: MailchimpSettings) -> str:
    if settings.access_token is not None:
        return f"Bearer {settings.secret}"
    return "Basic " + base64.b64encode(f"syncd:{settings.secret}".encode()).decode()


def is_encodable(text: str) -> bool:
    """Tell whether a text is whole: without half characters, and without what stands in the place of one."""
    return not any("\ud800" <= letter <= "\udfff" or letter == "\N{REPLACEMENT CHARACTER}" for letter in text)


_SHOWN = 3  # "lists", the audience, "members": what follows may be the digest of an address


def _shape(segments: tuple[str, ...]) -> str:
    """Show a path without what it holds of a member: `/lists/ID/members/…`."""
    shown = segments[:_SHOWN] + ("…",) * (len(segments) > _SHOWN)
    return "/" + "/".join(shown)


def text(row: Mapping[str, Any], name: str) -> str:
    """Give a field as text; absent, null and "" are all nothing, as Mailchimp uses them."""
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).strip()


def rows_of(body: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Give the objects of a list in a body; what is no object is left out."""
    rows = body.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []

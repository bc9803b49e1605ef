"""The few calls that syncd makes to Podio, with their tokens, statuses and error bodies.

Reading marks nothing as viewed and overwrites nobody's view. There are two writes, each on one item: `delete` it,
and `empty` fields of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from syncd.contract import Transient, Unusable

from .tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from syncd.http import Answer, Http

    from .settings import PodioSettings

PAGE = 500
"""Items per page: the most that Podio's own clients ask for."""
GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
ANSWERS = frozenset({200, 400, 401, 402, 403, *GONE})
THROTTLED = 420
LONGEST_LIMIT = 3600.0
"""Seconds: the window of Podio's limits, for a throttled answer that does not say how long to wait."""
SECRETS = frozenset({"token", "app_token", "mailbox"})
"""Keys that let their holder write into an app; they are dropped before anything else sees an answer."""


def retry_after(answer: Answer) -> float | None:
    """Read how many seconds a throttled answer asks to wait: "Please wait N seconds before trying again"."""
    if answer.status != THROTTLED:
        header = answer.headers.get("retry-after", "")
        return float(header) if header.isdigit() else None
    found = re.search(rb"wait (\d+) seconds", answer.body)
    return float(found.group(1)) if found else LONGEST_LIMIT


def without_secrets(value: Any) -> Any:
    """Give the same JSON without app tokens and mailbox addresses, however deep they sit."""
    if isinstance(value, dict):
        return {key: without_secrets(inner) for key, inner in value.items() if key not in SECRETS}
    if isinstance(value, list):
        return [without_secrets(inner) for inner in value]
    return value


@dataclass(frozen=True)
class Slice:
    """One answer of a filter: the items from an offset on, and how many there are in all."""

    items: list[Any]
    filtered: int
    total: int


class Client:
    """Podio as one account sees it."""

    def __init__(self, http: Http, settings: PodioSettings) -> None:
        self.http = http
        self.tokens = Tokens(http, settings)
        self._hooks = settings.hooks

    def app(self, app_id: int) -> dict[str, Any]:
        """Read an app's definition, without its token."""
        answer = self._read(app_id, f"/app/{app_id}")
        body = self._body(answer, f"app {app_id}")
        if not isinstance(body, dict) or body.get("app_id") != app_id:
            raise Unusable(
                "unknown_answer", f"{self._where()}: the answer about app {app_id} is not about it"
            )
        return body

    def items(self, app_id: int, offset: int) -> Slice:
        """Read the items of an app from `offset` on, oldest first."""
        answer = self._read(
            app_id,
            f"/item/app/{app_id}/filter/",
            json={
                "limit": PAGE,
                "offset": offset,
                "sort_by": "item_id",
                "sort_desc": False,
                "remember": False,
            },
        )
        body = self._body(answer, f"the items of app {app_id}")
        match body:
            case {"items": list(items), "filtered": int(filtered), "total": int(total)}:
                return Slice(items, filtered, total)
        raise Unusable(
            "unknown_answer", f"{self._where()}: the items of app {app_id} came in an unknown form"
        )

    def item(self, app_id: int, item_id: str) -> dict[str, Any] | None:
        """Read one item without marking it as viewed; None when Podio says that it is not there."""
        answer = self._read(app_id, f"/item/{item_id}", params={"mark_as_viewed": "0"})
        if answer.status in GONE:
            return None
        body = self._body(answer, f"item {item_id}")
        if not isinstance(body, dict) or str(body.get("item_id")) != item_id:
            raise Unusable(
                "unknown_answer", f"{self._where()}: the answer about item {item_id} is not about it"
            )
        return body

    def references(self, app_id: int, item_id: str) -> int | None:
        """Count the items elsewhere that refer to this one; None when Podio does not say."""
        answer = self._read(app_id, f"/item/{item_id}/reference/")
        if answer.status != HTTPStatus.OK:
            return None
        groups = answer.json()
        if not isinstance(groups, list):
            return None
        return sum(len(group.get("items") or ()) for group in groups if isinstance(group, dict))

    def delete(self, app_id: int, item_id: str) -> Answer:
        """Delete one item.

        `silent` keeps the deletion out of the activity stream and of notification mails, which would carry
        the item's title to its followers. `hook` fires the customer's automations on deleted items.
        """
        return self._write(app_id, "DELETE", f"/item/{item_id}")

    def empty(self, app_id: int, item_id: str, revision: int, fields: Iterable[str]) -> Answer:
        """Empty fields of one item, if `revision` is still its latest (else 409)."""
        body = {"revision": revision, "fields": {name: [] for name in fields}}
        return self._write(app_id, "PUT", f"/item/{item_id}", json=body)

    def _write(self, app_id: int, method: str, path: str, *, json: Any = None) -> Answer:
        answer = self.http.write(
            method,
            path,
            params={"silent": "1", "hook": "1" if self._hooks else "0"},
            headers=self.tokens.header(app_id),
            json=json,
        )
        if answer.status == HTTPStatus.UNAUTHORIZED:
            # Nothing happened, and the same write is not sent twice: the next run reads first again.
            raise Transient("token", f"{self._where()}: the access token ended between reading and writing")
        return answer

    def _read(
        self, app_id: int, path: str, *, params: Mapping[str, str] | None = None, json: Any = None
    ) -> Answer:
        method = "GET" if json is None else "POST"
        for again in (True, False):
            answer = self.http.read(
                path,
                method=method,
                params=params,
                json=json,
                headers=self.tokens.header(app_id),
                expect=ANSWERS,
            )
            if answer.status != HTTPStatus.UNAUTHORIZED:
                return answer
            if again:  # `expired_token` does not prove expiry: one fresh token, then it is a matter of rights
                self.tokens.replace(app_id)
        raise Unusable("unauthorized", f"{self._where()}: Podio takes no token of this client: sign in again")

    def _body(self, answer: Answer, what: str) -> Any:
        if answer.status == HTTPStatus.OK:
            return without_secrets(answer.json())
        if answer.status == HTTPStatus.FORBIDDEN:
            raise Unusable(
                "forbidden", f"{self._where()} may not read {what}: make the user a member of its workspace"
            )
        if answer.status in GONE:
            raise Unusable("not_found", f"{self._where()}: Podio knows no {what}: check app_id")
        raise Unusable(
            f"status_{answer.status}", f"{self._where()}: Podio answered {answer.status} about {what}"
        )

    def _where(self) -> str:
        return f"account {self.http.account}"

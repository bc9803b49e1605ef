"""The few calls that syncd makes to Podio, with their tokens, statuses and error bodies.

Reading marks nothing as viewed and overwrites nobody's view. There are three writes: `delete` one item, `empty`
fields of one item, and `remove` one file, comment or task.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from syncd.contract import Transient, Unusable

from .tokens import Tokens
from .values import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from syncd.http import Answer, Http

    from .settings import PodioSettings

PAGE = 500
"""Items per page: the most that Podio's own clients ask for."""
HEADS = "items.view(micro).fields(revision,comment_count,file_count,last_event_on)"
"""What tells whether an item changed, and no more (https://developers.podio.com/index/api, "Bundling")."""
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
        return answer.retry_after()
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
        self._app_tokens = settings.app_authentication

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
        return self._filter(app_id, offset)

    def heads(self, app_id: int, offset: int) -> Slice:
        """Read ids and revisions of the items of an app from `offset` on, oldest first."""
        return self._filter(app_id, offset, params={"fields": HEADS})

    def edited(self, app_id: int, since: str, offset: int) -> Slice:
        """Read the items of an app that were edited since a moment (as Podio writes it) or later."""
        return self._filter(app_id, offset, filters={"last_edit_on": {"from": since}})

    def _filter(
        self,
        app_id: int,
        offset: int,
        *,
        params: Mapping[str, str] | None = None,
        filters: Mapping[str, Any] | None = None,
    ) -> Slice:
        query = {"limit": PAGE, "offset": offset, "sort_by": "item_id", "sort_desc": False, "remember": False}
        answer = self._read(
            app_id,
            f"/item/app/{app_id}/filter/",
            params=params,
            json={**query, "filters": filters} if filters else query,
            costly=True,
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

    def hanging(self, app_id: int, kind: str, key: str) -> dict[str, Any] | None:
        """Read one file, comment or task; None when Podio says that it is not there."""
        answer = self._read(app_id, f"/{kind}/{key}")
        if answer.status in GONE:
            return None
        body = self._body(answer, f"{kind} {key}")
        if not isinstance(body, dict) or str(body.get(f"{kind}_id")) != key:
            raise Unusable(
                "unknown_answer", f"{self._where()}: the answer about {kind} {key} is not about it"
            )
        return body

    def hanging_on(self, app_id: int, kind: str, item_id: str) -> list[Any] | None:
        """List the comments or tasks of an item; None when Podio does not say."""
        answer = self._read(app_id, f"/{kind}/item/{item_id}/")
        listed = answer.json() if answer.status == HTTPStatus.OK else None
        return listed if isinstance(listed, list) else None

    def apps(self) -> list[tuple[str, int]]:
        """Give the apps that the user can see, each with the name of its workspace."""
        found = []
        for organisation in self._listed("/org/", "the organisations"):
            for space in self._with_id(organisation.get("spaces") or [], "space_id", "the workspaces"):
                answer = self._listed(f"/app/space/{space['space_id']}/", "the apps of a workspace")
                apps = self._with_id(answer, "app_id", "the apps of a workspace")
                found += [(str(space.get("name")), app["app_id"]) for app in apps]
        return found

    def permissions(self) -> set[str] | None:
        """Give what the token may do at all, by its scope; None when Podio does not say."""
        answer = self._read(0, "/oauth/scope")
        scopes = answer.json() if answer.status == HTTPStatus.OK else None
        if not isinstance(scopes, list):
            return None
        return {str(each) for one in scopes if isinstance(one, dict) for each in one.get("permissions") or ()}

    def _listed(self, path: str, what: str) -> list[dict[str, Any]]:
        return self._objects(self._body(self._read(0, path), what), what)

    def _objects(self, body: Any, what: str) -> list[dict[str, Any]]:
        if not isinstance(body, list) or not all(isinstance(one, dict) for one in body):
            raise Unusable("unknown_answer", f"{self._where()}: {what} came in an unknown form")
        return body

    def _with_id(self, body: Any, name: str, what: str) -> list[dict[str, Any]]:
        found = self._objects(body, what)
        if not all(isinstance(one.get(name), int) for one in found):
            raise Unusable("unknown_answer", f"{self._where()}: {what} came without {name}")
        return found

    def references(self, app_id: int, item_id: str) -> int | None:
        """Count the items elsewhere that refer to this one; None when Podio does not say."""
        answer = self._read(app_id, f"/item/{item_id}/reference/")
        if answer.status != HTTPStatus.OK:
            return None
        groups = answer.json()
        found = [group.get("items") if isinstance(group, dict) else None for group in listed(groups)]
        items = [each for each in found if isinstance(each, list)]
        understood = isinstance(groups, list) and len(items) == len(found)
        return sum(len(each) for each in items) if understood else None

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

    def remove(self, app_id: int, kind: str, key: str) -> Answer:
        """Delete one file, comment or task; what `silent` and `hook` mean to an item they mean to it.

        A comment knows no `silent` and a file neither (https://developers.podio.com/doc/files/delete-file-22453).
        """
        known = {"task": ("silent", "hook"), "comment": ("hook",)}.get(kind, ())
        return self._write(app_id, "DELETE", f"/{kind}/{key}", known=known)

    def _write(
        self,
        app_id: int,
        method: str,
        path: str,
        *,
        json: Any = None,
        known: tuple[str, ...] = ("silent", "hook"),
    ) -> Answer:
        decided = {"silent": "1", "hook": "1" if self._hooks else "0"}
        answer = self.http.write(
            method,
            path,
            params={name: decided[name] for name in known},
            headers=self.tokens.header(app_id),
            json=json,
        )
        if answer.status == HTTPStatus.UNAUTHORIZED:
            # Nothing happened, and the same write is not sent twice: the next run reads first again.
            raise Transient("token", f"{self._where()}: the access token ended between reading and writing")
        return answer

    def _read(
        self,
        app_id: int,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        costly: bool = False,
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
                costly=costly,
            )
            if answer.status != HTTPStatus.UNAUTHORIZED:
                return answer
            if again:  # `expired_token` does not prove expiry: one fresh token, then it is a matter of rights
                self.tokens.replace(app_id)
        raise Unusable(
            "unauthorized",
            f"{self._where()}: Podio takes no token of this client: {self.tokens.remedy(app_id)}",
        )

    def _body(self, answer: Answer, what: str) -> Any:
        if answer.status == HTTPStatus.OK:
            return without_secrets(answer.json())
        if answer.status == HTTPStatus.FORBIDDEN:
            raise Unusable("forbidden", f"{self._where()} may not read {what}: {self._right_to_read()}")
        if answer.status in GONE:
            raise Unusable("not_found", f"{self._where()}: Podio knows no {what}: check app_id")
        raise Unusable(
            f"status_{answer.status}", f"{self._where()}: Podio answered {answer.status} about {what}"
        )

    def _right_to_read(self) -> str:
        if self._app_tokens:
            return "give app_id and app_token of one and the same app"
        return "make the user a member of its workspace"

    def _where(self) -> str:
        return f"account {self.http.account}"

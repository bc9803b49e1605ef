"""The simulated API: addresses, authentication, paging, limits and error bodies."""

from __future__ import annotations

import json
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from connectors.moneybird.sandbox.filters import LIST_DEFAULTS, SYNC_DEFAULTS, FilterError, chosen
from connectors.moneybird.sandbox.memory import RESOURCES, SETTABLE, Administration, InvalidError

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Receive, Scope, Send

PAGE, LARGEST_PAGE = 25, 100
_CONTACT_SCOPES = frozenset({"estimates", "sales_invoices", "documents", "bank", "settings"})
_SCOPES = {
    "sales_invoices": "sales_invoices",
    "external_sales_invoices": "sales_invoices",
    "recurring_sales_invoices": "sales_invoices",
    "purchase_invoices": "documents",
    "receipts": "documents",
    "estimates": "estimates",
}


@dataclass
class Throttle:
    """A limit: so many requests in so many seconds."""

    requests: int = 150
    seconds: float = 300.0


class RefusedError(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, error: Any, **symbolic: str) -> None:
        super().__init__(str(status))
        self.status = status
        self.body = {"error": error} | ({"symbolic": symbolic} if symbolic else {})


@dataclass
class Call:
    """One request, taken apart."""

    method: str
    query: dict[str, str]
    body: Any


class Service:
    """Answers as Moneybird does.

    Knobs: `scopes` are those of the token; `throttle`, when set, limits requests the way the vendor does.
    """

    def __init__(self, administration: Administration, token: str) -> None:
        self.administration = administration
        self.token = token
        self.scopes = {"sales_invoices", "documents", "estimates"}
        self.throttle: Throttle | None = None
        self._served: deque[float] = deque()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        request = Request(scope, receive)
        raw = await request.body()
        response = self._throttled() or self._guarded(request, raw)
        response.headers.update(self._figures())
        await response(scope, receive, send)

    def _guarded(self, request: Request, raw: bytes) -> Response:
        try:
            if request.headers.get("authorization") != f"Bearer {self.token}":
                raise RefusedError(401, "The access token is invalid")  # noqa: TRY301
            body = json.loads(raw) if raw else None
            return self._route(Call(request.method, dict(request.query_params), body), request.url.path)
        except RefusedError as error:
            return JSONResponse(error.body, error.status)
        except FilterError as error:
            return JSONResponse(error.body, error.status)
        except ValueError:
            return JSONResponse({"error": "Bad request"}, 400)

    def _throttled(self) -> Response | None:
        if self.throttle is None:
            return None
        now = _now()
        while self._served and self._served[0] <= now - self.throttle.seconds:
            self._served.popleft()
        if len(self._served) < self.throttle.requests:
            self._served.append(now)
            return None
        free = int((self._served[0] if self._served else now) + self.throttle.seconds) + 1
        return JSONResponse("Retry later", 429, {"Retry-After": str(free)})

    def _figures(self) -> dict[str, str]:
        """Give the vendor's headers about its limit: what it calls remaining is seconds, not requests."""
        if self.throttle is None:
            return {}
        free = (self._served[0] if self._served else _now()) + self.throttle.seconds
        return {
            "RateLimit-Limit": str(self.throttle.requests),
            "RateLimit-Reset": str(int(free) + 1),
            "RateLimit-Remaining": str(int(free - _now()) + 1),
            "RateLimit-RequestsRemaining": str(self.throttle.requests - len(self._served)),
        }

    # --- addresses ------------------------------------------------------------------------------------------

    def _route(self, call: Call, path: str) -> Response:
        parts = path.removeprefix("/api/v2/").removesuffix(".json").split("/")
        if parts == ["administrations"]:
            return JSONResponse([self._administration()])
        if not path.startswith("/api/v2/") or parts[0] != self.administration.id:
            raise RefusedError(404, "record not found", id="not_found")
        parts = [part for part in parts[1:] if part != "documents"]
        answer: Callable[[Call, list[str]], Response] | None = {
            "contacts": self._contacts,
            "custom_fields": self._custom_fields,
            **dict.fromkeys(RESOURCES, self._papers),
        }.get(parts[0])
        if answer is None:
            raise RefusedError(404, "Not found")
        return answer(call, parts)

    def _administration(self) -> dict[str, Any]:
        return {
            "id": self.administration.id,
            "name": "Administratie",
            "language": "nl",
            "currency": "EUR",
            "country": "NL",
            "time_zone": "Europe/Amsterdam",
            "access": "user",
            "suspended": False,
            "period_locked_until": None,
            "period_start_date": f"{self.administration.today.year}-01-01",
        }

    def _custom_fields(self, _call: Call, _parts: list[str]) -> Response:
        administration = self.administration
        return JSONResponse(
            [
                {**field, "administration_id": administration.id, "source": "contact"}
                for field in administration.custom_fields
            ]
        )

    # --- contacts -------------------------------------------------------------------------------------------

    def _contacts(self, call: Call, parts: list[str]) -> Response:
        if not self.scopes & _CONTACT_SCOPES:
            raise RefusedError(
                401, "No access to contacts, documents, estimates, sales_invoices, bank or settings"
            )
        match call.method, parts[1:]:
            case "GET", ([] | ["filter"]):
                return self._contact_list(call)
            case "GET", ["synchronization"]:
                return JSONResponse([_versioned(one) for one in self._visible(call)])
            case "POST", ["synchronization"]:
                return JSONResponse(_picked(self.administration.contacts, call.body))
            case method, [key, *rest]:
                return self._contact(method, key, rest, call)
        raise RefusedError(404, "Not found")

    def _visible(self, call: Call) -> list[dict[str, Any]]:
        archived_too = call.query.get("include_archived") == "true"
        return [one for one in self.administration.contacts.values() if archived_too or not one["archived"]]

    def _contact_list(self, call: Call) -> Response:
        words = call.query.get("query", "").casefold()
        searched = ("company_name", "firstname", "lastname", "email", "phone", "customer_id", "city")
        found = [
            one
            for one in self._visible(call)
            if not words or any(words in str(one[field] or "").casefold() for field in searched)
        ]
        return _page(found, call, "contacts")

    def _contact(self, method: str, key: str, rest: list[str], call: Call) -> Response:
        contact = self.administration.contacts.get(key)
        if contact is None:
            raise RefusedError(404, "record not found", id="not_found")
        match method, rest:
            case "GET", []:
                # Not documented; the careful guess is that archived contacts hide here too.
                if contact["archived"] and call.query.get("include_archived") != "true":
                    raise RefusedError(404, "record not found", id="not_found")
                return JSONResponse(contact)
            case "PATCH", []:
                return self._change(key, call.body)
            case "DELETE", []:
                return self._delete(key)
            case "PATCH", ["archive"]:
                if contact["archived"]:
                    raise _cannot_be_archived()
                self.administration.archive_contact(key)
                return Response(status_code=204)
            case "GET", ["contact_people", child]:
                return _one_of(contact["contact_people"], child)
            case "DELETE", ["contact_people" | "notes" as folder, child]:
                _one_of(contact[folder], child)
                self.administration.delete_child(key, folder, child)
                return Response(status_code=204)
        raise RefusedError(404, "record not found", id="not_found")

    def _delete(self, key: str) -> Response:
        outcome = self.administration.delete_contact(key)
        if outcome == "refused":
            raise _cannot_be_archived()
        return Response(status_code=204, headers={"X-Kept-As": outcome} if outcome else None)

    def _change(self, key: str, body: Any) -> Response:
        fields = body.get("contact") if isinstance(body, dict) else None
        if not isinstance(fields, dict):
            raise RefusedError(400, "Contact is required", contact="required")
        for unknown in sorted(set(fields) - SETTABLE):
            raise RefusedError(400, f"{unknown} is not allowed", **{unknown: "not_allowed"})
        try:
            return JSONResponse(self.administration.change_contact(key, fields))
        except KeyError:
            raise RefusedError(404, "record not found", custom_field_id="not_found") from None
        except InvalidError as error:
            details = {name: [{"error": one} for one in all_] for name, all_ in error.fields.items()}
            return JSONResponse({"error": error.fields, "details": details}, 422)

    # --- papers ---------------------------------------------------------------------------------------------

    def _papers(self, call: Call, parts: list[str]) -> Response:
        resource = parts[0]
        if _SCOPES[resource] not in self.scopes:
            raise RefusedError(401, f"No access to {_SCOPES[resource]}")
        papers = self.administration.documents[resource]
        match call.method, parts[1:]:
            case "GET", []:
                found = self._chosen(resource, call, LIST_DEFAULTS[resource])
                return _page([self.administration.shown(one) for one in found], call, resource)
            case "GET", ["synchronization"]:
                found = self._chosen(resource, call, SYNC_DEFAULTS.get(resource, ""))
                return JSONResponse([_versioned(one) for one in found])
            case "POST", ["synchronization"]:
                shown = [self.administration.shown(one) for one in _picked(papers, call.body)]
                return JSONResponse(shown)
            case "GET", [key] if key in papers:
                return JSONResponse(self.administration.shown(papers[key]))
            case "DELETE", [key] if key in papers:
                # Like the vendor, this deletes fiscal papers for whoever asks: nothing here protects them.
                del papers[key]
                incoming = resource in {"purchase_invoices", "receipts"}
                return JSONResponse(200) if incoming else Response(status_code=204)
        raise RefusedError(404, "record not found", id="not_found")

    def _chosen(self, resource: str, call: Call, default: str) -> list[dict[str, Any]]:
        administration = self.administration
        return chosen(
            resource,
            administration.documents[resource].values(),
            call.query.get("filter") or default,
            administration.today,
            administration.contacts,
        )


def _now() -> float:
    return time.time()  # noqa: TID251  # a vendor has a clock of its own


def _one_of(children: list[dict[str, Any]], key: str) -> Response:
    for child in children:
        if child["id"] == key:
            return JSONResponse(child)
    raise RefusedError(404, "record not found", id="not_found")


def _versioned(entry: dict[str, Any]) -> dict[str, Any]:
    return {"id": entry["id"], "version": entry["version"]}


def _picked(entries: dict[str, dict[str, Any]], body: Any) -> list[dict[str, Any]]:
    ids = body.get("ids") if isinstance(body, dict) else None
    if ids is None:
        raise RefusedError(400, "Ids is required", ids="required")
    if not isinstance(ids, list):
        raise RefusedError(400, "Ids isn't an array", ids="array")
    # Those above a hundred are dropped without a word.
    return [entries[key] for key in map(str, ids[:LARGEST_PAGE]) if key in entries]


def _page(entries: list[dict[str, Any]], call: Call, what: str) -> Response:
    size, number = call.query.get("per_page", str(PAGE)), call.query.get("page", "1")
    if not size.isdecimal() or not 1 <= int(size) <= LARGEST_PAGE:
        if what in {"purchase_invoices", "receipts"}:
            raise RefusedError(400, "Per Page is too big", per_page="max")
        raise RefusedError(400, "per_page does not have a valid value")
    if not number.isdecimal() or int(number) < 1:
        raise RefusedError(400, "page does not have a valid value")
    start = (int(number) - 1) * int(size)
    rows = entries[start : start + int(size)]
    more = start + int(size) < len(entries)
    headers = {"Link": f'<?page={int(number) + 1}&per_page={size}>; rel="next"'} if more else None
    return JSONResponse(rows, headers=headers)


def _cannot_be_archived() -> RefusedError:
    return RefusedError(400, "Contact can not be archived", id="can_not_be_archived")

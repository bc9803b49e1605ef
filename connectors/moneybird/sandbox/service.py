"""The simulated API: addresses, authentication, paging, limits and error bodies."""

from __future__ import annotations

import json
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from connectors.moneybird.sandbox.answers import (
    Call,
    RefusedError,
    cannot_be_archived,
    invalid,
    one_of,
    page,
    picked,
    settable,
    versioned,
)
from connectors.moneybird.sandbox.filters import (
    LIST_DEFAULTS,
    SYNC_DEFAULTS,
    FilterError,
    chosen,
    contacts_chosen,
)
from connectors.moneybird.sandbox.memory import RESOURCES, Administration, InvalidError
from connectors.moneybird.sandbox.oauth import TOKEN_PATH, OAuthServer

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Receive, Scope, Send

_CONTACT_SCOPES = frozenset({"estimates", "sales_invoices", "documents", "bank", "settings"})
_SCOPES = {
    "sales_invoices": "sales_invoices",
    "external_sales_invoices": "sales_invoices",
    "recurring_sales_invoices": "sales_invoices",
    "purchase_invoices": "documents",
    "receipts": "documents",
    "general_documents": "documents",
    "typeless_documents": "documents",
    "general_journal_documents": "documents",
    "estimates": "estimates",
}


@dataclass
class Throttle:
    """A limit: so many requests in so many seconds."""

    requests: int = 150
    seconds: float = 300.0


class Service:
    """Answers as Moneybird does.

    Knobs: `scopes` are those of the token; `throttle`, when set, limits requests the way the vendor does, by
    `clock` (seconds since 1970);
    `oauth` withdraws and expires tokens of the authorised application.
    """

    def __init__(self, administration: Administration, token: str) -> None:
        self.administration = administration
        self.token = token
        self.oauth = OAuthServer()
        self.scopes = {"sales_invoices", "documents", "estimates"}
        self.throttle: Throttle | None = None
        self.clock: Callable[[], float] = _now
        self._served: deque[float] = deque()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        request = Request(scope, receive)
        raw = await request.body()
        if request.url.path == TOKEN_PATH:
            response: Response = self.oauth.answer(request.method, raw)
        else:
            response = self._throttled() or self._guarded(request, raw)
        response.headers.update(self._figures())
        await response(scope, receive, send)

    def _guarded(self, request: Request, raw: bytes) -> Response:
        try:
            if not self._knows(request.headers.get("authorization", "")):
                raise RefusedError(401, "The access token is invalid")  # noqa: TRY301
            body = json.loads(raw) if raw else None
            return self._route(Call(request.method, dict(request.query_params), body), request.url.path)
        except RefusedError as error:
            return JSONResponse(error.body, error.status)
        except FilterError as error:
            return JSONResponse(error.body, error.status)
        except ValueError:
            return JSONResponse({"error": "Bad request"}, 400)

    def _knows(self, authorization: str) -> bool:
        scheme, _, token = authorization.partition(" ")
        return scheme == "Bearer" and (token == self.token or token in self.oauth.access)

    def _throttled(self) -> Response | None:
        if self.throttle is None:
            return None
        now = self.clock()
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
        free = (self._served[0] if self._served else self.clock()) + self.throttle.seconds
        return {
            "RateLimit-Limit": str(self.throttle.requests),
            "RateLimit-Reset": str(int(free) + 1),
            "RateLimit-Remaining": str(int(free - self.clock()) + 1),
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
            "subscriptions": self._subscriptions,
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
                return JSONResponse(
                    [
                        versioned(one)
                        for one in contacts_chosen(self._visible(call), call.query.get("filter", ""))
                    ]
                )
            case "POST", ["synchronization"]:
                return JSONResponse(picked(self.administration.contacts, call.body))
            case "POST", []:
                return self._create(call)
            case "GET", ["customer_id", number]:
                found = next((one for one in self._visible(call) if one["customer_id"] == number), None)
                if found is None:
                    raise RefusedError(404, "record not found", customer_id="not_found")
                return JSONResponse(found)
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
            for one in contacts_chosen(self._visible(call), call.query.get("filter", ""))
            if not words or any(words in str(one[field] or "").casefold() for field in searched)
        ]
        return page(found, call, "contacts")

    def _create(self, call: Call) -> Response:
        fields = settable(call.body, "contact")
        try:
            return JSONResponse(self.administration.create_contact(fields), 201)
        except InvalidError as error:
            return invalid(error.fields)

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
                    raise cannot_be_archived()
                self.administration.archive_contact(key)
                return Response(status_code=204)
            case _:
                return self._of_contact(method, contact, rest, call)

    def _of_contact(self, method: str, contact: dict[str, Any], rest: list[str], call: Call) -> Response:
        key: str = contact["id"]
        match method, rest:
            case "GET", ["additional_charges"]:
                self._require("sales_invoices")
                charges = self.administration.additional_charges
                return JSONResponse([one for one in charges if one["contact_id"] == key])
            case "POST", ["contact_people" | "notes" as folder]:
                return self._create_child(key, folder, call.body)
            case "GET", ["contact_people", child]:
                return one_of(contact["contact_people"], child)
            case "DELETE", ["contact_people" | "notes" as folder, child]:
                one_of(contact[folder], child)
                self.administration.delete_child(key, folder, child)
                return Response(status_code=204)
        raise RefusedError(404, "record not found", id="not_found")

    def _delete(self, key: str) -> Response:
        outcome = self.administration.delete_contact(key)
        if outcome == "refused":
            raise cannot_be_archived()
        return Response(status_code=204, headers={"X-Kept-As": outcome} if outcome else None)

    def _change(self, key: str, body: Any) -> Response:
        fields = settable(body, "contact")
        try:
            return JSONResponse(self.administration.change_contact(key, fields))
        except KeyError:
            raise RefusedError(404, "record not found", custom_field_id="not_found") from None
        except InvalidError as error:
            return invalid(error.fields)

    def _create_child(self, key: str, folder: str, body: Any) -> Response:
        name = {"contact_people": "contact_person", "notes": "note"}[folder]
        fields = body.get(name) if isinstance(body, dict) else None
        if not isinstance(fields, dict):
            raise RefusedError(400, f"{name.capitalize()} is required", **{name: "required"})
        try:
            return JSONResponse(self.administration.create_child(key, folder, fields), 201)
        except InvalidError as error:
            return invalid(error.fields)

    # --- papers ---------------------------------------------------------------------------------------------

    def _require(self, scope: str) -> None:
        if scope not in self.scopes:
            raise RefusedError(401, f"No access to {scope}")

    def _subscriptions(self, call: Call, parts: list[str]) -> Response:
        self._require("sales_invoices")
        if call.method != "GET" or len(parts) > 1:
            raise RefusedError(404, "record not found", id="not_found")
        wanted = call.query.get("contact_id")
        if wanted is None:
            raise RefusedError(400, "Contact is required", contact_id="required")
        return JSONResponse([one for one in self.administration.subscriptions if one["contact_id"] == wanted])

    def _papers(self, call: Call, parts: list[str]) -> Response:
        resource = parts[0]
        self._require(_SCOPES[resource])
        papers = self.administration.documents[resource]
        match call.method, parts[1:]:
            case "GET", []:
                found = self._chosen(resource, call, LIST_DEFAULTS[resource])
                return page([self.administration.shown(one) for one in found], call, resource)
            case "GET", ["synchronization"]:
                found = self._chosen(resource, call, SYNC_DEFAULTS.get(resource, ""))
                return JSONResponse([versioned(one) for one in found])
            case "POST", ["synchronization"]:
                shown = [self.administration.shown(one) for one in picked(papers, call.body)]
                return JSONResponse(shown)
            case "GET", [key] if key in papers:
                return JSONResponse(self.administration.shown(papers[key]))
            case "DELETE", [key] if key in papers:
                # Like the vendor, this deletes fiscal papers for whoever asks: nothing here protects them.
                del papers[key]
                return JSONResponse(200) if _SCOPES[resource] == "documents" else Response(status_code=204)
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

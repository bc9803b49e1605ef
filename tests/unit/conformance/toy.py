"""A tiny vendor, its sandbox, and a connector that does everything right: what the suite is tested on."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr  # noqa: TC002 - pydantic reads the annotation at run time
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from syncd.contract import (
    AccountSettings,
    Capability,
    CategoryFields,
    Finding,
    Page,
    Plugin,
    Refused,
    Stale,
    Unusable,
)
from syncd.model import (
    Action,
    Effect,
    Event,
    EventKind,
    Identifier,
    IdentifierKind,
    Order,
    Presence,
    PresenceState,
    Receipt,
    Record,
    RecordRef,
    Role,
    SubjectKind,
)
from syncd.testing.sandbox import Faults, Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from starlette.requests import Request

    from syncd.http import Http

TOKEN = "toy-token-1"
PAGE = 2
PERSON = "person"
CONTACT_DETAILS = frozenset({"contact_details"})
ALL = frozenset({"contact_details", "relation_record"})
FIELDS = (
    CategoryFields(PERSON, "contact_details", ("phone",)),
    CategoryFields(PERSON, "relation_record", ("*",)),
)


@dataclass
class Entry:
    id: str
    name: str
    email: str
    phone: str
    revision: int = 1
    archived: bool = False


class Vendor:
    """The service: people by number, five of them."""

    def __init__(self) -> None:
        self.people = {
            str(number): Entry(str(number), name, f"{name.lower()}@voorbeeld.example", f"06-1234567{number}")
            for number, name in enumerate(["Anna", "Berend", "Chris", "Daan", "Eefje"], start=1)
        }

    def snapshot(self) -> dict[str, Any]:
        return {"people": {number: asdict(entry) for number, entry in self.people.items()}}

    def app(self) -> Starlette:
        one = Route("/people/{number}", self.one, methods=["GET", "DELETE", "PATCH"])
        deed = Route("/people/{number}/{deed}", self.deed, methods=["POST"])
        return Starlette(routes=[Route("/people", self.all), one, deed])

    async def all(self, request: Request) -> Response:
        if request.headers.get("token") != TOKEN:
            return Response(status_code=401)
        start = (int(request.query_params["page"]) - 1) * PAGE
        people = [asdict(entry) for entry in self.people.values()]
        return JSONResponse({"people": people[start : start + PAGE], "total": len(people)})

    async def one(self, request: Request) -> Response:
        if request.headers.get("token") != TOKEN:
            return Response(status_code=401)
        entry = self.people.get(request.path_params["number"])
        if entry is None:
            return Response(status_code=404)
        if request.method == "DELETE":
            del self.people[entry.id]
            return Response(status_code=204)
        if request.method == "PATCH":
            entry.phone = (await request.json())["phone"]
            entry.revision += 1
        return JSONResponse(asdict(entry))

    async def deed(self, request: Request) -> Response:
        entry = self.people[request.path_params["number"]]
        if request.path_params["deed"] == "archive":
            entry.archived = True
        if request.path_params["deed"] == "seen":
            entry.revision += 1
        if request.path_params["deed"] == "delete-with-next":
            later = [number for number in self.people if number > entry.id]
            for number in [entry.id, *later[:1]]:
                del self.people[number]
        return JSONResponse({})


def make_sandbox(_world: object = None, faults: Faults | None = None) -> Sandbox:
    vendor = Vendor()
    return Sandbox(vendor.app(), vendor, faults=faults, credentials={"token": TOKEN})


class ToySettings(AccountSettings):
    token: SecretStr


class Toy:
    """The connector as it should be."""

    fields: tuple[CategoryFields, ...] = FIELDS
    capabilities = frozenset(
        {
            Capability(PERSON, Action.ERASE, ALL),
            Capability(PERSON, Action.MINIMISE, CONTACT_DETAILS),
            Capability(PERSON, Action.ARCHIVE, ALL, reversible=True),
        }
    )

    def __init__(self, name: str, settings: ToySettings, http: Http) -> None:
        self.name = name
        self.http = http
        self.headers = {"token": settings.token.get_secret_value()}

    def check(self) -> Iterable[Finding]:
        self.list_page(1)
        yield Finding("ok", "token", "the token works")

    def pull(self, since: str | None) -> Iterator[Page]:  # noqa: ARG002 - the toy reads everything each time
        numbers: set[str] = set()
        page, total = 0, 1
        while len(numbers) < total:
            page += 1
            body = self.list_page(page)
            total, known = body["total"], len(numbers)
            numbers |= {raw["id"] for raw in body["people"]}
            if len(numbers) == known:
                raise Unusable("paging", f"account {self.name}: page {page} brings nothing new")
            done = len(numbers) == total
            records = tuple(self.record(raw) for raw in body["people"])
            yield Page(records, identity="toy-1", complete=done, cursor="c" if done else None)

    def probe(self, ref: RecordRef, *, documents: bool = False) -> Presence:
        raw = self.look(ref)
        if raw is None:
            return Presence(ref, PresenceState.ABSENT, documents=() if documents else None)
        record = self.record(raw)
        state = PresenceState.ARCHIVED if record.restricted else PresenceState.PRESENT
        return Presence(ref, state, record.version, record.categories, record, () if documents else None)

    def dispose(self, order: Order) -> Receipt:
        if not any((one.kind, one.action) == (order.ref.kind, order.action) for one in self.capabilities):
            raise Refused("undeclared", f"account {self.name}: not possible")
        raw = self.look(order.ref)
        if raw is None or self.has_effect(raw, order):
            return Receipt(order.id, Effect.ALREADY)
        if str(raw["revision"]) != order.version:
            raise Stale("changed", f"{order.ref} changed")
        return self.send(order)

    def send(self, order: Order) -> Receipt:
        path = f"/people/{order.ref.key}"
        if order.action is Action.ERASE:
            answer = self.http.write("DELETE", path, headers=self.headers)
        elif order.action is Action.MINIMISE:
            answer = self.http.write("PATCH", path, headers=self.headers, json={"phone": ""})
        else:
            answer = self.http.write("POST", f"{path}/archive", headers=self.headers)
        return self.answered(order, answer.status)

    def answered(self, order: Order, status: int) -> Receipt:
        if status in {200, 204}:
            return Receipt(order.id, Effect.DONE)
        raise Refused(f"status_{status}", f"{order.ref}: not possible")

    def has_effect(self, raw: dict[str, Any], order: Order) -> bool:
        if order.action is Action.MINIMISE:
            return not raw["phone"]
        return order.action is Action.ARCHIVE and bool(raw["archived"])

    def list_page(self, page: int) -> Any:
        body = self.http.read("/people", params={"page": str(page)}, headers=self.headers).json()
        if not isinstance(body, dict) or not {"people", "total"} <= body.keys():
            raise Unusable("shape", f"account {self.name}: page {page} is no list")
        return body

    def look(self, ref: RecordRef) -> Any:
        if ref.kind != PERSON:
            raise Unusable("kind", f"account {self.name}: the toy knows persons only")
        answer = self.http.read(f"/people/{ref.key}", headers=self.headers, expect=(200, 404))
        if answer.status == 200:
            raw = answer.json()
            if not isinstance(raw, dict) or raw.get("id") != ref.key:
                raise Unusable("shape", f"account {self.name}: the answer about {ref} is no person")
            return raw
        self.list_page(1)  # proves that the account can see anything
        return None

    def record(self, raw: dict[str, Any]) -> Record:
        return Record(
            ref=RecordRef(self.name, PERSON, raw["id"]),
            version=str(raw["revision"]),
            kind=SubjectKind.PERSON,
            categories=ALL if raw["phone"] else ALL - CONTACT_DETAILS,
            identifiers=(
                Identifier(IdentifierKind.NAME, raw["name"]),
                Identifier(IdentifierKind.EMAIL, raw["email"]),
            ),
            events=(Event(EventKind.ROLE, role=Role.CUSTOMER, origin="toy"),),
            restricted=raw["archived"],
        )


def plugin_of(connector: type[Toy]) -> Plugin[ToySettings]:
    return Plugin(
        name="toy",
        settings=ToySettings,
        connect=connector,
        base_url=lambda settings: settings.base_url,
        sandbox=make_sandbox,
        fields=lambda _: connector.fields,
    )

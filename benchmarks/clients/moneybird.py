"""Clients of Moneybird that nobody here wrote, and the connector: their steps on the simulated administration."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from benchmarks.clients.stand import Client as Program
from benchmarks.clients.stand import Stand
from connectors.moneybird import plugin
from connectors.moneybird.client import Client
from connectors.moneybird.connector import Moneybird
from connectors.moneybird.fence import BLANKABLE
from connectors.moneybird.settings import MoneybirdSettings
from connectors.moneybird.signin import PersonalToken
from syncd.http import Http
from syncd.model import Action, Order, PresenceState, RecordRef
from syncd.testing.world import make_world

if TYPE_CHECKING:
    from syncd.model import DataCategory

NAME, SPEC = "moneybird", "moneybird.openapi.json"
DAY = date(2026, 11, 24)

CLIENTS = (
    Program(
        "moneybird-mcp==0.8.3",
        "with_moneybird_mcp.py",
        (
            ("administrations", "free", True),
            ("list", "free", True),
            ("versions", "free", True),
            ("read by ids", "free", True),
            ("read one", "free", True),
            ("invoice versions", "free", True),
            ("create", "free", True),
            ("update", "free", True),
            ("archive", "free", True),
            ("read one", "free", False),
            ("read one with archived", "free", True),
            ("archive", "free", False),
        ),
    ),
    Program(
        "moneybird-cli==0.1.0",
        "with_moneybird_cli.py",
        (
            ("list", "free", True),
            ("read one", "free", True),
            ("create", "free", True),
            ("update", "free", True),
            ("delete", "free", True),
            ("read one", "free", False),
            ("delete", "busy", True),
            ("read one", "busy", False),
            ("list with archived", "busy", True),
            ("delete", "busy", False),
        ),
    ),
)


def stand() -> Stand:
    """Serve an administration with a contact that papers name (`busy`) and one that none names (`free`)."""
    sandbox = plugin.sandbox(make_world(3, 60, DAY))
    memory = sandbox.administration
    chosen: dict[str, str] = {}
    for key, contact in memory.contacts.items():
        if contact["phone"] and not contact["archived"]:
            chosen.setdefault("busy" if any(memory.papers_of(key)) else "free", key)

    def seen(key: str) -> str:
        contact = memory.contacts.get(key)
        if contact is None:
            return "absent"
        state = "archived" if contact["archived"] else "present"
        return f"{state}, phone {'set' if contact['phone'] else 'empty'}"

    return Stand(sandbox, memory.id, chosen, seen)


def unexplained(violations: list[str], service: Stand) -> list[str]:
    """Leave out what the document leaves out, and is known: one 400 to `DELETE /contacts/{id}`.

    Moneybird answers it for a contact that is archived already and must be kept; the document knows 204 and 404
    only. A client in production met it: github.com/svthalia/concrexit, issue 3713 and pull request 3716.
    """
    known_text = (
        "response Unable to match the returned status code with those defined in the document: 204,404"
    )
    known = sum(
        one.method == "DELETE" and "/contacts/" in one.path and one.app_status == 400
        for one in service.sandbox.requests
    )
    left = list(violations)
    for one in violations:
        if known and one == known_text:
            left.remove(one)
            known -= 1
    return left


def connect(address: str, administration: str, token: str) -> Moneybird:
    settings = MoneybirdSettings.model_validate(
        {"connector": NAME, "base_url": address, "administration_id": administration, "token": token}
    )
    return Moneybird("books", settings, Http(address, account="books"))


def against_the_document(address: str) -> str:
    """Let the connector speak to the document itself, whose answers are its examples."""
    connector = connect(address, "123", "any")
    pages = list(connector.pull(None))
    list(connector.pull(pages[-1].cursor))
    list(connector.check())
    http = Http(address, account="books")
    client = Client(http, "123", PersonalToken("any"))
    shown = http.read("/api/v2/123/contacts/1.json", headers={"Authorization": "Bearer any"})
    key = shown.json()["id"]
    connector.probe(RecordRef("books", "contact", key), documents=True)
    # The example contact has a subscription that runs, so an order on it would be refused: the writes as they are.
    emptied = {"contact": {field: "" for fields in BLANKABLE.values() for field in fields}}
    for method, path, body in (
        ("PATCH", f"/contacts/{key}", emptied),
        ("PATCH", f"/contacts/{key}/archive", None),
        ("DELETE", f"/contacts/{key}/contact_people/{key}", None),
        ("DELETE", f"/contacts/{key}/notes/{key}", None),
        ("DELETE", f"/contacts/{key}", None),
    ):
        client.write(method, path, body)
    return f"{sum(len(page.records) for page in pages)} records, all five writes"


def connector_at_work(address: str, service: Stand) -> int:
    """Pull, look, minimise, archive, erase and look again; gives how many ended otherwise than expected."""
    connector = connect(address, service.account, service.sandbox.credentials["token"])
    pages = list(connector.pull(None))
    list(connector.pull(pages[-1].cursor))
    findings = list(connector.check())
    print(
        f"  ok  pull twice, check        {len(service.sandbox.requests)} requests, {len(findings)} findings"
    )
    records = {record.ref: record for page in pages for record in page.records}
    surprises = 0
    for about, action, ends in (
        ("busy", Action.MINIMISE, PresenceState.PRESENT),
        ("busy", Action.ERASE, PresenceState.ARCHIVED),
        ("busy", Action.ERASE, PresenceState.ARCHIVED),
        ("free", Action.ARCHIVE, PresenceState.ARCHIVED),
        ("free", Action.ERASE, PresenceState.ABSENT),
    ):
        contact = RecordRef("books", "contact", service.subjects[about])
        children = (
            [ref for ref in records if records[ref].parent == contact] if action is Action.ERASE else []
        )
        for ref in (*children, contact):
            before, since = service.seen(service.subjects[about]), len(service.sandbox.requests)
            now = connector.probe(ref, documents=True)
            if now.state is PresenceState.ABSENT:
                continue
            every = now.categories
            takes: frozenset[DataCategory] = (
                every - {"fiscal_identity"} if action is Action.MINIMISE else every
            )
            connector.dispose(
                Order("o-1", ref, action, takes, DAY, now.version, "d", now.record and now.record.parent)
            )
            last = connector.probe(ref)
            good = last.state is (PresenceState.ABSENT if ref in children else ends)
            surprises += not good
            line = service.told(f"{action} {ref.kind}, look", about, since, before)
            print(f"  {'ok ' if good else 'NOT'} works   {line}")
    return surprises

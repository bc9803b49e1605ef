"""Mailchimp's own SDK and the connector: their steps on the simulated newsletter."""

from __future__ import annotations

from datetime import date

from benchmarks.clients.stand import Client, Stand
from connectors.mailchimp import MailchimpConnector, MailchimpSettings, plugin
from syncd.contract import ConnectorError
from syncd.http import Http
from syncd.model import Action, Order, PresenceState, Record
from syncd.testing.world import make_world

NAME, SPEC = "mailchimp", "mailchimp.openapi.json"
DAY = date(2026, 11, 24)

CLIENTS = (
    Client(
        "mailchimp-marketing==3.0.80",
        "with_mailchimp_marketing.py",
        (
            ("audiences", "member", True),
            ("list", "member", True),
            ("list archived", "member", True),
            ("search", "member", True),
            ("merge fields", "member", True),
            ("read one", "member", True),
            ("change", "member", True),
            ("erase", "member", True),
            ("read one", "member", False),
            ("erase", "member", False),
            ("import again", "member", False),
            ("archive", "other member", True),
            ("read one", "other member", True),
            ("archive", "other member", False),
            ("erase", "other member", True),
            ("read one", "other member", False),
            ("customers", "customer", True),
            ("read customer", "customer", True),
            ("erase customer", "customer", True),
            ("read customer", "customer", False),
        ),
    ),
)


def stand() -> Stand:
    """Serve a newsletter with its shop."""
    world = make_world(3, 100, DAY)
    sandbox = plugin.sandbox(world)
    state = sandbox.state
    audience = next(iter(state.audiences.values()))
    members = [one for one in audience.members.values() if one["status"] == "subscribed"][:2]
    named = {
        about: f"{audience.id}/{one['email_address']} {one['id']}"
        for about, one in zip(("member", "other member"), members, strict=True)
    }
    plain = next(one.id for one in world.news.customers if one.name == one.id and not one.orders)
    named["customer"] = f"{world.news.shop}/{plain}"

    def seen(subject: str) -> str:
        place, _, name = subject.partition("/")
        if place in state.stores:
            return "present" if name in state.stores[place].customers else "absent"
        digest = name.partition(" ")[2]
        member = state.audiences[place].members.get(digest)
        if member is None:
            return "forgotten" if digest in state.audiences[place].forgotten else "absent"
        return str(member["status"])

    return Stand(sandbox, sandbox.credentials["api_key"], named, seen)


def unexplained(violations: list[str], _service: Stand) -> list[str]:
    """Leave nothing out."""
    return violations


def connect(address: str, key: str) -> MailchimpConnector:
    settings = MailchimpSettings.model_validate(
        {"connector": NAME, "base_url": address, "api_key": key, "beta_contacts": True}
    )
    return MailchimpConnector("news", settings, Http(plugin.base_url(settings), account="news"))


def order_of(record: Record) -> Order:
    return Order("o-1", record.ref, Action.ERASE, record.categories, DAY, record.version, "d", record.parent)


def against_the_document(address: str) -> str:
    """Let the connector speak to the document itself, whose answers are made of its examples."""
    connector = connect(address, "any-us6")
    pages = list(connector.pull(None))
    list(connector.pull(pages[-1].cursor))
    list(connector.check())
    records = [record for page in pages for record in page.records]
    carried_out = refused = 0
    for record in records:
        connector.probe(record.ref)
        try:
            connector.dispose(order_of(record))
            carried_out += 1
        except ConnectorError:  # its examples contradict each other
            refused += 1
    return f"{len(records)} records, {carried_out} orders carried out, {refused} not"


def connector_at_work(address: str, service: Stand) -> int:
    """Pull, look, erase and look again, one of each kind; gives how many ended otherwise than expected."""
    connector = connect(address, service.sandbox.credentials["api_key"])
    pages = list(connector.pull(None))
    list(connector.pull(pages[-1].cursor))
    findings = list(connector.check())
    print(
        f"  ok  pull twice, check        {len(service.sandbox.requests)} requests, {len(findings)} findings"
    )
    records = [record for page in pages for record in page.records]
    surprises = 0
    for what, chosen in _one_of_each(records).items():
        since = len(service.sandbox.requests)
        before = connector.probe(chosen.ref)
        connector.dispose(order_of(chosen))
        after = connector.probe(chosen.ref)
        good = before.state is not PresenceState.ABSENT and after.state is PresenceState.ABSENT
        surprises += not good
        asked = [f"{one.method} {one.app_status}" for one in service.sandbox.requests[since:]]
        written = [one for one in asked if not one.startswith("GET")]
        print(
            f"  {'ok ' if good else 'NOT'} works   erase {what}, look: {len(asked)} requests, "
            f"{', '.join(written)}: {before.state} -> {after.state}"
        )
    return surprises


def _one_of_each(records: list[Record]) -> dict[str, Record]:
    kinds = {
        "customer": lambda one: one.ref.kind == "customer" and not one.ref.key.startswith("@"),
        "customer by its member": lambda one: one.ref.kind == "customer" and one.ref.key.startswith("@"),
        "contact with a phone only": lambda one: one.ref.kind == "member" and not one.events and not one.link,
        "member": lambda one: one.ref.kind == "member" and bool(one.events),
    }
    return {what: next(one for one in records if fits(one)) for what, fits in kinds.items()}

"""Orders whose surroundings change while they are approved, sent or accepted."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from connectors.moneybird.sandbox.memory import Administration
from syncd.cycle import approval
from syncd.cycle.sendable import sendable
from syncd.index import orders as journal
from syncd.index import records, tables, tombstones
from syncd.model import Action, EventKind, IdentifierKind, OrderState, Verdict
from syncd.retention import parse_schedule
from syncd.service.defaults import default_schedule_text
from syncd.testing.faults import Fault, answer, meanwhile, on
from tests.cycle.kit import TODAY, Installation, installed, podio_of, shifted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from syncd.cycle.run import Result
    from syncd.index.orders import StoredOrder
    from syncd.index.reading import StoredRecord
    from syncd.testing.exchange import Exchange


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installation]:
    with installed(tmp_path, seed=5, size=30) as made:
        yield made


def _due(here: Installation) -> list[StoredOrder]:
    """Give the items that are due and have nothing hanging on them."""
    today, orders = here.app().today(), here.orders()
    parents = {one.order.parent for one in orders}
    return [
        one
        for one in orders
        if one.order.ref.account == "crm" and one.order.ref.kind == "item" and one.order.erase_on <= today
        and one.state is OrderState.SCHEDULED and one.order.ref not in parents
    ]  # fmt: skip


def _state(here: Installation, one: StoredOrder) -> StoredOrder:
    return next(each for each in here.orders() if each.id == one.id)


def _is_put_in_its_place(here: Installation, one: StoredOrder) -> None:
    other: dict[str, dict[str, str]] = {
        "naam": {"value": "Kiki Zonnebloem"},
        "kvk-nummer": {"value": "87654321"},
        "btw-nummer": {"value": "NL123456782B90"},
        "iban": {"value": "NL91ABNA0417164300"},
        "debiteurnummer": {"value": "99001"},
        "e-mail": {"type": "work", "value": "kiki@elders.example"},
        "telefoon": {"type": "work", "value": "020 7000001"},
    }
    state, key = podio_of(here), int(one.order.ref.key)
    state.edit(key, {name: [other[name]] for name in other if name in state.items[key].values})


def test_a_yes_to_somebody_whose_record_is_another_persons_by_now_is_not_taken(here: Installation) -> None:
    first = here.run()
    one = next(each for each in _due(here) if len(first.judged[each.subject].subject.records) == 1)
    _is_put_in_its_place(here, one)
    here.simulation.sandboxes["books"].faults.inject(answer(403), times=None)
    here.run()
    here.simulation.sandboxes["books"].faults.clear()
    assert _state(here, one).state is OrderState.SCHEDULED
    app = here.app()
    with pytest.raises(approval.CannotDecideError, match="somebody else"):
        approval.approve(app, one, "Anna", "paper")
    app.close()
    here.run(send=True)
    assert here.writes()["crm"] == []


@pytest.mark.parametrize("when", ["before the look", "between the look and the write"])
def test_what_went_without_us_and_carried_the_end_lets_everything_wait_that_rests_on_it(
    here: Installation, when: str
) -> None:
    """Had the pull noticed it a minute before, a person would have been asked."""
    first = here.run()
    one, rest = next((each, rest) for each in _due(here) if (rest := _following(here, first, each)))
    here.approve(choose=lambda each: each.id in {one.id, *(other.id for other in rest)})
    state, place = podio_of(here), one.order.ref
    here.simulation.sandboxes["crm"].faults.inject(
        meanwhile(lambda: state.delete(int(place.key), silent=True, hook=False)),
        when=on("POST", f"/item/app/{place.within}/*")
        if when == "before the look"
        else on("GET", f"/item/{place.key}"),
    )
    result = here.run(send=True)
    assert (_state(here, one).state, _state(here, one).code) == (OrderState.SUPERSEDED, "gone_before_us")
    assert result.judged[one.subject].decision.verdict is Verdict.REVIEW
    assert here.writes() == {"books": [], "crm": [], "news": []}
    assert {_state(here, each).state for each in rest} == {OrderState.SUPERSEDED}


def _following(here: Installation, result: Result, one: StoredOrder) -> list[StoredOrder]:
    """Give what is due in the newsletter because of this record, the only one that says that the end came."""
    subject = result.judged[one.subject].subject
    says = [
        each.ref for each in subject.records if any(e.kind is EventKind.ENDED for e in each.record.events)
    ]
    if says != [one.order.ref]:
        return []
    return [
        each
        for each in here.orders()
        if each.order.ref.account == "news" and each.order.erase_on <= result.as_of
        and result.judged[each.subject].subject.organisations == {one.subject}
    ]  # fmt: skip


def test_what_identified_a_record_is_buried_also_when_a_pull_misses_it_before_the_look(
    here: Installation,
) -> None:
    """The vendor takes its time: it says yes, and the record goes before the next run."""
    here.run()
    one = _due(here)[0]
    here.approve(choose=lambda each: each.id == one.id)
    here.simulation.sandboxes["crm"].faults.inject(answer(204), when=on("DELETE", "*"))
    here.run(send=True)
    assert _state(here, one).state is OrderState.ACCEPTED
    podio_of(here).delete(int(one.order.ref.key), silent=True, hook=False)
    here.run()
    assert _state(here, one).state is OrderState.VERIFIED
    app = here.app()
    with app.index.begin() as connection:
        buried = {each.what for each in tombstones.kept(connection)}
        place = tables.records.c.ref == records.ref_text(one.order.ref)
        left = connection.execute(select(tables.records.c.state, tables.records.c.sealed).where(place)).one()
    app.close()
    assert buried == {"reference", "identifier"}
    assert tuple(left) == ("erased", None)


def test_a_write_that_has_its_effect_after_it_was_taken_back_is_still_ours(here: Installation) -> None:
    """Its answer was lost and the record was still there in the next run: the vendor was late, not idle."""
    here.run()
    one = _due(here)[0]
    here.approve(choose=lambda each: each.id == one.id)
    here.simulation.sandboxes["crm"].faults.inject(answer(502), when=on("DELETE", "*"))
    here.run(send=True)
    assert _state(here, one).state is OrderState.UNCERTAIN
    here.run("observe", send=True)
    assert (_state(here, one).state, _state(here, one).code) == (OrderState.APPROVED, "not_done")
    podio_of(here).delete(int(one.order.ref.key), silent=True, hook=False)
    result = here.run()
    assert _state(here, one).state is OrderState.VERIFIED
    assert result.judged[one.subject].decision.verdict is not Verdict.REVIEW
    assert len(here.writes()["crm"]) == 1


@pytest.mark.parametrize("what", ["accepted", "verified"])
def test_what_was_ordered_in_a_system_that_was_left_is_not_looked_for_in_another_under_its_name(
    here: Installation, tmp_path: Path, what: str
) -> None:
    one = _one_contact(here)
    if what == "accepted":
        _says_yes_and_does_nothing(here)
    here.run(send=True)
    assert _state(here, one).state.value == what
    sandboxes = here.simulation.sandboxes
    left = sandboxes.pop("books")
    app = here.app()
    with app.index.begin() as connection:
        journal.allow(connection, app.now(), "books", "absences", 10_000, b"-")
    app.close()
    here.run(send=True)
    with installed(tmp_path / "other", seed=6, size=30) as other:
        other.folder.mkdir()
        sandboxes["books"] = other.simulation.sandboxes["books"]
        here.simulation.addresses["books"] = other.simulation.addresses["books"]
        here.now = shifted(29)
        result = here.run(send=True)
    assert result.accounts["books"].complete
    told = [row.kind for row in here.ledger() if one.id in row.payload]
    if what == "accepted":
        assert isinstance(left.state, Administration)
        assert one.order.ref.key in left.state.contacts, "nobody ever saw it gone"
        assert (_state(here, one).state, _state(here, one).code) == (OrderState.SUPERSEDED, "account_left")
    assert told[-1] == ("order.superseded" if what == "accepted" else "order.verified")


def _one_contact(here: Installation) -> StoredOrder:
    """Approve the erasure of one contact in the books on which nothing hangs."""
    here.run()
    today, orders = here.app().today(), here.orders()
    parents = {one.order.parent for one in orders}
    one = next(
        one
        for one in orders
        if one.order.ref.account == "books" and one.order.ref.kind == "contact" and one.order.erase_on <= today
        and one.order.action is Action.ERASE and one.order.ref not in parents
    )  # fmt: skip
    here.approve(choose=lambda each: each.id == one.id)
    return one


def _says_yes_and_does_nothing(here: Installation) -> None:
    here.simulation.sandboxes["books"].faults.inject(answer(204), when=on("DELETE", "*"))


def test_a_lead_before_the_promise_does_not_reach_into_a_hold(here: Installation) -> None:
    """The second contact of a customer has no papers of its own, and is held for those of the first."""
    text = default_schedule_text().replace('lead = "0 days"', 'lead = "7 days"')
    here.schedule = parse_schedule(text, "with a lead")
    one, until = _held_longest_last(here.run("observe"))
    books = here.simulation.sandboxes["books"].state
    assert isinstance(books, Administration)
    first = books.contacts[one.ref.key]
    same = ("company_name", "tax_number")
    key = str(books.create_contact({name: first[name] for name in same})["id"])
    here.now = shifted((until - TODAY).days - 3)
    here.run("observe")
    order = next(
        each for each in here.orders() if each.order.ref.key == key and each.order.action is Action.ERASE
    )
    assert order.order.erase_on == until + timedelta(days=1)
    app, signed = here.app(), replace(order, state=OrderState.APPROVED, approved_on=until - timedelta(days=3))
    days = [until + timedelta(days=days) for days in range(-3, 2)]
    assert [day for day in days if sendable(signed, app, day)] == [until + timedelta(days=1)]
    app.close()


@pytest.mark.parametrize(
    ("lead", "due", "first"),
    [
        ("0 days", date(2027, 3, 10), date(2027, 3, 10)),
        ("7 days", date(2027, 3, 10), date(2027, 3, 3)),
        ("1 month", date(2027, 3, 10), date(2027, 2, 10)),
        ("1 month", date(2027, 3, 31), date(2027, 3, 1)),
    ],
)
def test_a_lead_counts_calendar_months(here: Installation, lead: str, due: date, first: date) -> None:
    text = default_schedule_text().replace('lead = "0 days"', f'lead = "{lead}"')
    here.schedule = parse_schedule(text, "with a lead")
    here.run("observe")
    app, any_one = here.app(), here.orders()[0]
    days = [due - timedelta(days=days) for days in range(45, -1, -1)]
    signed = [
        replace(
            any_one, order=replace(any_one.order, erase_on=due), basis={}, state=OrderState.APPROVED,
            approved_on=day,
        )
        for day in days
    ]  # fmt: skip
    assert next(day for day, one in zip(days, signed, strict=True) if sendable(one, app, day)) == first
    app.close()


def _held_longest_last(result: Result) -> tuple[StoredRecord, date]:
    """Give a company's contact with papers, and the day until which these are held."""
    found = [
        (stored, until)
        for one in result.judged.values()
        if one.decision.partial and isinstance(until := one.decision.hold_until, date)
        for stored in one.subject.present
        if stored.ref.kind == "contact" and any(paper.of == stored.ref for paper in one.subject.documents)
        and any(each.kind is IdentifierKind.VAT for each in stored.record.identifiers)
    ]  # fmt: skip
    return min(found, key=lambda each: each[1])


def test_no_second_write_goes_to_a_record_while_the_first_is_under_way(here: Installation) -> None:
    """The vendor says yes and has done half of it: what is left on the record makes another order."""
    here.run()
    state = podio_of(here)
    one = next(each for each in _due(here) if state.items[int(each.order.ref.key)].values.get("iban"))
    key = int(one.order.ref.key)
    here.approve(choose=lambda each: each.id == one.id)
    here.simulation.sandboxes["crm"].faults.inject(answer(204), when=on("DELETE", "*"))
    here.run(send=True)
    before = _state(here, one)
    assert before.state is OrderState.ACCEPTED
    state.edit(key, {"iban": []})
    here.run()
    again = next(each for each in here.orders() if each.order.ref == one.order.ref and each.id != one.id)
    assert again.order.categories < one.order.categories
    here.approve(choose=lambda each: each.id == again.id)
    here.run(send=True)
    assert len(here.writes()["crm"]) == 1
    state.delete(key, silent=True, hook=False)
    here.run(send=True)
    after = _state(here, one)
    assert (after.state, after.basis) == (OrderState.VERIFIED, before.basis)
    assert _state(here, again).state is OrderState.SUPERSEDED


def test_a_write_that_was_left_on_its_way_has_a_word_where_nothing_is_sent_any_more(
    here: Installation,
) -> None:
    here.run()
    one = _due(here)[0]
    here.approve(choose=lambda each: each.id == one.id)
    app = here.app()
    with app.index.begin() as connection:
        journal.move(connection, app.now(), one.id, OrderState.SENT, sent_at=app.now().isoformat(), tries=1)
    app.close()
    for days, told in ((0, []), (2, [one.id])):
        here.now = shifted(days)
        result = here.run("observe")
        assert [each.values["order"] for each in result.attention if each.code == "order_sent"] == told
    here.now = shifted(0)
    here.run("observe", send=True)
    assert (_state(here, one).state, here.writes()["crm"]) == (OrderState.APPROVED, [])


def test_what_was_carried_out_in_part_goes_again_on_a_persons_word_and_a_new_yes(here: Installation) -> None:
    """The vendor kept the record for something that syncd does not know, and that somebody took away."""
    one = _one_contact(here)
    kept = answer(204, headers={"x-kept-as": "archived"})
    here.simulation.sandboxes["books"].faults.inject(kept, when=on("DELETE", "*"))
    result = here.run(send=True)
    (told,) = [each.text for each in result.attention if each.code == "order_short"]
    assert f"syncd queue retry {one.id}" in told
    here.run(send=True)
    assert (_state(here, one).state, len(here.writes()["books"])) == (OrderState.SHORT, 1)
    app = here.app()
    with pytest.raises(approval.CannotDecideError, match=f"syncd queue retry {one.id}"):
        approval.approve(app, one, "Anna", "single")
    approval.retry(app, one.id)
    app.close()
    here.run(send=True)
    assert (_state(here, one).state, len(here.writes()["books"])) == (OrderState.SCHEDULED, 1)
    here.approve(choose=lambda each: each.id == one.id)
    here.run(send=True)
    assert _state(here, one).state is OrderState.VERIFIED


def test_an_order_that_comes_to_nothing_again_and_again_has_a_word(here: Installation) -> None:
    """What the vendor lists and what it shows of the one record do not agree."""
    first = here.run()
    ref = next(each.order.ref for each in _due(here) if _says_the_end(first, each))

    async def without_the_end(exchange: Exchange) -> None:
        reply = await exchange.ask()
        item = json.loads(reply.body)
        item["fields"] = [one for one in item["fields"] if one["external_id"] != "relatie-beeindigd-op"]
        headers = {name: told for name, told in reply.headers.items() if name != "content-length"}
        await exchange.reply(replace(reply, headers=headers, body=json.dumps(item).encode()))

    fault = Fault("without_the_end", without_the_end)
    here.simulation.sandboxes["crm"].faults.inject(fault, when=on("GET", f"/item/{ref.key}"), times=None)
    told = []
    for _run in range(3):
        here.approve(choose=lambda each: each.order.ref == ref)
        result = here.run(send=True)
        told.append([each.values["times"] for each in result.attention if each.code == "order_again"])
    assert here.writes()["crm"] == []
    assert told == [[], [3], [4]]


def _says_the_end(result: Result, one: StoredOrder) -> bool:
    subject = result.judged[one.subject].subject
    (record,) = [each.record for each in subject.records if each.ref == one.order.ref]
    return any(each.kind is EventKind.ENDED for each in record.events)

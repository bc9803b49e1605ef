"""The whole line on a world whose truth is known: what goes, what stays, compared as a whole."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

import pytest

from syncd.model import Action, OrderState
from syncd.testing.world import expected_outcomes
from tests.cycle.kit import Installation, installed

if TYPE_CHECKING:
    from syncd.cycle.decide import Judged
    from syncd.cycle.run import Result
    from syncd.testing.world.shapes import TrueRecord, World

WORLDS = [pytest.param((1, 130), id="130"), pytest.param((2, 2000), id="2000", marks=pytest.mark.ci)]

HELD_FIELDS = {"company_name", "firstname", "lastname", "address1", "address2", "zipcode", "city", "country"}
HELD_FIELDS |= {"tax_number", "customer_id"}
"""What the tax law wants on a debtor: art. 35a(1)(d) and (e) Wet OB, and the key of the debtor record."""


@pytest.fixture(scope="module", params=WORLDS)
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One world, looked at, approved by a person who answers nothing else, executed."""
    seed, size = request.param
    with installed(tmp_path_factory.mktemp("line"), seed=seed, size=size) as here:
        before = here.snapshots()
        first = here.run()
        here.approve()
        last = here.run(send=True)
        yield here, before, first, last


Played = tuple[Installation, dict[str, dict[str, Any]], "Result", "Result"]


def test_every_decision_is_the_right_one_per_trap_class(played: Played) -> None:
    here, _before, first, _last = played
    judged = _judged_by_record(first)
    confusion: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for subject in here.simulation.world.subjects:
        found = {
            judged[(one.system, one.id)].decision.verdict.value
            for one in subject.records
            if (one.system, one.id) in judged or not may_be_unread(one)
        }
        confusion[subject.trap][(subject.decision, "/".join(sorted(found)))] += 1
    wrong = {
        trap: {pair: number for pair, number in pairs.items() if pair[0] != pair[1]}
        for trap, pairs in confusion.items()
    }
    assert {trap: pairs for trap, pairs in wrong.items() if pairs} == {}


def test_flags_and_dates_are_the_right_ones(played: Played) -> None:
    here, _before, first, _last = played
    judged = _judged_by_record(first)
    wrong = []
    for subject in here.simulation.world.subjects:
        for one in {
            judged[(record.system, record.id)].subject.id: record
            for record in subject.records
            if (record.system, record.id) in judged or not may_be_unread(record)
        }.values():
            decision = judged[(one.system, one.id)].decision
            hold = decision.hold_until
            seen = (decision.flagged, decision.erase_on, hold)
            if seen != (subject.flagged, subject.erase_on, subject.hold_until):
                wrong.append((subject.trap, (subject.flagged, subject.erase_on, subject.hold_until), seen))
    assert wrong == []


def test_what_should_be_gone_is_gone_and_everything_else_is_as_it_was(played: Played) -> None:
    here, before, _first, _last = played
    after = here.snapshots()
    truth = expected_outcomes(here.simulation.world)
    names = shop_names(here.simulation.world)
    assert _vanished(before, after, names) == {place for place, outcome in truth.items() if outcome == "gone"}
    changed = _changed(before, after, names)
    assert set(changed) == {place for place, outcome in truth.items() if outcome == "minimised"}
    for place, (old, new) in changed.items():
        kept = {name: old[name] for name in HELD_FIELDS}
        assert {name: new[name] for name in HELD_FIELDS} == kept, place
        assert new["archived"] is True
        emptied = ["phone", "email", "chamber_of_commerce"]
        if not new["sepa_active"]:  # an active mandate, and its account, stay while they are held
            emptied.append("bank_account")
        assert not any(new[name] for name in emptied), place
        assert (new["contact_people"], new["notes"]) == ([], []), place


def test_coverage_without_any_answer_but_approval(played: Played) -> None:
    here, _before, _first, last = played
    proven = {
        (one.order.ref.account, one.order.ref.key) for one in last.orders if one.state is OrderState.VERIFIED
    }
    due = [one for one in here.simulation.world.subjects if one.due]
    reached = [
        subject
        for subject in due
        if all((one.system, one.id) in proven for one in subject.records if one.outcome != "unchanged")
    ]
    assert len(due) > 20
    assert len(reached) >= 0.95 * len(due), f"{len(reached)} of {len(due)}"


def test_documents_are_never_written_to(played: Played) -> None:
    here, before, _first, _last = played
    papers = (
        "sales_invoices",
        "external_sales_invoices",
        "estimates",
        "recurring_sales_invoices",
        "documents",
    )
    for one in here.writes()["books"]:
        assert not any(paper in one.path for paper in papers), one.path
    after = here.snapshots()["books"]
    untouched = {name for name in before["books"] if name != "contacts"}
    assert {name: after[name] for name in untouched} == {name: before["books"][name] for name in untouched}


def test_a_read_follows_every_write(played: Played) -> None:
    here, _before, _first, _last = played
    for name, service in here.simulation.sandboxes.items():
        flow = [service.wrote(one) for one in service.requests]
        for number, wrote in enumerate(flow):
            if wrote:
                assert number + 1 < len(flow), name
                assert not flow[number + 1], f"{name}: two writes without a look between"


def test_every_write_has_its_committed_order(played: Played) -> None:
    here, _before, _first, last = played
    writes = sum(len(each) for each in here.writes().values())
    sent = [row for row in here.ledger() if row.kind == "order.sent"]
    assert writes == len(sent) == last.execution.sent > 0


def test_nothing_is_left_to_do_on_the_same_day(played: Played) -> None:
    here, _before, _first, _last = played
    writes = sum(len(each) for each in here.writes().values())
    again = here.run(send=True)
    assert sum(len(each) for each in here.writes().values()) == writes
    assert again.execution.sent == 0
    assert again.plan.created == 0
    assert again.plan.superseded == 0


def test_a_minimised_record_keeps_its_subject_and_its_end(played: Played) -> None:
    _here, _before, _first, last = played
    minimised = {
        one.subject
        for one in last.orders
        if one.state is OrderState.VERIFIED and one.order.action is Action.MINIMISE
    }
    assert minimised
    for number in minimised:
        judged = last.judged[number]
        assert judged.facts.ended, "the end outlives the record that carried it"
        assert judged.decision.verdict.value in {"hold", "erase"}


def may_be_unread(record: TrueRecord) -> bool:
    """Tell whether a pull may leave a record out: what hangs on an item is read when the item has ended."""
    return record.kind in {"file", "comment", "task"}


def shop_names(world: World) -> dict[str, str]:
    """Give what a program may call each customer; one that nothing but personal data names has only its id."""
    return {one.id: one.name or one.id for one in world.news.customers}


def _judged_by_record(result: Result) -> dict[tuple[str, str], Judged]:
    return {
        (stored.ref.account, stored.ref.key): judged
        for judged in result.judged.values()
        for stored in judged.subject.records
    }


def _entries(
    snapshot: dict[str, dict[str, Any]], names: dict[str, str]
) -> dict[tuple[str, str], dict[str, Any]]:
    """Flatten what the three services hold, each entry under the name that the world's truth gives it."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for key, contact in snapshot["books"]["contacts"].items():
        found[("books", str(key))] = contact
        for child in (*contact["contact_people"], *contact["notes"]):
            found[("books", str(child["id"]))] = child
    for key, item in (*snapshot["crm"]["items"].items(), *snapshot["crm"]["hanging"].items()):
        found[("crm", str(key))] = item
    for audience, members in snapshot["news"]["audiences"].items():
        for member in members.values():
            found[("news", str(member["contact_id"]))] = {**member, "audience": audience}
    for contacts in snapshot["news"]["contacts"].values():
        found |= {("news", key): contact for key, contact in contacts.items()}
    for customers in snapshot["news"]["stores"].values():
        found |= {("news", names[key]): customer for key, customer in customers.items()}
    return found


def _vanished(before: dict[str, Any], after: dict[str, Any], names: dict[str, str]) -> set[tuple[str, str]]:
    return set(_entries(before, names)) - set(_entries(after, names))


def _changed(
    before: dict[str, Any], after: dict[str, Any], names: dict[str, str]
) -> dict[tuple[str, str], tuple[dict[str, Any], dict[str, Any]]]:
    old, new = _entries(before, names), _entries(after, names)
    # A contact's people and notes are entries of their own, so its own comparison leaves them out.
    inner = {"contact_people", "notes"}
    return {
        place: (old[place], new[place])
        for place in old.keys() & new.keys()
        if {name: value for name, value in old[place].items() if name not in inner}
        != {name: value for name, value in new[place].items() if name not in inner}
    }

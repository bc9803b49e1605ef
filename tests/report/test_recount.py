"""What was read, decided, held and comes due, counted again from the exported ledger and from the servers alone."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from syncd.report.figures import first_of_month

if TYPE_CHECKING:
    from collections.abc import Iterable

    from syncd.report.page import Calendar
    from tests.report.kit import Made

GOING, STANDING = {"erase", "schedule", "hold"}, {"scheduled", "approved", "sent", "accepted", "uncertain"}


def _decided(shown: Made) -> dict[int, dict[str, Any]]:
    """Give the last decision of each subject in the ledger; of the subjects that were not erased whole since."""
    last: dict[int, dict[str, Any]] = {}
    left: dict[int, Counter[str]] = {}
    whose: dict[str, int] = {}
    for row in shown.ledger:
        told = json.loads(row.payload)
        if row.kind == "decision":
            last[told["subject"]] = told
        if row.kind == "order.scheduled":
            whose[told["order"]] = told["subject"]
        if row.kind == "order.verified":
            left.setdefault(whose[told["order"]], Counter())[told["ref"]] += 1
    there = _there(shown)
    gone = {
        subject
        for subject, refs in left.items()
        if last[subject]["verdict"] == "erase" and not refs.keys() & there and not _papers(last[subject])
    }
    unproven = {whose[name] for name in _standing(shown)}
    return {subject: one for subject, one in last.items() if subject not in gone - unproven}


def _there(shown: Made) -> set[str]:
    """Give the references of the contacts and items that the servers still hold."""
    now = shown.installation.snapshots()
    return {f"books|contact||{key}" for key in now["books"]["contacts"]} | {
        f"crm|item|{one['app_id']}|{key}" for key, one in now["crm"]["items"].items()
    }


def _standing(shown: Made) -> dict[str, dict[str, Any]]:
    """Give the orders that are not proved, superseded or cancelled, as they were scheduled; archiving aside."""
    scheduled, state = {}, {}
    for row in shown.ledger:
        if row.kind.startswith("order."):
            told = json.loads(row.payload)
            state[told["order"]] = row.kind.removeprefix("order.")
            if row.kind == "order.scheduled":
                scheduled[told["order"]] = told
    return {
        name: one for name, one in scheduled.items() if state[name] in STANDING and one["action"] != "archive"
    }


def _papers(decision: dict[str, Any]) -> list[str]:
    """Give the documents that a decision names for a hold."""
    return [
        each for one in decision["reasons"] if one["code"].startswith("hold") for each in one["documents"]
    ]


def _contacts_of(shown: Made, papers: Iterable[str]) -> set[str]:
    """Give the contacts at the books that these papers stand on."""
    kinds = shown.installation.snapshots()["books"]["documents"].values()
    whose = {key: one["contact_id"] for of_kind in kinds for key, one in of_kind.items()}
    return {whose[one.split("|")[-1]] for one in papers}


def _held(shown: Made) -> dict[str, str]:
    """Give the contacts that the tax law holds for somebody who goes, with the end of the hold."""
    as_of = shown.report.as_of.isoformat()
    return {
        contact: one["hold_until"]
        for one in _decided(shown).values()
        if one["verdict"] in GOING and one["hold_until"] and one["hold_until"] >= as_of
        for contact in _contacts_of(shown, _papers(one))
    }


def _waiting_for_papers(shown: Made) -> dict[str, date]:
    """Give the contacts whose hold is over while papers of theirs are still at the books, and their date."""
    ours: dict[int, set[str]] = {}
    for row in shown.ledger:
        told = json.loads(row.payload)
        if row.kind == "order.scheduled" and told["ref"].startswith("books|contact|"):
            ours.setdefault(told["subject"], set()).add(told["ref"].split("|")[-1])
    now, as_of = shown.installation.snapshots()["books"], shown.report.as_of.isoformat()
    with_papers = {one["contact_id"] for of_kind in now["documents"].values() for one in of_kind.values()}
    found: dict[str, date] = {}
    for one in _decided(shown).values():
        if one["verdict"] == "erase" and (one["hold_until"] or "") < as_of:
            mine = ours.get(one["subject"], set()) | _contacts_of(shown, _papers(one))
            found |= dict.fromkeys(mine & with_papers, date.fromisoformat(one["erase_on"]))
    return found


def test_what_was_asked_is_what_the_servers_were_asked(shown: Made) -> None:
    assert {one.name: one.calls for one in shown.report.accounts} == shown.asked
    assert all(shown.asked.values())


def test_what_was_read_is_what_the_servers_held(shown: Made) -> None:
    read = {one.name: one for one in shown.first.accounts}
    books, crm, news = (shown.at_first[name] for name in ("books", "crm", "news"))
    assert read["books"].documents == sum(len(of_kind) for of_kind in books["documents"].values()) > 0
    assert read["books"].records == sum(
        1 + len(one["contact_people"]) + len(one["notes"]) for one in books["contacts"].values()
    )
    lists = (*news["audiences"].values(), *news["stores"].values())
    assert read["news"].records == sum(len(one) for one in lists) > 0
    # Files, comments and tasks are read where the item has ended.
    hanging = [
        each.key
        for card in shown.first.cards
        for each in card.records
        if each.account == "crm" and each.kind != "item"
    ]
    assert set(hanging) <= crm["hanging"].keys()
    assert read["crm"].records == len(crm["items"]) + len(hanging)
    assert hanging


def test_the_decisions_are_the_last_ones_of_the_ledger(shown: Made) -> None:
    decided = _decided(shown)
    counted = Counter(one["verdict"] for one in decided.values())
    assert {name: number for name, number in shown.report.decisions.items() if number} == counted
    assert shown.report.flagged == sum("flagged" in one["flags"] for one in decided.values()) > 0


def test_a_decision_that_is_missing_in_the_ledger_is_noticed(shown: Made) -> None:
    decided = _decided(shown)
    stays = next(one for one in decided.values() if one["verdict"] == "keep")
    less = [
        row
        for row in shown.ledger
        if row.kind != "decision" or json.loads(row.payload)["subject"] != stays["subject"]
    ]
    assert len(_decided(replace(shown, ledger=less))) == len(decided) - 1


def test_what_is_held_follows_from_the_papers_at_the_books(shown: Made) -> None:
    held = _held(shown)
    shown_held = {
        each.key: str(each.hold_until) for card in shown.report.cards for each in card.records if each.held
    }
    assert shown_held == held
    subjects = {
        one["subject"]
        for one in _decided(shown).values()
        if one["verdict"] in GOING and _contacts_of(shown, _papers(one)) & held.keys()
    }
    assert shown.report.held == len(subjects) > 0
    calendar = shown.report.calendar
    years = Counter(end[:4] for end in held.values() if end not in {"open", "unknown"})
    assert {str(one.on.year): one.records for one in calendar.hold_ends if one.records} == years
    assert calendar.without_end == len(held) - years.total()
    assert calendar.hold_ends_later == 0


def test_what_comes_due_follows_from_the_orders_and_the_papers_left_at_the_books(shown: Made) -> None:
    as_of = shown.report.as_of
    due = {one["ref"]: date.fromisoformat(one["erase_on"]) for one in _standing(shown).values()}
    for contact, on in _waiting_for_papers(shown).items():
        due.setdefault(f"books|contact||{contact}", on)
    overdue = [day for day in due.values() if day < as_of]
    ahead = Counter(first_of_month(day) for day in due.values() if day >= as_of)
    calendar: Calendar = shown.report.calendar
    assert calendar.overdue == len(overdue) > 0
    assert {one.on: one.records for one in calendar.due if one.records} == ahead
    assert calendar.due_later == 0

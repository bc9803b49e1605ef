"""What hangs on a record goes with it at the vendor: it waits where the schedule keeps that for longer."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from syncd.model import Action
from syncd.retention import parse_schedule
from syncd.service.defaults import default_schedule_text
from tests.cycle.kit import installed

if TYPE_CHECKING:
    from pathlib import Path

    from syncd.cycle.run import Result
    from syncd.model import RecordRef


def noted(result: Result) -> set[RecordRef]:
    """Give the contacts of the books that have notes, by what was read of them."""
    records = (each.record for one in result.judged.values() for each in one.subject.present)
    return {one.parent for one in records if one.ref.kind == "note" and one.parent is not None}


def ordered(result: Result, action: Action) -> set[RecordRef]:
    """Give the records of which a run's orders want one action."""
    return {one.order.ref for one in result.orders if one.order.action is action}


def read(period: str, folder: Path) -> Result:
    """Run once with another period for notes than for contacts."""
    plain = default_schedule_text()
    start = plain.index("[categories.relation_record]")
    longer = plain[:start] + plain[start:].replace('"4 weeks"', f'"{period}"', 1)
    with installed(folder, size=200) as here:
        here.schedule = parse_schedule(longer, "longer")
        return here.run()


@pytest.mark.parametrize(
    ("period", "waits"), [pytest.param("4 weeks", False, marks=pytest.mark.ci), ("2 years", True)]
)
def test_a_contact_waits_for_notes_that_are_kept_for_longer_and_is_emptied_meanwhile(
    period: str, waits: bool, tmp_path: Path
) -> None:
    result = read(period, tmp_path)
    contacts = noted(result)
    assert bool(contacts & ordered(result, Action.ERASE)) is not waits
    told = {one.values["ref"] for one in result.attention if one.code == "waits_attached"}
    assert bool(told) is waits
    assert told <= set(map(str, contacts))
    assert told <= set(map(str, ordered(result, Action.MINIMISE)))
    assert told <= set(map(str, ordered(result, Action.ARCHIVE)))


@pytest.mark.parametrize("period", [pytest.param("3 weeks", marks=pytest.mark.ci), "6 weeks"])
def test_a_contact_is_erased_on_the_last_day_of_it_and_of_its_notes(period: str, tmp_path: Path) -> None:
    result = read(period, tmp_path)
    last: dict[RecordRef, date] = {}
    for one in result.judged.values():
        days = {each.ref: each.erase_on for each in one.dispositions if each.erase_on}
        for each in one.subject.present:
            if each.ref.kind == "note" and each.record.parent is not None and each.ref in days:
                last[each.record.parent] = max(days[each.ref], last.get(each.record.parent, date.min))
    erased = [
        one.order for one in result.orders if one.order.action is Action.ERASE and one.order.ref in last
    ]
    assert erased
    assert all(one.erase_on >= last[one.ref] for one in erased)
    waited = [one for one in erased if one.erase_on == last[one.ref]]
    assert bool(waited) is (period == "6 weeks")

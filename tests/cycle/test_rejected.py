"""What a person said no to stays as it is until that day, also when something around it may go."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from syncd.cycle import approval
from syncd.index import orders as journal
from syncd.index import orders_about
from syncd.model import Action, OrderState
from tests.cycle.kit import installed, shifted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from syncd.index.orders import StoredOrder
    from tests.cycle.kit import Installation


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installation]:
    with installed(tmp_path, seed=5, size=40) as made:
        yield made


def _families(here: Installation) -> list[tuple[StoredOrder, StoredOrder]]:
    """Give erasures that are due in each account, each with that of the one thing that hangs on it."""
    due = [one for one in here.orders() if one.order.erase_on <= here.app().today()]
    children = {
        ref: [one for one in due if one.order.parent == ref] for ref in {one.order.ref for one in due}
    }
    found = [
        (one, children[one.order.ref][0])
        for one in due
        if one.order.action is Action.ERASE and len(children[one.order.ref]) == 1
    ]
    return list({parent.order.ref.account: (parent, child) for parent, child in found}.values())


def _say(here: Installation, yes: StoredOrder, no: StoredOrder) -> None:
    app = here.app()
    approval.approve(app, yes, "Anna", "single")
    approval.reject(app, no, "Anna", app.today() + timedelta(days=20), "dispute")
    app.close()


def _now(here: Installation, one: StoredOrder) -> StoredOrder:
    return next(each for each in here.orders() if each.id == one.id)


def test_what_hangs_on_a_record_and_was_rejected_keeps_the_record_until_that_day(here: Installation) -> None:
    here.run()
    families = _families(here)
    assert {parent.order.ref.account for parent, _child in families} == {"books", "crm", "news"}
    for parent, child in families:
        _say(here, yes=parent, no=child)
    here.run(send=True)
    assert [len(each) for each in here.writes().values()] == [0, 0, 0]
    assert {_now(here, parent).state for parent, _child in families} == {OrderState.APPROVED}


def test_who_said_no_to_emptying_a_record_said_no_to_erasing_it(here: Installation) -> None:
    here.run()
    app, (parent, _child) = here.app(), _families(here)[0]
    with app.index.begin() as connection:
        ref, day = parent.order.ref, app.today() + timedelta(days=20)
        emptying = replace(
            parent.order, id="O-000900", action=Action.MINIMISE, categories=frozenset({"contact_details"})
        )
        journal.create(connection, app.now(), [(emptying, parent.subject, {}, app.today(), True, ())])
        journal.move(connection, app.now(), "O-000900", OrderState.CANCELLED, rejected_until=day)
        assert [one.id for one in orders_about.rejected_around(connection, ref, app.today())] == ["O-000900"]
        assert orders_about.rejected_around(connection, ref, day) == []
        # Ordered anew, that one is to be decided about.
        anew = replace(emptying, id="O-000901", digest="other")
        journal.create(connection, app.now(), [(anew, parent.subject, {}, app.today(), True, ())])
        assert orders_about.rejected_around(connection, ref, app.today()) == []
    app.close()


def test_what_was_rejected_on_two_sets_of_facts_is_ordered_on_neither(here: Installation) -> None:
    here.run()
    first = here.schedule
    one = next(
        one for one in here.orders() if one.order.ref.kind == "item" and one.order.ref.account == "crm"
    )
    app = here.app()
    approval.reject(app, one, "Anna", app.today() + timedelta(days=300), "dispute")
    app.close()

    here.schedule = replace(first, notice=replace(first.notice, count=9))
    here.run()
    anew = _standing_at(here, one)
    assert anew is not None, "other rules are other facts"
    app = here.app()
    approval.reject(app, anew, "Anna", app.today() + timedelta(days=200), "audit")
    app.close()

    here.schedule = first
    here.run()
    assert _standing_at(here, one) is None
    here.now = shifted(301)
    here.run()
    assert _standing_at(here, one) is not None


def _standing_at(here: Installation, place: StoredOrder) -> StoredOrder | None:
    return next((one for one in here.orders() if one.order.ref == place.order.ref and one.open), None)

"""What a person said stays readable and in force when two subjects turn out to be one."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from connectors.podio.sandbox import PodioState
from syncd.cycle.pull import pull_accounts
from syncd.cycle.review import current
from syncd.cycle.statements import said_by, standing_stop, suspend
from syncd.index import subjects as stored_subjects
from tests.cycle.kit import installed

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cycle.kit import Installation


def test_a_stop_moves_with_its_subject(tmp_path: Path) -> None:
    with installed(tmp_path, size=30) as here:
        here.run()
        app = here.app()
        judged = [one for one in current(app).judged.values() if one.subject.present and one.facts.ended]
        kept, merged = judged[0].subject.id, judged[-1]
        suspend(app, merged, "audit", date(2099, 1, 1), "Anna")
        with app.index.begin() as connection:
            stored_subjects.move_statements(connection, merged.subject.id, kept)
        now = current(app).judged[kept]
        stop = standing_stop(now.said)
        assert stop is not None
        assert (stop.reason, stop.review_on, said_by(app, stop)) == ("audit", date(2099, 1, 1), "Anna")
        assert now.facts.suspended
        assert "Anna" not in repr(stop)
        app.close()


@pytest.mark.parametrize("then", ["nothing", "others are read before"])
def test_a_stop_of_somebody_who_was_read_and_not_yet_numbered_stays_with_them(
    tmp_path: Path, then: str
) -> None:
    """A run was asked to stop after it had read them: what a person looks at is numbered on a copy."""
    with installed(tmp_path, size=30) as here:
        here.run()
        first = _new_item(here, 1)
        app = here.app()
        pull_accounts(app, "R-stopped")
        if then != "nothing":
            _new_item(here, 0)
        judged = next(
            one
            for one in current(app).judged.values()
            if first in {each.ref.key for each in one.subject.records}
        )
        suspend(app, judged, "audit", date(2099, 1, 1), "Anna")
        app.close()
        result = here.run()
        stopped = {
            stored.ref.key
            for one in result.judged.values()
            if one.facts.suspended
            for stored in one.subject.records
        }
        assert stopped == {first}


def _new_item(here: Installation, place: int) -> str:
    crm = here.simulation.sandboxes["crm"].state
    assert isinstance(crm, PodioState)
    like = next(one for _key, one in sorted(crm.items.items()))
    key = max([*crm.items, *crm.trash]) + 1 if place else min(crm.items) - 1
    crm.items[key] = replace(like, id=key, number=key, values=copy.deepcopy(like.values), refers_to={})
    told = {"naam": f"Nieuw {place} {'Xyz' * (place + 1)}", "kvk-nummer": f"8765432{place}"}
    crm.edit(key, {name: [{"value": told.get(name, "")}] if name in told else [] for name in like.values})
    return str(key)

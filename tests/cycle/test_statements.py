"""What a person said stays readable and in force when two subjects turn out to be one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from syncd.cycle.review import current
from syncd.cycle.statements import said_by, standing_stop, suspend
from syncd.index import subjects as stored_subjects
from tests.cycle.kit import installed

if TYPE_CHECKING:
    from pathlib import Path


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

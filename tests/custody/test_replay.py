"""A decision of a past day: told from what was kept, and decided again from the facts of then."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from syncd.cli import run_command
from syncd.cycle.replay import replay
from syncd.index.tables import history, schedules
from tests.cycle.kit import TODAY, installed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cycle.kit import Installation


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(tmp_path_factory.mktemp("replay"), size=90) as one:
        one.run()
        yield one


def test_every_decision_comes_out_again_from_the_facts_kept_with_it(there: Installation) -> None:
    result = there.run()
    app = there.app()
    living = {number: one for number, one in result.judged.items() if one.subject.present}
    again = {number: replay(app, number, TODAY) for number in living}
    app.close()
    assert len(living) > 90
    assert any(one.subject.organisations for one in living.values())
    for number, one in again.items():
        assert one is not None
        assert (number, one.same) == (number, True)
        assert one.decided.decision == living[number].decision


def test_before_the_first_decision_there_is_nothing_to_tell(there: Installation) -> None:
    app = there.app()
    assert replay(app, 1, TODAY - timedelta(days=1)) is None
    app.close()


def test_other_facts_come_to_another_decision_and_a_lost_schedule_to_none(there: Installation) -> None:
    app = there.app()
    with app.index.begin() as connection:
        rows = list(connection.execute(history.select()))
        ended = next(row for row in rows if json.loads(row.decision)["verdict"] == "erase")
        facts = json.loads(ended.facts) | {"ended": {"customer": None}}
        connection.execute(update(history).where(history.c.id == ended.id).values(facts=json.dumps(facts)))
    changed = replay(app, ended.subject, TODAY)
    with app.index.begin() as connection:
        connection.execute(schedules.delete())
    lost = replay(app, ended.subject, TODAY)
    app.close()
    assert changed is not None
    assert changed.same is False
    assert lost is not None
    assert lost.same is None


def test_it_is_asked_by_number_and_day(there: Installation, capsys: pytest.CaptureFixture[str]) -> None:
    config = str(there.folder / "syncd.toml")
    there.run()
    assert run_command(["contact", "show", "S-1", "--on", str(TODAY), "--config", config]) == 0
    shown = capsys.readouterr().out
    assert f"S-1 on {TODAY}" in shown
    assert "the same" in shown
    assert run_command(["contact", "show", "S-1", "--on", "2020-01-01", "--config", config]) == 2
    assert "nothing had been decided about it by 2020-01-01" in capsys.readouterr().err

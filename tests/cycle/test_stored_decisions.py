"""Stored decisions: deciding again only what changed comes to what deciding everybody anew comes to."""

from __future__ import annotations

import sys
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from syncd import identity
from syncd.cycle import deciding, rechecking
from syncd.cycle.statements import state
from syncd.index import decisions, neighbours, tombstones
from syncd.index.tables import subjects
from syncd.index.tombstones import Tombstone
from syncd.retention import parse_schedule
from syncd.service.defaults import default_schedule_text
from syncd.service.inspection import examine_decisions
from tests.cycle.changes import CHANGES, WHO, Office
from tests.cycle.kit import installed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from syncd.cycle.app import App
    from syncd.cycle.decide import Judged


def _after(office: Office, *names: str) -> None:
    """Let one thing after another happen, with a run after each."""
    for name in names:
        if office.do(name):
            office.run()
            assert office.differences() == [], name


def test_after_each_change_the_stored_decisions_are_what_deciding_everybody_anew_comes_to(
    tmp_path: Path,
) -> None:
    with installed(tmp_path, seed=5, size=24) as here:
        office = Office(here, Random(5))  # noqa: S311 - the same in every run of the tests
        office.run()
        _after(office, "approved and sent", "settled", "said ended", "different", "the next day", "back")


@pytest.mark.ci
@pytest.mark.parametrize("seed", [1, 2])
def test_so_they_are_after_any_changes_in_any_order(tmp_path: Path, seed: int) -> None:
    with installed(tmp_path, seed=seed, size=40) as here:
        office = Office(here, Random(seed))  # noqa: S311 - the same in every run of the tests
        office.run()
        _after(office, *(office.random.choice(list(CHANGES)) for _ in range(15)))


# --- a sample is decided from scratch -----------------------------------------------------------------------


def _falsify(office: Office) -> None:
    """Let what is stored of everybody say that they have ended, or have not."""
    app = office.here.app()
    with app.index.begin() as connection:
        connection.execute(update(subjects).where(subjects.c.present).values(living=~subjects.c.living))
    app.close()


def _examined(office: Office) -> str:
    app = office.here.app()
    try:
        return examine_decisions(app).level
    finally:
        app.close()


def test_a_stored_decision_that_is_not_what_the_facts_say_is_found_told_and_mended(tmp_path: Path) -> None:
    with installed(tmp_path, seed=5, size=25) as here:
        office = Office(here, Random(5))  # noqa: S311 - the same in every run of the tests
        office.run()
        assert _examined(office) == "ok"
        _falsify(office)
        assert _examined(office) == "error"
        assert office.differences()
        office.run()
        assert (_examined(office), office.differences()) == ("ok", [])
        _falsify(office)
        office.days += 7
        office.run()
        assert office.differences() == []
        assert office.result is not None
        assert "decisions_differ" in {one.code for one in office.result.attention}


# --- each mark is needed ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with installed(tmp_path_factory.mktemp("office"), seed=3, size=120) as here:
        made = Office(here, Random(3))  # noqa: S311 - the same in every run of the tests
        made.run()
        yield made


def _not_from(name: str, module: str, function: str) -> Callable[[pytest.MonkeyPatch], None]:
    """Let what `function` asks of `decisions` go unheard."""
    real = getattr(decisions, name)

    def heard(*given: Any) -> Any:
        caller = sys._getframe(1)
        if (caller.f_globals["__name__"], caller.f_code.co_name) == (module, function):
            return None
        return real(*given)

    return lambda patch: patch.setattr(decisions, name, heard)


def _no_neighbours(patch: pytest.MonkeyPatch) -> None:
    real = neighbours.save
    patch.setattr(neighbours, "save", lambda *given: real(*given) and set())


def _no_days(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(deciding, "wakes_on", lambda *_given: None)


def _no_members(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(deciding._Pass, "_followers", lambda _self, following: following)


def _an_organisation_ends(office: Office, app: App) -> None:
    with app.index.begin() as connection:
        with_members = decisions.members_of(connection, decisions.everybody(connection))
    _say_ended(office, app, lambda one: one.subject.id in with_members and not any(one.facts.ended.values()))


def _say_ended(office: Office, app: App, fits: Callable[[Judged], object]) -> None:
    one = office.somebody(app, fits)
    assert one is not None
    state(app, one, "ended", office.today - timedelta(days=90), None, WHO)


def _an_identity_is_shared(office: Office, _app: App) -> None:
    """An ended subject's address is given to another item: the one that has ended may be the same as it now."""
    crm = office.service("crm").state
    ended = [
        one
        for one in crm.items.values()
        if one.values.get("relatie-beeindigd-op") and one.values.get("e-mail")
    ]
    living = [one for one in crm.items.values() if not one.values.get("relatie-beeindigd-op")]
    for one, other in zip(ended, living, strict=False):
        crm.edit(other.id, {"e-mail": one.values["e-mail"]})


def _a_tombstone_comes_back(office: Office, app: App) -> None:
    one = office.somebody(
        app, lambda each: any(identity.strong_keys(of.record) for of in each.subject.present)
    )
    assert one is not None
    marks = [key for each in one.subject.present for key in identity.strong_keys(each.record)]
    digest = app.index.keys.tombstone_digest(min(marks))
    at = str(office.today - timedelta(days=300))
    with app.index.begin() as connection:
        tombstones.save(connection, [Tombstone(digest, "O-9", "identifier", "-", 9, "crm", "[]", at)])


def _a_tombstone_is_over(office: Office, app: App) -> None:
    with app.index.begin() as connection:
        assert tombstones.remove(app.index, connection, str(office.today - timedelta(days=200)))


def _goes_back(office: Office, _app: App) -> None:
    office.days += 40
    office.run()
    office.days -= 40


def _another_schedule(office: Office, _app: App) -> None:
    shorter = default_schedule_text().replace('"4 weeks"', '"3 weeks"')
    office.here.schedule = parse_schedule(shorter, "edited")


def _change(name: str) -> Callable[[Office, App], None]:
    def happens(office: Office, app: App) -> None:
        for _ in range(4):
            CHANGES[name](office, app)

    return happens


_NO_RECORDS = _not_from("mark_dirty", "syncd.cycle.resolve", "resolve_subjects")

MARKS: dict[str, tuple[Callable[[pytest.MonkeyPatch], None], Callable[[Office, App], None]]] = {
    "a record": (_NO_RECORDS, _change("ends")),
    "a document": (_NO_RECORDS, _change("settled")),
    "who may be the same": (_no_neighbours, _an_identity_is_shared),
    "an organisation that ended": (_no_members, _an_organisation_ends),
    "a person's word": (_not_from("mark_dirty", "syncd.index.subjects", "save_statement"), _change("said ended")),
    "an order that closed": (_not_from("mark_dirty", "syncd.index.orders", "move"), _change("rejected")),
    "another schedule": (
        _not_from("mark_all_dirty", "syncd.cycle.deciding", "_begin"), _another_schedule,
    ),
    "a tombstone that came back": (
        _not_from("mark_all_dirty", "syncd.index.tombstones", "save"), _a_tombstone_comes_back,
    ),
    "a tombstone that is over": (
        _not_from("mark_reimported_dirty", "syncd.index.tombstones", "remove"), _a_tombstone_is_over,
    ),
    "a day that came": (_no_days, _change("the next day")),
    "an earlier day": (_not_from("mark_all_dirty", "syncd.cycle.deciding", "_begin"), _goes_back),
}  # fmt: skip
"""What has a subject decided again: how it would be forgotten, and what then must not go unnoticed."""


@pytest.mark.ci
@pytest.mark.parametrize("mark", MARKS)
def test_control_without_one_mark_the_difference_is_found(
    office: Office, monkeypatch: pytest.MonkeyPatch, mark: str
) -> None:
    forget, happen = MARKS[mark]
    with monkeypatch.context() as patch:
        forget(patch)
        patch.setattr(rechecking, "differing", lambda *_given: [])
        if mark == "a day that came":
            _everybody_again(office)
        app = office.here.app()
        happen(office, app)
        app.close()
        office.run()
    assert office.differences()
    _everybody_again(office)
    assert office.differences() == []


def _everybody_again(office: Office) -> None:
    app = office.here.app()
    with app.index.begin() as connection:
        decisions.mark_all_dirty(connection)
    app.close()
    office.run()

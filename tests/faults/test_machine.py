"""Whatever happens, in whatever order: no wrong write is made, and with a guard removed the machine finds one."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import Phase

from syncd.cycle import execute, guards, verify
from syncd.cycle.decide import Judge
from syncd.index.store import open_index
from syncd.model import Presence, PresenceState
from syncd.service.simulation import simulate, write_configuration
from tests.faults.machine import BEGIN, play
from tests.faults.place import FoundError, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from syncd.cycle.app import App
    from syncd.index.orders import StoredOrder

LIVES, MORE = 500, 2_500
"""Lives of fifty steps at most, with which a play in continuous integration and by hand is done."""

LEAST = {
    "order.verified": 1_000,
    "order.uncertain": 15,
    "order.short": 5,
    "order.superseded": 500,
    "order.came_back": 15,
    "order.stayed_gone": 100,
    "subject.suspended": 100,
    "index.restored": 50,
}
"""What must have happened, and at least how often: where nothing is erased or goes wrong, nothing is shown."""

REPEATABLE: dict[str, Any] = {"derandomize": True, "database": None, "phases": [Phase.generate]}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    shared = Path("/dev/shm")  # noqa: S108 - no disk is waited for
    root = shared if shared.is_dir() else tmp_path_factory.mktemp("machine")
    with tempfile.TemporaryDirectory(dir=root) as name:
        template = Path(name) / "template"
        template.mkdir()
        with simulate(1, 3, BEGIN.date()) as simulation:
            write_configuration(simulation, template, mode="approve")
        open_index(template / "state", {}).close()
        made = Place(template, Path(name) / "live")
        yield made
        made.engine.dispose()


@pytest.mark.ci
def test_whatever_happens_in_whatever_order_no_wrong_write_is_made(place: Place) -> None:
    told = play(place, LIVES, **REPEATABLE)
    assert told.steps >= 20_000
    assert told.died > LIVES // 2
    assert {kind: told.rows[kind] for kind, least in LEAST.items() if told.rows[kind] < least} == {}


@pytest.mark.slow
def test_whatever_happens_for_a_hundred_thousand_steps(place: Place) -> None:
    told = play(place, MORE)
    assert told.steps >= 100_000
    assert told.rows["order.refused"] > 0


# --- its controls: with a guard removed the machine finds what is wrong ----------------------------------------


def _believes(app: App, one: StoredOrder, *_arguments: object, **_named: object) -> bool:
    verify.verified(app, one, Presence(one.order.ref, PresenceState.ABSENT), None)
    return True


REMOVED: dict[str, tuple[object, str, Callable[..., object], str]] = {
    "decided again": (Judge, "still_stands", lambda *_arguments: True, "has not ended|it has papers"),
    "children first": (execute._Account, "_must_wait", lambda _self, _one: False, "children: "),
    "second look": (verify, "look", _believes, "un(proven|read): "),
    "the vendor's clock": (guards, "require_clock", lambda _app, _account: None, "the clock is wrong"),
}


@pytest.mark.parametrize(
    "guard",
    [
        # Something must change just between the decision and the look: not in every short play.
        pytest.param("decided again", marks=pytest.mark.slow),
        pytest.param("children first", marks=pytest.mark.ci),
        pytest.param("second look", marks=pytest.mark.ci),
        pytest.param("the vendor's clock", marks=pytest.mark.ci),
    ],
)
def test_without_a_guard_the_machine_finds_what_is_wrong(
    place: Place, guard: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    where, name, instead, found = REMOVED[guard]
    monkeypatch.setattr(where, name, instead)
    if guard == "children first":
        monkeypatch.setattr(execute, "_depth", lambda one: (one.order.parent is not None, one.order.ref))
    with pytest.raises(FoundError, match=found):
        play(place, MORE, **REPEATABLE)  # ends with the first that is found

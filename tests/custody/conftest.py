"""An office with a world of its own that has erased somebody, and a copy from before that."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from syncd.service import clock
from syncd.service.simulation import simulate
from tests.cli.conftest import Office

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def erased(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Give an office that looked, made a copy, and then approved and erased whoever was due."""
    with simulate(9, 40, clock.today()) as simulation:
        office = Office(tmp_path_factory.mktemp("erased"), simulation)
        office.configure()
        assert office("run-once").code == 0
        assert office("db", "backup").code == 0
        for account in simulation.sandboxes:
            assert office("queue", "approve", "--brake", account, "--count", "500").code == 0
        assert office("queue", "approve", "--all", "--yes").code == 0
        assert office("run-once", "--execute").code in {0, 1}
        yield office


@pytest.fixture
def office(erased: Office, tmp_path: Path) -> Office:
    """Give a copy of that office's state of its own, connected to the same services."""
    shutil.copytree(erased.folder / "state", tmp_path / "state")
    made = Office(tmp_path, erased.simulation)
    made.configure()
    return made

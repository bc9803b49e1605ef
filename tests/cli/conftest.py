"""One served world for the commands of a module, and a fresh installation for each test."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from syncd.service import clock
from syncd.service.simulation import Simulation, simulate, write_configuration
from tests.cli.kit import Said, syncd

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass
class Office:
    """A folder with a configuration that is connected to the simulated services."""

    folder: Path
    simulation: Simulation

    def configure(self, mode: str = "approve", **extra: dict[str, Any]) -> Path:
        """Write the configuration anew."""
        return write_configuration(self.simulation, self.folder, mode=mode, extra=extra)

    def __call__(self, *arguments: str, stdin: str = "") -> Said:
        """Run a command with this configuration."""
        return syncd(*arguments, "--config", str(self.folder / "syncd.toml"), stdin=stdin)

    def writes(self) -> int:
        """Count what the services were asked to change."""
        return sum(
            sum(1 for one in service.requests if service.wrote(one))
            for service in self.simulation.sandboxes.values()
        )


@pytest.fixture(scope="module")
def _looked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Simulation, Path]]:
    with simulate(4, 40, clock.today()) as simulation:
        folder = tmp_path_factory.mktemp("looked")
        config = write_configuration(simulation, folder, mode="approve")
        assert syncd("run-once", "--config", str(config)).code == 0
        yield simulation, folder


@pytest.fixture
def office(_looked: tuple[Simulation, Path], tmp_path: Path) -> Office:
    """An installation that has looked once at a served world that nobody has written to."""
    simulation, folder = _looked
    shutil.copytree(folder / "state", tmp_path / "state")
    made = Office(tmp_path, simulation)
    made.configure()
    return made


@pytest.fixture
def own_office(tmp_path: Path) -> Iterator[Office]:
    """An installation with a world of its own, for tests that write to it."""
    with simulate(9, 40, clock.today()) as simulation:
        made = Office(tmp_path, simulation)
        made.configure()
        yield made

"""Where the machine of any order lives, and what a play of it came to."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sqlalchemy import event

from syncd import registry
from syncd.index.engine import engine_of
from syncd.index.store import FILE
from syncd.retention import parse_schedule
from syncd.service.defaults import default_schedule_text
from syncd.settings import load_settings

if TYPE_CHECKING:
    from pathlib import Path

    from tests.faults.vendors import World


class FoundError(Exception):
    """Something wrong was written, or the checker finds a broken invariant; the text says what."""


@dataclass
class Told:
    """What a whole play came to: steps, deaths, and how often each kind of row was written to a ledger."""

    steps: int = 0
    lives: int = 0
    died: int = 0
    rows: Counter[str] = field(default_factory=Counter)


@dataclass
class Place:
    """Where a machine lives: one folder and one engine, used again by every life. `template` is as new."""

    template: Path
    folder: Path
    world: World = field(init=False)

    def __post_init__(self) -> None:
        self.state = self.folder / "state"
        # What SQLAlchemy compiles it keeps with the engine, so one serves all.
        self.engine = engine_of(self.state / FILE)
        event.listen(self.engine, "commit", lambda _connection: self.world.step())
        configured = load_settings(self.template / "syncd.toml", {}, registry.models())
        service = configured.service.model_copy(update={"state_dir": self.state})
        self.settings = replace(configured, service=service)
        self.schedule = parse_schedule(default_schedule_text(), "default")

    def begin(self, world: World) -> None:
        """Begin anew, with an index that has seen nothing."""
        self.world = world
        self.engine.dispose()
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.template, self.folder)

"""Generated worlds, each made once and given out as copies: what a sandbox changes in one stays there."""

from __future__ import annotations

import pickle
from functools import cache
from typing import TYPE_CHECKING

from syncd.testing import world

if TYPE_CHECKING:
    from datetime import date

    from syncd.testing.world.shapes import World


def fresh_world(seed: int, size: int, today: date) -> World:
    """Give a world of its own; a copy costs a tenth of making one."""
    made: World = pickle.loads(_pickled(seed, size, today))  # noqa: S301 - written by this process
    return made


@cache
def _pickled(seed: int, size: int, today: date) -> bytes:
    return pickle.dumps(world.make_world(seed, size, today))

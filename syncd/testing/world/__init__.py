"""One seeded world behind the simulated services; it imports nothing from the rest of syncd.

`make_world(seed, size, today)` makes it; `expected_outcomes(world)` says what ought to become of each record.
"""

from syncd.testing.world.make import STORIES, make_world
from syncd.testing.world.shapes import TrueRecord, TrueSubject, World
from syncd.testing.world.truth import expected_outcomes

TRAPS = tuple(STORIES)
"""The names of all trap classes."""

__all__ = ["TRAPS", "TrueRecord", "TrueSubject", "World", "expected_outcomes", "make_world"]

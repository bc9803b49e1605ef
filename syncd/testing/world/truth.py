"""Read the truth of a world in the form that a comparison needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from syncd.testing.world.shapes import World


def expected_outcomes(world: World) -> dict[tuple[str, str], str]:
    """Give gone, minimised or unchanged for every record, by system and the vendor's id.

    Ids are unique within a system, so the kind of record is not part of the key.
    """
    return {
        (record.system, record.id): record.outcome for subject in world.subjects for record in subject.records
    }

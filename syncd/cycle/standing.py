"""How everybody stands: what was decided last, counted and chosen without deciding anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from syncd.cycle.statements import standing_stop
from syncd.index import decisions
from syncd.index import subjects as stored_subjects
from syncd.index.many import in_parts
from syncd.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from syncd.cycle.decide import Judged
    from syncd.cycle.everybody import Everybody
    from syncd.index.subjects import StoredStatement
    from syncd.model import Decision


@dataclass(frozen=True)
class Standing:
    """The subjects that still exist, per verdict, and the numbers of those that a report names.

    `flagged` and `scheduled` are in the order in which they are due, `held` in that in which their holds end.
    `reviews` are the decisions that wait for a person, and `stops` what a person stopped, by number.
    """

    verdicts: Mapping[str, int]
    flagged: Sequence[int]
    scheduled: Sequence[int]
    held: Sequence[int]
    reviews: Mapping[int, Decision]
    stops: Mapping[int, StoredStatement]
    everybody: Everybody

    @property
    def subjects(self) -> int:
        """Count everybody who still exists."""
        return sum(self.verdicts.values())

    def some(self, numbers: Iterable[int]) -> list[Judged]:
        """Give some subjects with everything known of them."""
        return list(self.everybody.some(numbers))


def standing_of(connection: Connection, everybody: Everybody) -> Standing:
    """Read how everybody stands."""
    reviews = decisions.chosen(connection, decisions.verdict_is(Verdict.REVIEW))
    found = {
        number: one
        for some in in_parts(reviews)
        for number, one in decisions.standing(connection, some).items()
    }
    return Standing(
        verdicts=decisions.count(connection)[0],
        flagged=decisions.chosen(connection, decisions.FLAGGED),
        scheduled=decisions.chosen(connection, decisions.verdict_is(Verdict.SCHEDULE)),
        held=decisions.held_longest_last(connection),
        reviews={number: one.decision for number, one in sorted(found.items()) if one.decision},
        stops=_stops(connection),
        everybody=everybody,
    )


def _stops(connection: Connection) -> dict[int, StoredStatement]:
    said = stored_subjects.statements_of(connection, stored_subjects.ever_stopped(connection))
    return {number: stop for number, one in sorted(said.items()) if (stop := standing_stop(one))}

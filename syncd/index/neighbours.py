"""Who stands beside whom in the index: memberships, contests and proposals between subjects."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, or_, select

from syncd.identity import Proposal
from syncd.index import decisions
from syncd.index.between import belongs, contests, proposals
from syncd.index.many import in_parts, write_many
from syncd.index.records import ref_from, ref_text
from syncd.index.tables import subjects
from syncd.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy import Connection, Select

    from syncd.model import RecordRef


def save(
    connection: Connection,
    numbers: Collection[int],
    pairs: Iterable[tuple[int, int]],
    shared: Collection[frozenset[int]],
) -> set[int]:
    """Replace the memberships of some subjects (member, organisation) and the contests that they are in.

    Gives the subjects that belong to others now, or may be the same as others: they are to be decided again.
    """
    around = {*numbers, *(each for together in shared for each in together)}
    around |= set().union(*decisions.rivals_of(connection, numbers).values())
    before = _beside(connection, around)
    for some in in_parts(numbers):
        connection.execute(delete(belongs).where(belongs.c.subject.in_(some)))
        theirs = select(contests.c.contest).where(contests.c.subject.in_(some))
        connection.execute(delete(contests).where(contests.c.contest.in_(theirs)))
    rows = [{"subject": member, "organisation": organisation} for member, organisation in sorted(pairs)]
    if rows:
        write_many(connection, insert(belongs), rows)
    first = int(connection.execute(select(func.coalesce(func.max(contests.c.contest), 0))).scalar_one()) + 1
    rows = [
        {"contest": number, "subject": subject}
        for number, together in enumerate(sorted(map(sorted, shared)), start=first)
        for subject in together
    ]
    if rows:
        write_many(connection, insert(contests), rows)
    now = _beside(connection, around)
    return {number for number in around if now[number] != before[number]}


def _beside(connection: Connection, numbers: Collection[int]) -> dict[int, tuple[set[int], set[int]]]:
    organisations = decisions.organisations_of(connection, numbers)
    rivals = decisions.rivals_of(connection, numbers)
    return {one: (organisations.get(one, set()), rivals.get(one, set())) for one in numbers}


def save_proposals(
    connection: Connection,
    found: Iterable[Proposal],
    numbers: Mapping[RecordRef, int],
    touched: Collection[int],
) -> None:
    """Replace the proposals about the subjects `touched`. `numbers` gives the subject of a record."""
    for some in in_parts(touched):
        about = or_(proposals.c.one.in_(some), proposals.c.other.in_(some))
        connection.execute(delete(proposals).where(about))
    rows = []
    for proposal in found:
        if numbers[proposal.a] != numbers[proposal.b]:
            a, b = sorted((proposal.a, proposal.b))
            rows.append(
                {
                    "a": ref_text(a), "b": ref_text(b), "one": numbers[a], "other": numbers[b],
                    "score": proposal.score, "evidence": json.dumps(proposal.evidence),
                }
            )  # fmt: skip
    if rows:
        write_many(connection, insert(proposals), rows)


def proposals_that_may_matter(connection: Connection) -> list[tuple[Proposal, int, int]]:
    """Give proposals with the numbers of their subjects, ascending, the likeliest first.

    Left out are those between two subjects of which nothing is asked and that wait for nobody.
    """
    ours, theirs = subjects.alias(), subjects.alias()
    mattering = [each.c.asked | (each.c.verdict == Verdict.REVIEW.value) for each in (ours, theirs)]
    query = (
        select(proposals)
        .join(ours, ours.c.id == proposals.c.one)
        .join(theirs, theirs.c.id == proposals.c.other)
        .where(or_(*mattering))
        .order_by(proposals.c.score.desc(), proposals.c.a, proposals.c.b)
    )
    return _proposals(connection, query)


def all_proposals(connection: Connection) -> list[tuple[Proposal, int, int]]:
    """Give every proposal with the numbers of its subjects, ascending, the likeliest first."""
    return _proposals(
        connection, select(proposals).order_by(proposals.c.score.desc(), proposals.c.a, proposals.c.b)
    )


def _proposals(connection: Connection, query: Select[Any]) -> list[tuple[Proposal, int, int]]:
    return [
        (
            Proposal(ref_from(row.a), ref_from(row.b), row.score, tuple(json.loads(row.evidence))),
            min(row.one, row.other),
            max(row.one, row.other),
        )
        for row in connection.execute(query)
    ]

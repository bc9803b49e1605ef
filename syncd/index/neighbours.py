"""Who stands beside whom in the index: memberships, contests and proposals between subjects."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, insert, or_, select, update

from syncd.identity import PER_GROUP, Proposal
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
    belonging: Collection[int],
    pairs: Iterable[tuple[int, int]],
    stale: Collection[int],
    shared: Collection[frozenset[int]],
) -> set[int]:
    """Replace the memberships (member, organisation) of the subjects `belonging`, and the contests of the `stale`.

    Gives the subjects that belong to others now, or may be the same as others: they are to be decided again.
    """
    around = {*belonging, *stale, *(each for together in shared for each in together)}
    around |= set().union(*decisions.rivals_of(connection, stale).values())
    before = _beside(connection, around)
    for some in in_parts(belonging):
        connection.execute(delete(belongs).where(belongs.c.subject.in_(some)))
    for some in in_parts(stale):
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
    found: Collection[Proposal],
    numbers: Mapping[RecordRef, int],
    stale: Collection[int],
) -> None:
    """Replace the proposals about the subjects `stale`. `numbers` gives the subject of a record."""
    moved = set(stale)
    for some in in_parts(stale):
        for ours, theirs in ((proposals.c.one, proposals.c.other), (proposals.c.other, proposals.c.one)):
            moved |= set(connection.execute(select(theirs).where(ours.in_(some))).scalars())
            connection.execute(delete(proposals).where(ours.in_(some)))
    rows = []
    for proposal in found:
        if numbers[proposal.a] != numbers[proposal.b]:
            a, b = sorted((proposal.a, proposal.b))
            rows.append(
                {
                    "a": ref_text(a), "b": ref_text(b), "one": numbers[a], "other": numbers[b],
                    "score": proposal.score, "evidence": json.dumps(proposal.evidence),
                    "place_one": 0, "place_other": 0,
                }
            )  # fmt: skip
    if rows:
        write_many(connection, insert(proposals), rows)
    _place(connection, moved | {numbers[ref] for one in found for ref in (one.a, one.b)})


def _place(connection: Connection, numbers: Collection[int]) -> None:
    """Note how many likelier proposals each of some subjects has than each of its own."""
    for side, subject in (("one", proposals.c.one), ("other", proposals.c.other)):
        changes = []
        for some in in_parts(numbers):
            likelier = _likelier(connection, some)
            ours = select(proposals.c.a, proposals.c.b, subject.label("of")).where(subject.in_(some))
            changes += [
                {"at_a": row.a, "at_b": row.b, "to": likelier[row.of].index((row.a, row.b))}
                for row in connection.execute(ours)
            ]
        if changes:
            at = (proposals.c.a == bindparam("at_a")) & (proposals.c.b == bindparam("at_b"))
            connection.execute(
                update(proposals).where(at).values({f"place_{side}": bindparam("to")}), changes
            )


def _likelier(connection: Connection, numbers: Collection[int]) -> dict[int, list[tuple[str, str]]]:
    """Give the proposals of each of some subjects, the likeliest first."""
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    about = or_(proposals.c.one.in_(numbers), proposals.c.other.in_(numbers))
    in_order = (proposals.c.score.desc(), proposals.c.a, proposals.c.b)
    for row in connection.execute(select(proposals).where(about).order_by(*in_order)):
        found[row.one].append((row.a, row.b))
        found[row.other].append((row.a, row.b))
    return found


_ASKED = (proposals.c.place_one < PER_GROUP, proposals.c.place_other < PER_GROUP)


def proposals_that_may_matter(connection: Connection) -> list[tuple[Proposal, int, int]]:
    """Give proposals with the numbers of their subjects, ascending, the likeliest first.

    Left out are those between two subjects of which nothing is asked and that wait for nobody, and those that are
    not among the likeliest few of both.
    """
    ours, theirs = subjects.alias(), subjects.alias()
    mattering = [each.c.asked | (each.c.verdict == Verdict.REVIEW.value) for each in (ours, theirs)]
    query = (
        select(proposals)
        .join(ours, ours.c.id == proposals.c.one)
        .join(theirs, theirs.c.id == proposals.c.other)
        .where(or_(*mattering), *_ASKED)
        .order_by(proposals.c.score.desc(), proposals.c.a, proposals.c.b)
    )
    return _proposals(connection, query)


def all_proposals(connection: Connection) -> list[tuple[Proposal, int, int]]:
    """Give every proposal that is among the likeliest few of both, as `proposals_that_may_matter` does."""
    in_order = (proposals.c.score.desc(), proposals.c.a, proposals.c.b)
    return _proposals(connection, select(proposals).where(*_ASKED).order_by(*in_order))


def _proposals(connection: Connection, query: Select[Any]) -> list[tuple[Proposal, int, int]]:
    return [
        (
            Proposal(ref_from(row.a), ref_from(row.b), row.score, tuple(json.loads(row.evidence))),
            min(row.one, row.other),
            max(row.one, row.other),
        )
        for row in connection.execute(query)
    ]

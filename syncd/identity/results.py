"""What resolving gives: subjects with the evidence behind them, what waits for an answer, and what is in doubt."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from syncd.identity.facts import Key
    from syncd.model import IdentifierKind, RecordRef, SubjectKind


@dataclass(frozen=True)
class Answer:
    """What a person said about two records: the same subject, or not."""

    a: RecordRef
    b: RecordRef
    same: bool


@dataclass(frozen=True, order=True)
class Link:
    """Two records of one subject and why: codes such as `kvk`, `name` or `parent`, never values."""

    a: RecordRef
    b: RecordRef
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Proposal:
    """Two records that may be one subject. `score` runs from 0 to 1 and orders proposals; it links nothing."""

    a: RecordRef
    b: RecordRef
    score: float
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Contest:
    """An identifier that unlinked subjects share: indexes of their groups, ascending.

    An order for one of them waits for a person while another of them has not ended.
    """

    kind: IdentifierKind
    groups: tuple[int, ...]


@dataclass(frozen=True)
class Group:
    """The records of one subject, of those that were given."""

    kind: SubjectKind
    refs: frozenset[RecordRef]
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Resolution:
    """Every record in exactly one group; groups in the order of their first owner (a record without parent).

    `proposals` are the few likeliest of each group, `likely` all that are likely enough. `kept` are the pairs
    kept together (see `resolve`) that nobody told apart. `shared` are the identifiers that many share.
    """

    groups: tuple[Group, ...]
    proposals: tuple[Proposal, ...]
    contested: tuple[Contest, ...]
    likely: tuple[Proposal, ...] = ()
    kept: tuple[tuple[RecordRef, RecordRef], ...] = ()
    shared: frozenset[Key] = field(default=frozenset(), repr=False)


@dataclass(frozen=True)
class Part:
    """What a change leads to. Groups are numbered: those resolved anew from 0, then the subjects in `standing`.

    `likely` and `contested` are all proposals and contests of the groups `asked`, and no others. They replace those
    of the earlier subjects `stale`; all others are what they were. `kept` is as in `Resolution`. `flipped` are the
    keys of identifiers that became shared by many, or no longer are. `resolved` are all records that were resolved
    anew, those that are gone too.
    """

    groups: tuple[Group, ...]
    standing: tuple[int, ...]
    asked: frozenset[int]
    stale: frozenset[int]
    likely: tuple[Proposal, ...]
    contested: tuple[Contest, ...]
    kept: tuple[tuple[RecordRef, RecordRef], ...]
    flipped: frozenset[int]
    resolved: frozenset[RecordRef]

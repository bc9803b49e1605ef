"""Records made by hand, short to write."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from syncd.identity import Resolution, resolve
from syncd.model import Identifier, IdentifierKind, Record, RecordRef, SubjectKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from syncd.identity import Answer

_numbers = count(1)


def record(
    account: str,
    kind: SubjectKind,
    *,
    key: str = "",
    parent: RecordRef | None = None,
    member_of: Iterable[Record] = (),
    **facts: str,
) -> Record:
    """Make a record; `facts` are identifier kinds by name."""
    identifiers = tuple(Identifier(IdentifierKind(name), value) for name, value in facts.items())
    return Record(
        ref=RecordRef(account, "item", key or str(next(_numbers))),
        version="1",
        kind=kind,
        categories=frozenset({"contact_details"}),
        identifiers=identifiers,
        parent=parent,
        member_of=tuple(one.ref for one in member_of),
    )


def company(account: str = "crm", **facts: str) -> Record:
    """Make a record of an organisation."""
    return record(account, SubjectKind.ORGANISATION, **facts)  # type: ignore[arg-type]


def person(account: str = "crm", **facts: str) -> Record:
    """Make a record of a person."""
    return record(account, SubjectKind.PERSON, **facts)  # type: ignore[arg-type]


def employee(*organisations: Record, **facts: str) -> Record:
    """Make a record of a person who belongs to organisations."""
    return record("crm", SubjectKind.PERSON, member_of=organisations, **facts)  # type: ignore[arg-type]


def member(email: str, given: str = "", family: str = "", account: str = "news") -> Record:
    """Make a newsletter member, which is known by its address alone."""
    return record(account, SubjectKind.PERSON, email=email, given_name=given, family_name=family)


def child(parent: Record, **facts: str) -> Record:
    """Make a contact person or note under another record."""
    return record(parent.ref.account, SubjectKind.PERSON, parent=parent.ref, **facts)  # type: ignore[arg-type]


def together(resolution: Resolution, *records: Record) -> bool:
    """Tell whether all records are in one group."""
    return len({group_of(resolution, one) for one in records}) == 1


def group_of(resolution: Resolution, one: Record) -> int:
    """Give the index of a record's group."""
    return next(i for i, group in enumerate(resolution.groups) if one.ref in group.refs)


def linked(*records: Record, answers: Iterable[Answer] = ()) -> bool:
    """Resolve only these records and tell whether they are one subject."""
    return together(resolve(records, answers), *records)


def proposed(resolution: Resolution, a: Record, b: Record) -> bool:
    """Tell whether the two records' groups are proposed to a person."""
    pair = {group_of(resolution, a), group_of(resolution, b)}
    where = {ref: i for i, group in enumerate(resolution.groups) for ref in group.refs}
    return any({where[one.a], where[one.b]} == pair for one in resolution.proposals)


def contested(resolution: Resolution, a: Record, b: Record) -> bool:
    """Tell whether some identifier makes one of the two records' groups doubtful because of the other."""
    pair = {group_of(resolution, a), group_of(resolution, b)}
    return len(pair) == 2 and any(pair <= set(one.groups) for one in resolution.contested)

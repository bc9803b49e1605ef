"""Whether somebody was erased: asked by an identifier, answered from the tombstones."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from syncd.identity import normalise, strong_keys
from syncd.index import reading, tombstones
from syncd.model import Identifier, IdentifierKind, local_date
from syncd.report.residue import stays_until

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

    from syncd.cycle.app import App
    from syncd.index.tombstones import Tombstone
    from syncd.report.residue import Stays

ASKED_BY = (
    IdentifierKind.EMAIL, IdentifierKind.PHONE, IdentifierKind.KVK, IdentifierKind.VAT, IdentifierKind.IBAN,
    IdentifierKind.CUSTOMER_NUMBER,
)  # fmt: skip
"""Kinds of identifier that a tombstone answers to. One text may be several of them, and is looked up as each."""


@dataclass(frozen=True)
class Erasure:
    """One verified erasure: in which account, when, by which version of the schedule, found by which kinds."""

    order_id: str
    account: str
    erased_on: date
    rule: str
    found_by: tuple[str, ...]
    stays: tuple[Stays, ...]

    @property
    def recoverable_until(self) -> date | None:
        """Give the last day on which the vendor may bring it back; None when no vendor says so."""
        return max((one.until for one in self.stays if one.until), default=None)


@dataclass(frozen=True)
class Answer:
    """What is known of one identifier. `still_here` are subjects of which a record that is there has it now."""

    line: int
    read_as: tuple[str, ...]
    erasures: tuple[Erasure, ...]
    still_here: tuple[int, ...]


def answer(app: App, asked: Iterable[tuple[int, str]]) -> list[Answer]:
    """Look up identifiers: (number of the line, text). Nothing of a text is kept or given back.

    Raises `syncd.index.seal.KeyFaultError` where the file of tombstones was altered.
    """
    with app.index.begin() as connection:
        known, here = _by_digest(app, connection), _here(app, connection)
    return [_answer(app, known, here, line, text) for line, text in asked]


def _by_digest(app: App, connection: Connection) -> dict[str, dict[str, Tombstone]]:
    """Map digests to orders and their tombstones: the index's, and those beside it that it may have lost."""
    stones = tombstones.kept(connection)
    if app.index.folder is not None:
        stones += tombstones.TombstoneFile(app.index.folder / tombstones.FILE, app.index.keys).read()
    found: dict[str, dict[str, Tombstone]] = {}
    for one in stones:
        found.setdefault(one.digest, {})[one.order_id] = one
    return found


def _here(app: App, connection: Connection) -> dict[str, set[int]]:
    """Map identifiers to the subjects whose records have them now."""
    found: dict[str, set[int]] = {}
    for one in reading.all_records(connection, app.index.keys):
        if one.present and one.subject is not None:
            for key in strong_keys(one.record):
                found.setdefault(key, set()).add(one.subject)
    return found


def _answer(
    app: App,
    known: Mapping[str, Mapping[str, Tombstone]],
    here: Mapping[str, set[int]],
    line: int,
    text: str,
) -> Answer:
    values = {kind: normalise(Identifier(kind, text)) for kind in ASKED_BY}
    keys = {kind: f"{kind}:{value}" for kind, value in values.items() if value is not None}
    stones: dict[str, Tombstone] = {}
    kinds: dict[str, list[str]] = {}
    for kind, key in keys.items():
        for order_id, stone in known.get(app.index.keys.tombstone_digest(key), {}).items():
            stones[order_id] = stone
            kinds.setdefault(order_id, []).append(kind.value)
    found = [_erasure(app, one, kinds[one.order_id]) for one in stones.values()]
    return Answer(
        line=line,
        read_as=tuple(kind.value for kind in keys),
        erasures=tuple(sorted(found, key=lambda one: (one.erased_on, one.order_id))),
        still_here=tuple(sorted({number for key in keys.values() for number in here.get(key, ())})),
    )


def _erasure(app: App, stone: Tombstone, kinds: list[str]) -> Erasure:
    on = local_date(datetime.fromisoformat(stone.at), app.schedule.zone)
    return Erasure(
        order_id=stone.order_id,
        account=stone.account,
        erased_on=on,
        rule=stone.rule,
        found_by=tuple(kinds),
        stays=stays_until(json.loads(stone.residue), on),
    )

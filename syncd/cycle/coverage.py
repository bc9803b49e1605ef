"""Where each data category lives, what erases it there, and what nothing erases: counts only, nobody's name."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from syncd import registry
from syncd.cycle.review import current
from syncd.model import FISCAL_DOCUMENTS, Action

if TYPE_CHECKING:
    from syncd.contract import AccountSettings, Capability, Residue
    from syncd.cycle.app import App
    from syncd.model import DataCategory


class Place(NamedTuple):
    """One kind of record in one account that holds a category.

    `connector` is empty for an account that is not configured any more. `fields` are the vendor's names of those it
    is in, empty when the connector names none. `by` says how it goes: actions, or by hand.
    """

    account: str
    connector: str
    kind: str
    records: int
    fields: tuple[str, ...]
    by: tuple[Action, ...]
    residue: tuple[Residue, ...]


class Covered(NamedTuple):
    """One data category of the schedule and every place that holds it."""

    category: DataCategory
    places: tuple[Place, ...]


def coverage(app: App) -> list[Covered]:
    """Work out for each category of the schedule where it lives and what takes it away there.

    Raises `Unusable` where a connector cannot name its fields.
    """
    app.connect()
    judged = current(app).judged.values()
    held: dict[DataCategory, Counter[tuple[str, str]]] = {name: Counter() for name in app.schedule.categories}
    for one in judged:
        for stored in one.subject.present:
            for category in stored.record.categories:
                held.setdefault(category, Counter())[stored.ref.account, stored.ref.kind] += 1
        for document in one.subject.documents:
            held[FISCAL_DOCUMENTS][document.ref.account, document.kind.value] += 1
    return [
        Covered(
            category, tuple(_place(app, category, *place, number) for place, number in sorted(found.items()))
        )
        for category, found in held.items()
    ]


def _place(app: App, category: DataCategory, account: str, kind: str, records: int) -> Place:
    # Archiving hides and takes nothing away, so it covers nothing.
    takes = [
        one
        for one in sorted(app.capabilities(account), key=lambda each: list(Action).index(each.action))
        if one.kind == kind and one.action is not Action.ARCHIVE and _takes(one, category)
    ]
    residue = {each.code: each for one in takes for each in one.residue}
    settings = app.settings.accounts.get(account)
    return Place(
        account,
        settings.connector if settings else "",
        kind,
        records,
        _fields(account, settings, category, kind) if settings else (),
        tuple(one.action for one in takes),
        tuple(residue[code] for code in sorted(residue)),
    )


def _fields(account: str, settings: AccountSettings, category: DataCategory, kind: str) -> tuple[str, ...]:
    named = registry.fields_of(account, settings)
    found = (name for one in named if (one.kind, one.category) == (kind, category) for name in one.fields)
    return tuple(dict.fromkeys(found))


def _takes(one: Capability, category: DataCategory) -> bool:
    return one.action is Action.ERASE or category in one.categories

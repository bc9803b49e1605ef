"""Where each data category lives and what takes it away, as JSON values and as a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from syncd.model import FISCAL_DOCUMENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from syncd.cycle.coverage import Covered, Place


@dataclass(frozen=True)
class CoverageReport:
    """What the page of coverage shows; `also` are systems that no account covers."""

    made_at: datetime
    as_of: date
    schedule: str
    covered: Sequence[Covered]
    also: Sequence[str]
    connectors: Mapping[str, str]


def coverage_values(covered: Iterable[Covered], also: Sequence[str]) -> dict[str, Any]:
    """Give each category with its places, and the systems that no account covers."""
    return {
        "categories": [
            {"category": one.category, "places": [_place(one, each) for each in one.places]}
            for one in covered
        ],
        "without_account": list(also),
    }


def _place(one: Covered, place: Place) -> dict[str, Any]:
    by = [each.value for each in place.by]
    return {
        "account": place.account,
        "connector": place.connector,
        "kind": place.kind,
        "records": place.records,
        "fields": list(place.fields),
        "taken_by": by,
        "how": _how(one, by),
        "residue": [each.text for each in place.residue],
    }


def _how(one: Covered, by: Sequence[str]) -> str:
    if one.category == FISCAL_DOCUMENTS:
        return "by hand, when its hold has ended: syncd documents due"
    return " or ".join(by) if by else "by hand"


def coverage_rows(values: dict[str, Any]) -> list[tuple[str, str, str, str, str]]:
    """Give (category, where, in which fields, how it goes, what stays).

    One that is nowhere, and systems without account, have a row too.
    """
    rows = []
    for one in values["categories"]:
        if not one["places"]:
            rows.append((one["category"], "in no account that is connected", "-", "-", "-"))
        for place in one["places"]:
            where = f"{place['account']} {place['kind']} ({place['records']})"
            fields, residue = ", ".join(place["fields"]) or "-", "; ".join(place["residue"]) or "-"
            rows.append((one["category"], where, fields, place["how"], residue))
    rows += [
        ("whatever is there", name, "-", "nothing: no account covers it", "-")
        for name in values["without_account"]
    ]
    return rows

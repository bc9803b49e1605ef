"""What the retention tests share: the shipped schedule, documents in one line, random facts at boundaries."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from syncd.model import Document, DocumentKind, RecordRef
from syncd.retention import Schedule, parse_schedule
from syncd.retention.case_files import Case, parse_cases

if TYPE_CHECKING:
    import random

CONFIG = Path(__file__).parents[3] / "config" / "retention.toml"
SHIPPED = CONFIG.read_text(encoding="utf-8")
SCHEDULE: Schedule = parse_schedule(SHIPPED, "retention.toml")


def day(text: str) -> date:
    return date.fromisoformat(text)


def schedule(**changes: Any) -> Schedule:
    return replace(SCHEDULE, **changes)


def doc(kind: str, on: str | None, number: int = 1, **more: Any) -> Document:
    given: dict[str, Any] = {
        key: date.fromisoformat(value) if isinstance(value, str) else value for key, value in more.items()
    }
    return Document(
        ref=RecordRef("books", "document", f"{number:03}"),
        of=RecordRef("books", "contact", "1"),
        kind=DocumentKind(kind),
        date=date.fromisoformat(on) if on else None,
        **given,
    )


def case_of(facts: dict[str, Any]) -> Case:
    """Read facts, written as in a case file, through the reader of case files."""
    return parse_cases(json.dumps([{"id": "x", "facts": facts, "expected": {"decision": "keep"}}]), SCHEDULE)[
        0
    ]


# --- random facts, crowded around the days where answers change ---------------------------------------------

KINDS = [kind.value for kind in DocumentKind]
LIKELY_KINDS = [
    "sales_invoice",
    "purchase_invoice",
    "credit_note",
    "receipt",
    "contract",
    "estimate_accepted",
]
TODAYS = [
    "2026-11-22",
    "2026-12-31",
    "2027-01-01",
    "2028-02-28",
    "2028-02-29",
    "2028-03-01",
    "2026-03-29",
    "2026-10-25",
]
YEARS: list[Any] = [
    12, 12, 12, 6, 2, 3, 9, 1,
    [["2017-01-01", "2024-12-31"], ["2025-01-01", "2025-06-30"],
     ["2025-07-01", "2028-02-28"], ["2028-02-29", "2029-02-27"]],
    [["2010-03-01", "2020-02-28"], ["2020-02-29", "2021-02-28"], ["2022-01-01", "2026-12-31"]],
]  # fmt: skip
STEPS = [0, 1, -1, 26, 27, 28, 29, 30, 56, 365, 366, 367, 729, 730, 731]
CLUSTERS = [
    "1970-01-01",
    "1970-01-02",
    "1970-01-03",
    "2020-02-29",
    "2020-02-28",
    "2019-12-31",
    "2020-01-01",
    "2019-06-30",
    "2024-02-29",
]


def random_facts(rng: random.Random) -> dict[str, Any]:
    """Give facts as a case file writes them; most of them plausible, so that the late checks are reached."""
    today = date.fromisoformat(rng.choice(TODAYS)) + timedelta(rng.choice([0, 0, 0, 1, -1, 365, 2000]))
    usual_end = _near(rng, today)

    def near(anchor: date) -> str:
        return _near(rng, anchor).isoformat()

    roles = rng.choice([[], ["customer"], ["customer"], ["customer"], ["customer", "supplier"], ["prospect"]])
    ended = {
        role: rng.choices([usual_end.isoformat(), near(today), None, rng.choice(CLUSTERS)], [60, 20, 12, 2])[
            0
        ]
        for role in roles
    }
    facts: dict[str, Any] = {"today": today.isoformat(), "ended": ended}
    if rng.random() < 0.7:
        facts["docs"] = [_random_doc(rng, today, usual_end) for _ in range(rng.choice([1, 1, 1, 2, 2, 3, 5]))]
    if rng.random() < 0.3:
        facts["fy"] = rng.choice(YEARS)
    for key, chance in (
        ("suspended", 0.05), ("non_fiscal_already_erased", 0.3), ("unaccepted_quotes_fiscal", 0.2),
        ("newsletter_consent", 0.2), ("consent_outlives_relationship", 0.3), ("duplicate_of_active", 0.03),
        ("quote_expired", 0.1),
    ):  # fmt: skip
        if rng.random() < chance:
            facts[key] = rng.random() < 0.9
    for key, chance in (("last_activity", 0.4), ("resumed", 0.1), ("released", 0.15)):
        if rng.random() < chance:
            facts[key] = near(rng.choice([today, usual_end]))
    return facts


def with_answers(rng: random.Random, facts: dict[str, Any]) -> dict[str, Any]:
    """Add what a person may have answered."""
    if rng.random() < 0.3:
        facts["accepted"] = rng.sample(
            ["document_after_end", "duplicate_of_active", "doubt:end_removed"], k=2
        )
    if rng.random() < 0.1:
        facts["kept_until"] = _near(rng, date.fromisoformat(facts["today"])).isoformat()
    return facts


def _near(rng: random.Random, anchor: date) -> date:
    if rng.random() < 0.05:
        return date.fromisoformat(rng.choice(CLUSTERS))
    return anchor - timedelta(
        rng.choice(STEPS) * rng.choice([1, 1, 1, 1, 1, -1]) + rng.choice([0, 0, 0, 365 * 3])
    )


def _random_doc(rng: random.Random, today: date, end: date) -> dict[str, Any]:
    kind = rng.choice(LIKELY_KINDS) if rng.random() < 0.7 else rng.choice(KINDS)
    dated = rng.choice([end, end - timedelta(rng.choice([0, 1, 30, 400, 2555, 2922]))])
    if rng.random() < 0.15:
        dated = _near(rng, rng.choice([today, end]))
    doc: dict[str, Any] = {"kind": kind, "date": dated.isoformat()}
    later = [
        dated,
        dated + timedelta(14),
        end,
        today,
        today - timedelta(28),
        date(dated.year, 12, 31),
        date(dated.year + 1, 1, 1),
    ]
    if rng.random() < 0.85:
        doc["settled"] = min(rng.choice(later), today).isoformat()
    elif rng.random() < 0.5:
        doc["settled"] = None
    for key, chance in (
        ("service_end", 0.2),
        ("closed", 0.15),
        ("due", 0.2),
        ("end", 0.8 if kind == "contract" else 0.2),
    ):
        if rng.random() < chance:
            doc[key] = rng.choice(
                [*later, dated - timedelta(365 * 5), dated - timedelta(365 * 5 + 2)]
            ).isoformat()
    if rng.random() < 0.1:
        doc["own_property_first_use"] = f"{rng.randint(2010, 2026)}-0{rng.randint(1, 9)}-15"
    if rng.random() < 0.1:
        doc["oss_supply"] = doc["date"]
    if rng.random() < 0.03:
        doc["property_unknown_first_use"] = True
    return doc

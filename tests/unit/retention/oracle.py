"""A second opinion that shares nothing with the engine: no date library, no formula for an end.

A day is a tuple (year, month, day). Everything is answered by walking from one day to the next and asking, on
each day, yes or no. It reads facts as a case file writes them, dates only, and answers as a case expects.
"""

from __future__ import annotations

from functools import cache
from typing import Any

Day = tuple[int, int, int]
Years = int | tuple[tuple[Day, Day], ...]

FISCAL = {
    "sales_invoice",
    "purchase_invoice",
    "credit_note",
    "receipt",
    "bank_mutation",
    "contract",
    "estimate_accepted",
}
EPOCH = (1970, 1, 2)


def day_of(text: str) -> Day:
    year, month, day = text.split("-")
    return int(year), int(month), int(day)


def text_of(day: Day | None) -> str | None:
    return None if day is None else "{:04}-{:02}-{:02}".format(*day)


@cache
def next_day(day: Day) -> Day:
    year, month, number = day
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    lengths = [31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    if number < lengths[month - 1]:
        return year, month, number + 1
    return (year, month + 1, 1) if month < 12 else (year + 1, 1, 1)


@cache
def walk(day: Day, days: int) -> Day:
    for _ in range(days):
        day = next_day(day)
    return day


def starts_again(day: Day, start: Day) -> bool:
    """Is this day the first of another year counted from `start`?"""
    if day[1:] == start[1:]:
        return True
    # The anniversary of 29 February is missing: the year was full at the end of 28 February.
    return start[1:] == (2, 29) and day[1:] == (3, 1) and walk((day[0], 2, 28), 1) == (day[0], 3, 1)


@cache
def last_of_years(start: Day, years: int) -> Day:
    """Walk until so many years are full; the last day inside."""
    day, full = start, 0
    while True:
        following = next_day(day)
        if starts_again(following, start):
            full += 1
            if full == years:
                return day
        day = following


def last_of_financial_year(day: Day, years: Years) -> Day | None:
    if isinstance(years, tuple):
        return next((end for start, end in years if start <= day <= end), None)
    while True:
        following = next_day(day)
        if day[1] == years and following[1] != years:
            return day
        day = following


class Oracle:
    """The answer for one case on its day."""

    def __init__(self, facts: dict[str, Any]) -> None:
        self.facts = facts
        self.today = day_of(facts["today"])
        fy = facts.get("fy", 12)
        self.years: Years = fy if isinstance(fy, int) else tuple((day_of(a), day_of(b)) for a, b in fy)
        self.docs = facts.get("docs", [])

    # --- documents

    @staticmethod
    def get(table: dict[str, Any], key: str) -> Day | None:
        return day_of(table[key]) if table.get(key) else None

    def fiscal(self, doc: dict[str, Any]) -> bool:
        return doc["kind"] in FISCAL or bool(
            doc["kind"] == "estimate_unaccepted" and self.facts.get("unaccepted_quotes_fiscal")
        )

    @staticmethod
    def open(doc: dict[str, Any]) -> bool:
        if doc["kind"] in {"sales_invoice", "purchase_invoice"}:
            return not doc.get("settled")
        if doc["kind"] == "credit_note":
            return "settled" in doc and doc["settled"] is None
        return doc["kind"] in {"contract", "recurring_invoice"} and not doc.get("end")

    def suspect(self, doc: dict[str, Any]) -> bool:
        far = walk(self.today, 366)
        dated, settled, served = (self.get(doc, key) for key in ("date", "settled", "service_end"))
        return (
            (dated is not None and (dated <= EPOCH or dated > far))
            or (settled is not None and (settled <= EPOCH or settled > self.today))
            or (served is not None and served > far)
        )

    def hold(self, doc: dict[str, Any]) -> Day | str | None:
        if not self.fiscal(doc):
            return None
        if doc.get("property_unknown_first_use"):
            return "unknown"
        if self.open(doc):
            return "open"
        keys = ("end",) if doc["kind"] == "contract" else ("date", "service_end", "closed", "settled")
        known = [day for key in keys if (day := self.get(doc, key))]
        if not known:
            return "unknown"
        year_end = last_of_financial_year(max(known), self.years)
        if year_end is None:
            return "unknown"
        held = [last_of_years(next_day(year_end), 7)]
        if used := self.get(doc, "own_property_first_use"):
            held.append((used[0] + 9, 12, 31))
        if supplied := self.get(doc, "oss_supply"):
            held.append((supplied[0] + 10, 12, 31))
        return max(held)

    def subject_hold(self) -> Day | str | None:
        holds = [self.hold(doc) for doc in self.docs]
        if "unknown" in holds or any(self.suspect(doc) for doc in self.docs):
            return "unknown"
        if "open" in holds:
            return "open"
        return max((hold for hold in holds if isinstance(hold, tuple)), default=None)

    # --- the fifteen questions, one after the other

    def answer(self) -> dict[str, Any]:
        answer = self.asked_nobody()
        kept = self.get(self.facts, "kept_until")
        if kept and self.today < kept and answer["decision"] in {"review", "schedule", "erase"}:
            late = [flag for flag in answer["flags"] if flag == "flagged"]
            return {**answer, "decision": "keep", "partial": False, "flags": late, "erase_on": None}
        return answer

    def harmless(self, code: str) -> bool:
        return code in self.facts.get("accepted", [])

    def asked_nobody(self) -> dict[str, Any]:  # noqa: C901, PLR0911, PLR0912 - reads like the specification
        facts, today = self.facts, self.today
        ended = facts.get("ended") or {}
        hold = self.subject_hold()

        def say(
            decision: str, *flags: str, erase_on: Day | None = None, partial: bool = False, until: Any = hold
        ) -> dict[str, Any]:
            return {
                "decision": decision,
                "partial": partial,
                "flags": sorted(flags),
                "erase_on": text_of(erase_on),
                "hold_until": text_of(until) if isinstance(until, tuple) else until,
            }

        if not ended:
            if facts.get("newsletter_consent"):
                return say("keep")
            if facts.get("quote_expired"):
                return say("review")
        if all(value is None for value in ended.values()):
            active = self.get(facts, "last_activity")
            if active and today > walk(active, 730):
                return say("review")
            past = [
                held
                for doc in self.docs
                if isinstance(held := self.hold(doc), tuple) and held < today and not self.suspect(doc)
            ]
            if past and not facts.get("suspended"):
                return say("keep", "dispose_documents", erase_on=next_day(min(past)))
            return say("keep")
        if any(value is None for value in ended.values()):
            return say("keep")

        ends = [day_of(value) for value in ended.values()]
        end = max(ends)
        if min(ends) <= EPOCH:
            return say("review")
        resumed = self.get(facts, "resumed")
        if resumed and resumed >= end:
            return say("keep")
        late = ["flagged"] if today > walk(end, 28) else []
        twins = facts.get("duplicate_of_active") and not self.harmless("duplicate_of_active")
        if hold == "unknown" or twins:
            return say("review", *late)
        if not self.harmless("document_after_end") and any(self.new_work(doc, end) for doc in self.docs):
            return say("review", *late)
        claims = [
            doc
            for doc in self.docs
            if doc["kind"] in {"sales_invoice", "purchase_invoice", "credit_note"} and self.open(doc)
        ]
        if any(self.older_than_five_years(self.get(doc, "due") or self.get(doc, "date")) for doc in claims):
            return say("review", *late, until="open")
        if any(doc["kind"] in {"contract", "recurring_invoice"} and self.open(doc) for doc in self.docs):
            return say("review", *late, until="open")
        if claims:
            return say("suspend", *late, until="open")

        effective = end
        for doc in self.docs:
            if self.fiscal(doc) and (settled := self.get(doc, "settled")):
                effective = max(effective, settled)
            if served := self.get(doc, "service_end"):
                effective = max(effective, served)
            if doc["kind"] in {"contract", "recurring_invoice"} and (ran_out := self.get(doc, "end")):
                effective = max(effective, ran_out)
        due = max(walk(effective, 28), self.get(facts, "released") or effective)
        if facts.get("suspended"):
            return say("suspend", *late)
        if today < effective:
            return say("keep", erase_on=due)
        free = next_day(hold) if isinstance(hold, tuple) else None
        if facts.get("non_fiscal_already_erased") and free:
            if today < free:
                return say("hold", erase_on=free)
            due = max(free, due)
            free = None
        partial = free is not None and max(due, today) < free
        flags = ["flagged"] if today > due else []
        flags += ["drop_drafts"] if any(doc["kind"] == "draft_invoice" for doc in self.docs) else []
        if facts.get("newsletter_consent") and facts.get("consent_outlives_relationship"):
            flags.append("keep_newsletter")
        erase_on = due if partial or free is None else max(due, free)
        return say("schedule" if today < due else "erase", *flags, erase_on=erase_on, partial=partial)

    def new_work(self, doc: dict[str, Any], end: Day) -> bool:
        dated, served = self.get(doc, "date"), self.get(doc, "service_end")
        if dated is None or dated <= end or doc["kind"] in {"credit_note", "bank_mutation"}:
            return False
        invoice = doc["kind"] in {"sales_invoice", "purchase_invoice"}
        return not (invoice and served is not None and served <= end)

    def older_than_five_years(self, day: Day | None) -> bool:
        # The day itself does not count: the first of the five years begins on the day after it.
        if day is None:
            return False
        anniversary = day[0] + 5, day[1], day[2]
        if day[1:] == (2, 29):
            anniversary = day[0] + 5, 2, 28
        return self.today > anniversary

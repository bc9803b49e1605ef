"""What persons answered to questions about a subject, and what those answers still hold for today.

An answer is bound to what was seen when it was given. That a contradiction is harmless was said of these records
and documents with these dates: each is remembered as one digest, and a contradiction counts as answered while
everything behind it is among them. Another invoice, another record, another end, and the question is asked anew.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from syncd.cycle.statements import number_now, sealed
from syncd.index import ledger
from syncd.index import subjects as stored_subjects
from syncd.index.records import ref_text
from syncd.index.subjects import ANSWERING, TAKEN_BACK, StoredStatement
from syncd.retention import ACCEPTABLE, dated_after, fields_digest
from syncd.retention.reasons import DOCUMENT_AFTER_END, DOUBT_PREFIX, DUPLICATE_OF_ACTIVE

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Sequence
    from datetime import date

    from syncd.cycle.app import App
    from syncd.cycle.subject import Subject
    from syncd.model import Decision, Document, RecordRef
    from syncd.retention import Facts, Schedule

ACCEPTED, KEPT = "accepted", "kept"
"""Kinds of a stored statement: a contradiction called harmless, and a wait until its `review_on`."""

_SEALED_AS = "answer"

ABOUT_THE_END = frozenset({DOUBT_PREFIX + "end_removed", DOUBT_PREFIX + "vanished_with_end"})
"""Doubts that a person settles who says when the relationship ended, or that it came back."""

Marks: TypeAlias = frozenset[str]
"""Digests of everything behind one contradiction."""


@dataclass(frozen=True)
class Seen:
    """What a question about a subject rests on. `rivals` are the living subjects that it may be the same as."""

    subject: Subject
    facts: Facts
    rivals: frozenset[int]
    schedule: Schedule

    def contradictions(self, decision: Decision) -> dict[str, Marks]:
        """Give what is behind each contradiction of a decision that a person may call harmless, by its code."""
        found: dict[str, set[str]] = {}
        for reason in decision.reasons:
            if reason.code == DOCUMENT_AFTER_END and reason.on:
                end = reason.on.isoformat()
                papers = dated_after(self.subject.documents, reason.on, self.schedule)
                found[reason.code] = {_mark(reason.code, end, _paper(one)) for one in papers}
            elif reason.code == DUPLICATE_OF_ACTIVE:
                found[reason.code] = {_mark(reason.code, rival) for rival in self.rivals}
            elif reason.code.startswith(DOUBT_PREFIX):
                found[reason.code] = set(self._doubted(reason.code))
        return {code: frozenset(marks) for code, marks in found.items() if code in ACCEPTABLE}

    def _doubted(self, code: str) -> Iterable[str]:
        """Mark each record behind a doubt, with what its fields say. One about the subject is about all of it."""
        doubt = code.removeprefix(DOUBT_PREFIX)
        carriers = [one for one in self.subject.records if doubt in one.record.doubts]
        for one in carriers or self.subject.present:
            yield _mark(code, ref_text(one.ref), fields_digest((one.ref, each) for each in one.record.events))

    def digest(self) -> str:
        """Digest everything that a person who says to wait has before them: fields, documents, doubts, rivals."""
        events = [(one.ref, event) for one in self.subject.records for event in one.record.events]
        papers = sorted(_paper(one, open_too=True) for one in self.subject.documents)
        return _mark(fields_digest(events), papers, sorted(self.facts.doubts), sorted(self.rivals))


def _mark(*facts: object) -> str:
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def _paper(one: Document, *, open_too: bool = False) -> list[str]:
    """Give what makes a document what it was when somebody looked; of its payments only with `open_too`."""
    told = [ref_text(one.ref), one.kind.value, str(one.date), str(one.service_end)]
    return [*told, str(one.open), str(one.settled), str(one.end)] if open_too else told


# --- taking answers into account ----------------------------------------------------------------------------


def settle(
    seen: Seen, said: Sequence[StoredStatement], decide: Callable[[Facts], Decision]
) -> tuple[Facts, Decision]:
    """Decide with what persons answered and what of it still holds. Gives the facts with it, and the decision.

    A contradiction can hide behind another: what was answered about each is looked for until nothing more is.
    """
    answering = [one for one in said if one.kind in ANSWERING]
    if answering and answering[-1].kind == KEPT and answering[-1].fields == seen.digest():
        seen = replace(seen, facts=replace(seen.facts, kept_until=answering[-1].review_on))
    given = frozenset(one.fields for one in answering if one.kind == ACCEPTED)
    facts, decision = seen.facts, decide(seen.facts)
    while given:
        open_ones = seen.contradictions(decision)
        answered = {code for code, marks in open_ones.items() if marks and marks <= given}
        if answered <= facts.accepted:
            break
        facts = replace(facts, accepted=facts.accepted | answered)
        decision = decide(facts)
    return facts, decision


def last_answer(said: Iterable[StoredStatement]) -> tuple[StoredStatement, ...]:
    """Give what a person said last about a subject, stops aside: one answer may be several statements."""
    answering = [one for one in said if one.kind in ANSWERING]
    return tuple(one for one in answering if one.at == answering[-1].at)


# --- giving answers -----------------------------------------------------------------------------------------


def accept(app: App, seen: Seen, decision: Decision, by: str, *, codes: Container[str] = ACCEPTABLE) -> None:
    """Remember that a person called the contradictions of a decision harmless, or those with these codes."""
    found = seen.contradictions(decision)
    marks = [(code, mark) for code in sorted(found) if code in codes for mark in sorted(found[code])]
    _save(app, seen, by, [(ACCEPTED, code, mark, None) for code, mark in marks])


def keep(app: App, seen: Seen, until: date, by: str) -> None:
    """Remember that a person wants neither a question nor an erasure before the day `until`."""
    _save(app, seen, by, [(KEPT, "", seen.digest(), until)])


def take_back(app: App, seen: Seen, answer: Sequence[StoredStatement], by: str) -> None:
    """Let an answer count no more, as `last_answer` gave it. What was done meanwhile stays done."""
    _save(app, seen, by, [(TAKEN_BACK, "", answer[0].at, None)])


def _save(app: App, seen: Seen, by: str, rows: Iterable[tuple[str, str, str, date | None]]) -> None:
    now = app.now()
    with app.index.begin() as connection:
        number = number_now(app, connection, seen.subject)
        for kind, code, fields, until in rows:
            stored = StoredStatement(
                subject=number,
                kind=kind,
                role=None,
                on=app.today(),
                fields=fields,
                reason=code,
                at=now.isoformat(timespec="microseconds"),
                by=sealed(app, by),
                review_on=until,
            )
            stored_subjects.save_statement(connection, stored)
            told = {
                ACCEPTED: {"code": code, "facts": fields},
                KEPT: {"until": str(until)},
                TAKEN_BACK: {"said": fields},
            }[kind]
            ledger.append(connection, now, f"review.{kind}", subject=number, on=str(app.today()), **told)


def answer_pair(app: App, a: RecordRef, b: RecordRef, *, same: bool, by: str, reason: str) -> None:
    """Remember that a person said that two records are, or are not, the same subject; `reason` is a code.

    It outranks every rule, and of several about the same two the last one counts.
    """
    now = app.now()
    first, second = sorted((a, b))
    with app.index.begin() as connection:
        stored_subjects.save_answer(
            connection, first, second, same=same,
            by=app.index.keys.seal(by.encode(), _SEALED_AS), at=now.isoformat(timespec="seconds"),
        )  # fmt: skip
        if not same:
            stored_subjects.forget_link(connection, first, second)
        ledger.append(
            connection, now, "identity.same" if same else "identity.different",
            a=ref_text(first), b=ref_text(second), reason=reason,
        )  # fmt: skip

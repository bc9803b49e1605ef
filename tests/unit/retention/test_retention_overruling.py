"""What a person may overrule, in both directions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from syncd.model import DocumentKind, Verdict
from syncd.retention import ACCEPTABLE, Facts, decide, dispositions, follow
from tests.unit.retention.kit import SCHEDULE, day, doc

TODAY = day("2026-11-22")
ENDED = Facts(ended={"customer": day("2026-10-01")})
LATE = doc("sales_invoice", "2026-11-01", settled="2026-11-02")


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (replace(ENDED, docs=(LATE,)), "document_after_end"),
        (replace(ENDED, duplicate_of_active=True), "duplicate_of_active"),
        (replace(ENDED, doubts=("end_removed",)), "doubt:end_removed"),
        (replace(ENDED, doubts=("erased_before",)), "doubt:erased_before"),
    ],
)
def test_what_is_accepted_is_left_out_and_said(facts: Facts, code: str) -> None:
    asked = decide(facts, SCHEDULE, TODAY)
    assert (asked.verdict, code in {one.code for one in asked.reasons}) == (Verdict.REVIEW, True)
    others = decide(replace(facts, accepted=ACCEPTABLE - {code}), SCHEDULE, TODAY)
    assert others.verdict is Verdict.REVIEW, "another contradiction was called harmless, not this one"
    settled = decide(replace(facts, accepted=frozenset({code})), SCHEDULE, TODAY)
    assert settled.verdict in {Verdict.SCHEDULE, Verdict.ERASE}
    assert f"accepted:{code}" in {one.code for one in settled.reasons}


@pytest.mark.parametrize(
    "facts",
    [
        Facts(ended={"customer": day("1970-01-01")}),
        replace(ENDED, docs=(doc("sales_invoice", "1970-01-01", settled="2026-01-02"),)),
        replace(ENDED, docs=(doc(DocumentKind.CONTRACT, "2026-01-01", open=True),)),
        replace(ENDED, docs=(doc("sales_invoice", "2019-01-01", open=True),)),
        replace(ENDED, docs=(doc("sales_invoice", "2026-09-01", open=True),)),
        replace(ENDED, doubts=("unreadable_date:ended_on",)),
    ],
)
def test_nothing_else_can_be_accepted(facts: Facts) -> None:
    asked = decide(facts, SCHEDULE, TODAY)
    codes = frozenset(one.code for one in asked.reasons)
    assert decide(replace(facts, accepted=ACCEPTABLE | codes), SCHEDULE, TODAY).verdict is asked.verdict
    assert asked.verdict in {Verdict.REVIEW, Verdict.SUSPEND}


def test_kept_is_kept_until_the_day_and_not_on_it() -> None:
    until = TODAY + timedelta(30)
    facts = replace(ENDED, kept_until=until)
    kept = decide(facts, SCHEDULE, TODAY)
    assert (kept.verdict, kept.next_on, kept.flagged) == (Verdict.KEEP, until, True)
    assert dispositions(kept, facts, (), SCHEDULE, TODAY) == ()
    assert decide(facts, SCHEDULE, until).verdict is Verdict.ERASE


def test_a_word_to_keep_says_when_the_answer_behind_it_may_change() -> None:
    soon = decide(Facts(ended={"customer": day("2026-11-01")}), SCHEDULE, TODAY)
    assert (soon.verdict, soon.next_on) == (Verdict.SCHEDULE, day("2026-11-29"))
    for until, next_on in (("2027-01-31", "2026-11-29"), ("2026-11-25", "2026-11-25")):
        kept = follow(None, [soon], TODAY, SCHEDULE, kept_until=day(until))
        assert (kept.verdict, kept.next_on) == (Verdict.KEEP, day(next_on))
    late = decide(ENDED, SCHEDULE, TODAY)
    assert follow(None, [late], TODAY, SCHEDULE, kept_until=day("2027-01-31")).next_on == day("2027-01-31")


def test_whoever_belongs_to_an_organisation_that_a_person_keeps_is_flagged_like_it() -> None:
    kept = decide(replace(ENDED, kept_until=TODAY + timedelta(30)), SCHEDULE, TODAY)
    belongs = follow(None, [kept], TODAY, SCHEDULE)
    assert (belongs.verdict, belongs.flagged) == (Verdict.KEEP, True)
    active = decide(Facts(ended={"customer": None}), SCHEDULE, TODAY)
    assert not follow(None, [kept, active], TODAY, SCHEDULE).flagged


def test_a_document_of_the_persons_own_may_be_called_harmless() -> None:
    gone, mine = decide(ENDED, SCHEDULE, TODAY), decide(Facts(docs=(LATE,)), SCHEDULE, TODAY)
    assert follow(mine, [gone], TODAY, SCHEDULE).verdict is Verdict.REVIEW
    settled = follow(mine, [gone], TODAY, SCHEDULE, accepted={"document_after_end"})
    assert settled.verdict is Verdict.SCHEDULE


def test_a_person_does_not_go_while_somebody_keeps_the_organisation_or_them() -> None:
    until = TODAY + timedelta(30)
    gone, kept = decide(ENDED, SCHEDULE, TODAY), decide(replace(ENDED, kept_until=until), SCHEDULE, TODAY)
    assert follow(None, [gone], TODAY, SCHEDULE).verdict is Verdict.ERASE
    assert follow(None, [kept], TODAY, SCHEDULE).verdict is Verdict.KEEP
    assert follow(None, [gone], TODAY, SCHEDULE, kept_until=until).verdict is Verdict.KEEP
    assert follow(None, [gone], until, SCHEDULE, kept_until=until).verdict is Verdict.ERASE

"""A stop by a person: what it keeps, what reminds of it, and what lifts it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from syncd.service import clock

if TYPE_CHECKING:
    from tests.cli.conftest import Office

SOON = str(clock.today() + timedelta(days=30))


def _shown(office: Office, subject: str) -> dict[str, Any]:
    values: dict[str, Any] = office("contact", "show", subject, "--format", "json").values
    return values


def _due(office: Office) -> str:
    """Give a subject that is to be erased now, with nothing above it that it follows."""
    return str(
        next(
            one["subject"]
            for one in office("contact", "list", "--decision", "erase", "--format", "json").values
            if one["kind"] == "organisation" and one["roles"]
        )
    )


def _ledger(office: Office) -> list[dict[str, Any]]:
    return [json.loads(line) for line in office("ledger", "export").out.splitlines()]


def test_a_stop_takes_the_orders_back_until_it_is_lifted(office: Office) -> None:
    subject = _due(office)
    said = office("suspend", subject, "--reason", "dispute", "--review-on", SOON, "--by", "Anna")
    assert said.code == 0
    assert _shown(office, subject)["decision"] == "suspend"
    office("run-once")
    lines = office("queue", "list", "--format", "json").values
    assert not [one for one in lines if one["subject"] == subject and one["state"] == "scheduled"]
    assert office("status", "--format", "json").values["suspended"] == 1
    assert f"1 by a person, the first to be looked at again on {SOON}" in office("status").out

    assert office("release", subject).code == 0
    assert _shown(office, subject)["decision"] == "erase"
    assert office("status", "--format", "json").values["suspended"] == 0


def test_who_stopped_it_is_in_no_row_and_shown_only_with_names(office: Office) -> None:
    subject = _due(office)
    office("suspend", subject, "--reason", "restriction-art-18", "--review-on", SOON, "--by", "Anna Bos")
    rows = [one for one in _ledger(office) if one["kind"] == "subject.suspended"]
    today = str(clock.today())
    assert [one["payload"] for one in rows] == [
        {"subject": int(subject[2:]), "on": today, "reason": "restriction-art-18", "review_on": SOON}
    ]
    plain = office("contact", "show", subject).out
    assert f"suspended on {today} (restriction-art-18)" in " ".join(plain.split())
    assert "Anna Bos" not in plain
    assert "[Anna Bos]" in office("contact", "show", subject, "--names").out
    assert "Anna" not in office("ledger", "export").out


def test_the_report_reminds_on_the_day_and_not_before(office: Office) -> None:
    subject = _due(office)
    office("suspend", subject, "--reason", "audit", "--review-on", SOON)

    def reminded(*options: str) -> list[str]:
        told = office("run-once", "--format", "json", *options).values["attention"]
        return [one["subject"] for one in told if one["code"] == "suspension_review"]

    day = clock.today() + timedelta(days=29)
    assert reminded("--as-of", str(day)) == []
    assert reminded("--as-of", SOON) == [subject]
    # A later day for the same stop counts instead.
    office("suspend", subject, "--reason", "audit", "--review-on", str(day + timedelta(days=60)))
    assert reminded("--as-of", SOON) == []
    office("release", subject)
    assert reminded("--as-of", str(day + timedelta(days=90))) == []


def test_what_cannot_be_stopped_or_released_says_why(office: Office) -> None:
    subject = _due(office)
    today = str(clock.today())
    for arguments, complaint in (
        (("suspend", subject, "--reason", "because", "--review-on", SOON), "choose one of dispute, audit"),
        (("suspend", subject, "--reason", "audit", "--review-on", today), "choose a day after today"),
        (("suspend", "S-99999", "--reason", "audit", "--review-on", SOON), "no such subject"),
        (("release", subject), "is not suspended"),
    ):
        said = office(*arguments)
        assert said.code == 2
        assert complaint in said.err
    assert not [one for one in _ledger(office) if one["kind"].startswith("subject.")]


def test_a_hold_is_shown_with_its_last_day_its_papers_and_their_financial_year(office: Office) -> None:
    held = [
        one
        for one in office("contact", "list", "--format", "json").values
        if one["hold_until"] and one["hold_until"][:2] == "20" and one["roles"]
    ]
    assert held
    told = {
        one["hold_until"]: " ".join(office("contact", "show", one["subject"]).out.split()) for one in held
    }
    for last_day, text in told.items():
        assert f"held until {last_day}: " in text
    general = [(day, text) for day, text in told.items() if "seven years" in text and "nine" not in text]
    assert general
    assert all(f"financial year {int(day[:4]) - 7}" in text for day, text in general)

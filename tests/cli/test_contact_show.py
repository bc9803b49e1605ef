"""What is told about one subject: the papers behind its hold, and what persons said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.cli.conftest import Office


def _shown(office: Office, subject: str) -> dict[str, Any]:
    shown: dict[str, Any] = office("contact", "show", subject, "--format", "json").values
    return shown


def test_a_hold_shows_its_papers_and_statements_show_who_decided_what(office: Office) -> None:
    held = next(
        one
        for one in office("contact", "list", "--format", "json").values
        if one["partial"] and str(one["hold_until"])[:4].isdigit()
    )
    subject, until = held["subject"], held["hold_until"]
    shown = _shown(office, subject)
    assert {key: shown[key] for key in held} == held
    (paper, *_) = shown["held_by"]
    assert (paper["rule"], paper["hold_until"]) == ("hold", until)
    year = paper["financial_year"]
    assert year["start"] <= paper["value_ended"] <= year["end"]
    assert int(until[:4]) == int(year["end"][:4]) + 7
    text = office("contact", "show", subject).out
    evidence = rf"held until {until}: .+, settled {paper['settled']}.*, financial year {year['end'][:4]}"
    assert re.search(evidence, " ".join(text.split()))
    assert shown["statements"] == []
    assert (
        office("suspend", subject, "--reason", "dispute", "--review-on", "2099-01-01", "--by", "Anna").code
        == 0
    )
    assert office("relationship", "end", subject, "--on", "2026-01-31", "--by", "Anna").code == 0
    stop, end = _shown(office, subject)["statements"]
    assert (stop["said"], stop["reason"], stop["review_on"]) == ("suspended", "dispute", "2099-01-01")
    assert (end["said"], end["on"]) == ("ended", "2026-01-31")
    assert "Anna" not in str(_shown(office, subject))

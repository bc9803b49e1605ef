"""Deciding about the queue: in a walk, on paper, by filter, and what is said about orders that are finished."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest

    from tests.cli.conftest import Office


def _state(office: Office, order: str) -> str:
    return str(office("queue", "show", order, "--format", "json").values["state"])


def _paper(office: Office, *options: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(office("queue", "export", *options).out)))


def _give_back(office: Office, lines: list[dict[str, Any]]) -> Any:
    file = office.folder / "decide.csv"
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, list(lines[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(lines)
    return office("queue", "approve", "--from", str(file), "--by", "Anna")


def test_a_file_decides_line_by_line_and_is_recorded_as_paper(office: Office) -> None:
    yes, no, later = _paper(office)[:3]
    yes["decision"] = "Yes"
    no |= {"decision": "no", "until": "2999-01-31", "reason": "dispute"}
    said = _give_back(office, [yes, no, later])
    assert said.code == 0, said.err
    assert "1 order approved and 1 rejected" in said.out
    assert [_state(office, one["order"]) for one in (yes, no, later)] == [
        "approved",
        "cancelled",
        "scheduled",
    ]
    rows = [json.loads(line) for line in office("ledger", "export").out.splitlines()]
    assert [one["payload"]["approval"] for one in rows if one["kind"] == "order.approved"] == ["paper"]


def test_an_order_that_changed_since_it_was_printed_is_not_approved_and_is_named(office: Office) -> None:
    changed, same = _paper(office)[:2]
    changed |= {"decision": "yes", "digest": "0" * 16}
    same["decision"] = "yes"
    said = _give_back(office, [changed, same])
    assert said.code == 1
    assert f"{changed['order']}: its facts changed since the export" in said.out
    assert [_state(office, one["order"]) for one in (changed, same)] == ["scheduled", "approved"]


def test_a_file_with_mistakes_changes_nothing_and_names_each_with_its_line(office: Office) -> None:
    good, bad, unknown = _paper(office)[:3]
    good["decision"] = "yes"
    bad |= {"decision": "no", "until": "31-01-2999", "reason": "because"}
    unknown |= {"decision": "perhaps", "order": "O-999999"}
    said = _give_back(office, [good, bad, unknown])
    assert said.code == 2
    for text in (
        "line 3: until 31-01-2999",
        "line 3: reason",
        "line 4: no such order",
        "line 4: decision perhaps",
    ):
        assert text in said.err, text
    assert _state(office, good["order"]) == "scheduled"


def test_what_is_no_list_of_decisions_is_refused_without_a_traceback(office: Office) -> None:
    file = office.folder / "x.csv"
    for content in (b"", b"\xff\xfe\x00", b"[1, 2]", b'{"a": 1}', b"name,date\n1,2\n", b"[" * 2000):
        file.write_bytes(content)
        said = office("queue", "approve", "--from", str(file))
        assert said.code == 2, content[:10]
        assert "internal error" not in said.err
    assert office("queue", "approve", "--from", str(office.folder / "none.csv")).code == 2


def test_names_reach_the_file_only_when_asked_for(office: Office) -> None:
    assert not any(one["who"] for one in _paper(office))
    assert any(one["who"] for one in _paper(office, "--names"))


def test_a_walk_approves_rejects_skips_and_ends_with_its_input(office: Office) -> None:
    answers = "a\nwhat\nr 2999-01-31 because\nr soon dispute\nr 2999-01-31 dispute\ns\n"
    said = office("queue", "review", stdin=answers)
    assert said.code == 0
    assert "reasons: dispute" in said.out
    assert "write the day as" in said.out
    lines = office("queue", "list", "--all", "--format", "json").values
    states = {one["state"] for one in lines}
    assert {"approved", "cancelled", "scheduled"} <= states
    approved = {one["subject"] for one in lines if one["state"] == "approved"}
    assert len(approved) == 1


def test_a_finished_order_is_not_approved_in_silence_and_neither_is_the_rest(office: Office) -> None:
    first, second = _paper(office)[:2]
    office("queue", "reject", first["order"], "--until", "2999-01-31", "--reason", "mistake")
    said = office("queue", "approve", first["order"], second["order"])
    assert said.code == 2
    assert f"{first['order']} is finished: it was rejected" in said.err
    assert _state(office, second["order"]) == "scheduled"


def test_who_approves_what_changed_while_they_were_reading_is_told_and_nothing_is_approved(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = office("queue", "list", "--state", "scheduled", "--account", "crm", "--format", "json").values
    orders = sorted(one["order_id"] for one in lines)

    def reads_for_long(question: str, **_options: object) -> bool:
        # Before the answer, somebody else says no to the last of them.
        assert f"Approve these {len(orders)} orders" in question
        no = office("queue", "reject", orders[-1], "--until", "2999-01-31", "--reason", "mistake")
        assert no.code == 0
        return True

    monkeypatch.setattr("typer.confirm", reads_for_long)
    said = office("queue", "approve", "--all", "--account", "crm")
    assert said.code == 2
    assert f"{orders[-1]} is finished: it was rejected" in said.err
    assert "Nothing was approved" in said.err
    assert [_state(office, one) for one in orders] == ["scheduled"] * (len(orders) - 1) + ["cancelled"]


def test_a_walk_says_why_it_goes_and_not_why_a_part_of_it_stays(office: Office) -> None:
    waiting = office("queue", "list", "--state", "scheduled", "--format", "json").values
    held = [
        one
        for one in waiting
        if one["hold_until"] not in {None, "open"} and one["hold_until"] > one["erase_on"]
    ]
    assert held
    said = office("queue", "review", stdin="s\n" * len(waiting))
    asked = " ".join(said.out.split())
    assert "the tax law wants" not in asked
    for subject in {one["subject"] for one in held}:
        assert re.search(
            rf"{subject} \(\d+ of \d+\): the relationship ended on \d{{4}}-\d\d-\d\d; a part stays until ",
            asked,
        ), subject


def test_a_walk_says_of_a_withdrawn_consent_that_it_is_one_and_not_why_the_rest_stays(office: Office) -> None:
    waiting = office("queue", "list", "--state", "scheduled", "--format", "json").values
    kept = {one["subject"] for one in waiting if one["basis"]["decision"] == "keep"}
    assert kept
    asked = " ".join(office("queue", "review", stdin="s\n" * len(waiting)).out.split())
    for subject in kept:
        assert re.search(
            rf"{subject} \(\d+ of \d+\): consent was withdrawn; the relationship itself goes on", asked
        ), subject
    assert asked.count("consent was withdrawn") == len(kept)


def test_a_walk_with_names_says_on_a_line_of_its_own_who_each_is(office: Office) -> None:
    plain = office("queue", "review").out.splitlines()
    named = office("queue", "review", "--names").out.splitlines()
    added = [line for line in named if line not in plain]
    assert added
    assert all(line.startswith(" " * 12) for line in added)


def test_one_order_is_told_as_one(office: Office) -> None:
    first = office("queue", "list", "--state", "scheduled", "--format", "json").values[0]["order_id"]
    assert office("queue", "approve", first).out.startswith("1 order approved; ")


def test_bulk_approval_takes_filters_and_shows_counts(office: Office) -> None:
    said = office("queue", "approve", "--all", "--account", "crm", "--action", "erase", stdin="y\n")
    assert said.code == 0
    assert "crm erase item" in said.out
    lines = office("queue", "list", "--state", "approved", "--format", "json").values
    assert {(one["account"], one["action"]) for one in lines} == {("crm", "erase")}


def test_a_mode_is_confirmed_only_as_it_is_configured(office: Office) -> None:
    assert office("queue", "approve", "--mode", "automatic").code == 2
    assert "may send already" in office("queue", "approve", "--mode", "approve").out


def test_an_order_is_named_by_its_number_with_or_without_letter_and_zeros(office: Office) -> None:
    order = next(
        one["order_id"] for one in office("queue", "list", "--format", "json").values if one["order_id"]
    )
    number = order.removeprefix("O-").lstrip("0")
    whole = office("queue", "show", order).out
    for name in (number, f"o-{number}", f"O-{number}", order.removeprefix("O-")):
        assert office("queue", "show", name).out == whole
    assert office("queue", "approve", number, order).out.startswith("1 order approved")
    assert _state(office, order) == "approved"
    rejected = office("queue", "reject", number, "--until", "2099-01-01", "--reason", "mistake")
    assert rejected.out.startswith(f"{order} rejected until")
    assert "is cancelled" in office("queue", "retry", number).err


def test_a_subject_is_named_by_its_number_with_or_without_letter(office: Office) -> None:
    subject = office("contact", "list", "--format", "json").values[0]["subject"]
    number = subject.removeprefix("S-")
    whole = office("contact", "show", subject).out
    assert office("contact", "show", number).out == office("contact", "show", subject.lower()).out == whole
    stop = ("--reason", "dispute", "--review-on", "2099-01-01")
    assert office("suspend", number, *stop).out.startswith(f"{subject}: suspended")
    assert office("release", number).out.startswith(f"{subject}: released")

"""A person answers what waits: the answer counts, is bound to what was seen, and is not asked again."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from syncd.service import clock

if TYPE_CHECKING:
    from tests.cli.conftest import Office

SOON = (clock.today() + timedelta(90)).isoformat()


def _asked(office: Office) -> dict[str, dict[str, Any]]:
    """Give the questions by the code of their contradiction, `identity` for those about two records."""
    values = office("review", "list", "--format", "json").values
    return {one["contradictions"][0]["code"] if one["contradictions"] else "identity": one for one in values}


def _shown(office: Office, question: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = office("contact", "show", question["subjects"][0], "--format", "json").values
    return shown


def test_the_list_says_what_does_not_agree_and_which_documents_are_behind_it(office: Office) -> None:
    said = office("review", "list")
    assert said.code == 0
    assert max(map(len, said.out.splitlines())) <= 80
    found = _asked(office)
    assert {"document_after_end", "agreement_running", "claim_prescribed", "duplicate_of_active"} <= set(
        found
    )
    late = found["document_after_end"]
    assert late["id"] == late["subjects"][0].replace("S", "V")
    assert late["contradictions"][0]["documents"]
    reviews = office("contact", "list", "--decision", "review", "--format", "json").values
    following = {one["subject"] for one in reviews if "organisation_review" in str(one["reasons"])}
    assert {one["subject"] for one in reviews} - following == {
        one["subjects"][0] for one in found.values() if one["id"].startswith("V")
    }


def test_go_on_accepts_exactly_these_contradictions_and_is_not_asked_again(office: Office) -> None:
    late = _asked(office)["document_after_end"]
    assert office("review", "answer", late["id"], "go-on", "--by", "Anna").code == 0
    shown = _shown(office, late)
    assert shown["decision"] in {"schedule", "erase"}
    assert "accepted:document_after_end" in {one["code"] for one in shown["reasons"]}
    assert "document_after_end" not in _asked(office)
    assert "Anna" in office("contact", "show", late["subjects"][0], "--names").out
    ledger = office("ledger", "export").out
    assert '"kind": "review.accepted"' in ledger
    assert "Anna" not in ledger


def test_go_on_is_refused_where_a_word_cannot_make_it_right(office: Office) -> None:
    found = _asked(office)
    for code, remedy in (("agreement_running", "end it where"), ("claim_prescribed", "bookkeeping")):
        assert "go-on" not in found[code]["answers"]
        said = office("review", "answer", found[code]["id"], "go-on")
        assert (said.code, remedy in said.err) == (2, True)
        assert _shown(office, found[code])["decision"] == "review"


def test_keep_asks_nothing_and_erases_nothing_until_the_day(office: Office) -> None:
    late = _asked(office)["document_after_end"]
    assert office("review", "answer", late["id"], "keep", "--until", SOON).code == 0
    shown = _shown(office, late)
    assert (shown["decision"], shown["next_on"]) == ("keep", SOON)
    assert "document_after_end" not in _asked(office)
    assert office("review", "answer", late["id"], "go-on").code == 0, "a later answer goes before it"
    assert _shown(office, late)["decision"] in {"schedule", "erase"}


def test_an_end_settles_silence(office: Office) -> None:
    silent = _asked(office)["silent"]
    last = silent["contradictions"][0]["on"]
    assert office("review", "answer", silent["id"], "end", last).code == 0
    shown = _shown(office, silent)
    assert shown["roles"] == dict.fromkeys(shown["roles"], last)
    assert shown["decision"] == "erase"


def test_two_that_are_different_are_asked_about_once(office: Office) -> None:
    question = _asked(office)["identity"]
    assert office("review", "answer", question["id"].lower(), "different").code == 0
    assert "identity" not in _asked(office)
    assert office("review", "answer", question["id"], "different").code == 2
    assert '"kind": "identity.different"' in office("ledger", "export").out


def test_two_that_are_the_same_become_one(office: Office) -> None:
    question = _asked(office)["identity"]
    assert office("review", "answer", question["id"], "same").code == 0
    listed = office("contact", "list", "--format", "json").values
    assert len({one["subject"] for one in listed} & set(question["subjects"])) == 1


def test_wrong_answers_say_what_is_right(office: Office) -> None:
    found = _asked(office)
    doubt, pair = found["document_after_end"]["id"], found["identity"]["id"]
    today = clock.today().isoformat()
    for words, told in (
        ((doubt, "perhaps"), "choose one of"),
        ((doubt, "keep"), "needs --until"),
        ((doubt, "keep", "--until", today), "after today"),
        ((doubt, "end"), "needs DAY"),
        ((doubt, "go-on", "2026-01-01"), "goes with end"),
        ((doubt, "same"), "answers who is who"),
        ((pair, "go-on"), "choose same or different"),
        (("V-99999", "go-on"), "no such question"),
        (("P-00000000", "same"), "no such question"),
        (("twelve", "go-on"), "no such question"),
    ):
        said = office("review", "answer", *words)
        assert (said.code, told in said.err) == (2, True), (words, said.err)


def _orders(office: Office) -> list[Any]:
    orders: list[Any] = office("ledger", "export").out.splitlines()
    return orders


def test_a_preview_shows_whom_an_answer_changes_and_records_nothing(office: Office) -> None:
    late = _asked(office)["document_after_end"]
    before, rows = _shown(office, late), _orders(office)
    said = office("review", "answer", late["id"], "go-on", "--preview")
    assert (said.code, "nothing is recorded" in said.out) == (0, True)
    assert max(map(len, said.out.splitlines())) <= 80
    lines = said.out.splitlines()
    (number,) = [at for at, line in enumerate(lines) if line.startswith(f"  {late['subjects'][0]} ")]
    assert (_shown(office, late), _orders(office)) == (before, rows)
    assert office("review", "answer", late["id"], "go-on").code == 0
    after = _shown(office, late)
    assert lines[number].split()[1].rstrip(",") == before["decision"] == "review"
    assert f"->  {after['decision']}, erase on {after['erase_on']}" in lines[number + 1]


def test_a_preview_of_who_is_who_and_of_nothing_at_all(office: Office) -> None:
    pair = _asked(office)["identity"]
    assert "only a preview" in office("review", "answer", pair["id"], "same", "--preview").out
    assert pair == _asked(office)["identity"]
    wrong = office("review", "answer", pair["id"], "go-on", "--preview")
    assert (wrong.code, wrong.out) == (2, "")


def test_an_answer_is_taken_back_and_the_one_before_it_counts_again(office: Office) -> None:
    late = _asked(office)["document_after_end"]
    asked, question = _shown(office, late), late["id"]
    assert office("review", "take-back", question).code == 2
    assert office("review", "answer", question, "keep", "--until", SOON, "--by", "Anna").code == 0
    kept = _shown(office, late)
    assert kept["decision"] == "keep"
    assert office("review", "answer", question, "end", "2026-11-20", "--by", "Anna").code == 0
    ended = _shown(office, late)
    assert ended["roles"] != asked["roles"]
    preview = office("review", "take-back", question, "--preview")
    assert f"  {late['subjects'][0]}  " in preview.out
    assert _shown(office, late) == ended
    back = office("review", "take-back", question, "--by", "Anna")
    assert (back.code, "taken back: ended on 2026-11-20" in back.out) == (0, True)
    assert _shown(office, late) == kept
    assert f"keep until {SOON}" in office("review", "take-back", question, "--by", "Anna").out
    assert _shown(office, late) == asked
    none = office("review", "take-back", question)
    assert none.code == 2
    assert "nothing was answered about it that still counts" in none.err
    ledger = office("ledger", "export").out
    assert ledger.count('"kind": "review.taken_back"') == 2
    assert "Anna" not in ledger


def test_a_harmless_contradiction_is_asked_again_once_that_is_taken_back(office: Office) -> None:
    late = _asked(office)["document_after_end"]
    assert office("review", "answer", late["id"], "go-on").code == 0
    assert "document_after_end" not in _asked(office)
    assert "harmless: documents are dated after the end" in office("review", "take-back", late["id"]).out
    assert _asked(office)["document_after_end"] == late


def test_there_is_nothing_to_take_back_of_who_is_who(office: Office) -> None:
    for name in ("P-1a2b3c4d", "V-99999", "V-", "12"):
        said = office("review", "take-back", name)
        assert (said.code, "nothing was answered" in said.err) == (2, True)


def test_what_is_indented_stays_indented_where_it_is_broken(office: Office) -> None:
    lines = [line for line in office("review", "list").out.splitlines() if line.strip()]
    assert max(map(len, lines)) <= 80
    last = lines.pop()
    assert last.endswith("syncd review answer ID ANSWER")
    heads = [line for line in lines if not line.startswith("  ")]
    assert heads
    assert all(re.match(r"[VP]-\w+  about S-", line) for line in heads)

"""A person answers what waits: the answer counts, is bound to what was seen, and is not asked again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from syncd.service import clock

if TYPE_CHECKING:
    from tests.cli.conftest import Office

SOON = (clock.now().date() + timedelta(90)).isoformat()


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
    today = clock.now().date().isoformat()
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

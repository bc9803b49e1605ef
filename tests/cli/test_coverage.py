"""Coverage says where each category lives, and never calls hidden what is still there covered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from markupsafe import escape

from syncd.report.language import LANGUAGES, catalogue

if TYPE_CHECKING:
    from syncd.report.language import Language
    from tests.cli.conftest import Office


def test_every_category_is_told_with_what_takes_it_away(office: Office) -> None:
    values = office("policy", "coverage", "--also", "Dropbox", "--format", "json").values
    places = {one["category"]: one["places"] for one in values["categories"]}
    listed = office("contact", "list", "--format", "json").values
    members = sum(each["kind"] == "member" for one in listed for each in one["records"])
    (newsletter,) = [one for one in places["newsletter"] if one["kind"] == "member"]
    assert (newsletter["account"], newsletter["records"], newsletter["taken_by"]) == (
        "news",
        members,
        ["erase"],
    )
    assert newsletter["residue"]
    (contact,) = [one for one in places["contact_details"] if one["kind"] == "contact"]
    assert contact["taken_by"] == ["erase", "minimise"]
    (identity,) = [one for one in places["fiscal_identity"] if one["kind"] == "contact"]
    assert identity["taken_by"] == ["erase"], (
        "what the law holds is not minimised, and archiving takes nothing away"
    )
    assert {"email", "phone"} <= set(contact["fields"])
    (item,) = [one for one in places["bank_details"] if one["kind"] == "item"]
    assert item["fields"] == ["relaties.iban"], "as the account's own table maps it"
    (invoices,) = [one for one in places["fiscal_documents"] if one["kind"] == "sales_invoice"]
    assert "sales_invoices" in invoices["fields"]
    assert all(each["fields"] for one in values["categories"] for each in one["places"])
    assert places["credentials"] == [], "nowhere, and said so"
    assert {one["how"] for one in places["fiscal_documents"]} == {
        "by hand, when its hold has ended: syncd documents due"
    }
    assert all(one["taken_by"] == [] for one in places["fiscal_documents"])
    assert values["without_account"] == ["Dropbox"]


def test_it_can_be_read_and_pasted(office: Office) -> None:
    text = office("policy", "coverage", "--also", "Dropbox")
    assert max(map(len, text.out.splitlines())) <= 80
    assert "in no account" in text.out
    assert "relaties.iban" in text.out
    fields = {
        each
        for one in office("policy", "coverage", "--format", "json").values["categories"]
        for place in one["places"]
        for each in place["fields"]
    }
    assert not [
        each for each in fields if not re.search(rf"\b{re.escape(each)}(,|$)", text.out, re.MULTILINE)
    ]
    assert "nothing: no account covers it" in " ".join(text.out.split())
    table = office("policy", "coverage", "--also", "Dropbox", "--format", "md").out.splitlines()
    assert {one.replace("\\|", "").count("|") for one in table} == {6}
    assert office("policy", "coverage", "--format", "csv").code == 2


def test_an_account_that_is_not_configured_any_more_is_left_to_a_hand(office: Office) -> None:
    config = office.folder / "syncd.toml"
    tables = re.split(r"(?m)^(?=\[accounts\.)", config.read_text(encoding="utf-8"))
    config.write_text(
        "".join(one for one in tables if not one.startswith("[accounts.news")), encoding="utf-8"
    )
    values = office("policy", "coverage", "--format", "json").values
    (member,) = [
        place
        for one in values["categories"]
        for place in one["places"]
        if (place["account"], place["kind"]) == ("news", "member")
    ]
    assert (member["connector"], member["fields"], member["taken_by"], member["how"]) == (
        "",
        [],
        [],
        "by hand",
    )
    assert member["records"] > 0
    for form in ("text", "md", "html"):
        said = office("policy", "coverage", "--format", form)
        assert said.code == 0, said.err
        assert "news" in said.out


@pytest.mark.parametrize(
    ("language", "title"), [("en", "Privacy statement against"), ("nl", "Privacyverklaring naast")]
)
def test_it_is_a_page_that_asks_the_statement_questions(
    office: Office, language: Language, title: str
) -> None:
    hostile = "<script>alert(1)</script>"
    arguments = ("policy", "coverage", "--also", "Dropbox", "--also", hostile, "--format", "html")
    page = office(*arguments, "--language", language).out
    assert title in page
    assert "<script" not in page
    assert "Dropbox" in page
    assert "<code>relaties.iban</code>" in page
    for group in ("statement", "statement_why", "statement_source"):
        for text in catalogue(language)[group].values():
            assert escape(text) in page, text
    assert office(*arguments, "--language", "de").code == 2
    values = office("policy", "coverage", "--format", "json").values
    places = [each for one in values["categories"] for each in one["places"]]
    assert page.count("syncd: ") == sum(1 for one in places if one["taken_by"])


def test_every_question_has_its_reason_and_its_source() -> None:
    for language in LANGUAGES:
        texts = catalogue(language)
        assert set(texts["statement"]) == set(texts["statement_why"]) == set(texts["statement_source"])

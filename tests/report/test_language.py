"""Every text is there in every language, with the same things to fill in."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from syncd import registry
from syncd.cycle import attention
from syncd.identity.facts import STRONG
from syncd.model import Action, DocumentKind, OrderState, Role, SubjectKind, Verdict
from syncd.report.html import PageTexts
from syncd.report.language import LANGUAGES, Language, Texts, catalogue
from syncd.report.page import Group
from syncd.retention import parse_schedule
from syncd.retention.reasons import REASONS
from syncd.service.defaults import default_schedule_text


def _holes(text: object) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(str(text)) if name}


def test_all_catalogues_have_the_same_texts() -> None:
    first = catalogue(LANGUAGES[0])
    for language in LANGUAGES[1:]:
        other = catalogue(language)
        assert set(other) == set(first)
        for group in set(first) - {"reason", "warning", "fault"}:  # English has these where they are made
            assert set(other[group]) == set(first[group]), group
            for name, text in first[group].items():
                if group != "form":
                    assert _holes(other[group][name]) == _holes(text), f"{group}.{name}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_a_word_for_everything_that_a_page_shows(language: Language) -> None:
    texts = catalogue(language)
    codes = {
        "decision": Verdict,
        "state": OrderState,
        "action": Action,
        "kind": SubjectKind,
        "role": Role,
        "document": DocumentKind,
        "group": Group,
        "category": parse_schedule(default_schedule_text(), "default").categories,
    }
    for group, wanted in codes.items():
        assert {str(one) for one in wanted} <= set(texts[group]), group
    assert all(Texts(language).reason(one) for one in REASONS)
    if language != "en":
        assert set(texts["reason"]) == set(REASONS)


def _sources(*folders: str) -> str:
    root = Path(attention.__file__).parents[2]
    found = (one for folder in folders for one in (root / folder).rglob("*.py") if "sandbox" not in one.parts)
    return "\n".join(one.read_text(encoding="utf-8") for one in found)


def _waiting_codes() -> set[str]:
    plain = set(re.findall(r'Attention\.about\(\s*"([a-z_]+)"', _sources("syncd/cycle")))
    assert len(plain) > 5
    made = {f"account_{one}" for one in ("failed", "incomplete")}
    made |= {f"order_{one}" for one in ("sent", "uncertain", "refused", "short", "accepted")}
    made |= {f"waits_{one}" for one in ("documents", "attached", "by_hand")}
    return plain | made


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_waits_for_a_person_has_a_heading_advice_and_sentences(language: Language) -> None:
    for group in ("attention", "advice", "matter", "remedy"):
        assert set(catalogue(language)[group]) == _waiting_codes(), group


_ERRORS = re.compile(r'(?:Transient|Stale|Refused|Uncertain|Unusable|Problem)\(\s*"([a-z_0-9]+)"')


@pytest.mark.parametrize("connector", sorted(registry.plugins()))
def test_why_a_vendor_did_not_do_it_is_said_in_dutch(connector: str) -> None:
    texts = Texts("nl", {"account": connector})
    codes = set(_ERRORS.findall(_sources(f"connectors/{connector}")))
    assert len(codes) > 10
    untold = {one for one in codes if texts.fault("account", one, "said in English") == "said in English"}
    assert not untold


def test_what_the_program_itself_runs_into_is_said_in_dutch() -> None:
    codes = set(_ERRORS.findall(_sources("syncd/http", "syncd/cycle"))) - {"undeclared"}
    assert len(codes) > 10
    assert codes <= set(catalogue("nl")["fault"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_piece_of_evidence_has_a_word(language: Language) -> None:
    codes = {str(one) for one in STRONG} | {"name", "initials", "postcode+number", "birth_date"}
    codes |= {
        "street",
        "postcode",
        "city",
        "kvk_without_zero",
        "email_resembles",
        "name_resembles",
        "contradicts",
        "parent",
    }
    assert set(catalogue(language)["evidence"]) == codes
    for code in codes - {str(one) for one in STRONG} - {"birth_date"}:
        assert f'"{code}"' in _sources("syncd/identity"), f"{code} is no evidence any more"


def test_a_plugin_without_texts_is_told_in_english_and_marked_so() -> None:
    assert Texts("nl", {"a": "nobody"}).stays("a", "odd", "It stays.") == "It stays."
    assert PageTexts("nl").stays("a", "odd", "It <stays>.") == '<span lang="en">It &lt;stays&gt;.</span>'


def test_a_warning_about_a_file_is_said_in_dutch_with_its_place() -> None:
    text = default_schedule_text().replace('general = "7 years"', 'general = "9 years"')
    said = [Texts("nl").warned(one) for one in parse_schedule(text, "my.toml").warnings]
    assert said == ["my.toml, line 27: fiscal.general: 9 years is langer dan de wet vraagt (7 years)"]
    codes = re.findall(r'\.warning\((?:[^,]+,){2}\s*"(\w+)"', _sources("syncd/retention"))
    codes += re.findall(r'Warned\(\s*"(\w+)"', _sources("syncd/settings"))
    assert set(codes) == set(catalogue("nl")["warning"])


def test_a_code_of_a_connector_that_no_catalogue_knows_is_shown_as_it_is() -> None:
    assert Texts("nl").word("document", "pro_forma") == "pro forma"


def test_a_share_is_whole_only_when_all_of_it_is_there() -> None:
    texts = Texts("en")
    assert [texts.share(999, 1000), texts.share(1000, 1000), texts.share(0, 3)] == ["99 %", "100 %", "0 %"]


def test_a_doubt_says_where() -> None:
    assert Texts("nl").reason("doubt:unreadable_date:Einddatum") == "een datum is niet te lezen (Einddatum)"


def test_what_a_person_called_harmless_is_said_with_it() -> None:
    assert Texts("en").reason("accepted:doubt:end_removed") == (
        "a person called it harmless: an end that was there was emptied"
    )

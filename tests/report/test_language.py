"""Every text is there in every language, with the same things to fill in."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from syncd.cycle import attention
from syncd.model import Action, DocumentKind, OrderState, Role, SubjectKind, Verdict
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
        for group in set(first) - {"reason"}:  # English has its sentences where the reasons are defined
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


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_waits_for_a_person_has_a_heading_and_advice(language: Language) -> None:
    sources = Path(attention.__file__).parent.glob("*.py")
    plain = {
        code
        for source in sources
        for code in re.findall(r'Attention\(\s*"([a-z_]+)"', source.read_text(encoding="utf-8"))
    }
    made = {f"account_{one}" for one in ("failed", "incomplete")}
    made |= {f"order_{one}" for one in ("uncertain", "refused", "short")}
    made |= {f"waits_{one}" for one in ("documents", "by_hand")}
    assert len(plain) > 5
    assert plain | made <= set(catalogue(language)["attention"])
    assert set(catalogue(language)["attention"]) == set(catalogue(language)["advice"])


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

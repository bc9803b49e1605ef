"""A Dutch report is Dutch: whatever it can show, no English sentence is left in it."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from syncd.report.certificate import as_text
from syncd.report.html import certificate_page, coverage_page, plan_page, report_page
from syncd.report.language import Texts, catalogue
from syncd.report.overview import overview
from tests.report.states import certificate_of, coverage_of, everything

if TYPE_CHECKING:
    from collections.abc import Callable

    from syncd.report.language import Language
    from syncd.report.page import Report
    from tests.report.kit import Made


class _Words(HTMLParser):
    """The pieces of text of a page, and whether any is marked as English."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.english: list[str] = []
        self._style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._style = tag == "style"
        if tag != "html" and ("lang", "en") in attrs:
            self.english.append(tag)
        self.pieces += [value for name, value in attrs if name == "aria-label" and value]

    def handle_data(self, data: str) -> None:
        if not self._style and data.strip():
            self.pieces.append(data.strip())


def _pieces(page: str) -> list[str]:
    words = _Words()
    words.feed(page)
    assert not words.english
    return words.pieces


def _screen(report: Report, language: Language) -> str:
    console = Console(width=200, file=io.StringIO(), record=True)
    console.print(overview(report, language))
    return console.export_text()


def _of_certificate(action: str) -> Callable[[Report, Language], list[str]]:
    def pieces(report: Report, language: Language) -> list[str]:
        one = certificate_of(report, action)
        text = as_text(one, Texts(language, {"crm": "podio"}))
        return [*_pieces(certificate_page(one, language)), *re.split(r"\n|  +", text)]

    return pieces


SHOWN: dict[str, Callable[[Report, Language], list[str]]] = {
    "report": lambda report, language: _pieces(report_page(report, language)),
    "plan": lambda report, language: _pieces(plan_page(report, language)),
    "screen": lambda report, language: re.split(r"\n|  +", _screen(report, language)),
    **{f"certificate of {each}": _of_certificate(each) for each in catalogue("en")["action"]},
}

COMMAND = re.compile(r"syncd [a-z-]+( [a-z-]+)?( --[a-z-]+( [A-Z]+)?)*|mode = \"approve\"")


def _english(report: Report, what: str) -> set[str]:
    """Give what both languages say in the same three words or more; commands, names and codes aside."""
    dutch, english = (SHOWN[what](report, language) for language in ("nl", "en"))
    return _said_in_both(dutch, english) - {one.name for one in report.cards}


def _said_in_both(dutch: list[str], english: list[str]) -> set[str]:
    assert len(dutch) > 10
    same = set(dutch) & set(english)
    return {one for one in same if re.search(r"([A-Za-z]+[ ,]+){2}[a-z]+", COMMAND.sub("", one))}


@pytest.mark.parametrize("what", SHOWN)
def test_no_english_sentence_is_left(shown: Made, what: str) -> None:
    assert not _english(everything(shown), what)


def test_the_page_of_coverage_is_dutch(shown: Made) -> None:
    one = coverage_of(shown)
    assert not _said_in_both(*(_pieces(coverage_page(one, language)) for language in ("nl", "en")))


def test_a_sentence_that_nobody_translated_is_found(shown: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    sentence = catalogue("en")["report"]["ahead_lead"]
    monkeypatch.setitem(catalogue("nl")["report"], "ahead_lead", sentence)
    assert _english(everything(shown), "report") == {sentence}

"""A Dutch report is Dutch: whatever it can show, no English sentence is left in it."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from syncd.model import OrderState
from syncd.report.attention import Attention
from syncd.report.certificate import Certificate, ProofRow, as_text
from syncd.report.html import certificate_page, plan_page, report_page
from syncd.report.language import Texts, catalogue
from syncd.report.overview import overview
from syncd.report.page import LinkLine, ReasonLine
from syncd.report.residue import ResidueLine, Stays
from syncd.retention.reasons import REASONS
from syncd.retention.warned import Warned

if TYPE_CHECKING:
    from collections.abc import Callable

    from syncd.contract import Residue
    from syncd.report.language import Language
    from syncd.report.page import Report
    from tests.report.kit import Made

VALUES: dict[str, Any] = {
    "fault": "unreachable", "message": "cannot be reached", "mode": "approve", "orders": 3, "command": "syncd x",
    "limit": 5, "ready": 60, "order": "O-000001", "ref": "books:contact:1", "reason": "silent", "other": "S-2",
    "evidence": ["kvk", "postcode+number"], "question": "P-1", "since": "2026-01-02", "day": "2026-12-31",
    "stop": "restriction-art-18", "category": ["newsletter", "contact_details"], "warning": "secret_in_file",
    "place": "syncd.toml, line 3", "key": "token", "count": 4,
}  # fmt: skip


def _everything(shown: Made) -> Report:
    """Give a report with every state, reason, matter, residue and warning that there is."""
    report = shown.named
    card = next(one for one in report.cards if one.orders and one.records)
    order, kinds = card.orders[0], _residue(shown)
    names = [name for group in ("matter", "remedy") for name in catalogue("en")[group]]
    doubts = [f"doubt:{one}:Veld" for one in catalogue("en")["doubt"]]
    codes = [*REASONS, *doubts, *(f"accepted:{one}" for one in REASONS)]
    full = replace(
        card,
        reasons=tuple(ReasonLine(code, report.as_of, "customer", 2) for code in codes),
        orders=tuple(
            replace(
                order, state=one.value, code="missing_scope", verified_on=None, residue=tuple(kinds["books"])
            )
            for one in OrderState
        ),
        links=(LinkLine("a", "b", tuple(catalogue("en")["evidence"])),),
        name="Naam",
    )
    failed = [
        replace(each, outcome=how, code="unreachable", text="the system cannot be reached")
        for each, how in zip(report.accounts, catalogue("en")["outcome"], strict=False)
    ]
    return replace(
        report,
        cards=(full, *report.cards),
        attention=tuple(Attention.about(each, "books", "S-1", **VALUES) for each in dict.fromkeys(names)),
        residue=tuple(
            ResidueLine(account, one.code, one.text, report.as_of, 2)
            for account, found in kinds.items()
            for one in found
        ),
        warnings=(
            Warned(
                "secret_in_file", "syncd.toml, line 3", "a secret is written in the file", {"key": "token"}
            ),
        ),
        accounts=tuple(failed),
    )


def _residue(shown: Made) -> dict[str, list[Residue]]:
    app = shown.installation.app()
    app.connect()
    found = {
        name: [each for one in app.capabilities(name) for each in one.residue] for name in app.connectors
    }
    app.close()
    return found


def _certificate(report: Report, action: str) -> Certificate:
    return Certificate(
        as_of=report.as_of, made_at=report.made_at, order_id="O-000001", action=action, subject="S-1",
        account="crm", connector="podio", kind="item", key="1", categories=("relation_record",),
        ordered_on=report.as_of, erase_on=report.as_of, reasons=("ended", "due"), rule="2026-01",
        approved_on=report.as_of, approval="bulk", sent_at=None, receipt="", verified_on=report.as_of,
        looked_again_on=None, residue=(Stays("deleted_data", "Podio keeps deleted data for 90 days.", None),),
        rows=(ProofRow(1, "2026-01-01", "order.verified", "ab"),), ledger_seq=1, ledger_head="ab",
    )  # fmt: skip


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
        one = _certificate(report, action)
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
    assert len(dutch) > 10
    same = set(dutch) & set(english) - {one.name for one in report.cards}
    return {one for one in same if re.search(r"([A-Za-z]+[ ,]+){2}[a-z]+", COMMAND.sub("", one))}


@pytest.mark.parametrize("what", SHOWN)
def test_no_english_sentence_is_left(shown: Made, what: str) -> None:
    assert not _english(_everything(shown), what)


def test_a_sentence_that_nobody_translated_is_found(shown: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    sentence = catalogue("en")["report"]["ahead_lead"]
    monkeypatch.setitem(catalogue("nl")["report"], "ahead_lead", sentence)
    assert _english(_everything(shown), "report") == {sentence}

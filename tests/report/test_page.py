"""The page, the plan, the sheets and the terminal, with friendly and with hostile values."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from syncd.report.html import DONE_LISTED, coverage_page, plan_page, report_page
from syncd.report.language import LANGUAGES, Language, Texts
from syncd.report.overview import overview
from syncd.report.page import Group
from syncd.report.sheet import done_sheet, subjects_sheet
from syncd.report.words import printable
from tests.report.states import coverage_of

if TYPE_CHECKING:
    from syncd.report.page import Report
    from tests.report.kit import Made

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% raw %}",
    "{0.__class__}",
    '=HYPERLINK("http://x","y")',
    "+31 6 1234",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\u202eevil\u202c txt.exe",
    "\x1b[31mred\x1b]0;title\x07",
    "a\r\nb,c;d",
    "x" * 10_000,
    "\u0000\ufffe",
]


class _Outline(HTMLParser):
    """What a browser would build: tags, ids, links, and the words between."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name == "id" and value:
                self.ids.append(value)
            if name in {"href", "src"} and value:
                self.links.append(value)

    def handle_data(self, data: str) -> None:
        self.text += data


def _outline(page: str) -> _Outline:
    outline = _Outline()
    outline.feed(page)
    return outline


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_stands_on_its_own(shown: Made, language: Language) -> None:
    covered = coverage_page(coverage_of(shown), language)
    for page in (report_page(shown.report, language), plan_page(shown.report, language), covered):
        outline = _outline(page)
        assert "script" not in outline.tags
        assert not {"img", "iframe", "link", "object"} & set(outline.tags)
        assert all(one.startswith("#") for one in outline.links)
        assert len(outline.ids) == len(set(outline.ids))
        assert {one.removeprefix("#") for one in outline.links} <= set(outline.ids)
        assert not re.search(r"https?:|url\(|@import", page)


def test_every_subject_that_needs_a_look_has_a_card_and_who_stays_is_counted(shown: Made) -> None:
    outline = _outline(report_page(shown.report, "en"))
    cards = {one.subject for one in shown.report.cards if one.group is not Group.KEPT}
    assert cards == {one for one in outline.ids if re.fullmatch(r"S-\d+", one)}
    assert outline.tags.count("article") == len(cards)
    assert {one.group for one in shown.report.cards} >= {Group.REVIEW, Group.HELD, Group.FLAGGED, Group.KEPT}


def test_a_group_is_listed_at_a_glance_before_its_cards(shown: Made) -> None:
    outline = _outline(report_page(replace(shown.report, attention=()), "en"))
    late = [f"#{one.subject}" for one in shown.report.of_group(Group.FLAGGED)]
    listed = [one for one in outline.links if one.startswith("#S-")]
    assert listed[: len(late)] == late
    assert "At a glance" in outline.text


def test_a_card_says_how_far_its_orders_are_before_it_is_opened(shown: Made) -> None:
    some = next(one for one in shown.report.cards if len({each.state for each in one.orders}) > 1)
    only = replace(shown.report, cards=(some,), attention=())
    text = _outline(report_page(only, "en")).text.replace("\xa0", " ")
    folded = next(line for line in text.splitlines() if re.match(r"\d+ records?; ", line))
    counted = Counter(each.state for each in some.orders)
    assert f"{len(some.orders)} orders: " in folded
    assert all(f"{Texts('en').word('state', state)} ({n})" in folded for state, n in counted.items())


def test_whoever_is_flagged_is_counted_at_the_top_also_when_a_person_must_answer_first(shown: Made) -> None:
    report = shown.report
    elsewhere = sum(1 for one in report.cards if one.flagged and one.group is not Group.FLAGGED)
    assert elsewhere > 1
    text = _outline(report_page(report, "en")).text
    assert f"{report.flagged} subjects are flagged" in text
    assert f"{elsewhere} of them first wait for an answer" in text


def test_what_was_proved_is_all_on_the_page_and_the_rest_is_counted(shown: Made) -> None:
    (line, *_), month = shown.report.done, shown.report.done[0].verified_on
    many = tuple(
        replace(line, order_id=f"O-{number:06d}", verified_on=month) for number in range(DONE_LISTED + 7)
    )
    text = _outline(report_page(replace(shown.report, done=many, cards=()), "en")).text
    assert len(set(re.findall(r"O-\d{6}", text))) == DONE_LISTED
    assert f"The latest {DONE_LISTED:,} of {DONE_LISTED + 7:,} are here" in text


def test_a_card_says_no_date_twice(shown: Made) -> None:
    held = next(one for one in shown.report.cards if isinstance(one.hold_until, date) and one.next_on)
    assert isinstance(held.hold_until, date)
    assert replace(held, next_on=held.hold_until + timedelta(days=1)).changes_on is None
    assert replace(held, next_on=held.hold_until).changes_on == held.hold_until


def test_a_hold_names_its_end_and_its_document(shown: Made) -> None:
    text = _outline(report_page(shown.report, "nl")).text
    held = next(one for one in shown.report.cards if one.group is Group.HELD and one.papers)
    card = text[text.index(f"{held.subject} ") :][:3000]
    assert held.papers[0].number in card
    assert f"{held.hold_until:%d-%m-%Y}" in card


def test_nobody_is_named_unless_asked(shown: Made) -> None:
    names = {one.name for one in shown.named.cards} - {""}
    assert len(names) > 20
    for text in (
        report_page(shown.report, "en"),
        plan_page(shown.report, "en"),
        subjects_sheet(shown.report),
        done_sheet(shown.report),
        _terminal(shown.report),
    ):
        assert not [one for one in names if one in text]
    page = _outline(report_page(shown.named, "en")).text
    chosen = [one.name for one in shown.named.cards if one.name and one.group is not Group.KEPT]
    assert all(one in page for one in chosen)
    assert "treat this file as personal data" in page
    assert "treat this file as personal data" not in report_page(shown.report, "en")


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_is_only_a_name(shown: Made, name: str) -> None:
    first = next(one for one in shown.named.cards if one.group is Group.FLAGGED)
    harmless = _with_name(shown.named, first.subject, "Somebody")
    hostile = _with_name(shown.named, first.subject, printable(name))
    for render in (report_page, plan_page):
        for_somebody, for_hostile = _outline(render(harmless, "en")), _outline(render(hostile, "en"))
        assert for_hostile.tags == for_somebody.tags
        assert for_hostile.attributes == for_somebody.attributes
        assert printable(name)[:50] in for_hostile.text.replace("\ufffd\ufffd", "\ufffd\ufffd")
    rows = list(csv.DictReader(io.StringIO(subjects_sheet(hostile))))
    assert len(rows) == len(list(csv.DictReader(io.StringIO(subjects_sheet(harmless)))))
    cell = next(row["name"] for row in rows if row["subject"] == first.subject)
    assert cell[:1] not in tuple("=+-@\t\r")
    assert len(cell) <= 202
    assert all(each.isprintable() for each in cell)


def _with_name(report: Report, subject: str, name: str) -> Report:
    return replace(
        report,
        cards=tuple(replace(one, name=name) if one.subject == subject else one for one in report.cards),
    )


def test_the_sheets_have_a_line_for_every_record_and_every_deed(shown: Made) -> None:
    subjects = list(csv.DictReader(io.StringIO(subjects_sheet(shown.report))))
    assert [(row["account"], row["kind"], row["key"].removeprefix("'")) for row in subjects] == [
        (each.account, each.kind, each.key) for one in shown.report.cards for each in one.records
    ]
    done = list(csv.DictReader(io.StringIO(done_sheet(shown.report))))
    assert [row["order_id"] for row in done] == [one.order_id for one in shown.report.done]


def test_the_plan_lists_exactly_what_waits(shown: Made) -> None:
    waiting = {
        each.order_id for one in shown.report.cards for each in one.orders if each.state == "scheduled"
    }
    text = _outline(plan_page(shown.report, "en")).text
    assert waiting
    assert set(re.findall(r"O-\d{6}", text)) == waiting
    assert "Signature" in text


def _terminal(report: Report, language: Language = "en", width: int = 80) -> str:
    console = Console(width=width, file=io.StringIO(), record=True)
    console.print(overview(report, language))
    return console.export_text()


def test_no_number_of_an_order_is_broken_in_two_on_a_narrow_screen(shown: Made) -> None:
    for page in (plan_page(shown.first, "en"), report_page(shown.report, "en")):
        rows = re.findall(r'<th scope="row"([^>]*)>O-\d{6}</th>', page)
        assert rows
        assert set(rows) == {' class="d"'}
        assert re.search(r"\.d \{[^}]*white-space: nowrap", page)


def test_the_terminal_shows_it_in_eighty_columns(shown: Made) -> None:
    text = _terminal(shown.report)
    assert max(len(line.rstrip()) for line in text.splitlines()) <= 80
    assert str(shown.report.promise.learned_late) in text
    assert shown.report.ledger_head[:16] in text

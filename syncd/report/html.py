"""A report as one self-contained page: no network, no script, readable on a phone, on paper and by a reader."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from syncd import __version__
from syncd.model import FISCAL_DOCUMENTS, OrderState
from syncd.report import draw
from syncd.report.attention import told
from syncd.report.certificate import lines, statement
from syncd.report.figures import since_first
from syncd.report.language import Texts, catalogue
from syncd.report.page import Group

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from syncd.contract import Residue
    from syncd.report.certificate import Certificate
    from syncd.report.coverage import CoverageReport
    from syncd.report.draw import Drawing
    from syncd.report.language import Language
    from syncd.report.page import Card, OrderLine, Report

DONE_SHOWN, DONE_LISTED = 100, 2_000
"""Writes that stand on the page, and those behind them in a list to open, before the rest is only counted."""
MATTERS_SHOWN, ABOUT_SHOWN = 12, 40
"""Matters of a kind, and subjects with the same one, before the rest is only counted."""


class PageTexts(Texts):
    """The texts as markup: what is filled in is escaped, and a date is never broken over two lines.

    What only exists in English is marked as such, so that a screen reader says it in English.
    """

    def __call__(self, key: str, /, **values: object) -> Markup:
        """Give a text, see `Texts`."""
        group, name = key.split(".")
        return Markup(escape(catalogue(self.language)[group][name])).format(**values)  # noqa: S704 - escaped

    def foreign(self, text: str) -> Markup:
        """Mark a text as English, see `Texts`."""
        return Markup('<span lang="en">{}</span>').format(text)

    def short(self, day: date | None) -> Markup:
        """Write a date in figures, on one line."""
        return Markup('<span class="d">{}</span>').format(super().short(day))


def report_page(report: Report, language: Language) -> str:
    """Render the report."""
    texts = _texts(report, language)
    return _render(
        "report.html.jinja",
        report,
        texts,
        groups=[(group, report.of_group(group)) for group in Group if group is not Group.KEPT],
        kept=len(report.of_group(Group.KEPT)),
        attention=told(report.attention, texts).items(),
        waiting=Counter(one.code for one in report.attention),
        matters_shown=MATTERS_SHOWN,
        about_shown=ABOUT_SHOWN,
        flagged_elsewhere=report.flagged - len(report.of_group(Group.FLAGGED)),
        done=(report.done[:DONE_SHOWN], report.done[DONE_SHOWN:DONE_LISTED]),
        carded={one.subject for one in report.cards if one.group is not Group.KEPT},
        promise_chart=_promise_chart(report, texts),
        due_chart=_due_chart(report, texts),
        holds_chart=_holds_chart(report, texts),
        done_total=report.promise.on_time + report.promise.learned_late + report.promise.done_late,
    )


def plan_page(report: Report, language: Language) -> str:
    """Render the orders that wait for approval as a list to decide on, with a place to sign."""
    waiting = [(card, _waiting(card)) for card in report.cards]
    chosen = [(card, orders) for card, orders in waiting if orders]
    return _render(
        "plan.html.jinja",
        report,
        _texts(report, language),
        chosen=chosen,
        stays=_stays(order for _card, orders in chosen for order in orders),
        orders=sum(len(orders) for _card, orders in chosen),
    )


def certificate_page(one: Certificate, language: Language) -> str:
    """Render the certificate of one order."""
    texts = Texts(language, {one.account: one.connector})
    told = list(lines(one, texts))
    return _render("certificate.html.jinja", one, texts, statement=statement(one, texts), lines=told)


def _texts(report: Report, language: Language) -> PageTexts:
    return PageTexts(language, {one.name: one.connector for one in report.accounts})


def _stays(orders: Iterable[OrderLine]) -> list[tuple[str, Residue]]:
    """Give once for each account what would stay there after the orders."""
    found = {(order.account, each.code): each for order in orders for each in order.residue}
    return [(account, found[account, code]) for account, code in sorted(found)]


def coverage_page(one: CoverageReport, language: Language) -> str:
    """Render where each category lives and what takes it away, with questions to put to the privacy statement."""
    texts = PageTexts(language, one.connectors)
    ways = Counter(
        "hand" if each.category == FISCAL_DOCUMENTS else "program" if place.by else "open"
        for each in one.covered
        for place in each.places
    )
    left = {
        (place.account, each.code): each
        for covered in one.covered
        for place in covered.places
        for each in place.residue
    }
    return _render(
        "coverage.html.jinja",
        one,
        texts,
        left=[(account, each) for (account, _code), each in left.items()],
        numbers=lambda place: sorted(
            list(left).index((place.account, each.code)) + 1 for each in place.residue
        ),
        documents=FISCAL_DOCUMENTS,
        reached=ways["program"],
        by_hand=ways["hand"] + ways["open"],
        open_places=ways["open"],
        checks=tuple(catalogue(language)["statement"]),
    )


def _waiting(card: Card) -> list[OrderLine]:
    return [one for one in card.orders if one.state == OrderState.SCHEDULED]


def _render(template: str, report: Report | Certificate | CoverageReport, texts: Texts, **values: Any) -> str:
    environment = Environment(
        loader=PackageLoader("syncd.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(report=report, t=texts, version=__version__, **values)


def _promise_chart(report: Report, texts: Texts) -> Drawing:
    return draw.bars(
        [
            (
                texts.month(one.month),
                (
                    ("on_time", one.on_time),
                    ("learned_late", one.learned_late),
                    ("done_late", one.done_late),
                ),
                texts.number(one.on_time + one.learned_late + one.done_late),
            )
            for one in since_first(report.promise.months)
        ]
    )


def _due_chart(report: Report, texts: Texts) -> Drawing:
    ahead = [(texts.month(one.on), "due", one.records) for one in report.calendar.due]
    if report.calendar.overdue:
        ahead.insert(0, (texts("report.past"), "done_late", report.calendar.overdue))
    return draw.bars([(label, ((style, number),), texts.number(number)) for label, style, number in ahead])


def _holds_chart(report: Report, texts: Texts) -> Drawing:
    return draw.bars(
        [
            (str(one.on.year), (("held", one.records),), texts.number(one.records))
            for one in report.calendar.hold_ends
        ]
    )

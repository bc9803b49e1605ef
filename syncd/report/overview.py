"""A report as text for a terminal, 80 columns wide: the promise in figures, and where to look further."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group as Lines
from rich.table import Table
from rich.text import Text

from syncd.report.attention import as_lines
from syncd.report.figures import since_first
from syncd.report.language import ScreenTexts
from syncd.report.page import Group
from syncd.report.points import as_points

if TYPE_CHECKING:
    from rich.console import RenderableType

    from syncd.report.language import Language, Texts
    from syncd.report.page import Report

ATTENTION_SHOWN = 8
BAR = 30
_STYLES = (("on_time", "green"), ("learned_late", "yellow"), ("done_late", "red"))


def overview(report: Report, language: Language) -> RenderableType:
    """Give the report in one or two screens."""
    texts = ScreenTexts(language, {one.name: one.connector for one in report.accounts})
    as_of = texts("report.as_of", day=report.as_of)
    parts: list[RenderableType] = [
        Text.assemble((texts("report.title"), "bold"), f"  {as_of} · {texts.word('mode', report.mode)}"),
        Text(f"\n{_lead(report, texts)}", "bold yellow" if report.flagged else "green"),
        *_attention(report, texts),
        *_promise(report, texts),
        *_subjects(report, texts),
        Text("\n" + texts("screen.ledger", seq=report.ledger_seq, head=report.ledger_head[:16])),
    ]
    return Lines(*parts)


def _lead(report: Report, texts: Texts) -> str:
    if not report.flagged:
        return texts("report.lead_none")
    return texts.count("report.lead_flagged", report.flagged)


def _attention(report: Report, texts: Texts) -> list[RenderableType]:
    if not report.attention:
        return []
    return [
        _title(texts("report.attention")),
        *as_points(as_lines(report.attention, texts, ATTENTION_SHOWN)),
    ]


def _title(text: str) -> Text:
    return Text(f"\n{text}", "bold")


def _promise(report: Report, texts: Texts) -> list[RenderableType]:
    promise = report.promise
    done = promise.on_time + promise.learned_late + promise.done_late
    lines: list[RenderableType] = [_title(texts("report.promise"))]
    if done:
        lines.append(
            Text(
                texts(
                    "report.promise_lead", total=done, share=texts.share(promise.on_time, done),
                    since=report.since, until=report.as_of,
                )
            )
        )  # fmt: skip
        lines.append(_months(report, texts))
    table = _table()
    for name in ("on_time", "learned_late", "done_late", "overdue", "waiting"):
        table.add_row(texts(f"report.{name}"), str(getattr(promise, name)))
    table.add_row(texts("report.held"), texts.count("plan.subjects", report.held))
    return [*lines, table]


def _months(report: Report, texts: Texts) -> Table:
    longest = max(one.on_time + one.learned_late + one.done_late for one in report.promise.months)
    table = _table()
    for one in since_first(report.promise.months):
        bar = Text()
        for name, style in _STYLES:
            number = getattr(one, name)
            bar.append("█" * (max(1, round(number / longest * BAR)) if number else 0), style)
        table.add_row(texts.month(one.month), bar, str(one.on_time + one.learned_late + one.done_late))
    return table


def _subjects(report: Report, texts: Texts) -> list[RenderableType]:
    table = _table()
    for group in Group:
        table.add_row(texts(f"report.group_{group}"), str(len(report.of_group(group))))
    return [_title(texts("report.subjects")), table, Text(texts("screen.more"))]


def _table() -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column("what")
    return table

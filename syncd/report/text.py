"""A run as text for a person: attention first, then who goes, who stays and why. No names, 80 columns."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from syncd.model import Action, OrderState, Verdict, subject_name
from syncd.report.attention import as_lines
from syncd.report.language import ScreenTexts
from syncd.report.points import as_points
from syncd.report.residue import residue_of
from syncd.report.words import because, ended_on, evidence_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from zoneinfo import ZoneInfo

    from rich.console import RenderableType

    from syncd.cycle.run import Result
    from syncd.index.orders import StoredOrder

SHOWN = 12
"""Lines of one table before the rest is only counted."""


def run_report(result: Result, zone: ZoneInfo) -> RenderableType:
    """Give the report that `run-once` prints; days are those of the schedule's time zone."""
    parts: list[RenderableType] = [_heading(result), *_accounts(result)]
    parts += _attention(result)
    parts += _flagged(result)
    parts += _scheduled(result)
    parts += _held(result)
    parts += _done(result)
    parts += _residue(result, zone)
    parts.append(_summary(result))
    return Group(*parts)


def _heading(result: Result) -> Text:
    seconds = (result.finished - result.started).total_seconds()
    return Text.assemble(
        ("syncd run ", "bold"),
        (result.run_id, "bold"),
        f"  as of {result.as_of}  mode {result.mode}  {seconds:.1f} s",
    )


def _accounts(result: Result) -> list[RenderableType]:
    table = _table("account", "connector", "outcome", "known>", "read>", "documents>", "requests>")
    for one in result.accounts.values():
        style = {"complete": "green", "incomplete": "yellow", "failed": "red"}.get(one.outcome, "")
        outcome = one.outcome if not one.code else f"{one.outcome} ({one.code})"
        table.add_row(
            one.name,
            one.connector,
            Text(outcome, style),
            str(one.known),
            str(one.records),
            str(one.documents),
            str(one.calls),
        )
    return [_title("Read"), table]


def _attention(result: Result) -> list[RenderableType]:
    if not result.attention:
        return [Text("\nNothing waits for a person.", "green")]
    title = Text(f"\nWaits for a person ({len(result.attention)})", "bold yellow")
    return [title, *as_points(as_lines(result.attention, ScreenTexts("en"), SHOWN))]


def _flagged(result: Result) -> list[RenderableType]:
    flagged = result.standing.flagged
    if not flagged:
        return [Text("\nNobody is flagged: no relationship ended more than four weeks ago.", "green")]
    waits = _what_each_waits_for(result)
    table = _table("subject", "ended", "due", "decision", "still there because")
    for one in result.standing.some(flagged[:SHOWN]):
        part = " (part)" if one.decision.partial else ""
        table.add_row(
            subject_name(one.subject.id),
            str(ended_on(one) or "-"),
            str(one.decision.erase_on or "-"),
            one.decision.verdict.value + part,
            waits.get(one.subject.id) or because(one),
        )
    title = f"Flagged: ended more than four weeks ago ({len(flagged)})"
    return [_title(title), table, *_more(flagged, "--flagged")]


def _what_each_waits_for(result: Result) -> dict[int, str]:
    """Say for each subject with orders or leftovers what stands between it and being gone."""
    states: dict[int, Counter[OrderState]] = defaultdict(Counter)
    for one in result.orders:
        if one.open:
            states[one.subject][one.state] += 1
    words = {
        OrderState.SCHEDULED: "waiting for approval" if result.mode == "approve" else "planned",
        OrderState.APPROVED: "approved, not sent yet",
    }
    found = {one.subject: "its documents are still at the vendor" for one in result.plan.waiting}
    for subject, counted in states.items():
        found[subject] = ", ".join(
            f"{number} order{'s' if number > 1 else ''} {words.get(state, state.value)}"
            for state, number in counted.items()
        )
    return found


def _scheduled(result: Result) -> list[RenderableType]:
    ahead = result.standing.scheduled
    if not ahead:
        return []
    table = _table("subject", "ended", "erased by", "what")
    for one in result.standing.some(ahead[:SHOWN]):
        what = "what no hold covers" if one.decision.partial else "everything"
        ended = str(ended_on(one) or "-")
        table.add_row(subject_name(one.subject.id), ended, str(one.decision.erase_on), what)
    return [_title(f"Comes due ({len(ahead)})"), table, *_more(ahead, "--decision schedule")]


def _held(result: Result) -> list[RenderableType]:
    held = result.standing.held
    if not held:
        return []
    table = _table("subject", "until", "because of")
    for one in result.standing.some(held[:SHOWN]):
        table.add_row(subject_name(one.subject.id), str(one.decision.hold_until), evidence_of(one))
    return [_title(f"Held by the tax law ({len(held)})"), table, *_more(held, "--held")]


def _done(result: Result) -> list[RenderableType]:
    proven = [one for one in result.orders if one.state is OrderState.VERIFIED and _this_run(one, result)]
    if not proven:
        return []
    table = _table("account", "action", "kind", "records>")
    counted = Counter((one.order.ref.account, one.order.action.value, one.order.ref.kind) for one in proven)
    for (account, action, kind), number in sorted(counted.items()):
        table.add_row(account, action, kind, str(number))
    return [_title(f"Done and verified by a second look ({len(proven)})"), table]


def _residue(result: Result, zone: ZoneInfo) -> list[RenderableType]:
    """Say what stays at the vendors after what was verified, and until when."""
    left = residue_of(result.orders, zone)
    if not left:
        return []
    table = _table("account", "what", "until", "orders>")
    for one in left:
        table.add_row(one.account, one.text, str(one.until) if one.until else "not said", str(one.orders))
    return [_title("What stays at the vendor"), table]


def _summary(result: Result) -> Text:
    verdicts = result.standing.verdicts
    states = Counter(one.state.value for one in result.orders)
    decisions = ", ".join(f"{verdicts[one.value]} {one.value}" for one in Verdict if verdicts.get(one.value))
    queue = ", ".join(f"{states[one.value]} {one.value}" for one in OrderState if states[one.value])
    gone = sum(
        1 for one in result.orders if one.state is OrderState.VERIFIED and one.order.action is Action.ERASE
    )
    return Text(
        f"\n{result.standing.subjects} subjects: {decisions or 'none'}\nqueue: {queue or 'empty'}"
        f"\nrecords erased and verified so far: {gone}\nledger head {result.ledger_head[:16]}"
    )


def _this_run(one: StoredOrder, result: Result) -> bool:
    return one.changed_at >= result.started.isoformat(timespec="seconds")


def _more(lines: Sequence[object], option: str) -> Iterable[RenderableType]:
    if len(lines) > SHOWN:
        yield Text(f"  and {len(lines) - SHOWN} more: syncd contact list {option}")


def _title(text: str) -> Text:
    return Text(f"\n{text}", "bold")


def _table(*columns: str) -> Table:
    """Make a table without lines; a column whose name ends in `>` holds numbers."""
    table = Table(box=None, pad_edge=False)
    for name in columns:
        right = name.endswith(">")
        table.add_column(name.rstrip(">"), justify="right" if right else "left", overflow="fold")
    return table

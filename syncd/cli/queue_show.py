"""`syncd queue show`: one order, why it exists, what it does, what stays behind, what happened so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any

import typer
from rich.table import Table

from syncd.cli import common
from syncd.cli.orders import find_order
from syncd.cycle.review import current
from syncd.index.orders import StoredOrder
from syncd.model import Reason
from syncd.report.certificate import held_said
from syncd.report.language import ScreenTexts
from syncd.report.values import day, order_values
from syncd.report.words import sentence
from syncd.retention.reasons import DUE, ENDED, HOLDS

_TEXTS = ScreenTexts("en")


def show_order(
    order: Annotated[
        str, typer.Argument(metavar="ORDER", help="The order's number, as `syncd queue list` prints it.")
    ],
    config: common.ConfigOption = None,
    output: common.FormatOption = "text",
) -> None:
    """Show one order. Why it exists, what it does, what stays behind, what happened so far."""
    as_json = common.wants_json(output)
    with common.opened(config) as app:
        one = find_order(app, order)
        connectors = {name: each.connector for name, each in app.settings.accounts.items()}
        judged = current(app).judged.get(one.subject)
        values = order_values(one, connectors, judged.decision if judged else None)
        values |= {"tries": one.tries, "sent_at": one.sent_at, "receipt": dict(one.receipt)}
        values |= {"recoverable_until": day(one.recoverable_until(app.schedule.zone))}
    if as_json:
        common.show_json(values)
        return
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column("what")
    table.add_column("value", overflow="fold")
    for name, value in _told(one, values):
        if value:
            table.add_row(name, value)
    common.show(table)


def _told(one: StoredOrder, values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Tell an order from what it is to what became of it; what there is nothing to say of is empty."""
    ref, of = one.order.ref, values["connector"] or "no longer configured"
    yield "order", one.id
    yield "state", _state(one)
    yield "subject", values["subject"]
    yield "record", f"{ref} ({of})"
    yield (
        "hangs on",
        f"{ref.account}:{one.order.parent.kind}:{one.order.parent.key}" if one.order.parent else "",
    )
    categories = ", ".join(_TEXTS.word("category", each) for each in values["categories"])
    yield "does", f"{_TEXTS.word('action', one.order.action)}: {categories}"
    yield "due", f"{values['erase_on']}{', flagged: it should have been gone' if values['flagged'] else ''}"
    yield "why", "\n".join(_why(one))
    yield "held because", held_said(one.basis.get("reasons", ()), _TEXTS)
    yield "held until", values["hold_until"] or ""
    yield "schedule", str(one.basis.get("rule", ""))
    for each in one.residue:
        yield "stays", _stays(each)
    yield "approved", values["approved_on"] or ""
    yield "sent (UTC)", one.sent_at or ""
    yield "writes", str(one.tries) if one.tries > 1 else ""
    yield "answer", _TEXTS.receipt(one.receipt)
    yield "recoverable", f"at the vendor until {until}" if (until := values["recoverable_until"]) else ""


def _state(one: StoredOrder) -> str:
    said = f"{one.state}: {_TEXTS.word('state', one.state)}"
    said += f" ({one.code.replace('_', ' ')})" if one.code else ""
    return said + (f", asked again on {one.rejected_until}" if one.rejected_until else "")


def _why(one: StoredOrder) -> Iterator[str]:
    """Say why the order exists, each reason as the reports say it; what is held is no reason to go."""
    if one.for_withdrawn_consent:
        yield _TEXTS("certificate.withdrawn")
        return
    for code in one.basis.get("reasons", ()):
        if code == ENDED:
            days = {role: date.fromisoformat(on) for role, on in one.basis.get("ended", {}).items() if on}
            yield from [sentence(Reason(ENDED, on, role)) for role, on in days.items()] or [
                _TEXTS.reason(code)
            ]
        elif code not in HOLDS | {DUE}:
            yield _TEXTS.reason(code)


def _stays(residue: Mapping[str, Any]) -> str:
    """Say what stays at the vendor after the order, and for how long."""
    text = str(residue["text"]).rstrip(".")
    return f"{text} ({residue['days']} days)" if residue.get("days") is not None else text

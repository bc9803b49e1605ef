"""An order named on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncd.cli import common
from syncd.cli.numbers import number_in
from syncd.index import orders as journal
from syncd.model import order_name

if TYPE_CHECKING:
    from syncd.cycle.app import App
    from syncd.index.orders import StoredOrder


def find_order(app: App, order: str) -> StoredOrder:
    """Find an order by its number: `O-000012`, or `12`. Raises `UsageError`."""
    number = number_in(order, "O")
    with app.index.begin() as connection:
        found = [] if number is None else journal.find(connection, order_id=order_name(number))
    if not found:
        raise common.UsageError(f"{order}: no such order; see `syncd queue list`")
    return found[0]

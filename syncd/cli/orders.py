"""An order named on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncd.cli import common
from syncd.index import orders as journal

if TYPE_CHECKING:
    from syncd.cycle.app import App
    from syncd.index.orders import StoredOrder


def find_order(app: App, order: str) -> StoredOrder:
    """Find an order by its number. Raises `UsageError`."""
    with app.index.begin() as connection:
        found = journal.find(connection, order_id=order)
    if not found:
        raise common.UsageError(f"{order}: no such order; see `syncd queue list`")
    return found[0]

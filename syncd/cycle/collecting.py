"""How often Python looks for reference cycles while millions of values are made."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def rare_collections() -> Iterator[None]:
    """Look for reference cycles less often.

    Pulling and resolving make millions of values, hardly any in a cycle. With Python's thresholds a third of their
    time went into looking through everything that was alive.
    """
    before = gc.get_threshold()
    gc.set_threshold(100_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)

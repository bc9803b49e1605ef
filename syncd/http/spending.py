"""What was spent of a vendor's limit, in a form that can be kept and shared between processes."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


@dataclass
class Block:
    """So many requests, counted as if all of them left at `moment`."""

    id: str
    moment: float
    count: int


@dataclass
class Spending:
    """Requests that still count, and what the vendor said. Moments are seconds of a clock that never jumps.

    `not_before` ends a pause. `vendor_left` is what may still be reserved until `vendor_resets` by the vendor's
    own figure, None when it said nothing.
    """

    blocks: list[Block] = field(default_factory=list)
    not_before: float = 0.0
    vendor_left: int | None = None
    vendor_resets: float = 0.0

    def forget(self, now: float, window: float) -> None:
        """Drop what no longer counts: blocks that left the window, a vendor's figure that was reset."""
        self.blocks = [one for one in self.blocks if one.moment > now - window]
        if self.vendor_left is not None and now >= self.vendor_resets:
            self.vendor_left = None

    def free(self, limit: int) -> int:
        """Give how many requests of a limit are unused."""
        return max(0, limit - sum(one.count for one in self.blocks))

    def room(self, now: float, limit: int, window: float) -> tuple[float, int]:
        """Give the first moment from `now` on at which a request may leave, and how many may then."""
        # Below zero where the limit was higher when it was spent.
        free, moment = limit - sum(one.count for one in self.blocks), now
        for block in sorted(self.blocks, key=lambda one: one.moment):
            if free > 0:
                break
            free += block.count
            moment = max(now, block.moment + window)
        return moment, free

    def shift(self, by: float) -> None:
        """Move every moment: to another clock."""
        for block in self.blocks:
            block.moment += by
        self.not_before += by
        self.vendor_resets += by

    def to_text(self) -> str:
        """Write it down: figures only."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> Spending:
        """Read what `to_text` wrote."""
        told = json.loads(text)
        return cls(**{**told, "blocks": [Block(**one) for one in told["blocks"]]})


class BudgetStore(Protocol):
    """Where the spending of one account is kept."""

    def change(self, apply: Callable[[Spending], T]) -> T:
        """Apply a change to what is kept, in one step that no other process comes between."""
        ...


class Memory:
    """Spending that this process alone knows and that ends with it."""

    def __init__(self) -> None:
        self._spending = Spending()

    def change(self, apply: Callable[[Spending], T]) -> T:
        """Apply a change at once."""
        return apply(self._spending)

"""How far a run has come, for whoever watches it: a person at a terminal, or the service manager's status line."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    Watch: TypeAlias = "Callable[[Progress], None]"


class Step(StrEnum):
    """A part of a run that may take long; the value is what a person reads."""

    READ = "reading"
    RESOLVE = "linking records"
    DECIDE = "deciding"
    SEND = "erasing"


@dataclass(frozen=True)
class Progress:
    """So many are done `of` so many; None while nobody can know how many there are.

    Counted are records and documents that were read, subjects that were decided about, orders that were looked at.
    """

    step: Step
    done: int = 0
    of: int | None = None
    account: str = ""

    @property
    def label(self) -> str:
        """Name the step, and the account where it is about one."""
        return f"{self.step} {self.account}" if self.account else str(self.step)

    @property
    def sentence(self) -> str:
        """Say it in a few words."""
        if self.of is None:
            return f"{self.label}, {self.done} so far" if self.done else self.label
        return f"{self.label}, {self.done} of {self.of}"


def unwatched(_progress: Progress) -> None:
    """Tell nobody."""

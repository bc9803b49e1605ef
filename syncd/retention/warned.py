"""What deserves a look in a file of the company: the schedule, the configuration."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Warned:
    """Something in a file of the company that works and deserves a look: `text` in English, `values` what fills it.

    `place` says where: the file, the line when it is known, and the key.
    """

    code: str
    place: str
    text: str
    values: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """Give place and text, as a screen shows it."""
        return f"{self.place}: {self.text}"

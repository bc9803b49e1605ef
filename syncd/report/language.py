"""What a report says, in the reader's language: every text comes from a catalogue in `texts/`.

A catalogue is a TOML file with the same keys as the others; a test compares them, with their placeholders.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal, get_args

from syncd.retention import in_words
from syncd.retention.reasons import ACCEPTED_PREFIX, DOUBT_PREFIX

if TYPE_CHECKING:
    from collections.abc import Mapping

    from syncd.model import HoldUntil

Language = Literal["en", "nl"]
NOTHING = "\N{EN DASH}"
"""What stands where there is nothing to say."""

LANGUAGES: tuple[Language, ...] = get_args(Language)


@cache
def catalogue(language: Language) -> Mapping[str, Any]:
    """Read the texts of a language."""
    text = resources.files("syncd.report").joinpath("texts", f"{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@dataclass(frozen=True)
class Texts:
    """The texts of one language as plain text, and how it writes dates and numbers."""

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        """Give the text `group.name` with its placeholders filled. Raises `KeyError` where there is none."""
        group, name = key.split(".")
        return str(catalogue(self.language)[group][name]).format(**values)

    def count(self, key: str, number: int, **values: object) -> str:
        """Give the text for one or for several: `group.name_one` or `group.name_many`, with `{n}` filled."""
        form = "one" if number == 1 else "many"
        return self(f"{key}_{form}", n=self.number(number), **values)

    def word(self, group: str, code: str) -> str:
        """Give the word for a code; a code that no catalogue knows (a connector's own) is shown as it is."""
        found = catalogue(self.language)[group].get(code)
        return str(found) if found is not None else code.replace("_", " ")

    def reason(self, code: str) -> str:
        """Say what a reason means. English has its sentences where the reasons are defined."""
        if code.startswith(ACCEPTED_PREFIX):
            return self("report.harmless", what=self.reason(code.removeprefix(ACCEPTED_PREFIX)))
        if code.startswith(DOUBT_PREFIX):
            what, _, where = code.removeprefix(DOUBT_PREFIX).partition(":")
            said = self.word("doubt", what)
            return f"{said} ({where})" if where else said
        return in_words(code) if self.language == "en" else self.word("reason", code)

    def number(self, number: int) -> str:
        """Write a count with the separator for thousands."""
        return f"{number:,}".replace(",", self("form.thousands"))

    def share(self, part: int, whole: int) -> str:
        """Write a share in whole percents; 100 % only when it is all of it."""
        if not whole:
            return NOTHING
        percent = round(100 * part / whole)
        return f"{min(percent, 99) if part < whole else 100} %"

    def day(self, day: date | None) -> str:
        """Write a date in full."""
        return f"{day.day} {self.month_name(day)} {day.year}" if day else NOTHING

    def short(self, day: date | None) -> str:
        """Write a date in figures, as the language does."""
        return day.strftime(self("form.date")) if day else NOTHING

    def until(self, hold: HoldUntil) -> str:
        """Write the end of a hold."""
        return self.short(hold) if isinstance(hold, date) else self.word("hold", hold or "none")

    def month_name(self, day: date) -> str:
        """Name a month."""
        return str(catalogue(self.language)["form"]["months"][day.month - 1])

    def month(self, day: date) -> str:
        """Write a month in short, with its year."""
        return f"{catalogue(self.language)['form']['months_short'][day.month - 1]} {day.year}"

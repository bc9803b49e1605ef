"""What a report says, in the reader's language: every text comes from a catalogue in `texts/`.

A catalogue is a TOML file with the same keys as the others; a test compares them, with their placeholders.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal, get_args

from syncd import registry
from syncd.retention import in_words
from syncd.retention.reasons import ACCEPTED_PREFIX, DOUBT_PREFIX

if TYPE_CHECKING:
    from collections.abc import Mapping

    from syncd.model import HoldUntil
    from syncd.retention.warned import Warned

Language = Literal["en", "nl"]
NOTHING = "\N{EN DASH}"
"""What stands where there is nothing to say."""

LANGUAGES: tuple[Language, ...] = get_args(Language)


@cache
def catalogue(language: Language) -> Mapping[str, Any]:
    """Read the texts of a language."""
    text = resources.files("syncd.report").joinpath("texts", f"{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _of_connector(connector: str, language: Language) -> Mapping[str, Mapping[str, str]]:
    """Read what a connector says in another language than English, if it brought that along."""
    plugin = registry.plugins().get(connector)
    if plugin is None or plugin.texts is None:
        return {}
    file = resources.files(plugin.texts).joinpath(f"{language}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


@dataclass(frozen=True)
class Texts:
    """The texts of one language as plain text, and how it writes dates and numbers.

    `connectors` names the connector of each account: what a vendor keeps or refuses, the connector has words for.
    """

    language: Language
    connectors: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, key: str, /, **values: object) -> str:
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

    def fault(self, account: str, code: str, message: str = "") -> str:
        """Say why something did not go: in English in the words of the error itself, where there are some."""
        if code != "none" and self.language == "en":
            return message or code.replace("_", " ")
        known, status = catalogue(self.language)["fault"], code.removeprefix("status_")
        said = self._of(account, "fault", code) or known.get(code)
        if not said and status != code:
            said = str(known["status"]).format(status=status)
        return said or (self.foreign(message) if message else code.replace("_", " "))

    def receipt(self, said: Mapping[str, str]) -> str:
        """Say what a vendor answered to an order; what no catalogue knows (a connector's own) stays a code."""
        known = catalogue(self.language)["receipt"]
        return ", ".join(
            self(f"receipt.{name}", value=", ".join(map(self._answered, value.split(","))))
            if name in known
            else f"{name.replace('_', ' ')} {value}"
            for name, value in said.items()
        )

    def _answered(self, code: str) -> str:
        """Say one word of an answer: a claim, what was found, or a category of data."""
        group = "category" if code in catalogue(self.language)["category"] else "answered"
        return self.word(group, code)

    def stays(self, account: str, code: str, text: str) -> str:
        """Say what stays at a vendor: in English in the words of the connector."""
        return text if self.language == "en" else self._of(account, "residue", code) or self.foreign(text)

    def record(self, account: str, kind: str) -> str:
        """Name a kind of record."""
        return self._of(account, "kind", kind) or kind.replace("_", " ")

    def document(self, kind: str) -> str:
        """Name a kind of document."""
        return self.word("document", kind)

    def foreign(self, text: str) -> str:
        """Give a text that nobody translated: it stays English."""
        return text

    def _of(self, account: str, group: str, code: str) -> str:
        """Give what an account's connector says for a code; empty in English and where it says nothing."""
        texts = _of_connector(self.connectors.get(account, ""), self.language)
        return texts.get(group, {}).get(code, "")

    def warned(self, one: Warned) -> str:
        """Say what deserves a look in a file of the company. English has its sentences where they are made."""
        if self.language == "en":
            return str(one)
        text = str(catalogue(self.language)["warning"][one.code])
        return f"{one.place}: {text.format(**one.values)}"

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


class ScreenTexts(Texts):
    """The texts as the terminal and JSON have them: a day can be copied into a command."""

    def short(self, day: date | None) -> str:
        """Write a date as YYYY-MM-DD."""
        return day.isoformat() if day else NOTHING

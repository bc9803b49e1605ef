"""What waits for a person after a run: a code with its values, which a catalogue says in a language. No names."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from syncd.report.language import ScreenTexts
from syncd.retention.warned import Warned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from syncd.report.language import Texts

Value: TypeAlias = str | int | list[str]
"""What fills a placeholder: words, a count, a day as YYYY-MM-DD, or codes."""

_WHERE = ("ref", "order")
"""What names one of many that wait for the same thing; said of each, not of all."""


@dataclass(frozen=True)
class Attention:
    """One thing for a person to look at. `text` says it in English; `values` are what was filled in."""

    code: str
    account: str
    subject: str
    text: str
    values: Mapping[str, Value] = field(default_factory=dict)

    @classmethod
    def about(cls, code: str, account: str = "", subject: str = "", /, **values: Value) -> Attention:
        """Make one from its values. Raises `KeyError` where the catalogue has no sentence for the code."""
        bare = cls(code, account, subject, "", values)
        return cls(code, account, subject, in_words(bare, ScreenTexts("en")), values)


@dataclass(frozen=True)
class Told:
    """The same matter about one or more: what it is, what to do, and whom or which record it is about."""

    account: str
    matter: str
    remedy: str
    about: tuple[tuple[str, str], ...]


def matter(one: Attention, texts: Texts) -> str:
    """Say what is the matter."""
    return texts(f"matter.{one.code}", **_filled(one, texts))


def what_to_do(one: Attention, texts: Texts) -> str:
    """Say what to do about it; empty where the heading's advice says all."""
    return texts(f"remedy.{one.code}", **_filled(one, texts))


def in_words(one: Attention, texts: Texts) -> str:
    """Say the whole of it in a line of its own: which order or record, what is the matter, what to do."""
    which = " ".join(str(one.values[name]) for name in _WHERE if name in one.values)
    said = ": ".join(filter(None, (which, matter(one, texts))))
    remedy = what_to_do(one, texts)
    return f"{said}. {remedy[:1].upper()}{remedy[1:]}" if remedy else said


def told(lines: Iterable[Attention], texts: Texts) -> dict[str, list[Told]]:
    """Put together what is the same but for whom it is about, by code, in the order in which it came."""
    found: dict[str, dict[tuple[str, str, str], list[tuple[str, str]]]] = {}
    for one in lines:
        same = (one.account, matter(one, texts), what_to_do(one, texts))
        about = (one.subject, " ".join(str(one.values[name]) for name in _WHERE if name in one.values))
        found.setdefault(one.code, {}).setdefault(same, []).append(about)
    return {
        code: [Told(*same, _named(about)) for same, about in of_code.items()]
        for code, of_code in found.items()
    }


def _named(about: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Name whom it is about, each once; of several the subject is enough, its card tells the rest."""
    each = dict.fromkeys(one for one in about if any(one))
    if len(each) == 1:
        return tuple(each)
    return tuple(dict.fromkeys((subject, "" if subject else which) for subject, which in each))


def as_lines(lines: Iterable[Attention], texts: Texts, shown: int) -> Iterator[str]:
    """Write what waits for a terminal, of each kind so many matters, of each matter so many whom it is about."""
    for matters in told(lines, texts).values():
        for one in matters[:shown]:
            yield ": ".join(filter(None, (one.account, _whom(one, texts, shown), _sentence(one))))
        if len(matters) > shown:
            yield texts("report.attention_more", n=texts.number(len(matters) - shown))


def _whom(one: Told, texts: Texts, shown: int) -> str:
    named = ", ".join(" ".join(filter(None, each)) for each in one.about[:shown])
    more = len(one.about) - shown
    return f"{named} {texts('report.more_documents', n=texts.number(more))}" if more > 0 else named


def _sentence(one: Told) -> str:
    return f"{one.matter}. {one.remedy[:1].upper()}{one.remedy[1:]}" if one.remedy else one.matter


def _filled(one: Attention, texts: Texts) -> dict[str, str]:
    return {"subject": one.subject, "account": one.account} | {
        name: _said(name, value, one, texts) for name, value in one.values.items()
    }


def _warned(one: Attention) -> Warned:
    values = {name: str(value) for name, value in one.values.items()}
    return Warned(values.pop("warning"), values.pop("place"), values.pop("message"), values)


def _said(name: str, value: Value, one: Attention, texts: Texts) -> str:
    if isinstance(value, int):
        return texts.number(value)
    if isinstance(value, list):
        return ", ".join(texts.word(name, each) for each in value)
    in_words: dict[str, Callable[[str], str]] = {
        "day": lambda day: texts.short(date.fromisoformat(day)),
        "since": lambda day: texts.short(date.fromisoformat(day)),
        "reason": texts.reason,
        "fault": lambda code: texts.fault(one.account, code, str(one.values.get("message", ""))),
        "stop": lambda code: texts.word("stop", code),
        "warning": lambda _code: texts.warned(_warned(one)),
    }
    return in_words[name](value) if name in in_words else value

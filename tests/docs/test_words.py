"""One word per thing: the words that stand for something else's name do not creep in."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import PAGES, ROOT, name_of

AVOIDED = {
    "connector": r"(?<!other )integrations?|adapters?|adaptors?",  # other integrations are other people's
    "action (erase, minimise, archive)": r"purg(?:e|es|ed|ing)|clean(?:s|ed|ing)?[ -]?up",
    "tombstone": r"soft[ -]?delet\w*",
    "suspension": r"blacklist\w*|whitelist\w*",
    "ledger": r"audit[ _-]?(?:table|log|trail)s?",
    "retention schedule": r"rule ?sets?",
    "due date": r"deadline dates?",
    "order": r"deletion jobs?|delete jobs?",
}
"""The word to use, and what is written by whoever forgets it. Only whole words that mean nothing else here."""

_FORGOTTEN = {
    "connector": ("the Podio integration", "an adapter for Podio"),
    "action (erase, minimise, archive)": ("purge the contact", "clean up old records", "cleaned-up"),
    "tombstone": ("a soft delete", "soft-deleted"),
    "suspension": ("blacklisted",),
    "ledger": ("the audit log", "audit_table"),
    "retention schedule": ("a ruleset",),
    "due date": ("the deadline date",),
    "order": ("a deletion job",),
}
_SOURCES = sorted(path for room in ("syncd", "connectors") for path in (ROOT / room).rglob("*.py"))


def _pattern(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.])(?:{AVOIDED[word]})(?!\w)", re.IGNORECASE)


@pytest.mark.parametrize("word", AVOIDED)
def test_nothing_goes_by_another_name(word: str) -> None:
    pattern = _pattern(word)
    found = [
        f"{name_of(path)}:{number}: {match[0]}"
        for path in (*PAGES, *_SOURCES)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        for match in pattern.finditer(line)
    ]
    assert not found, f"write {word}"


@pytest.mark.parametrize("word", AVOIDED)
def test_another_name_would_be_noticed(word: str) -> None:
    assert [text for text in _FORGOTTEN[word] if not _pattern(word).search(text)] == []
    assert not _pattern(word).search("requests.adapters, so that your other integrations keep working")


def test_every_word_of_the_glossary_is_explained_once() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    words = re.findall(r"^\| \*\*([^*]+)\*\*", text, re.MULTILINE)
    assert len(words) == len(set(words)) > 20
    assert words == sorted(words, key=lambda one: one.removeprefix("the ").lower())

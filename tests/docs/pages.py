"""The documentation as the tests read it: pages, fences, links and command lines."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))

_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```\s*$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.+?)\s*$", re.MULTILINE)
_COMMAND = re.compile(r"(?:^|[|;&]\s*|sudo -u syncd |/bin/)syncd(?=\s|$)(?!\s+/)([^|;&<>]*)")
"""`syncd …` at the start of a line, after a pipe, `sudo -u syncd` or a path, up to the end of the command."""


@dataclass(frozen=True)
class Fence:
    """A block of code: where it is, what its first line says beside the language, and the code."""

    page: Path
    line: int
    language: str
    marks: frozenset[str]
    text: str

    @property
    def where(self) -> str:
        return f"{name_of(self.page)}:{self.line}"


@dataclass(frozen=True)
class CommandLine:
    """A command line of syncd as a page shows it: `words` begin after `syncd`."""

    where: str
    words: tuple[str, ...]


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def fences(page: Path) -> list[Fence]:
    text = page.read_text(encoding="utf-8")
    found = []
    for match in _FENCE.finditer(text):
        language, *marks = match["info"].split() or [""]
        line = text.count("\n", 0, match.start()) + 1
        found.append(Fence(page, line, language, frozenset(marks), match["text"]))
    return found


def all_fences(*, language: str, mark: str = "") -> list[Fence]:
    return [
        fence
        for page in PAGES
        for fence in fences(page)
        if fence.language == language and (not mark or mark in fence.marks)
    ]


def prose(page: Path) -> str:
    """Give a page without its fences."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def links(page: Path) -> list[str]:
    return _LINK.findall(prose(page))


def anchors(page: Path) -> set[str]:
    """Give the anchors of a page's headings, made as code hosts make them."""
    headings = _HEADING.findall(prose(page))
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}


def command_lines() -> list[CommandLine]:
    """Give every command line of syncd in code, in prose or in a fence."""
    found = []
    for page in PAGES:
        for span in [*_SPAN.findall(prose(page)), *_HEADING.findall(prose(page))]:
            found += _commands(span, name_of(page))
        for fence in fences(page):
            if fence.language in {"sh", "ini", ""}:
                for line in fence.text.replace("\\\n", " ").splitlines():
                    found += _commands(line.removeprefix("ExecStart="), fence.where)
    return found


def _commands(line: str, where: str) -> list[CommandLine]:
    return [CommandLine(where, tuple(shlex.split(one, comments=True))) for one in _COMMAND.findall(line)]

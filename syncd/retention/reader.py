"""Reading TOML so that everything that is wrong is said at once, with the line where it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

from syncd.retention.warned import Warned

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

T = TypeVar("T")

_KEY = r'\s*(?:"{0}"|{0})\s*='
_TYPES = {str: "text", bool: "true or false", int: "a whole number", dict: "a table", list: "a list"}


class Reader:
    """Collects problems and warnings, each with the place where it is."""

    def __init__(self, text: str, name: str) -> None:
        self._lines = text.splitlines()
        self._name = name
        self._problems: list[tuple[int, str]] = []
        self._warnings: list[tuple[int, Warned]] = []

    def problem(self, where: str, key: str, text: str) -> None:
        """Note what is wrong with `key` in table `where` ("" is the top) and what to do."""
        self._problems.append(self._placed(where, key, text))

    def warning(self, where: str, key: str, code: str, text: str, **values: object) -> None:
        """Note what every report must show: a code, its sentence with placeholders, and what fills them."""
        filled = {name: str(value) for name, value in values.items()}
        line, place = self._place(where, key)
        self._warnings.append((line, Warned(code, place, text.format(**filled), filled)))

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong, from the top of the file to its end."""
        return tuple(text for _, text in sorted(self._problems))

    @property
    def warnings(self) -> tuple[Warned, ...]:
        """What every report must show, from the top of the file to its end."""
        return tuple(one for _, one in sorted(self._warnings, key=lambda each: each[0]))

    def _placed(self, where: str, key: str, text: str) -> tuple[int, str]:
        line, place = self._place(where, key)
        return line, f"{place}: {text}"

    def _place(self, where: str, key: str) -> tuple[int, str]:
        line = self._line(where, key)
        path = f"{where}.{key}".strip(".")
        return line or 0, f"{self._name}{f', line {line}' if line else ''}: {path}"

    def _line(self, where: str, key: str) -> int | None:
        """Find the line of a key, else of its own table, else of the table it is in."""
        path, table = f"{where}.{key}".strip(".").replace(" ", ""), ""
        tables: dict[str, int] = {}
        for number, line in enumerate(self._lines, start=1):
            header = re.match(r'\s*\[\s*([A-Za-z0-9_."\- ]+?)\s*\]', line)
            if header:
                table = header[1].replace('"', "").replace(" ", "")
                tables.setdefault(table, number)
            elif table == where and re.match(_KEY.format(re.escape(key)), line):
                return number
        return tables.get(path, tables.get(where))

    def known_keys(self, table: Mapping[str, Any], where: str, known: Collection[str]) -> None:
        """Refuse keys that mean nothing: a typing error must not pass for a default."""
        for key in table:
            if key not in known:
                self.problem(where, key, f"unknown key; known here are {', '.join(known)}")

    def value(self, table: Mapping[str, Any], where: str, key: str, kind: type[T], default: T) -> T:
        """Give a value of one TOML type."""
        found = table.get(key, default)
        if isinstance(found, kind) and not (kind is int and isinstance(found, bool)):
            return found
        self.problem(where, key, f"must be {_TYPES[kind]}")
        return default

    def parsed(
        self, table: Mapping[str, Any], where: str, key: str, parse: Callable[[str], T], default: T
    ) -> T:
        """Give a text turned into a value by `parse`, whose `ValueError` says what is right."""
        text = table.get(key)
        if text is None:
            return default
        try:
            return parse(text if isinstance(text, str) else "")
        except ValueError as error:
            self.problem(where, key, f"{text!r} is not understood: {error}")
            return default

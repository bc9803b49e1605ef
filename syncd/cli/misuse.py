"""What is wrong with a command line, told without the words of the library that reads it."""

from __future__ import annotations

import re

_INVALID = re.compile(r"Invalid value for '([^']+)': (.*)", re.DOTALL)
_PLAIN = (
    (re.compile(r".* does not match the formats? .*"), "write a day as 2027-01-31"),
    (re.compile(r"Input should be a valid integer.*"), "write a whole number"),
    (re.compile(r"Input should be a valid number.*"), "write a number"),
    (re.compile(r"Input should "), "must "),
    (re.compile(r"Value error, "), ""),
)


def plainly(text: str) -> str:
    """Say what to write instead of a value that an option or argument does not take."""
    if not (found := _INVALID.fullmatch(text)):
        return text
    name, what = found.groups()
    for pattern, plain in _PLAIN:
        what = pattern.sub(plain, what)
    return f"{name}: {what}"

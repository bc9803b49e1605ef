"""Dates of birth as systems spell them."""

from __future__ import annotations

import re
from datetime import date

_YEAR_FIRST = re.compile(r"^(\d{4})[-/.]?(\d{1,2})[-/.]?(\d{1,2})(?:[T ].*)?$")
_DAY_FIRST = re.compile(r"^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})$")
_EMPTY_FIELDS = frozenset({date(1970, 1, 1), date(1900, 1, 1)})
_OLDEST = 1880


def birth_date(text: str) -> str | None:
    """Give a date of birth as ISO 8601; day before month where the year comes last, as the Dutch write it.

    The dates that programs show for an empty field (1 January of 1970 and of 1900) are no date of birth.
    """
    if found := _YEAR_FIRST.match(text):
        year, month, day = found.groups()
    elif found := _DAY_FIRST.match(text):
        day, month, year = found.groups()
    else:
        return None
    try:
        born = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return born.isoformat() if born.year >= _OLDEST and born not in _EMPTY_FIELDS else None

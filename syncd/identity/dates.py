"""Dates of birth as systems and people spell them, and what half a date says."""

from __future__ import annotations

import re
from datetime import date, timedelta

from syncd.identity.text import differs_by_one, fold

_ISO = re.compile(r"\d{4}-\d\d-\d\d")
"""As most systems write it, which is read at once."""
_YEAR_FIRST = re.compile(r"(\d{4})(?P<mark>\s?[-/. ]\s?|)(\d{1,2})(?P=mark)(\d{1,2})(?:[T ].*)?")
_DAY_FIRST = re.compile(r"(\d{1,2})\s?[-/. ]\s?(\d{1,2})\s?[-/. ]\s?(\d{4}|\d{2})")
_EIGHT_DIGITS = re.compile(r"(\d{2})(\d{2})(\d{4})")
_TIME = re.compile(r"(?<=\d)(?:T|\s+)\d{1,2}:\d\d.*$")
_OF_A_SPREADSHEET = re.compile(r"(\d{5})(?:[.,]0*)?")
_NUMBERED_FROM = date(1899, 12, 30)
"""Day nought of a spreadsheet, which shows a date as the number of days since then where a column is no date's."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januari januar janner jaenner janvier janv",
            "february feb febr februari februar fevrier fevr fev",
            "march mar maart mrt marz maerz mars",
            "april apr avril avr",
            "may mei mai",
            "june jun juni juin",
            "july jul juli juillet juil",
            "august aug augustus aout",
            "september sep sept septembre",
            "october oct oktober okt octobre",
            "november nov novembre",
            "december dec dezember dez decembre",
        ),
        start=1,
    )
    for name in names.split()
}
"""In English, Dutch, German and French."""

_BESIDE_A_DATE = """
maandag dinsdag woensdag donderdag vrijdag zaterdag zondag ma di wo do vr za zo monday tuesday wednesday thursday
friday saturday sunday de den le the of op geb geboren born ca circa omstreeks rond about
"""
_SAYS_NO_DATE = frozenset(_BESIDE_A_DATE.split())
_ORDINAL = re.compile(r"(\d{1,4})(?:e|de|ste|st|nd|rd|th|er)?")
_RUN_TOGETHER = re.compile(r"(?<=\d)(?!ste\b)(?=[a-z]{3})|(?<=[a-z]{3})(?=\d)")
_EMPTY_YEARS = frozenset({0, 1, 1753, 1899, 1900, 9999})
"""The first and the last years of programs: nobody in them is alive, and an empty field shows one of their days."""

_EMPTY_FIELDS = frozenset({date(1970, 1, 1), date(1900, 1, 1), date(1899, 12, 30), date(1899, 12, 31)})
_OLDEST, _YOUNGEST = 1880, 2099
_THIS_CENTURY = 26
"""A year of two digits up to this one is of this century. A later one would have been of who was not yet born when
this was written: it is the year of somebody old, now and for some time."""

_YEAR = 4
_MONTHS_IN_A_YEAR = 12


def birth_date(text: str) -> str | None:
    """Give a date of birth as ISO 8601; day before month where the year comes last, as the Dutch write it.

    The dates that programs show for an empty field (1 January of 1970 and of 1900 among them) are no date of birth.
    """
    if _ISO.fullmatch(text):
        born = _date(*map(int, text.split("-")))
    else:
        bare = _TIME.sub("", text.strip())
        born = _in_numbers(bare) or _in_words(bare) or _in_days(bare)
    return (
        born.isoformat() if born and _OLDEST <= born.year <= _YOUNGEST and born not in _EMPTY_FIELDS else None
    )


def birth_part(text: str) -> str | None:
    """Give what a text says of a date of birth that is no whole date of one, or None where it says nothing.

    That is the beginning of the date as ISO 8601 (`1950`, `1950-04`), its day and month in either order (`~03-04`),
    or, of what cannot be read, its words between marks. A text without a digit but zeros says nothing.
    """
    bare = _TIME.sub("", text.strip())
    if not re.search(r"[1-9]", bare) or _shows_empty_field(bare):
        return None
    return _year_or_month(bare) or _day_and_month(bare) or f"?{fold(text)}?"


def may_be_born(one: str, other: str) -> bool:
    """Tell whether two readings, each of a date of birth or a part of one, may be of one date."""
    if one[:1] == "~" != other[:1]:
        one, other = other, one
    if other[:1] == "~" and one[:1].isdigit():
        return len(one) < len("1950-04-03") or other == _either_order(int(one[5:7]), int(one[8:]))
    if (one[:1] == "?") is not (other[:1] == "?"):
        return _one_slip_apart(*((one, other) if one[:1] == "?" else (other, one)))
    return one.startswith(other) or other.startswith(one)


def _one_slip_apart(unread: str, said: str) -> bool:
    """Tell whether what cannot be read is what another says but for a slip of one digit, or a hyphen elsewhere."""
    digits, year, month, day = re.sub(r"\D", "", unread), said[:4], said[5:7], said[8:]
    written = (year + month + day, day + month + year)
    return any(digits == one or differs_by_one(digits, one) for one in written)


def _in_numbers(text: str) -> date | None:
    found = _YEAR_FIRST.fullmatch(text)
    if found and (born := _date(int(found[1]), int(found[3]), int(found[4]))):
        return born
    if found := _DAY_FIRST.fullmatch(text) or _EIGHT_DIGITS.fullmatch(text):
        day, month, year = int(found[1]), int(found[2]), _full_year(found[3])
        # Where only the American order makes a date, it is one.
        return _date(year, day, month) if month > _MONTHS_IN_A_YEAR else _date(year, month, day)
    return None


def _in_words(text: str) -> date | None:
    """Read a date whose month is a name: `3 april 1950`, `Apr 3rd, 1950`, `3-apr-50`."""
    months, numbers = _months_and_numbers(text)
    if len(months) != 1 or len(numbers) != 2:  # noqa: PLR2004 - the day and the year
        return None
    day, year = numbers if len(numbers[0]) != _YEAR else numbers[::-1]
    return _date(_full_year(year), months[0], int(day))


def _in_days(text: str) -> date | None:
    found = _OF_A_SPREADSHEET.fullmatch(text)
    return _NUMBERED_FROM + timedelta(days=int(found[1])) if found else None


def _months_and_numbers(text: str) -> tuple[list[int], list[str]]:
    """Split a date in words. It is none, and nothing is given, where other words stand beside it."""
    months, numbers = [], []
    for word in _RUN_TOGETHER.sub(" ", fold(text)).split():
        if word in _MONTHS:
            months.append(_MONTHS[word])
        elif found := _ORDINAL.fullmatch(word):
            numbers.append(found[1])
        elif word not in _SAYS_NO_DATE:
            return [], []
    return months, numbers


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) == _YEAR:
        return year
    return year + (2000 if year <= _THIS_CENTURY else 1900)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _shows_empty_field(text: str) -> bool:
    born = _in_numbers(text) or _in_words(text) or _in_days(text)
    if born:
        return born in _EMPTY_FIELDS or born.year in _EMPTY_YEARS
    years = re.findall(r"(?<!\d)\d{4}(?!\d)", text)
    return bool(years) and all(int(year) in _EMPTY_YEARS for year in years)


def _year_or_month(text: str) -> str | None:
    """Read a year, also with its month; what stands for the rest is noughts, `x` or `?`."""
    bare = re.sub(r"(?<!\d)0{1,2}(?!\d)|\b[x]+\b", " ", text.casefold())
    months, numbers = _months_and_numbers(bare)
    years = [number for number in numbers if int(number) >= _OLDEST]
    months += [int(number) for number in numbers if len(number) < _YEAR]
    if len(years) != 1 or len(months) > 1 or not all(1 <= month <= _MONTHS_IN_A_YEAR for month in months):
        return None
    return "-".join([years[0], *(f"{month:02}" for month in months)])


def _day_and_month(text: str) -> str | None:
    months, numbers = _months_and_numbers(text)
    parts = [*months, *map(int, numbers)]
    return _either_order(*parts) if len(parts) == 2 and max(map(len, numbers)) < _YEAR else None  # noqa: PLR2004


def _either_order(one: int, other: int) -> str:
    return f"~{min(one, other):02}-{max(one, other):02}"

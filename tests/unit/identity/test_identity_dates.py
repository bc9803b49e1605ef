"""Dates of birth in every spelling, and what half a date says."""

from __future__ import annotations

import pytest

from syncd.identity.dates import birth_date, birth_part, may_be_born


@pytest.mark.parametrize(
    "text",
    [
        "1950-04-03", "1950-04-03T00:00:00Z", "1950-04-03 (geschat)", "19500403", "1950 4 3", "3-4-1950",
        "03.04.1950", "03/04/1950 00:00:00", "3 - 4 - 1950", "03041950", "03-04-50", "3/4/50", "3 april 1950",
        "3-apr-50", "3apr1950", "Monday, April 3rd, 1950", "3. April 1950", "le 3 avril 1950", "geb. 3 april 1950",
        "1950 april 3", "18356", "18356.0",
    ],
)  # fmt: skip
def test_a_date_is_read_as_people_and_spreadsheets_write_it(text: str) -> None:
    assert birth_date(text) == "1950-04-03"


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("3 maart 1950", 3), ("3. März 1950", 3), ("3 mars 1950", 3), ("3 March 1950", 3), ("3 mei 1950", 5),
        ("3 août 1950", 8), ("3 Oct 1950", 10), ("3. Dez. 1950", 12),
    ],
)  # fmt: skip
def test_a_month_is_called_so_in_four_languages(text: str, month: int) -> None:
    assert birth_date(text) == f"1950-{month:02}-03"


def test_where_the_year_comes_last_the_day_comes_first_unless_that_is_no_date() -> None:
    assert birth_date("03/04/1950") == "1950-04-03"
    assert birth_date("04/25/1950") == "1950-04-25"
    assert birth_date("25/04/1950") == "1950-04-25"


def test_nobody_is_born_in_the_future() -> None:
    assert birth_date("03-04-26") == "2026-04-03"
    assert birth_date("03-04-27") == "1927-04-03"
    assert birth_date("03-04-00") == "2000-04-03"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("1950", "1950"), ("ca. 1950", "1950"), ("1950-00-00", "1950"), ("00-00-1950", "1950"),
        ("xx-xx-1950", "1950"), ("1950-04-00", "1950-04"), ("04-1950", "1950-04"), ("april 1950", "1950-04"),
        ("03/04", "~03-04"), ("4 maart", "~03-04"), ("31-02-1950", "?31 02 1950?"), ("030450", "?030450?"),
        ("0150-04-03", "?0150 04 03?"),
        ("19027803", "?19027803?"), ("3 april 1950 of 1951", "?3 april 1950 of 1951?"),
        ("overleden 3 april 2010", "?overleden 3 april 2010?"),
    ],
)  # fmt: skip
def test_what_is_no_whole_date_says_its_part_or_itself(text: str, part: str) -> None:
    assert birth_date(text) is None
    assert birth_part(text) == part


@pytest.mark.parametrize(
    "text",
    [
        "", "-", "onbekend", "n.v.t.", "0000-00-00", "00000000", "00-00-0000", "0001-01-01", "1900-01-01",
        "1-1-1900", "1 januari 1900", "1900", "1970-01-01", "9999-12-31", "30-12-1899", "25569",
    ],
)  # fmt: skip
def test_what_stands_in_an_empty_field_says_nothing(text: str) -> None:
    assert birth_date(text) is None
    assert birth_part(text) is None


@pytest.mark.parametrize(
    ("one", "other", "may"),
    [
        ("1950-04-03", "1950-04-03", True),
        ("1950-04-03", "1980-04-03", False),
        ("1950", "1950-04-03", True),
        ("1950", "1951-04-03", False),
        ("1950-04", "1950-04-03", True),
        ("1950-04", "1950-05-03", False),
        ("1950-04", "1950", True),
        ("~03-04", "1950-04-03", True),
        ("~03-04", "1950-03-04", True),
        ("~03-04", "1950-05-03", False),
        ("~03-04", "1950", True),
        ("~03-04", "~03-04", True),
        ("~03-04", "~03-05", False),
        ("?030450?", "?030450?", True),
        ("?1950 040 3?", "1950-04-03", True),
        ("?1950 040 3?", "1950-04-30", True),
        ("?1950 040 3?", "1950-05-30", False),
        ("?31 02 1950?", "1950-02-21", True),
        ("?31 02 1950?", "1950-03-21", False),
        ("?19450063?", "1945-06-03", True),
        ("?19450063?", "1945-07-03", False),
        ("?450603?", "1945-06-03", False),
        ("?1950 040 3?", "1950", False),
        ("?3 april 1950 of 1951?", "?3 mei 1950 of 1951?", False),
        ("?030450?", "?0304501?", False),
        ("?030450?", "1950-04-03", False),
        ("?030450?", "~03-04", False),
    ],
)
def test_which_parts_may_be_of_one_date(one: str, other: str, may: bool) -> None:
    assert may_be_born(one, other) is may
    assert may_be_born(other, one) is may

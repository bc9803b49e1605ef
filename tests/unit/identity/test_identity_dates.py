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


@pytest.mark.parametrize(
    ("month", "names"),
    [
        (1, "January Jan januari januar Jänner jaenner janvier janv."),
        (2, "February Feb febr. februari Februar février fevr. fev"),
        (3, "March mar maart mrt März Maerz mars"),
        (4, "April apr avril avr."),
        (5, "May mei Mai"),
        (6, "June jun juni juin"),
        (7, "July jul juli juillet juil."),
        (8, "August aug augustus août"),
        (9, "September sep sept. septembre"),
        (10, "October oct oktober okt octobre"),
        (11, "November nov novembre"),
        (12, "December dec Dezember dez décembre"),
    ],
)
def test_every_name_of_a_month(month: int, names: str) -> None:
    for name in names.split():
        assert birth_date(f"3 {name} 1950") == f"1950-{month:02}-03"


@pytest.mark.parametrize(
    "words",
    [
        "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag ma di wo do vr za zo",
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
        "de den le the of op geb. geboren born ca. circa omstreeks rond about",
    ],
)
def test_words_that_stand_beside_a_date(words: str) -> None:
    for word in words.split():
        assert birth_date(f"{word} 3 april 1950") == "1950-04-03"
    assert birth_date("overleden 3 april 1950") is None


@pytest.mark.parametrize("day", ["3", "3e", "3de", "3ste", "3st", "3nd", "3rd", "3th", "3er", "03"])
def test_a_day_that_is_counted(day: str) -> None:
    assert birth_date(f"{day} april 1950") == birth_date(f"april {day}, 1950") == "1950-04-03"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("0000", None), ("0001", None), ("1753", None), ("1899", None), ("1900", None), ("9999", None),
        ("1 februari 1753", None), ("5-6-9999", None), ("1900 of 9999", None), ("1-1-0000", None),
        ("0002", "?0002?"), ("1752", "?1752?"), ("1754", "?1754?"), ("1898", "1898"), ("1901", "1901"),
        ("9998", "9998"), ("1900 of 1950", "?1900 of 1950?"),
    ],
)  # fmt: skip
def test_the_first_and_last_years_of_programs_say_nothing(text: str, part: str | None) -> None:
    assert birth_date(text) is None
    assert birth_part(text) == part


@pytest.mark.parametrize(
    ("text", "born"),
    [
        ("1880-01-01", "1880-01-01"), ("1879-12-31", None), ("2099-12-31", "2099-12-31"), ("2100-01-01", None),
        ("1899-12-30", None), ("1899-12-31", None), ("1900-01-01", None), ("1970-01-01", None),
        ("1970-01-02", "1970-01-02"), ("1899-12-29", "1899-12-29"), ("01011880", "1880-01-01"),
    ],
)  # fmt: skip
def test_who_may_be_alive_or_have_been(text: str, born: str | None) -> None:
    assert birth_date(text) == born


def test_where_the_year_comes_last_the_day_comes_first_unless_that_is_no_date() -> None:
    assert birth_date("03/04/1950") == "1950-04-03"
    assert birth_date("04/25/1950") == "1950-04-25"
    assert birth_date("04/13/1950") == "1950-04-13"
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
        ("1880", "1880"), ("1879", "?1879?"),
        ("april mei 1950", "?april mei 1950?"), ("01-1950", "1950-01"), ("12-1950", "1950-12"),
        ("13-1950", "?13 1950?"), ("000-1950", "?000 1950?"), ("19027803", "?19027803?"),
        ("3 april 1950 of 1951", "?3 april 1950 of 1951?"),
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
        "1-1-1900", "1 januari 1900", "1 januari 1970", "1 jan 70",
        "1900", "1970-01-01", "9999-12-31", "30-12-1899", "25569",
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
        ("~03-10", "1950-10-03", True),
        ("~04-13", "1950-04-13", True),
        ("?1950 04 131?", "1950-04-13", True),
        ("?195004x?", "1950-04", True),
        ("?195004x?", "1950-05", True),
        ("?195004x?", "1950-06-01", False),
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

"""VAT numbers of sole traders: which can only be one's, and which two may be the same trader's."""

from __future__ import annotations

import pytest

from syncd.identity.vat import is_sole_traders, one_traders, vat

NEW, OTHER_NEW = "NL001234567B29", "NL002455799B11"
OLD, OTHER_OLD = "NL111222333B01", "NL123456782B01"
LEGAL_PERSONS = ["NL004495445B01", "NL857587973B01"]
BELGIAN = "BE0403019261"


def test_these_numbers_are_what_they_are_called() -> None:
    for number in (NEW, OTHER_NEW, OLD, OTHER_OLD, BELGIAN, *LEGAL_PERSONS):
        assert vat(number) == number


def test_only_a_number_without_the_test_of_eleven_is_a_sole_traders_for_sure() -> None:
    assert is_sole_traders(NEW)
    assert is_sole_traders(OTHER_NEW)
    assert not any(map(is_sole_traders, (OLD, OTHER_OLD, BELGIAN, *LEGAL_PERSONS)))


@pytest.mark.parametrize("old", [OLD, OTHER_OLD])
def test_an_old_number_and_a_new_one_may_be_one_traders(old: str) -> None:
    assert one_traders(NEW, old)
    assert one_traders(old, NEW)


@pytest.mark.parametrize(
    ("one", "other"),
    [(NEW, OTHER_NEW), (OLD, OTHER_OLD), (NEW, BELGIAN), (OLD, BELGIAN), (BELGIAN, BELGIAN)]
    + [(NEW, number) for number in LEGAL_PERSONS],
)
def test_other_pairs_are_two(one: str, other: str) -> None:
    assert not one_traders(one, other)
    assert not one_traders(other, one)


def test_a_number_that_begins_with_one_letter_belongs_to_the_records_country() -> None:
    assert vat("U13585627", "AT") == "ATU13585627"
    assert vat("U13585627") is None


def test_words_before_a_number_and_marks_within_it_say_nothing() -> None:
    assert vat("BTW-nr. NL004495445B01") == "NL004495445B01"
    assert vat("NL004495445/B01") == "NL004495445B01"

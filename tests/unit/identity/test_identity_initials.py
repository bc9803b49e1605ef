"""Initials written as one word in capitals, and behind the surname; and the given names that they look like."""

from __future__ import annotations

import pytest

from syncd.identity import resolve
from syncd.identity.agreement import Agreement
from syncd.identity.persons import compare_persons, person
from syncd.identity.pieces import are_initials, initials_behind
from tests.unit.identity.kit import linked, proposed
from tests.unit.identity.kit import person as record

SHARED = {"email": "sunshine@x.example", "phone": "06-23456781"}
A, I, U, C = Agreement.AGREES, Agreement.INITIALS, Agreement.UNSURE, Agreement.CONTRADICTS  # noqa: E741


def compared(one: str, other: str) -> Agreement:
    """Compare two names; which comes first changes nothing."""
    found = compare_persons(person(one), person(other))
    assert compare_persons(person(other), person(one)) is found
    return found


@pytest.mark.parametrize("word", ["EJ", "JA", "AM", "JE", "AE", "EM", "WE", "HE", "AJM", "EJM", "JMA", "EJ."])
@pytest.mark.parametrize("surname", ["DEKKER", "Dekker", "van DEKKER"])
def test_capitals_that_are_no_given_name_are_initials(word: str, surname: str) -> None:
    letters = tuple(word.rstrip(".").lower())
    for found in (person(f"{word} {surname}"), person("", word, surname), person(f"Mevr. {word} {surname}")):
        assert (found.given, found.family) == (letters, frozenset({"dekker"}))
        assert not found.maybe_initials
    assert person("", word.capitalize(), surname).given == (word.rstrip(".").lower(),)


@pytest.mark.parametrize(
    ("word", "given"),
    [
        ("hw", ("h", "w")), ("Hw", ("hw",)), ("fr", ("f", "r")), ("jpm", ("j", "p", "m")), ("th", ("t",)),
        ("chr", ("c",)),         ("Ty", ("ty",)), ("Ab", ("ab",)), ("jpmc", ("jpmc",)),
    ],
)  # fmt: skip
def test_what_nobody_can_say_is_initials(word: str, given: tuple[str, ...]) -> None:
    for found in (person(f"dhr. {word} Jacquot"), person("", word, "Jacquot")):
        assert (found.given, found.family) == (given, frozenset({"jacquot"}))


@pytest.mark.parametrize("word", ["JAN", "EVA", "TIM", "NOA", "EVERT", "DI", "DA", "BIN", "EL", "ÖZ"])
def test_a_word_that_is_a_name_or_opens_a_surname_is_none(word: str) -> None:
    assert not {"e", "d", "n"} & set(person(f"{word} DEKKER").given)
    assert not person(f"{word} DEKKER").maybe_initials


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("EJ DEKKER", "Eva Dekker", I),
        ("EJ DEKKER", "Eva Johanna Dekker", I),
        ("EJ DEKKER", "E.J. Dekker", I),
        ("EJ DEKKER", "Jan Dekker", C),
        ("EJ DEKKER", "E.M. Dekker", C),
        # A name of two letters may be one, or two initials.
        ("ED DEKKER", "Ed Dekker", A),
        ("ED DEKKER", "ED DEKKER", A),
        ("ED DEKKER", "E. Dekker", I),
        ("ED DEKKER", "E.D. Dekker", I),
        ("ED DEKKER", "Eva Dekker", U),
        ("ED DEKKER", "E.M. Dekker", U),
        ("ED DEKKER", "Jan Dekker", C),
        ("Ed Dekker", "Eva Dekker", C),
        ("KO DEKKER", "Karel Dekker", U),
        # So may one of three that few bear, where all is in capitals.
        ("JEA DEKKER", "Jan Dekker", U),
        ("JEA Dekker", "Jan Dekker", I),
        ("NUR DEKKER", "Nurcan Dekker", C),
        ("NUK DEKKER", "Nukan Dekker", U),
        ("EVA DEKKER", "Elly Dekker", C),
        ("JAN DEKKER", "Janneke Dekker", C),
    ],
)
def test_comparing_capitals(one: str, other: str, found: Agreement) -> None:
    assert compared(one, other) is found


@pytest.mark.parametrize(
    ("name", "given", "family"),
    [
        ("DEKKER J", "j", "dekker"),
        ("Dekker J.", "j", "dekker"),
        ("Dekker J", "j", "dekker"),
        ("Dekker J.P.", "jp", "dekker"),
        ("Dekker J. P.", "jp", "dekker"),
        ("DEKKER JP", "jp", "dekker"),
        ("DEKKER EJ", "ej", "dekker"),
        ("Mevr. Dekker J.", "j", "dekker"),
        ("de Vries J.", "j", "vries"),
        ("van den Berg J.P.", "jp", "berg"),
        ("VRIES J DE", "j", "vries"),
        ("Berg J.P. van den", "jp", "berg"),
        ("Oude Engberink N.", "n", "engberink oude"),
        # A given name with a surname cut short, a particle before it, a firm, initials alone.
        ("Jan P.", "jan", "p"),
        ("Jan Willem K.", "janwillem", "k"),
        ("Sevinc van den B.", "sevinc", "b"),
        ("J. P.", "j", "p"),
        ("Dekker BV", "dekker", "bv"),
        ("Dekker ED", "dekker", "ed"),
        ("Sevinc Dekker JP", "sevincdekker", "jp"),
    ],
)
def test_initials_behind_a_surname_are_initials(name: str, given: str, family: str) -> None:
    found = person(name)
    assert ("".join(found.given), " ".join(sorted(found.family))) == (given, family)


def test_junior_stays_what_he_is_behind_initials() -> None:
    assert person("Dekker J. jr.") == person("J. Dekker jr.")


@pytest.mark.parametrize(
    ("name", "verdict"),
    [("EJ DEKKER", "linked"), ("DEKKER E", "linked"), ("ED DEKKER", "asked"), ("EED DEKKER", "asked")],
)
def test_what_may_be_initials_is_asked_about(name: str, verdict: str) -> None:
    records = record("books", name=name, **SHARED), record("crm", name="Eva Dekker", **SHARED)
    assert linked(*records) is (verdict == "linked")
    assert proposed(resolve(records), *records) is (verdict == "asked")


@pytest.mark.parametrize(
    "word", ["DA", "DI", "DO", "DAS", "DOS", "DEL", "BIN", "BEN", "IBN", "ABU", "TH", "IJ"]
)
def test_capitals_that_open_a_surname_elsewhere_are_no_initials(word: str) -> None:
    assert are_initials(word, in_capitals=False) is False
    assert are_initials(word, in_capitals=True) is False


@pytest.mark.parametrize(
    ("pieces", "found"),
    [
        ("Dekker J. P.", (1, 3)), ("Dekker J. P. van den", (1, 3)), ("Dekker JP", (1, 2)), ("Dekker EJ", (1, 2)),
        ("Dekker JPMC", (1, 2)), ("Dekker JP de", (1, 2)), ("Dekker J. van", (1, 2)),
        # A firm's form, a name that few bear, and what stands before another word, are none.
        ("Dekker BV", None), ("Dekker NV", None), ("Dekker CV", None), ("Dekker ZN", None), ("Dekker JEA", None),
        ("Dekker JP Ede", None), ("Dekker Visser JP", None), ("Dekker", None), ("van de", None), ("J. P.", None),
        # Behind an initial, a given name or a particle a surname is cut short.
        ("J. Dekker P.", None), ("Jan P.", None), ("Jan Dekker P.", None), ("Dekker de P.", None), ("de P.", None),
    ],
)  # fmt: skip
def test_where_initials_stand_behind(pieces: str, found: tuple[int, int] | None) -> None:
    assert initials_behind(pieces.split()) == found

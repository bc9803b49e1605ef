"""Letters, dates and numbers: what stays of a spelling, and how two of them resemble each other."""

from __future__ import annotations

import pytest

from syncd.identity.dates import birth_date
from syncd.identity.likeness import (
    Likeness,
    dates_alike,
    given_names_alike,
    numbers_alike,
    sounds,
    words_alike,
)
from syncd.identity.nicknames import one_name
from syncd.identity.text import differs_by_one, fold, seen, unaccented

EQUAL, CLOSE, PART, UNLIKE, OTHER = (
    Likeness.EQUAL, Likeness.CLOSE, Likeness.PART, Likeness.UNLIKE, Likeness.OTHER,
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Jan Smit", "Jan Smit"),
        ("Jan\tSmit", "Jan Smit"),
        ("Jan\u00a0Smit", "Jan Smit"),
        ("Jan\u2028Smit", "Jan Smit"),
        ("Jan\x00Smit", "JanSmit"),  # a control
        ("Jan\x1b[31m", "Jan[31m"),
        ("Jan\u200dSmit", "JanSmit"),  # a joiner
        ("\u202eJan", "Jan"),  # a direction
        ("Jan\ud800", "Jan"),  # half a character
        ("Jan\ue000", "Jan"),  # of private use
        ("Jan\u0378", "Jan"),  # no character
        ("\u0661\u0662", "12"),
        ("J\u00e9r\u00f4me", "J\u00e9r\u00f4me"),
        ("\u0418\u0432\u0430\u043d", "\u0418\u0432\u0430\u043d"),
    ],
)
def test_what_a_person_sees(text: str, shown: str) -> None:
    assert seen(text) == shown


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("JAN", "jan"), ("J\u00e9R\u00d4ME", "jerome"), ("Sm\u00f8r", "smor"), ("\u0141\u00f3d\u017a", "lodz"),
        ("\u0110or\u0111e", "dorde"), ("\u00c6on", "aeon"), ("C\u0153ur", "coeur"), ("Stra\u00dfe", "strasse"),
        ("D\u0133k", "dijk"), ("K\u0131l", "kil"), ("\u0130l", "il"), ("e\u0301", "e"),
    ],
)  # fmt: skip
def test_letters_without_accents(text: str, plain: str) -> None:
    assert unaccented(text) == plain


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("  De   Hoek ", "de hoek"),
        ("'t Hoekje", "t hoekje"),
        ("\u2019t Hoekje", "t hoekje"),
        ("\u2018t Hoekje", "t hoekje"),
        ("`t Hoekje", "t hoekje"),
        ("\u00b4t Hoekje", "t hoekje"),
        ("Hoek & Zn", "hoek en zn"),
        ("Hoek+Zn", "hoek en zn"),
        ("b.v.", "bv"),
        ("J.P.M. Smit", "jpm smit"),
        ("b.v.hoek", "bv hoek"),
        ("bol.com", "bol com"),
        ("a_b-c/d", "a b c d"),
        ("\u0418\u0432\u0430\u043d!", "\u0438\u0432\u0430\u043d"),
        ("...", ""),
    ],
)
def test_bare_words(text: str, bare: str) -> None:
    assert fold(text) == bare


@pytest.mark.parametrize(
    ("text", "born"),
    [
        ("1980-05-06", "1980-05-06"), ("1980-5-6", "1980-05-06"), ("19800506", "1980-05-06"),
        ("1980/05/06", "1980-05-06"), ("1980.05.06", "1980-05-06"), ("1980-05-06T12:00:00Z", "1980-05-06"),
        ("1980-05-06 00:00:00", "1980-05-06"), ("6-5-1980", "1980-05-06"), ("06/05/1980", "1980-05-06"),
        ("6.5.1980", "1980-05-06"), ("6 5 1980", "1980-05-06"), ("1880-01-01", "1880-01-01"),
        ("1879-12-31", None), ("1970-01-01", None), ("1-1-1900", None), ("1970-01-02", "1970-01-02"),
        ("31-2-1980", None), ("1980-13-01", None), ("1980", None), ("6-5-80", "1980-05-06"), ("", None),
    ],
)  # fmt: skip
def test_dates_of_birth(text: str, born: str | None) -> None:
    assert birth_date(text) == born


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("bos", "bas", CLOSE),  # three letters are worth a slip
        ("ab", "ac", OTHER),
        ("ab", "xy", OTHER),
        ("vermeer", "vremeee", CLOSE),  # seven are worth two
        ("dijken", "rijkem", UNLIKE),  # six are not
        ("oude", "oudengberink", PART),
        ("ou", "oudengberink", UNLIKE),
        ("engberink", "oudengberink", CLOSE),
        ("dijkstra", "deikstra", CLOSE),  # it sounds so
        ("schouten", "schotanus", CLOSE),
        ("cyntia", "zindy", CLOSE),  # three sounds and no more letters in common
        ("ceula", "zoila", OTHER),  # two are too few
        ("jansen", "pietersen", OTHER),
        ("jansen", "janssens", CLOSE),
        ("smit", "", Likeness.UNKNOWN),
        ("", "", Likeness.UNKNOWN),
        ("smit", "smit", EQUAL),
    ],
)
def test_words(one: str, other: str, alike: Likeness) -> None:
    assert words_alike(one, other) is alike
    assert words_alike(other, one) is alike


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("jan", "johannes", CLOSE),
        ("charles", "charlotte", UNLIKE),
        ("jo", "jos", UNLIKE),  # two letters are not worth a slip, nor the beginning of a name
        ("henk", "hendrik", CLOSE),
        ("jan", "janneke", PART),
        ("jan", "piet", OTHER),
        ("jan", "", Likeness.UNKNOWN),
        ("jan", "jan", EQUAL),
    ],
)
def test_given_names(one: str, other: str, alike: Likeness) -> None:
    assert given_names_alike(one, other) is alike
    assert given_names_alike(other, one) is alike


@pytest.mark.parametrize(
    "names",
    [
        "wilhelmus wim willem", "paulus paul", "josephus jos", "jozef jef", "johannes joop",
        "hendrikus hendrik henk harry", "aleida alie", "charlotte lotte", "jantje jannie", "magdalena leny lena",
        "catharina tineke", "margaretha gre", "nicole nikki", "ludovicus luc", "abdelkarim karim",
        "mohammed mohamed mo", "katarzyna kasia", "malgorzata gosia", "aleksandra ola", "ekaterina katja",
        "abraham bram", "marinus rinus", "hermanus harm", "youssef yusuf",
    ],
)  # fmt: skip
def test_names_on_paper_and_what_people_say(names: str) -> None:
    first, *others = names.split()
    for other in others:
        assert one_name(first, other)
        assert one_name(other, first)


@pytest.mark.parametrize(
    "names", ["jan piet", "jo jos", "jan janneke", "andre andrea", "hans hanneke", "wim wilma", "mo marie"]
)
def test_names_that_only_begin_alike_are_two(names: str) -> None:
    one, other = names.split()
    assert not one_name(one, other)


def test_a_short_name_stands_for_several_and_these_are_not_one() -> None:
    assert one_name("johannes", "jo")
    assert one_name("johanna", "jo")
    assert not one_name("johannes", "johanna")
    assert not one_name("nobody", "nobody")


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("1980-05-06", "1980-06-05", CLOSE),
        ("1980-05-06", "1981-05-06", PART),
        ("1980-05-06", "1980-07-06", PART),
        ("1980-05-06", "1980-05-16", PART),
        ("1980-05-06", "1980-12-06", PART),  # more than a slip, and two parts agree
        ("1980-05-16", "1981-05-17", OTHER),
        ("1980-05-06", "1908-05-06", PART),  # the year is another one, and the rest is not
        ("1980-05-06", "1981-06-05", OTHER),
        ("1980-05-06", "1908-05-07", OTHER),
        ("1980-05-06", "1980-05-06", EQUAL),
        ("1980-05-06", "1980", Likeness.UNKNOWN),
        ("1980", "1980-05-06", Likeness.UNKNOWN),
    ],
)
def test_dates(one: str, other: str, alike: Likeness) -> None:
    assert dates_alike(one, other) is alike


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("12", "12", EQUAL), ("12a", "12b", PART), ("12", "12-3", PART), ("12", "13", UNLIKE),
        ("12", "112", UNLIKE), ("12", "48", OTHER), ("12", "", Likeness.UNKNOWN), ("", "12", Likeness.UNKNOWN),
    ],
)  # fmt: skip
def test_numbers(one: str, other: str, alike: Likeness) -> None:
    assert numbers_alike(one, other) is alike


@pytest.mark.parametrize(
    "alike",
    [
        ("schouten", "shouten", "souten"), ("backer", "baker", "bakker"), ("cor", "kor"), ("quist", "kuist"),
        ("cilia", "silia", "zilia"), ("marcel", "marsel"), ("max", "mas"), ("philip", "filip"),
        ("vos", "fos", "wos"), ("thijs", "tijs", "dijs"), ("bos", "pos"), ("gerrit", "kerrit", "gherrit"),
        ("hof", "of"), ("jof", "of"), ("dijk", "dyk", "deik"), ("anna", "ana"), ("otto", "ato"),
    ],
)  # fmt: skip
def test_words_that_sound_alike(alike: tuple[str, ...]) -> None:
    assert len({sounds(word) for word in alike}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("cilia", "kilia"), ("bos", "os"), ("smit", "smits"), ("an", "na")]
)
def test_words_that_sound_otherwise(one: str, other: str) -> None:
    assert sounds(one) != sounds(other)


@pytest.mark.parametrize(
    ("one", "other", "slip"),
    [
        ("smit", "smi", True), ("smit", "mit", True), ("smit", "smid", True), ("smit", "smti", True),
        ("smit", "smit", False), ("smit", "sm", False), ("smit", "tims", False), ("smit", "msti", False),
        ("ab", "ba", True), ("a", "", True), ("", "", False), ("abc", "cba", False), ("abcd", "abdce", False),
        ("abcd", "acbd", True), ("abcd", "bacd", True), ("abcde", "acbde", True), ("abcd", "axyd", False),
        ("abcde", "acbxe", False),
    ],
)  # fmt: skip
def test_one_slip(one: str, other: str, slip: bool) -> None:
    assert differs_by_one(one, other) is slip
    assert differs_by_one(other, one) is slip

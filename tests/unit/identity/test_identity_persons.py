"""How a person is addressed, whom a name means when it means several, and the firm that bears a person's name."""

from __future__ import annotations

import pytest

from syncd.identity.agreement import Agreement
from syncd.identity.persons import Person, compare_owner, compare_persons, given_name, person

MEN = ("dhr", "Dhr.", "heer", "De heer", "hr.", "Herr", "Monsieur")
WOMEN = (
    "mevr", "Mevr.", "Mevrouw", "mw.", "mej.", "Frau", "Mme", "Madame", "Mlle", "Mrs.", "Ms.", "Miss",
)  # fmt: skip
NEITHER = ("dr.", "drs.", "ir.", "ing.", "mr.", "prof.", "Professor")
FAMILIES = (
    "fam.", "Fam", "Familie", "Gezin", "Echtpaar", "Erven", "Erfgenamen", "Nalatenschap", "Ouders",
)  # fmt: skip

OTHERS = """
holding zn zonen zoon gebr gebr. gebroeders partners dochters sr wed. school basisschool college lyceum museum
fanclub supportersclub vrienden fonds
"""


def compared(one: Person, other: Person) -> Agreement:
    """Compare two names; which comes first changes nothing."""
    found = compare_persons(one, other)
    assert compare_persons(other, one) is found
    return found


# --- the form of address -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["J. de Vries", "Jan Smit", "Jansen"])
@pytest.mark.parametrize(
    ("titles", "addressed"), [(MEN, "m"), (WOMEN, "f"), (NEITHER, ""), (("",), "")], ids=["m", "f", "-", ""]
)
def test_a_form_of_address_tells_a_man_from_a_woman_and_is_no_part_of_the_name(
    titles: tuple[str, ...], addressed: str, name: str
) -> None:
    plain = person(name)
    for title in titles:
        found = person(f"{title} {name}")
        assert found.addressed == addressed, title
        assert (found.given, found.family, found.lone) == (plain.given, plain.family, plain.lone), title
        assert not found.several, title


@pytest.mark.parametrize("title", ["Dhr.", "dhr. drs.", "De heer"])
def test_it_may_stand_with_the_given_name_or_behind_the_comma(title: str) -> None:
    assert person("", f"{title} Jan", "Smit").addressed == "m"
    assert person(f"Smit, {title} Jan").addressed == "m"


@pytest.mark.parametrize(
    ("name", "given", "family"),
    [("Els de Heer", "els", "heer"), ("Heer, Els de", "els", "heer"), ("Els Frau", "els", "frau")],
)
def test_a_surname_that_is_such_a_word_addresses_nobody(name: str, given: str, family: str) -> None:
    found = person(name)
    assert (found.given, found.family, found.addressed) == ((given,), frozenset({family}), "")


def test_mr_and_mrs_of_one_initial_are_two_and_of_one_whole_name_a_slip() -> None:
    assert compared(person("Dhr. J. Smit"), person("Mevr. J. Smit")) is Agreement.CONTRADICTS
    assert compared(person("Dhr. J. Smit"), person("Mevr. Joke Smit")) is Agreement.CONTRADICTS
    assert compared(person("Dhr. Jan Smit"), person("Mevr. Jan Smit")) is Agreement.AGREES
    assert compared(person("Dhr. J. Smit"), person("J. Smit")) is Agreement.INITIALS
    assert compared(person("Dhr. J. Smit"), person("De heer J. Smit")) is Agreement.INITIALS


# --- names of several --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "found",
    [
        *(person(f"{word} de Vries") for word in FAMILIES),
        person("Dhr. en Mevr. de Vries"),
        person("De heer en mevrouw de Vries"),
        person("Dhr. / Mevr. de Vries"),
        person("Jan en Marie de Vries"),
        person("Jan & Marie de Vries"),
        person("Jan and Marie de Vries"),
        person("Jan und Marie de Vries"),
        person("Jan et Marie de Vries"),
        person("", "Jan en Marie", "de Vries"),
        person("Jan en/of Marie de Vries"),
        person("J/M de Vries"),
        person("", "J/M", "de Vries"),
        person("J&M de Vries"),
        person("J. de Vries c.s."),
    ],
)
def test_a_family_or_a_couple_is_several_and_none_of_them(found: Person) -> None:
    assert found.several
    assert found.addressed == ""
    for one in ("Jan de Vries", "J. de Vries", "Marie de Vries", "Dhr. J. de Vries"):
        assert compared(found, person(one)) is Agreement.DISAGREES


@pytest.mark.parametrize("initials", ["E.A.", "C.S.", "E. A.", "EA", "CS"])
def test_initials_behind_the_surname_are_nobody_else(initials: str) -> None:
    letters = [letter.lower() for letter in initials if letter.isalpha()]
    found = person(f"Jansen, {initials}")
    assert not found.several
    assert compared(found, person(f"{'. '.join(letters)}. Jansen")) >= Agreement.INITIALS
    assert not person(f"Jansen {initials}").several
    assert person(f"J. Jansen {initials.lower()}").several


def test_a_couple_has_the_given_names_of_both() -> None:
    assert person("Jan en Marie de Vries").given == ("jan", "marie")


def test_initials_that_spell_a_name_are_initials_all_the_same() -> None:
    assert compared(person("J.A.N. Smit"), person("Jan Smit")) is Agreement.INITIALS
    assert compared(person("JAN SMIT"), person("Jan Smit")) is Agreement.AGREES


def test_two_names_are_not_one_word_that_is_their_initials_with_another_behind_it() -> None:
    assert compared(person("Jp Smit"), person("Jan Piet Smit")) is Agreement.INITIALS
    assert compared(person("Jp Karel Smit"), person("Jan Piet Smit")) is Agreement.CONTRADICTS


def test_a_word_before_the_surname_is_part_of_it_where_the_other_name_says_so_but_not_the_given_name() -> (
    None
):
    whole = person("", "Niels", "Oude Engberink")
    assert compared(person("N. Oude Engberink"), whole) is Agreement.INITIALS
    assert compared(person("", "Oude", "Engberink"), person("", "O.", "Oude Engberink")) is Agreement.UNSURE


def test_without_a_surname_nothing_is_sure() -> None:
    assert compared(person("", "Jan"), person("", "Jan", "Smit")) is Agreement.UNSURE


def test_one_family_is_one_however_it_is_called() -> None:
    assert compared(person("Fam. de Vries"), person("Familie de Vries")) >= Agreement.UNSURE
    assert not person("Jan de Vries").several
    assert not person("En Tan").several
    assert not person("En-Nour Ali").several
    assert not person("Jan v/d Berg").several


@pytest.mark.parametrize("word", FAMILIES)
def test_the_word_for_a_family_is_no_name(word: str) -> None:
    found = person(f"{word} de Vries")
    assert (found.given, found.family) == ((), frozenset({"vries"}))


# --- initials of more than one letter, slips of a surname --------------------------------------------------------


@pytest.mark.parametrize("word", ["Th", "Chr", "Ch", "Ph", "IJ"])
def test_two_letters_or_three_that_are_an_initial_are_one_with_and_without_a_point(word: str) -> None:
    for spelled in (word, f"{word}."):
        assert person(f"{spelled} Smit").given == (word[0].lower(),)


@pytest.mark.parametrize("word", ["Joh", "Jac", "Fr", "Wm", "Corn", "Alb", "Fred", "Mich"])
def test_a_name_cut_short_is_an_initial_with_its_point_only(word: str) -> None:
    assert person(f"{word}. Smit").given == (word[0].lower(),)
    assert person(f"{word} Smit").given == (word.lower(),)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Mc Donald", "McDonald", True),
        ("Oude Nij Huis", "Oudenijhuis", True),
        ("Oude Nij Huis Hof", "Oudenijhuishof", False),
        ("Dijkstra", "Dykstra", True),
        ("Dijkstra", "Dijksta", True),
        ("van den Berg", "Vandenberg", True),
        ("van der Ee", "Vanderee", False),
        ("Dijkstra", "Hoekstra", False),
        ("Mc Donald", "Dijkstra", False),
        ("Smit", "Smits", False),
        ("Berg", "Vander", False),
    ],
)
def test_a_surname_is_spelled_otherwise_beside_one_full_given_name_only(
    one: str, other: str, same: bool
) -> None:
    found = compared(person("", "Jan", one), person("", "Jan", other))
    assert found is (Agreement.AGREES if same else Agreement.DISAGREES)
    assert compared(person("", "J.", one), person("", "J.", other)) is Agreement.DISAGREES


# --- a field that holds more than its part, or less --------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "given", "family", "found"),
    [
        ("Jan Smit", "Jan", "", Person(given=("jan",), family=frozenset({"smit"}))),
        ("", "Jan Smit", "", Person(given=("jan",), family=frozenset({"smit"}))),
        ("", "Jan", "", Person(given=("jan",))),
        ("Smit", "Jan", "", Person(given=("jan",))),
        ("Smit", "", "", Person(lone="smit")),
        ("", "", "Smit", Person(family=frozenset({"smit"}))),
        ("Wat anders", "Jan", "Smit", Person(given=("jan",), family=frozenset({"smit"}))),
        ("", "", "", Person()),
        ("", "Heuvel,", "Lotte van den", Person(given=("lotte",), family=frozenset({"heuvel"}))),
        ("", "Smit,", "Jan jr.", Person(given=("jan",), family=frozenset({"smit"}), generation="jr")),
        ("", "Smit, Jan", "Bakker", Person(given=("smit", "jan"), family=frozenset({"bakker"}))),
        ("", "", "Smit Bakker", Person(family=frozenset({"smit", "bakker"}))),
        ("", "Jan,", "", Person(given=("jan",))),
        ("Heuvel Smit, Lotte van den", "", "", Person(("lotte",), frozenset({"heuvel", "smit"}))),
        ("Lotte Heuvel, van den", "", "", Person(("lotte",), frozenset({"heuvel"}))),
        ("Heuvel, van den", "", "", Person(family=frozenset({"heuvel"}))),
        ("Jan. Smit", "", "", Person(("jan",), frozenset({"smit"}))),
        ("T. Smit", "", "", Person(("t",), frozenset({"smit"}))),
        ("Jan - Smit", "", "", Person(lone="jan smit")),
        ("Jan Heer", "", "", Person(("jan",), frozenset({"heer"}))),
        ("Dhr", "", "", Person(lone="dhr")),
        ("de", "", "", Person(lone="de")),
    ],
)
def test_the_fields_of_a_name_come_before_the_line_and_one_word_says_little(
    name: str, given: str, family: str, found: Person
) -> None:
    assert person(name, given, family) == found


def test_short_given_names_keep_their_space() -> None:
    assert given_name("Jo Bo") == "jo bo"
    assert given_name("J. P.") == "jp"


# --- the firm of a person ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("firm", "owned"),
    [
        ("jan de boer", True),
        ("schilder jan de boer", True),
        ("j de boer schilderwerken", True),
        ("de boer schilderwerken", False),
        ("jan schilderwerken", False),
        ("jan bakker", False),
        ("jan de boer en marie", False),
        ("jan de boer bouw en advies", True),
        *(
            (f"jan de boer {word}", False)
            for word in OTHERS.split()
        ),
    ],
)  # fmt: skip
def test_a_firm_is_its_owners_when_it_bears_the_whole_name_and_nobody_elses(firm: str, owned: bool) -> None:
    assert bool(compare_owner(tuple(firm.split()), person("Jan de Boer"))) is owned


def test_nobody_owns_a_firm_by_a_name_that_is_not_known() -> None:
    for owner in (person("Jan"), person("", "Jan"), person("", "", "Jan")):
        assert compare_owner(("jan",), owner) is Agreement.UNSURE


@pytest.mark.parametrize(
    ("ours", "theirs", "found"),
    [
        (("Peter", "Bakker"), ("Bakker", "Peter"), Agreement.AGREES),
        (("Jan", "de Vries"), ("de Vries", "Jan"), Agreement.AGREES),
        (("Jan Pieter", "de Vries"), ("Vries", "Jan Pieter"), Agreement.AGREES),
        (("Peter", "Bakker"), ("Bakker", "Piet"), Agreement.CONTRADICTS),
        (("Peter", "Bakker"), ("Bakker jr.", "Peter"), Agreement.CONTRADICTS),
        (("P.", "Bakker"), ("Bakker", "P."), Agreement.CONTRADICTS),
    ],
)
def test_given_name_and_surname_may_stand_in_each_others_place(
    ours: tuple[str, str], theirs: tuple[str, str], found: Agreement
) -> None:
    one, other = person("", *ours), person("", *theirs)
    assert compare_persons(one, other) is found
    assert compare_persons(other, one) is found


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("Th. Smit", "Theo Smit", Agreement.INITIALS),
        ("Th.J. Smit", "Theodorus Johannes Smit", Agreement.INITIALS),
        ("Chr Smit", "Christiaan Smit", Agreement.INITIALS),
        ("Joh. Smit", "Johannes Smit", Agreement.INITIALS),
        ("IJ. Smit", "IJsbrand Smit", Agreement.INITIALS),
        ("Th. Smit", "Bart Smit", Agreement.CONTRADICTS),
        ("Joh Smit", "Jannes Smit", Agreement.CONTRADICTS),
        ("Ae Smit", "Anna Elisabeth Smit", Agreement.INITIALS),
        ("Ae Smit", "Anna Smit", Agreement.CONTRADICTS),
        ("t.a.v. Jan Smit", "Jan Smit", Agreement.AGREES),
        ("T.a.v.: dhr. J. Smit", "J. Smit", Agreement.INITIALS),
    ],
)
def test_initials_are_written_in_more_than_one_way(one: str, other: str, found: Agreement) -> None:
    assert compare_persons(person(one), person(other)) is found
    assert compare_persons(person(other), person(one)) is found


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Vandenberghe", "van den Berghe", True),
        ("Desmet", "De Smet", True),
        ("Elamrani", "El Amrani", True),
        ("DeVries", "de Vries", True),
        ("McDonald", "Mc Donald", True),
        ("O Brien", "OBrien", True),
        ("Meijer", "Meyer", True),
        ("Vermeer", "Meer", False),
        ("Debos", "Bos", False),
        ("Kelderman", "Man", False),
        ("Meijer", "Maier", False),
    ],
)
def test_a_surname_may_be_written_together_beside_a_full_given_name(one: str, other: str, same: bool) -> None:
    found = Agreement.AGREES if same else Agreement.DISAGREES
    assert compare_persons(person("", "Jan", one), person("", "Jan", other)) is found
    assert compare_persons(person("", "Jan", other), person("", "Jan", one)) is found
    assert compare_persons(person("", "J.", one), person("", "Jan", other)) is Agreement.DISAGREES

"""What stands beside a name: how one is spoken to, who one is in a family, and when it is the name itself."""

from __future__ import annotations

import pytest

from syncd.identity.agreement import Agreement
from syncd.identity.givennames import is_borne, sex_of
from syncd.identity.marks import KIN, Marks, take_off
from syncd.identity.persons import Person, compare_persons, person
from tests.unit.identity.kit import linked
from tests.unit.identity.kit import person as record

SHARED = {"email": "sunshine@x.example", "phone": "06-23456781"}


def compared(one: Person, other: Person) -> Agreement:
    """Compare two names; which comes first changes nothing."""
    found = compare_persons(one, other)
    assert compare_persons(other, one) is found
    return found


# --- a form of address behind the name ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("behind", "addressed"),
    [
        (", mw.", "f"), (", Mevr.", "f"), (",mevrouw", "f"), (" (mw)", "f"), (" (vrouw)", "f"), (" - mevr.", "f"),
        (" mevr.", "f"), (" mw", "f"), (" mej.", "f"), (", Frau", "f"), (", Mrs.", "f"),
        (", dhr.", "m"), (", de heer", "m"), (" (dhr.)", "m"), (" (man)", "m"), (" (de heer)", "m"), (" dhr", "m"),
        (", Herr", "m"), ("(m.)", ""), (", mr.", ""), ("", ""),
        (", meneer", "m"), (", hr.", "m"), (", monsieur", "m"), (", mej.", "f"), (", mejuffrouw", "f"),
        (", juffrouw", "f"), (", mme", "f"), (", Madame", "f"), (", Mlle", "f"), (", ms.", "f"), (", Miss", "f"),
        (" meneer", "m"), (" hr.", "m"), (" mevrouw", "f"), (" mejuffrouw", "f"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["Jan Smit", "J. Smit", "Smit, J.", "J.P. van den Berg"])
def test_a_form_of_address_behind_a_name_tells_as_much_as_before_it(
    name: str, behind: str, addressed: str
) -> None:
    plain, found = person(name), person(name + behind)
    assert found.addressed == addressed
    assert not found.several
    if addressed:
        assert (found.given, found.family, found.lone) == (plain.given, plain.family, plain.lone)


@pytest.mark.parametrize(
    ("name", "given", "family"),
    [
        ("Jan de Heer", "jan", {"heer"}),
        ("Heer, Jan de", "jan", {"heer"}),
        ("Jan Frau", "jan", {"frau"}),
        ("Smit, MW", "", {"smit"}),
        ("Smit, HR", "", {"smit"}),
    ],
)
def test_initials_and_surnames_that_look_like_one_are_none(name: str, given: str, family: set[str]) -> None:
    found = person(name)
    assert ("".join(found.given), set(found.family), found.addressed) == (given, family, "")


@pytest.mark.parametrize(
    ("given", "family"),
    [
        ("J. (mw.)", "Smit"),
        ("Mevr.", "Smit"),
        ("Mevr. J.", "Smit"),
        ("J.", "Smit, mw."),
        ("J.", "Mevr. Smit"),
    ],
)
def test_it_may_stand_in_any_field(given: str, family: str) -> None:
    assert person("", given, family).addressed == "f"
    assert person("", given, family).family == {"smit"}


@pytest.mark.parametrize(
    ("word", "also_bare"),
    [
        ("fam.", True), ("Familie", True), ("echtpaar", False), ("gezin", False), ("erven", False),
        ("erfgenamen", False), ("nalatenschap", False), ("ouders", False),
    ],
)  # fmt: skip
def test_a_family_is_called_so_behind_its_name(word: str, also_bare: bool) -> None:
    family = Marks("Kok", several=True)
    assert take_off(f"Kok, {word}") == family
    assert take_off(f"Kok {word}") == (family if also_bare else Marks(f"Kok {word}"))


def test_both_are_a_couple_and_a_family_is_one_wherever_it_says_so() -> None:
    assert person("Dhr. J. Smit, mevr.").several
    assert person("", "Dhr. J.", "Smit, mevr.").several
    assert person("Smit, fam.").several
    assert person("J. Smit (echtpaar)").several
    assert not person("J. Smit, mevr.").several


# --- a man and a woman of one initial ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "two"),
    [
        ("Mevr. J. Kok", "Jan Kok", True),
        ("Mw. J. Kok", "Joris Kok", True),
        ("Dhr. H. Kok", "Hanneke Kok", True),
        ("Dhr. L. Kok", "Lotte Kok", True),
        ("Kok, J., mw.", "Kok, J., dhr.", True),
        ("Mevr. J. Kok", "Dhr. J. Kok", True),
        ("Dhr. J. Kok", "Mevr. Jan Kok", True),
        ("Mevr. Kok", "Jan Kok", True),
        ("Mevr. J. Kok", "Joke Kok", False),
        ("Dhr. J. Kok", "Jan Kok", False),
        ("Mevr. A. Kok", "Anne Kok", False),
        ("Dhr. A. Kok", "Anne Kok", False),
        ("Dhr. R. Kok", "Robin Kok", False),
        ("Mevr. S. Kok", "Sevinc Kok", False),
        ("Dhr. S. Kok", "Sevinc Kok", False),
        ("Mr. J. Kok", "Joke Kok", False),
        ("J. Kok", "Joke Kok", False),
        ("Mevr. J. Kok", "Mevr. Jan Kok", False),
        ("Mevr. Jan Kok", "Jan Kok", False),
    ],
)
def test_who_is_told_to_be_a_woman_is_no_man_of_her_initial(one: str, other: str, two: bool) -> None:
    assert (compared(person(one), person(other)) is Agreement.CONTRADICTS) is two
    if "Mevr. Kok" not in one:
        assert linked(record("books", name=one, **SHARED), record("crm", name=other, **SHARED)) is not two


def test_a_couple_has_no_sex_and_a_form_of_address_that_gainsays_the_name_tells_none() -> None:
    assert person("Jan Kok").sex == person("Dhr. J. Kok").sex == person("Dhr. Jan Kok").sex == "m"
    assert person("Joke Kok").sex == "f"
    assert person("J. Kok").sex == person("Mevr. Jan Kok").sex == person("Jan en Joke Kok").sex == ""


def test_a_given_name_tells_a_sex_where_no_other_sex_bears_it() -> None:
    assert (sex_of("jan"), sex_of("joke"), sex_of("nobody")) == ("m", "f", "")
    for name in ("robin", "kim", "anne", "jos", "willy", "chris", "andrea", "simone"):
        assert sex_of(name) == ""
        assert is_borne(name)
    assert is_borne("jan")
    assert is_borne("ko")
    assert is_borne("noa")
    assert is_borne("sjef")  # that is another name for Jozef
    assert not is_borne("kok")


# --- who one is in a family --------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", sorted(KIN))
@pytest.mark.parametrize("shape", ["{} ({})", "{}, {}", "{} - {}", "{} {}"])
def test_a_word_for_kin_behind_a_name_tells_two_of_one_name_apart(word: str, shape: str) -> None:
    plain, found = person("Jan de Kok"), person(shape.format("Jan de Kok", word))
    assert (found.given, found.family) == (plain.given, plain.family)
    assert found.generation == KIN[word]
    assert compared(found, plain) is Agreement.DISAGREES
    assert compared(found, found) is Agreement.AGREES


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Sem van der Linden (vader)", "Sem van der Linden (zoon)", False),
        ("Els Groen (moeder)", "Els Groen", False),
        ("Ali Kaya (broer)", "Ali Kaya", False),
        ("Jan Kok kleinzoon", "Jan Kok", False),
        ("Jan Kok (zoon van Piet)", "Jan Kok", False),
        ("J. Kok (zoon)", "Jan Kok", False),
        ("Jan Kok - zoon", "Jan Kok (zoon)", True),
        ("Jan Kok (father)", "Jan Kok, vader", True),
        ("Jan Kok (zoon)", "Jan Kok jr.", False),
        ("Jan Kok (werk)", "Jan Kok", True),
    ],
)
def test_father_and_son_of_one_name_do_not_link(one: str, other: str, same: bool) -> None:
    assert linked(record("books", name=one, **SHARED), record("crm", name=other, **SHARED)) is same


def test_it_may_stand_in_the_field_of_either_name() -> None:
    for found in (
        person("", "Jan", "Kok (zoon)"), person("", "Jan", "Kok zoon"), person("", "Jan (zoon)", "Kok"),
        person("", "Jan", "van den Kok, zoon"),
    ):  # fmt: skip
        assert found == Person(("jan",), frozenset({"kok"}), "son")


@pytest.mark.parametrize(
    ("name", "given", "family"),
    [
        ("Jan Vader", ("jan",), {"vader"}),
        ("Anna Maria Vader", ("anna", "maria"), {"vader"}),
        ("J. P. Broer", ("j", "p"), {"broer"}),
        ("Sevinc J. Broer", ("sevinc", "j"), {"broer"}),
        ("Sevinc de Neef", ("sevinc",), {"neef"}),
        ("Vader, Jan", ("jan",), {"vader"}),
        ("Nguyen, Son", ("son",), {"nguyen"}),
        ("Anna Kok-Vader", ("anna",), {"kok", "vader"}),
        ("Mevr. Vader", (), set()),
    ],
)
def test_a_surname_or_given_name_that_is_such_a_word_is_a_name(
    name: str, given: tuple[str, ...], family: set[str]
) -> None:
    found = person(name)
    assert (found.given, set(found.family), found.generation) == (given, family, "")


def test_junior_stays_what_he_is_whoever_he_is_besides() -> None:
    assert person("Jan Kok jr. (zoon)").generation == "jr"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Jan  Kok, mw. (moeder)", Marks("Jan Kok", addressed="f", kin="mother")),
        ("Jan Kok", Marks("Jan Kok")),
        ("(zoon)", Marks("(zoon)")),
        ("mw.", Marks("mw.")),
        ("", Marks("")),
        ("Jan Kok (dhr./mevr.)", Marks("Jan Kok (dhr./mevr.)")),
        ("Jan Kok (zoonlief)", Marks("Jan Kok (zoonlief)")),
        ("Jan Kok (zoon Piet)", Marks("Jan Kok (zoon Piet)")),
        ("Vries, de", Marks("Vries, de")),
        ("Els, de Heer", Marks("Els, de Heer")),
        ("Kok, de heer", Marks("Kok", addressed="m")),
        ("Jan Kok mw", Marks("Jan Kok", addressed="f")),
        # One word before the comma may be the surname, and a word in capitals behind it the rest of the name.
        ("Kok, Zoon", Marks("Kok, Zoon")),
        ("Kok, zoon", Marks("Kok", kin="son")),
        ("Jan Kok, Zoon", Marks("Jan Kok", kin="son")),
        ("Kok, Mevr.", Marks("Kok", addressed="f")),
        ("Kok (Zoon)", Marks("Kok", kin="son")),
        ("Kok (MW)", Marks("Kok", addressed="f")),
        # A man is so called in brackets only.
        ("Jan Kok (man)", Marks("Jan Kok", addressed="m")),
        ("Jan Kok, man", Marks("Jan Kok, man")),
        ("Jan Kok - vrouw", Marks("Jan Kok - vrouw")),
        ("Kok (fam. Jansen)", Marks("Kok", several=True)),
        ("Kok (bij de fam.)", Marks("Kok (bij de fam.)")),
    ],
)
def test_the_rest_of_a_name_is_left_as_it_is(text: str, found: Marks) -> None:
    assert take_off(text) == found

"""Names of persons and of companies: which spellings are one, which are two, and which say nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.identity.agreement import Agreement
from syncd.identity.companies import (
    bears_legal_form,
    company,
    compare_companies,
    same_but_for_form,
)
from syncd.identity.persons import Person, compare_owner, compare_persons, given_name, person, surname
from syncd.identity.text import differs_by_one, fold

A, I, U, D, C = (  # noqa: E741 - a table reads best with one letter
    Agreement.AGREES,
    Agreement.INITIALS,
    Agreement.UNSURE,
    Agreement.DISAGREES,
    Agreement.CONTRADICTS,
)


@pytest.mark.parametrize(
    ("line", "given_name", "family"),
    [
        ("Jan de Vries", ("jan",), {"vries"}),
        ("Vries, Jan de", ("jan",), {"vries"}),
        ("J.P. de Vries", ("j", "p"), {"vries"}),
        ("J P de Vries", ("j", "p"), {"vries"}),
        ("JW v.d. Berg", ("j", "w"), {"berg"}),
        ("Jan-Willem van der Berg", ("jan", "willem"), {"berg"}),
        ("dhr. dr. Jan Smit MSc", ("jan",), {"smit"}),
        ("de heer P. Smit", ("p",), {"smit"}),
        ("Mw. A. Bakker-de Vries", ("a",), {"bakker", "vries"}),
        ("Anna Bakker - de Vries", ("anna",), {"bakker", "vries"}),
        ("P. van 't Hof", ("p",), {"hof"}),
        ("D. de Boer", ("d",), {"boer"}),
        ("van der Berg", (), {"berg"}),
        ("fam. de Vries", (), {"vries"}),
    ],
)
def test_a_line_is_read_as_a_persons_name(line: str, given_name: tuple[str, ...], family: set[str]) -> None:
    found = person(line)
    assert (found.given, set(found.family)) == (given_name, family)


@pytest.mark.parametrize(
    ("given_name", "family", "line"),
    [
        ("Jan", "de Vries", "Jan de Vries"),
        ("Jan", "Vries, de", "Jan de Vries"),
        ("Jan de", "Vries", "Jan de Vries"),
        ("J.P.", "van den Berg", "J.P. van den Berg"),
        ("Jan de Vries", "", "Jan de Vries"),
        ("Jan", "Smit jr.", "Jan Smit jr."),
        ("Heuvel,", "Lotte van den", "Lotte van den Heuvel"),
        ("Heuvel, ", "J.P. van den", "J.P. van den Heuvel"),
        ("Smit,", "Piet", "Piet Smit"),
        ("", "Heuvel, Lotte van den", "Lotte van den Heuvel"),
        ("van", "den Heuvel, Lotte", "Lotte van den Heuvel"),
        ("Heuvel, Lotte van den", "", "Lotte van den Heuvel"),
        ("Lotte,", "van den Heuvel", "Lotte van den Heuvel"),
        ("van", "den Heuvel", "van den Heuvel"),
        ("", "Heuvel, van den", "van den Heuvel"),
        ("Jan", "Smit, jr.", "Jan Smit jr."),
    ],
)
def test_fields_and_a_line_are_read_alike(given_name: str, family: str, line: str) -> None:
    assert person("", given_name, family) == person(line)


def test_a_surname_alone_keeps_its_generation() -> None:
    assert person("", "", "Smit, jr.") == person("", "", "Smit jr.")
    assert person("", "Smit,", "jr.").given == ("smit",)


def test_a_comma_in_a_surname_beside_a_given_name_is_no_line() -> None:
    assert person("", "Niels", "Oude, Engberink") == person("", "Niels", "Oude Engberink")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Jan de Vries", "JAN DE VRIES", A),
        ("Jan de Vries", "Jan Vries", A),
        ("Jan Willem Smit", "Jan-Willem Smit", A),
        ("JanWillem Smit", "Jan-Willem Smit", A),
        ("Jan Willem Smit", "Jan Smit", A),
        ("Marie Bakker-de Vries", "Marie Bakker", A),
        ("Jan Janssen", "Jan Jansen", A),
        ("Niels Oude Engberink", "Engberink, Niels", A),
        ("J. de Vries", "Jan de Vries", I),
        ("J.P. de Vries", "J. de Vries", I),
        ("J.P. de Vries", "Jan Pieter de Vries", I),
        ("de Vries", "Jan de Vries", U),
        ("Jan", "Jan de Vries", U),
        ("Vries", "Jan de Vries", U),
        ("J. Bakker-de Vries", "Jan Bakker", U),
        ("Jan Bakker", "Jan de Vries", D),
        ("J. Bakker", "Jan de Vries", D),
        ("J. Janssen", "Jan Jansen", D),
        ("Jan Smit sr.", "Jan Smit jr.", D),
        ("Jan Smit", "Jan Smit jr.", D),
        ("Piet", "Jan de Vries", D),
        ("Jan de Vries", "Piet de Vries", C),
        ("Lisa Smit", "Lise Smit", C),
        ("Jan Smit", "Johan Smit", C),
        ("J.P. Smit", "J.A. Smit", C),
        ("P. Smit", "Jan Smit", C),
        ("Jan Willem Smit", "Jan Piet Smit", C),
    ],
)
def test_comparing_persons(one: str, other: str, expected: Agreement) -> None:
    assert compare_persons(person(one), person(other)) is expected
    assert compare_persons(person(other), person(one)) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Jansen Bouw B.V.", "JANSEN BOUW", A),
        ("Bakkerij 't Hoekje", "Bakkerij 't Hoekje V.O.F.", A),
        ("Jansen & Zoon", "Jansen en Zoon", A),
        ("Bouw Jansen", "Jansen Bouw", A),
        ("De Jong Bouw", "DeJong Bouw", A),
        ("J.P. Jansen B.V.", "JP Jansen", A),
        ("Gebr. Smit", "Gebroeders Smit", A),
        ("Arch.bureau Evers", "Architectenbureau Evers V.O.F.", A),
        ("St. Kompas", "Stichting Kompas", A),
        ("Bol.com", "bol com B.V.", A),
        ("Jansen h.o.d.n. De Hoek", "De Hoek", A),
        ("Hoek Installaties Nederland", "Hoek Installaties", A),
        ("Installatie Vermeer", "Instalatie Vermeer", A),
        ("Schildersbedrijf Vermeer", "Schilderbedrijf Vermeer", A),
        ("Jansen", "Jansen Bouw", U),
        ("Jansen Bouw", "Jansen Bouwbedrijf", U),
        ("", "Jansen", U),
        ("Jansen Bouw B.V.", "Jansen Bouw V.O.F.", D),
        ("Jansen Holding", "Jansen", D),
        ("Jansen Beheer 1", "Jansen Beheer 2", D),
        ("Jansen Beheer1", "Jansen Beheer2", D),
        ("De Jonge Bouw", "DeJong Bouw", A),
        ("Jansen Bouw", "Jansen Schilders", D),
        ("Smit Bouw", "Smid Bouw", D),
        ("De Hoek", "Jansen Bouw", D),
    ],
)
def test_comparing_companies(one: str, other: str, expected: Agreement) -> None:
    assert compare_companies(company(one), company(other)) is expected
    assert compare_companies(company(other), company(one)) is expected


def test_a_towns_name_may_be_left_out_when_it_is_the_companys_town() -> None:
    one, other = company("Hoek Installaties Utrecht"), company("Hoek Installaties")
    assert compare_companies(one, other, frozenset({"utrecht"})) is A
    assert compare_companies(one, other, frozenset({"almere"})) is U


NAMES = st.text(alphabet="abcJKL. -,'é", max_size=14)


@given(one=NAMES, other=NAMES)
def test_comparing_is_symmetric_and_a_name_never_contradicts_itself(one: str, other: str) -> None:
    assert compare_persons(person(one), person(other)) is compare_persons(person(other), person(one))
    assert compare_companies(company(one), company(other)) is compare_companies(company(other), company(one))
    assert compare_persons(person(one), person(one)) >= U
    assert compare_companies(company(one), company(one)) >= U or not company(one).names[0]


@given(text=st.text(max_size=30))
def test_folding_leaves_letters_digits_and_single_spaces_and_is_final(text: str) -> None:
    folded = fold(text)
    assert all(letter.isalnum() or letter == " " for letter in folded)
    assert folded == " ".join(folded.split())
    assert fold(folded) == folded


WORDS = st.text(alphabet="ab", max_size=5)


def _slips(word: str) -> set[str]:
    """Make every word that one slip turns `word` into."""
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    missing = {a + b[1:] for a, b in cuts if b}
    wrong = {a + letter + b[1:] for a, b in cuts if b for letter in "ab"}
    added = {a + letter + b for a, b in cuts for letter in "ab"}
    turned = {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    return (missing | wrong | added | turned) - {word}


@given(one=WORDS, other=WORDS)
def test_one_slip_is_what_it_says(one: str, other: str) -> None:
    assert differs_by_one(one, other) == (other in _slips(one))


# --- legal forms ---------------------------------------------------------------------------------------------

BEHIND = {
    "bv": ("bv", "b.v.", "B V", "Besloten Vennootschap"),
    "nv": ("nv", "N.V.", "n v", "naamloze vennootschap"),
    "vof": ("vof", "V.O.F.", "v o f", "vennootschap onder firma"),
    "cv": ("cv", "C.V.", "c v", "commanditaire vennootschap"),
    "eenmanszaak": ("eenmanszaak", "zzp"),
    "maatschap": ("maatschap",),
    "stichting": ("stichting",),
    "vereniging": ("vereniging",),
    "cooperatie": ("coöperatie", "U.A.", "u a", "B.A.", "b a", "W.A.", "w a"),
    "gmbh": ("GmbH",),
    "ag": ("AG",),
    "kg": ("KG",),
    "ltd": ("Ltd.", "Limited"),
    "llp": ("LLP",),
    "plc": ("PLC",),
    "llc": ("LLC",),
    "inc": ("Inc.",),
    "sarl": ("SARL", "S.A.R.L."),
    "sa": ("SA", "S.A."),
    "bvba": ("BVBA", "SPRL"),
    "srl": ("SRL",),
}
IN_FRONT = {
    "stichting": ("St.", "Stichting"),
    "vereniging": ("Vereniging",),
    "cooperatie": ("Coöperatie",),
    "maatschap": ("Maatschap",),
    "vof": ("VOF", "V.O.F."),
    "bv": ("BV", "B.V."),
    "eenmanszaak": ("Eenmanszaak",),
}


@pytest.mark.parametrize(
    ("name", "form"),
    [(f"De Hoek {text}", form) for form, texts in BEHIND.items() for text in texts]
    + [(f"{text} De Hoek", form) for form, texts in IN_FRONT.items() for text in texts],
)
def test_a_legal_form_is_no_part_of_the_name(name: str, form: str) -> None:
    found = company(name)
    assert (found.names, found.form) == ((("de", "hoek"),), form)


@pytest.mark.parametrize("name", ["Limited", "AG", "Inc.", "SA"])
def test_a_form_that_only_stands_behind_is_a_name_in_front(name: str) -> None:
    found = company(f"{name} Hoek")
    assert (len(found.names[0]), found.form) == (2, "")


def test_a_form_within_a_name_is_a_word_of_it() -> None:
    assert company("Hoek Limited Edition").names == (("hoek", "limited", "edition"),)
    assert company("Hoek Besloten Vennootschap Bakkers").names == (("hoek", "bv", "bakkers"),)


def test_of_two_forms_the_one_in_the_name_itself_counts() -> None:
    assert company("Stichting De Hoek B.V.").form == "bv"
    assert company("De Hoek GmbH & Co. KG").form == "kg"
    assert company("De Hoek V.O.F. h.o.d.n. Bakker B.V.").form == "vof"
    assert company("De Hoek h.o.d.n. Bakker B.V.").form == "bv"


@pytest.mark.parametrize("alone", ["Stichting", "B.V.", "Limited", "Vereniging B.V."])
def test_a_form_alone_is_a_name(alone: str) -> None:
    assert company(alone).names


@pytest.mark.parametrize(
    "between",
    [
        "h.o.d.n.",
        "hodn",
        "H O D N",
        "t.h.o.d.n.",
        "handelend onder de naam",
        "tevens handelend onder de naam",
    ],
)
def test_a_trade_name_stands_beside_the_official_one(between: str) -> None:
    found = company(f"Jansen Beheer B.V. {between} De Hoek")
    assert found.names == (("jansen", "beheer"), ("de", "hoek"))
    assert found.called == "de hoek"


@pytest.mark.parametrize("state", ["i.o.", "i o", "io", "in oprichting", "in liquidatie"])
def test_a_company_that_is_not_yet_or_no_more_bears_its_form(state: str) -> None:
    found = company(f"De Hoek B.V. {state}")
    assert (found.names, found.form) == ((("de", "hoek"),), "bv")


@pytest.mark.parametrize("word", ["Nederland", "NL", "Netherlands", "Benelux", "Holland"])
def test_a_country_may_be_left_out_of_a_name(word: str) -> None:
    assert compare_companies(company(f"Hoek Bakkers {word}"), company("Hoek Bakkers")) is A


@pytest.mark.parametrize("word", ["De", "Het", "Een", "'t", "en", "van", "The", "and", "of", "Firma", "Fa."])
def test_a_small_word_may_be_left_out_of_a_name(word: str) -> None:
    assert compare_companies(company(f"{word} Hoek Bakkers"), company("Hoek Bakkers")) is A
    assert compare_companies(company(word), company("Hoek")) is D
    assert compare_companies(company("Hoek"), company(word)) is D


@pytest.mark.parametrize(
    "word",
    [
        "Holding", "Beheer", "Vastgoed", "Groep", "Group", "Pensioen", "Participaties", "Invest", "Investments",
        "Management", "Exploitatie", "Onroerend", "Materieel", "Verhuur", "Personeel", "Financial", "Lease",
    ],
)  # fmt: skip
def test_a_company_of_the_same_owner_is_another_company(word: str) -> None:
    assert compare_companies(company(f"Hoek {word} B.V."), company("Hoek B.V.")) is D
    assert compare_companies(company(f"Hoek {word}"), company("Hoek Bakkers")) is D


def test_the_best_of_the_official_and_the_trade_name_counts() -> None:
    assert compare_companies(company("Jansen h.o.d.n. De Hoek"), company("Jansen")) is A
    assert compare_companies(company("Jansen h.o.d.n. De Hoek"), company("De Hoek Bakkers")) is U


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Vermeer Bouw", "Vermeir Bouw", A),  # six letters and a slip
        ("Smits Bouw", "Smids Bouw", A),  # five
        ("Smit Bouw", "Smid Bouw", D),  # four are too few
        ("Bouw1 Vermeer", "Bouw2 Vermeer", D),
        ("Bouwen Vermeer", "Vermeer Installatie", D),
        ("Inst. Vermeer", "Installatie Vermeer", A),
        ("Ins Vermeer", "Installatie Vermeer", U),  # three letters may be the beginning
        ("In Vermeer", "Installatie Vermeer", D),
        ("Ont Wikkel Bedrijf", "Ontwikkelbedrijf", A),
        ("Ont Wikkel Bedrijf", "Ontwikelbedrijf", A),  # written together, one letter less
        ("Ab Cdefgh", "Abcdefg", D),  # seven letters are too few for that
        ("Abc Defgh", "Abcdefghi", A),
        ("Abcdefgh", "Abcdefgi", D),  # one word each: another name
        ("Pro.tech Hoek", "Producttech Hoek", A),
        ("Pro.tech Hoek", "Producten Hoek", D),
        ("Pro.tech Hoek", "Biotech Hoek", D),
        ("Hoek Bakkers", "Installatiebedrijf", D),
        ("Hoek Smits Vloer", "Hoek Smids Wonen", D),  # two words are other ones
        ("Hoek Smit", "Hoek Asmit", D),
        ("Hoek Bouwe1", "Hoek Bouwen", D),  # a digit is no slip
        ("Hoek Bouw", "Hoek Bouw 2", D),
        ("Hoek", "Hoek Bouw 2", D),
    ],
)
def test_slips_and_words_cut_short(one: str, other: str, expected: Agreement) -> None:
    assert compare_companies(company(one), company(other)) is expected
    assert compare_companies(company(other), company(one)) is expected


def test_only_a_form_that_makes_a_subject_by_itself_is_incorporated() -> None:
    assert company("De Hoek B.V.").incorporated
    assert company("De Hoek V.O.F.").incorporated
    assert not company("De Hoek").incorporated
    assert not company("De Hoek eenmanszaak").incorporated


def test_names_that_only_organisations_bear() -> None:
    assert bears_legal_form("De Hoek B.V.")
    assert bears_legal_form("Jan Smit h.o.d.n. De Hoek")
    assert not bears_legal_form("Jan Smit")


def test_a_name_but_for_its_form() -> None:
    assert same_but_for_form(company("De Hoek V.O.F."), company("De Hoek B.V."))
    assert not same_but_for_form(company("De Hoek V.O.F."), company("De Kant V.O.F."))
    assert not same_but_for_form(company("De Hoek V.O.F."), company("De Hoek Bakkers V.O.F."))


# --- words that are no name ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "particle",
    [
        "van", "de", "den", "der", "het", "'t", "ter", "ten", "te", "in", "op", "aan", "bij", "onder", "over",
        "tot", "uit", "voor", "la", "le", "du", "von", "zu", "zum", "zur", "el", "al", "van de", "van der",
        "van 't", "v.d.", "v/d", "v.d", "vd", "v d", "v.de", "v. den", "v/der",
    ],
)  # fmt: skip
def test_a_particle_begins_a_surname_and_is_no_part_of_it(particle: str) -> None:
    found = person(f"Jan Peter {particle} Berg")
    assert found == Person(("jan", "peter"), frozenset({"berg"}))
    assert person("", "Jan Peter", f"{particle} Berg") == found
    assert person("", f"Jan Peter {particle}", "Berg") == found
    assert person(f"Berg, Jan Peter {particle}") == found


TITLES = [
    "dhr.", "Heer", "mevr.", "Mevrouw", "mw.", "mej.", "dr.", "drs.", "ir.", "ing.", "mr.", "prof.", "Professor",
    "hr.", "fam.", "Familie", "dhr. drs.", "prof. dr. ir.", "De heer",
]  # fmt: skip


def named(name: str, given: str = "", family: str = "") -> Person:
    """Read a name without how the person is spoken to."""
    return replace(person(name, given, family), addressed="", several=False)


@pytest.mark.parametrize("title", TITLES)
def test_a_title_is_no_part_of_a_name(title: str) -> None:
    assert named(f"{title} Jan Smit") == person("Jan Smit")
    assert named(f"{title} J.P. de Smit") == person("J.P. de Smit")
    assert named(f"{title} Smit") == person("Smit")


@pytest.mark.parametrize("title", [one for one in TITLES if one != "De heer"])
def test_a_title_in_the_field_of_the_given_name_is_none(title: str) -> None:
    assert named("", f"{title} Jan", "Smit") == person("Jan Smit")
    assert named("", title, "Smit") == person("", "", "Smit")


@pytest.mark.parametrize("degree", ["BSc", "MSc", "Bc.", "BA", "MA", "MBA", "LLM", "PhD", "BSc MSc"])
def test_a_degree_behind_a_whole_name_is_no_part_of_it(degree: str) -> None:
    assert person(f"Jan Smit {degree}") == person("Jan Smit")
    [word] = person(f"Jan {degree.split(maxsplit=1)[0]}").family
    assert word == degree.split(maxsplit=1)[0].casefold().rstrip(".")


@pytest.mark.parametrize(
    ("word", "generation"),
    [
        ("jr", "jr"),
        ("jr.", "jr"),
        ("Junior", "jr"),
        ("sr.", "sr"),
        ("Senior", "sr"),
        ("II", "ii"),
        ("III", "iii"),
    ],
)
def test_a_generation_is_kept_apart(word: str, generation: str) -> None:
    for found in (person(f"Jan Smit {word}"), person(f"Jan {word} Smit"), person(f"Smit, Jan {word}"),
                  person("", f"Jan {word}", "Smit"), person("", "Jan", f"Smit {word}"),
                  person(f"Jan Smit, {word}")):  # fmt: skip
        assert found == Person(("jan",), frozenset({"smit"}), generation)
    assert person(f"Smit {word}") == Person(lone="smit", generation=generation)
    assert compare_persons(person(f"Jan Smit {word}"), person("Jan Smit")) is D


@pytest.mark.parametrize(
    ("text", "given_name"),
    [
        ("JP", ("j", "p")),
        ("JPC", ("j", "p", "c")),
        ("JPMC", ("j", "p", "m", "c")),
        ("JPMCK", ("jpmck",)),  # five are a name
        ("JO", ("jo",)),  # with a vowel it can be said
        ("Jp", ("jp",)),
        ("J.P.M.", ("j", "p", "m")),
        ("J. P. M.", ("j", "p", "m")),
        ("V.D.", ("v", "d")),  # in capitals no particle
        ("J. V.D.", ("j", "v", "d")),
        ("Jan-Peter", ("jan", "peter")),
        ("Jan - Peter", ("jan", "peter")),
        ("Th.", ("t",)),
    ],
)
def test_given_names_and_initials(text: str, given_name: tuple[str, ...]) -> None:
    found = person("", text, "Smit")
    assert found.given == given_name
    assert found.initials == "".join(word[0] for word in given_name)
    assert found.called == (given_name[0] if len(given_name[0]) > 1 else "")


def test_a_name_of_one_word_is_nobody_knows_which() -> None:
    assert person("Jan") == Person(lone="jan")
    assert person("", "Jan").given == ("jan",)
    assert person("", "", "Smit").family == {"smit"}
    assert person("Jan", "Piet", "Smit") == person("Piet Smit")
    assert not person(" ")
    assert person("Jan")
    assert person("", "Jan")
    assert person("", "", "Smit")


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("Jan-Peter", "jan peter"),
        ("J.P.", "jp"),
        ("JP", "jp"),
        ("J. Peter", "j peter"),
        ("", None),
        ("dr.", None),
    ],
)
def test_a_given_name_in_one_spelling(text: str, spelled: str | None) -> None:
    assert given_name(text) == spelled


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("Vries, de", "de vries"), ("de Vries", "de vries"), ("v.d. Berg", "van de berg"), ("Smit", "smit"),
        ("Bakker - de Vries", "bakker de vries"), ("", None), (" , ", None),
    ],
)  # fmt: skip
def test_a_surname_in_one_spelling(text: str, spelled: str | None) -> None:
    assert surname(text) == spelled


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Anna Dijkman", "Anna Dijkmans", A),
        ("Anna Vries", "Anna Fries", D),  # another first letter
        ("Anna Smit", "Anna Smid", D),  # four letters are too few
        ("Anna Smits", "Anna Smids", A),
        ("Anna de Vries-Smit", "Anna Smit", A),
        ("Anna Smit", "Smit", U),
        ("Anna", "A. Smit", D),
        ("Jan", "Piet", D),
        ("Jan", "Jan", U),
        ("Jan", "Jan Willem Smit", U),
        ("Willem", "Jan Willem Smit", U),
        ("A. B. Smit", "A. Smit", I),
        ("Anna B. Smit", "Anna Berta Smit", A),
        ("Anna B. Smit", "Anna Carla Smit", C),
        ("A. Berta Smit", "Anna B. Smit", I),
        ("Niels Oude Engberink", "N. Engberink", I),
    ],
)
def test_comparing_persons_at_the_edges(one: str, other: str, expected: Agreement) -> None:
    assert compare_persons(person(one), person(other)) is expected
    assert compare_persons(person(other), person(one)) is expected


@pytest.mark.parametrize(
    ("trade", "owner", "named"),
    [
        ("Schilder Jan de Boer", "Jan de Boer", A),
        ("Bloemen en Planten Jan de Boer", "Jan de Boer", A),
        ("J.P. de Boer Schilders", "J.P. de Boer", I),
        ("J. de Boer Schilders", "Jan de Boer", I),
        ("Boer Schilders", "Jan de Boer", U),
        ("Jan Schilders", "Jan de Boer", U),
        ("Jan Boer", "Jan", U),
        ("Jan Boer", "Piet Boer", U),
        ("Boer", "Boer Boer", U),  # one word is not both
        ("Jan de Boer en Zonen", "Jan de Boer", U),
        ("Piet Smit en Jan de Boer", "Jan de Boer", U),
        ("Jan & Els de Boer Wonen", "Jan de Boer", U),
        ("Autobedrijf Jan de Boer jr.", "Jan de Boer", U),
        ("Wed. Jan de Boer", "Jan de Boer", U),
        ("Basisschool Jan de Boer", "Jan de Boer", U),
        ("Vrienden van Jan de Boer", "Jan de Boer", U),
    ],
)
def test_a_trade_name_that_names_its_owner(trade: str, owner: str, named: Agreement) -> None:
    assert compare_owner(company(trade).names[0], person(owner)) is named


@pytest.mark.parametrize(
    "two",
    [
        "J&M de Vries", "J. & M. de Vries", "J. &M. de Vries",
        "J./M. de Vries", "J/M de Vries", "J. e/o M. de Vries",
        "J. de Vries e/o M. Bakker", "J. de Vries en/of M. Bakker", "Jan/Marie de Vries", "Jan + Marie de Vries",
        "Jan de Vries & Marie Bakker", "Dhr./Mevr. J. de Vries", "Dhr. en Mevr. J. de Vries", "Echtpaar de Vries",
        "J. de Vries c.s.", "Erven J. de Vries", "Erven van Jan de Vries", "Ouders van Jan de Vries",
        "Nalatenschap Jan de Vries",
    ],
)  # fmt: skip
def test_a_couple_a_family_and_heirs_are_more_than_one(two: str) -> None:
    assert person(two).several
    for one in ("J. de Vries", "Jan de Vries"):
        assert compare_persons(person(two), person(one)) is D


@pytest.mark.parametrize(
    "one", ["Jan v/d Berg", "Jan de Vries", "J. de Vries-Bakker", "Mevr. drs. J. de Vries"]
)
def test_one_is_one(one: str) -> None:
    assert not person(one).several

"""Subjects that are one although their records differ: slips, marriages, removals, other spellings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.matching.people import TRADES, both, door, in_books, in_crm, in_news

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.matching.people import Maker, Views


def _plain_person(maker: Maker) -> Iterator[Views]:
    someone = maker.person()
    yield [*both(someone), in_news(someone)]


def _plain_company(maker: Maker) -> Iterator[Views]:
    firm = maker.company(form=maker.random.choice(("", "B.V.", "V.O.F.")))
    yield [*both(firm), in_news(firm)]


def _slip(maker: Maker, word: str) -> str:
    """Mistype a word: two letters swapped, one missing, one twice, or its neighbour on the keyboard."""
    place = maker.random.randrange(1, len(word) - 1)
    match maker.random.randrange(4):
        case 0:
            return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        case 1:
            return word[:place] + word[place + 1 :]
        case 2:
            return word[:place] + word[place] + word[place:]
        case _:
            return word[:place] + maker.random.choice("aeinrst") + word[place + 1 :]


def _mistyped_person(maker: Maker) -> Iterator[Views]:
    """Mistype a given name, surname or street; mail or telephone is the same, the other missing."""
    someone = maker.person()
    wrong = maker.random.choice(("given_name", "family_name", "street"))
    other = someone | {wrong: _slip(maker, someone[wrong])}
    other["email" if maker.chance(0.5) else "phone"] = ""
    yield both(someone, **other)


def _mistyped_company(maker: Maker) -> Iterator[Views]:
    firm = maker.company(form="")
    first, _, rest = firm["name"].partition(" ")
    other = firm | {"name": f"{_slip(maker, first)} {rest}", "kvk": "" if maker.chance(0.5) else firm["kvk"]}
    other["vat"] = ""
    yield both(firm, **other)


def _married(maker: Maker) -> Iterator[Views]:
    """Marry somebody: a double name, or the other's."""
    someone = maker.person()
    theirs = maker.family()
    bare = theirs[:1].upper() + theirs[1:]
    name = f"{bare}-{someone['family_name']}" if maker.chance(0.6) else bare
    yield both(someone, family_name=name)


def _moved(maker: Maker) -> Iterator[Views]:
    """Move somebody to another door; the e-mail address or the telephone stayed."""
    someone = maker.person()
    stayed = maker.random.choice(("email", "phone"))
    other = {"email": maker.person()["email"], "phone": maker.mobile()}
    yield [in_books(someone), in_books(someone | door(maker) | other | {stayed: someone[stayed]})]


def _company_moved(maker: Maker) -> Iterator[Views]:
    firm = maker.company()
    stayed = maker.random.choice(("email", "phone"))
    other = {"email": maker.company()["email"], "phone": maker.landline()}
    yield [in_books(firm), in_books(firm | door(maker) | other | {stayed: firm[stayed]})]


def _particles(maker: Maker) -> Iterator[Views]:
    """Spell a particle otherwise: `Berg, van der`, `v.d. Berg`, or not at all."""
    particle = maker.random.choice(("van der ", "van den ", "van de ", "de "))
    bare = maker.bare_family()
    someone = maker.person(family_name=f"{particle}{bare}")
    short = {"van der ": "v.d. ", "van den ": "v/d ", "van de ": "vd ", "de ": "De "}[particle]
    other = maker.random.choice(
        (f"{bare}, {particle.strip()}", f"{short}{bare}", bare, f"{particle.title()}{bare}")
    )
    yield both(someone, family_name=other)


def _initials(maker: Maker) -> Iterator[Views]:
    someone = maker.person()
    yield both(someone, given_name=f"{someone['given_name'][0]}.")


def _trade_name(maker: Maker) -> Iterator[Views]:
    """Put the owner's name before what the firm is called."""
    firm = maker.company(form="")
    owner = f"{maker.given()[0]}. {maker.family()}"
    how = maker.random.choice(("h.o.d.n.", "handelend onder de naam", "t.h.o.d.n."))
    yield both(firm, name=f"{owner} {how} {firm['name']}")


def _legal_form(maker: Maker) -> Iterator[Views]:
    """Spell the legal form otherwise: `BV`, written out, left out; or all in capitals."""
    firm = maker.company()
    bare = firm["name"].removesuffix(" B.V.")
    other = maker.random.choice(
        (bare, f"{bare} BV", bare.upper(), f"{bare} besloten vennootschap", f"{bare} b.v.")
    )
    yield both(firm, name=other, vat="" if maker.chance(0.5) else firm["vat"])


def _both_vat_styles(maker: Maker) -> Iterator[Views]:
    """Know a sole trader's VAT number of before 2020 in one system, of since then in the other."""
    firm = maker.company(form="")
    yield both(firm, vat=maker.old_vat())


def _spelled_otherwise(maker: Maker) -> Iterator[Views]:
    """Write the same numbers as people do."""
    firm = maker.company()
    phone, vat = firm["phone"], firm["vat"]
    yield both(
        firm,
        phone=f"+31 (0){phone[1:3]} {phone[3:6]} {phone[6:]}",
        vat=f"{vat[:2]} {vat[2:6]}.{vat[6:8]}.{vat[8:11]}.{vat[11:]}",
        kvk=f"KvK {firm['kvk']}",
        email=firm["email"].replace("info@", "Info@").upper(),
    )


def _new_address(maker: Maker) -> Iterator[Views]:
    """Reach somebody otherwise; name, birth date and door stayed."""
    someone = maker.person()
    other = someone | {"email": maker.person()["email"], "phone": maker.mobile()}
    yield [in_books(someone), ("crm", other)]


def _owner(maker: Maker) -> Iterator[Views]:
    """Hold a sole trader as a firm in the books and as a person in the CRM."""
    someone = maker.person()
    firm = maker.company(
        form="", name=f"{maker.random.choice(TRADES)} {someone['given_name']} {someone['family_name']}",
        email=someone["email"], phone=someone["phone"],
    )  # fmt: skip
    yield [in_books(firm), in_crm(someone)]


TRUE_PAIRS = {
    "plain_person": _plain_person,
    "plain_company": _plain_company,
    "mistyped_person": _mistyped_person,
    "mistyped_company": _mistyped_company,
    "married": _married,
    "moved": _moved,
    "company_moved": _company_moved,
    "particles": _particles,
    "initials": _initials,
    "trade_name": _trade_name,
    "legal_form": _legal_form,
    "both_vat_styles": _both_vat_styles,
    "spelled_otherwise": _spelled_otherwise,
    "new_address": _new_address,
    "owner": _owner,
}
"""Scenes of one subject whose records differ."""

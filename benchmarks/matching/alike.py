"""Subjects that are two, or forty, and are easily taken for one. Their own records are ordinary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.matching.people import both, in_books, in_crm, without

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.matching.people import Maker, Views

TWINS = (
    ("Lisa", "Lise"),
    ("Tim", "Tom"),
    ("Sanne", "Hanne"),
    ("Daan", "Daniel"),
    ("Eva", "Evi"),
    ("Luuk", "Lucas"),
)
TOWNS = ("Amsterdam", "Utrecht", "Rotterdam", "Zwolle", "Breda", "Groningen")


def _father_and_son(maker: Maker) -> Iterator[Views]:
    """Give two one name, door and landline; age tells them apart, or what each has for himself."""
    father = maker.person(phone=maker.landline(), birth_date=maker.born(1940, 1955))
    home = {
        name: father[name] for name in ("street", "house_number", "postcode", "city", "phone", "family_name")
    }
    given = father["given_name"] if maker.chance(0.6) else maker.given()
    son = maker.person(**home, given_name=given, birth_date=maker.born(1965, 1985))
    if maker.chance(0.3):
        son["family_name"] += " jr."
        son["email"] = father["email"]
    elif maker.chance(0.4):
        # Born when, nobody noted; but each has an address of his own.
        father, son = without(father, "birth_date"), without(son, "birth_date")
    elif maker.chance(0.5):
        son["email"] = father["email"]
    yield both(father)
    yield both(son) if maker.chance(0.5) else [in_crm(son)]


def _spouses(maker: Maker) -> Iterator[Views]:
    """Give two one e-mail address."""
    one = maker.person(birth_date=maker.born(1950, 1980))
    home = {name: one[name] for name in ("street", "house_number", "postcode", "city", "email")}
    if maker.chance(0.6):
        home["family_name"] = one["family_name"]
    if maker.chance(0.4):
        home["phone"] = one["phone"]
    given = next(name for name in iter(maker.given, "") if name[0] != one["given_name"][0])
    other = maker.person(**home, given_name=given)
    yield both(one)
    yield [in_crm(other)] if maker.chance(0.5) else both(other)


def _twins(maker: Maker) -> Iterator[Views]:
    names = maker.random.choice(TWINS)
    first = maker.person(given_name=names[0], phone=maker.landline(), birth_date=maker.born(1985, 2004))
    shared = ("street", "house_number", "postcode", "city", "phone", "family_name", "birth_date")
    second = maker.person(given_name=names[1], **{name: first[name] for name in shared})
    if maker.chance(0.4):
        second["email"] = first["email"]
    yield both(first)
    yield both(second)


def _branches(maker: Maker) -> Iterator[Views]:
    """Open two branches of one registration, each with a door and a telephone of its own."""
    head = maker.company()
    name, towns = head["name"].removesuffix(" B.V."), maker.random.sample(TOWNS, 2)
    named = maker.chance(0.5)
    for town in towns:
        branch = maker.company(name=f"{name} {town}" if named else name, form="" if named else "B.V.",
                               kvk=head["kvk"], vat=head["vat"])  # fmt: skip
        yield [in_books(without(branch, "iban") | {"city": town})]


def _bookkeepers_address(maker: Maker) -> Iterator[Views]:
    """Send the post, mail and calls of forty clients to their bookkeeper, who is there as well."""
    office = maker.company()
    reached = {
        name: office[name] for name in ("street", "house_number", "postcode", "city", "email", "phone")
    }
    for _ in range(40):
        client = maker.company(form=maker.random.choice(("", "B.V.", "V.O.F.")), **reached)
        if maker.chance(0.3):
            client = without(client, "kvk", "vat", "iban")
            yield [in_books(client)]
        else:
            yield both(client)
    yield both(office)


def _namesakes(maker: Maker) -> Iterator[Views]:
    """Let two people of one name live in one street."""
    one = maker.person()
    shared = {name: one[name] for name in ("given_name", "family_name", "street", "postcode", "city")}
    other = maker.person(
        **shared, house_number=str(int(one["house_number"]) + maker.random.choice((2, 4, 18)))
    )
    if maker.chance(0.4):
        one, other = without(one, "birth_date"), without(other, "birth_date")
    yield both(one)
    yield both(other)


def _reused_phone(maker: Maker) -> Iterator[Views]:
    """Give a number to two: the telephone company gave it to the next."""
    if maker.chance(0.5):
        one = maker.company(form=maker.random.choice(("", "B.V.")), phone=maker.mobile())
        yield both(one)
        yield both(maker.company(form=maker.random.choice(("", "B.V.")), phone=one["phone"]))
    else:
        someone = maker.person()
        yield both(someone)
        yield both(maker.person(phone=someone["phone"]))


def _became_a_bv(maker: Maker) -> Iterator[Views]:
    """Let an eenmanszaak go on as a bv: two legal persons with one name, door, telephone and address."""
    trader = maker.company(form="")
    kept = ("street", "house_number", "postcode", "city", "email", "phone")
    limited = maker.company(name=trader["name"], **{name: trader[name] for name in kept})
    match maker.random.randrange(4):
        case 0:
            limited["name"] = trader["name"]
        case 1:
            trader = without(trader, "kvk")
        case 2:
            limited = without(limited, "vat", "iban")
    yield both(trader)
    yield both(limited)


def _sister_companies(maker: Maker) -> Iterator[Views]:
    """Make a company and its holding, at one door with one telephone and one address."""
    one = maker.company()
    kept = ("street", "house_number", "postcode", "city", "email", "phone")
    name = one["name"].removesuffix(" B.V.")
    other = maker.company(name=f"{name} {maker.random.choice(('Holding', 'Beheer', 'Vastgoed'))}",
                          **{each: one[each] for each in kept})  # fmt: skip
    if maker.chance(0.5):
        other = without(other, "kvk", "vat", "iban")
    yield both(one)
    yield both(other)


def _director(maker: Maker) -> Iterator[Views]:
    """Let a director give the company's telephone and address as his own."""
    firm = maker.company()
    yield both(firm)
    yield [in_crm(without(maker.person(email=firm["email"], phone=firm["phone"]), "street", "house_number"))]


HARD_NEGATIVES = {
    "father_and_son": _father_and_son,
    "spouses_one_address": _spouses,
    "twins": _twins,
    "branches_one_registration": _branches,
    "bookkeepers_address": _bookkeepers_address,
    "namesakes_one_street": _namesakes,
    "reused_phone": _reused_phone,
    "became_a_bv": _became_a_bv,
    "sister_companies": _sister_companies,
    "director": _director,
}
"""Scenes of several subjects."""

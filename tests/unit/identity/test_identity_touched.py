"""Whom a change touches, one story per way; each comes out wrong once its way is closed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest

from syncd.identity import Answer, keys_of, partial
from syncd.identity.neighbourhood import Neighbourhood
from syncd.identity.partial import _Asking
from syncd.identity.surroundings import member_key
from syncd.model import Identifier, IdentifierKind
from tests.unit.identity.changing import Held
from tests.unit.identity.kit import child, company, employee, member, person

if TYPE_CHECKING:
    from collections.abc import Callable

    from syncd.model import Record, RecordRef

KVK, OTHER_KVK, VAT, IBAN = "12345678", "87654321", "NL004495445B01", "NL91ABNA0417164300"
HOEK = {"name": "De Hoek"}
DOOR = {"street": "Kerkweg", "house_number": "1", "postcode": "1234 AB", "city": "Delft"}
WORDS = ("Aap", "Noot", "Mies", "Wim", "Zus", "Jet")


@dataclass
class Story:
    """What there is, then what comes and goes. `answers` and `pairs` were there from the start."""

    first: list[Record]
    put: list[Record] = field(default_factory=list)
    drop: list[RecordRef] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    pairs: list[tuple[RecordRef, RecordRef]] = field(default_factory=list)

    def told(self) -> Held:
        """Tell it, resolving in parts."""
        held = Held(pairs=set(self.pairs), answers={(one.a, one.b): one for one in self.answers})
        held.change(self.first)
        assert held.outcome() == held.from_scratch()
        held.change(self.put, self.drop)
        return held


def over_a_link() -> Story:
    """A record fits two rivals and so belongs to neither; one goes, and the other shared nothing with it."""
    old, new = (
        company(kvk=KVK, email="oud@hoek.nl", **HOEK),
        company(kvk=OTHER_KVK, email="info@hoek.nl", **HOEK),
    )
    both = (Identifier(IdentifierKind.EMAIL, "oud@hoek.nl"), Identifier(IdentifierKind.EMAIL, "info@hoek.nl"))
    between = replace(company("books", **HOEK), identifiers=(*company(**HOEK).identifiers, *both))
    return Story([old, between, new], drop=[old.ref])


def a_rival_comes() -> Story:
    """Two are one until somebody comes whom the second fits as well; the first shares nothing with them."""
    one = company(kvk=KVK, email="oud@hoek.nl", **HOEK)
    both = (Identifier(IdentifierKind.EMAIL, "oud@hoek.nl"), Identifier(IdentifierKind.EMAIL, "info@hoek.nl"))
    other = replace(company("books", **HOEK), identifiers=(*company(**HOEK).identifiers, *both))
    return Story([one, other], put=[company(kvk=OTHER_KVK, email="info@hoek.nl", **HOEK)])


def another_branch_comes() -> Story:
    """Head office goes with one branch until another comes that is reached otherwise, and then with none."""
    ede = company(city="Ede", phone="020-1234567", iban=IBAN, **HOEK)
    office = company("books", iban=IBAN, phone="020-1234567", email="info@hoek.nl", **HOEK)
    goes = company("shop", city="Goes", phone="020-1234567", email="goes@hoek.nl", **HOEK)
    return Story([ede, office], put=[goes])


def more_than_are_compared_pair_by_pair() -> Story:
    """Of so many with one telephone each is compared with the next only, also where two of them are looked at."""
    towns = ["Ede", "Goes", "Ede", *(f"Dorp {i}" for i in range(23))]
    firms = [company(key=f"{i:02}", phone="020-1234567", city=town, **HOEK) for i, town in enumerate(towns)]
    for place, kind, value in ((0, IdentifierKind.EMAIL, "a@x.nl"), (2, IdentifierKind.IBAN, IBAN)):
        told = (*firms[place].identifiers, Identifier(kind, value))
        firms[place] = replace(firms[place], identifiers=told)
    return Story(firms, put=[company("books", name="Jansen", email="a@x.nl", iban=IBAN)])


def what_was_shared_before() -> Story:
    """The rival has another address now; the two whom it stood between shared its earlier one."""
    shared = {"email": "info@hoek.nl", **HOEK}
    old, between, new = (
        company(kvk=KVK, **shared),
        company("books", **shared),
        company(kvk=OTHER_KVK, **shared),
    )
    moved = company(key=old.ref.key, kvk=KVK, email="nieuw@hoek.nl", **HOEK)
    return Story([old, between, new], put=[moved])


def over_an_address() -> Story:
    """Two companies with one address become one, so that its subscriber knows where it belongs."""
    one = company(kvk=KVK, phone="020-1234567", email="info@hoek.nl", **HOEK)
    other = company(vat=VAT, iban=IBAN, email="info@hoek.nl", name="Jansen")
    bridge = company("books", kvk=KVK, phone="020-1234567", vat=VAT, iban=IBAN)
    return Story([one, other, member("info@hoek.nl")], put=[bridge])


def over_answers() -> Story:
    """Both were called the same as a record that is not there."""
    a, gone, c = company(), company("books"), company()
    said = [Answer(a.ref, gone.ref, same=True), Answer(gone.ref, c.ref, same=True)]
    return Story([a], put=[c], answers=said)


def over_answers_about_one() -> Story:
    """Each was called the same as a record that is not there, which stands second in both answers."""
    a, c, gone = company(), company(), company("shop")
    said = [Answer(a.ref, gone.ref, same=True), Answer(c.ref, gone.ref, same=True)]
    return Story([a], put=[c], answers=said)


def over_what_is_kept() -> Story:
    """A record that is gone keeps two together, once one of them is no longer linked to who was told apart."""
    shared = {"email": "info@hoek.nl", **HOEK}
    mate, a, gone, b = company(**shared), company("books", **shared), company("books"), company(name="Jansen")
    return Story(
        [mate, a, b],
        put=[company(key=mate.ref.key, name="Pietersen")],
        answers=[Answer(mate.ref, b.ref, same=False)],
        pairs=[(a.ref, gone.ref), (gone.ref, b.ref)],
    )


def shared_by_many_now() -> Story:
    """An address that linked two records turns out to be a bookkeeper's."""
    shared = {"email": "klant@boek.nl"}
    clients = [company(name=f"Klant {word}", **shared) for word in WORDS]
    return Story([company(**shared, **HOEK), company("books", **shared, **HOEK), clients[0]], put=clients[1:])


def shared_by_many_through_their_organisations() -> Story:
    """People with one address count with their organisations, which turn out to be many."""
    firms = [company(**HOEK) for _ in range(5)]
    people = [
        employee(firm, name=f"{word} Smit", email="balie@hoek.nl", birth_date=f"19{50 + i}-01-02")
        for i, (firm, word) in enumerate(zip(firms, WORDS, strict=False))
    ]
    others = [
        company(key=firm.ref.key, name=f"Zaak {word}") for firm, word in zip(firms, WORDS, strict=False)
    ]
    return Story([*firms, *people], put=others)


def belonging_to_one_organisation() -> Story:
    """Two people share an address, and their organisations turn out to be one."""
    one = company(kvk=KVK, phone="020-1234567", **HOEK)
    other = company(vat=VAT, iban=IBAN, name="Jansen")
    people = [
        employee(firm, name=name, email="balie@hoek.nl") for firm, name in ((one, "Jan"), (other, "Piet"))
    ]
    bridge = company("books", kvk=KVK, phone="020-1234567", vat=VAT, iban=IBAN)
    return Story([one, other, *people], put=[bridge])


def nobody_s_organisation_any_more() -> Story:
    """Two people of one organisation share an address; the organisation goes."""
    firm = company(**HOEK)
    people = [employee(firm, name=name, email="balie@hoek.nl") for name in ("Jan Smit", "Piet Bos")]
    return Story([firm, *people], drop=[firm.ref])


def one_carrier_too_many() -> Story:
    """A subscriber is proposed to at most so many with its address; one more, and to nobody."""
    firms = [company(email="info@hoek.nl", city=f"Dorp {i}") for i in range(12)]
    return Story([member("info@hoek.nl"), *firms[:11]], put=firms[11:])


def one_namesake_too_many() -> Story:
    """More than twelve with one name and address are not compared pair by pair any more."""
    people = [person(name="Jan Smit", **DOOR) for _ in range(13)]
    return Story(people[:12], put=people[12:])


def one_carrier_less() -> Story:
    """A subscriber was proposed to nobody, because too many had its address; now it is."""
    firms = [company(email="info@hoek.nl", city=f"Dorp {i}") for i in range(12)]
    return Story([member("info@hoek.nl"), *firms], drop=[firms[3].ref])


def one_namesake_less() -> Story:
    """Thirteen with one name and address were not compared pair by pair; twelve are."""
    people = [person(name="Jan Smit", **DOOR) for _ in range(13)]
    return Story(people, drop=[people[3].ref])


def three_namesakes_at_once() -> Story:
    """Three make eleven too many, while somebody comes who resembles in something else."""
    people = [person(name="Jan Smit", **DOOR) for _ in range(14)]
    alone = [person("books", name=name, birth_date="1980-04-05") for name in ("Bea Vos", "Bea Vosse")]
    return Story([*people[:11], alone[0]], put=[*people[11:], alone[1]])


def a_resemblance() -> Story:
    """Somebody comes who has a namesake at one address."""
    return Story([person(name="Jan Smit", **DOOR)], put=[person("books", name="Jan Smit", **DOOR)])


def what_a_group_knows() -> Story:
    """Somebody comes who has a namesake, of whom another record knows the date of birth."""
    namesake = {"name": "Jan Smit", "postcode": "1234 AB", "city": "Delft"}
    first = [
        person(email="j@x.nl", **namesake),
        person("books", email="j@x.nl", name="J. Smit", birth_date="1950-02-03"),
    ]
    return Story(first, put=[person("books", birth_date="1980-04-05", **namesake)])


def a_contest() -> Story:
    """Somebody comes with the address of another."""
    return Story([company(email="a@gmail.com", **HOEK)], put=[company(email="a@gmail.com", name="Jansen")])


def _none(*_arguments: object) -> set[object]:
    return set()


WAYS: list[tuple[Callable[[], Story], object, str, Callable[..., object]]] = [
    (over_a_link, Neighbourhood, "_linkable", _none),
    (over_a_link, _Asking, "_regrouped", _none),
    (a_rival_comes, _Asking, "_regrouped", _none),
    (another_branch_comes, _Asking, "_regrouped", _none),
    (nobody_s_organisation_any_more, _Asking, "_regrouped", _none),
    (more_than_are_compared_pair_by_pair, partial, "_standing_by", _none),
    (over_an_address, Neighbourhood, "_addressed", _none),
    (what_was_shared_before, Neighbourhood, "_sharing", _none),
    (shared_by_many_now, Neighbourhood, "_flipped", _none),
    (shared_by_many_through_their_organisations, Neighbourhood, "_keys_of_members", _none),
    (belonging_to_one_organisation, _Asking, "_belonging", _none),
    (one_carrier_too_many, _Asking, "_carriers_that_count", _none),
    (one_namesake_too_many, _Asking, "_crowds", _none),
    (one_carrier_less, _Asking, "_carriers_that_count", _none),
    (one_namesake_less, _Asking, "_crowds", _none),
    (three_namesakes_at_once, _Asking, "_crowds", _none),
    (a_resemblance, _Asking, "_resembling", _none),
    (what_a_group_knows, _Asking, "_with_groups", lambda _asking, refs: refs),
    (a_contest, _Asking, "_sharing", _none),
    (over_answers, Neighbourhood, "_called_the_same", _none),
    (over_answers_about_one, Neighbourhood, "_called_the_same", _none),
    (over_what_is_kept, Neighbourhood, "_kept_with", _none),
]


@pytest.mark.parametrize("story", {way[0]: None for way in WAYS}, ids=lambda one: one.__name__)
def test_a_change_touches_all_that_it_leads_to(story: Callable[[], Story]) -> None:
    held = story().told()
    assert held.outcome() == held.from_scratch()


@pytest.mark.parametrize(
    ("story", "where", "way", "closed"), WAYS, ids=[f"{way[0].__name__}:{way[2]}" for way in WAYS]
)
def test_without_its_way_it_comes_out_wrong(
    monkeypatch: pytest.MonkeyPatch,
    story: Callable[[], Story],
    where: object,
    way: str,
    closed: Callable[..., object],
) -> None:
    told = story()
    held = told.told()
    again = Held(pairs=set(told.pairs), answers={(one.a, one.b): one for one in told.answers})
    again.change(told.first)
    monkeypatch.setattr(where, way, closed)
    again.change(told.put, told.drop)
    assert again.outcome() != held.outcome()


def test_who_is_gone_stays_with_their_subject() -> None:
    """The subject is resolved as a whole, with the records of it that are no more."""
    a, b = company(kvk=KVK, **HOEK), company("books", kvk=KVK, **HOEK)
    held = Held(pairs={(a.ref, b.ref)})
    held.change([a, b])
    held.change(drop=[b.ref])
    part = held.change([replace(a, version="2", identifiers=a.identifiers[:1])])
    assert part.resolved == {a.ref, b.ref}


def test_a_change_far_away_touches_nobody_else() -> None:
    held = Held()
    alone = company(kvk=OTHER_KVK, email="ander@x.nl", name="Jansen")
    pair = [company(account, kvk=KVK, **HOEK) for account in ("crm", "books")]
    held.change([alone, *pair])
    part = held.change([replace(pair[0], version="2")])
    assert part.resolved == {one.ref for one in pair}


def test_who_shares_something_and_cannot_link_leads_nowhere() -> None:
    """The changed one's telephone is another's, who is one with a third; whose bank account is a fourth's."""
    changed = company(name="Jansen", phone="020-1234567")
    other, third = company("books", phone="020-1234567", kvk=KVK, **HOEK), company(kvk=KVK, iban=IBAN, **HOEK)
    fourth = company("books", iban=IBAN, name="Pietersen")
    held = Held()
    held.change([changed, other, third, fourth])
    part = held.change([replace(changed, version="2")])
    assert part.resolved == {changed.ref, other.ref, third.ref}


def test_who_belongs_to_an_organisation_is_found_by_that_one_only() -> None:
    held = Held()
    ours, theirs = company(**HOEK), company(name="Jansen")
    held.change([ours, theirs, one := employee(ours, name="Jan Smit"), employee(theirs, name="Piet Bos")])
    key = held.key(member_key(ours.ref))
    assert held.carriers({key}) == {key: {one.ref}}


def test_what_hangs_on_a_record_resembles_nobody() -> None:
    held = Held()
    top = person(name="Jan Smit", **DOOR)
    assert keys_of(top, held).weak
    assert not keys_of(child(top, name="Jan Smit", **DOOR), held).weak

"""Stories of different people who look alike or share something, and of one person in two places."""

# ruff: noqa: D401 a docstring here is the story itself

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from syncd.testing.world.dossier import Dossier
from syncd.testing.world.rules import doubtful, ended, still_there
from syncd.testing.world.stories_common import begin, held_papers, kept_open, running_papers
from syncd.testing.world.words import SUFFIX_TRADES

if TYPE_CHECKING:
    from datetime import date

    from syncd.testing.world.cast import Company, Human
    from syncd.testing.world.desk import Desk

BOOKKEEPER_CLIENTS = 7


def namesakes(desk: Desk) -> None:
    """The same name in the same town, two Chamber of Commerce numbers: one left, one stays."""
    gone = desk.cast.company()
    stays = desk.cast.company(name=gone.name, place=desk.cast.place(gone.place.city))
    end, left, right = _pair(desk, "namesakes", gone, stays)
    left.to_books()
    right.to_books()
    _finish(end, left, right)


def father_and_son(desk: Desk) -> None:
    """One name, one address, two companies: the father's has ended."""
    family = desk.cast.family_name()
    place = desk.cast.place()
    surname = " ".join(part for part in family if part)
    surname = surname[0].upper() + surname[1:]
    old, young = desk.rng.sample(SUFFIX_TRADES, 2)
    gone = desk.cast.company(name=f"{surname} {old}", place=place)
    stays = desk.cast.company(name=f"{surname} {young}", place=place)
    father = desk.cast.human(gone.domain, family=family, age=(58, 76))
    son = desk.cast.human(stays.domain, given=father.given, family=family, age=(22, 34))
    _one_each(desk, "father_and_son", (gone, father), (stays, son))


def twins(desk: Desk) -> None:
    """Born on one day, one family name: two people."""
    family = desk.cast.family_name()
    gone, stays = desk.cast.company(), desk.cast.company()
    one = desk.cast.human(gone.domain, given="Anna", family=family)
    other = replace(desk.cast.human(stays.domain, given="Thomas", family=family), birth_date=one.birth_date)
    _one_each(desk, "twins", (gone, one), (stays, other))


def spouses_one_email(desk: Desk) -> None:
    """Two people share an address. One's company ended; whose the address is, only a person knows."""
    family = desk.cast.family_name()
    shared = desk.cast.address(f"familie.{family[0]}{family[1]}", "thuis.example")
    gone, stays = desk.cast.company(), desk.cast.company()
    one = replace(desk.cast.human(given="Willemijn", family=family), email=shared)
    other = replace(desk.cast.human(given="Sjoerd", family=desk.cast.family_name()), email=shared)
    end, left, right = _pair(desk, "spouses_one_email", gone, stays)
    left.follower(one)
    right.follower(other)
    left.subscribe_stranger(shared)
    left.to_books()
    right.to_books()
    held_papers(left, end)
    running_papers(right)
    left.close(ended(end, left.papers.written, desk.today), people=doubtful(end, (), desk.today))
    right.close(still_there(right.papers.written, desk.today))


def person_at_two_companies(desk: Desk) -> None:
    """Somebody works for one that left and one that stays: the person stays, the contact person goes."""
    gone, stays = desk.cast.company(), desk.cast.company()
    human = desk.cast.human(stays.domain)
    end, left, right = _pair(desk, "person_at_two_companies", gone, stays)
    if desk.chance(0.5):
        person = right.follower(human, (*left.items, *right.items))
    else:  # entered twice, once at each company
        person = right.follower(human)
        person.records.append(left.crm_person(human))
    if desk.chance(0.7):
        right.subscribe(person)
    left.to_books(people=(human,))
    right.to_books(people=(human,) if desk.chance(0.5) else ())
    _finish(end, left, right)


def became_company(desk: Desk) -> None:
    """A sole trader went on as a B.V. with the same telephone and address: a person must say so."""
    old = desk.cast.sole_trader()
    trade = old.name.rsplit(" ", 1)[1]
    name = f"{old.owner.family} {trade}" if old.owner else old.name
    new = replace(
        desk.cast.company(name=name[0].upper() + name[1:], place=old.place), email=old.email, phone=old.phone
    )
    end, left, right = _pair(desk, "became_company", old, new)
    left.to_books()
    right.to_books()
    held_papers(left, end)
    running_papers(right)
    left.close(doubtful(end, left.papers.written, desk.today))
    right.close(still_there(right.papers.written, desk.today))


def reused_phone(desk: Desk) -> None:
    """The telephone company gave the number to somebody else, who is clearly somebody else."""
    old = desk.cast.company()
    new = replace(desk.cast.company(place=desk.cast.place(old.place.city)), phone=old.phone)
    end, left, right = _pair(desk, "reused_phone", old, new)
    left.to_books()
    right.to_books()
    _finish(end, left, right)


def shared_bookkeeper_address(desk: Desk) -> None:
    """A bookkeeper's address stands on every client, also on those that left; it identifies none of them."""
    name = " ".join(part for part in desk.cast.family_name() if part)
    bookkeeper = desk.cast.company(name=f"Administratiekantoor {name[0].upper()}{name[1:]}")
    trap = "shared_bookkeeper_address"
    office = Dossier(desk, trap, bookkeeper, begin(desk), everything=True)
    office.to_crm(("Leverancier",), edited=kept_open(desk))
    office.to_books()
    office.subscribe_stranger(bookkeeper.email)
    office.papers.history(office.since, desk.ago(1), resource="purchase_invoices")
    office.close(still_there(office.papers.written, desk.today))
    for number in range(BOOKKEEPER_CLIENTS):
        end = desk.ago(desk.rng.randrange(29, 700)) if number % 2 == 0 else None
        client = Dossier(desk, trap, desk.cast.company(), begin(desk, end), everything=True)
        client.to_crm(
            ended_on=end,
            edited=end or kept_open(desk),
            email=bookkeeper.email if desk.chance(0.4) else "",
        )
        client.to_books(email=bookkeeper.email)
        if end is None:
            running_papers(client)
            client.close(still_there(client.papers.written, desk.today))
        else:
            if desk.chance(0.6):
                held_papers(client, end)
            client.close(ended(end, client.papers.written, desk.today))


def _pair(desk: Desk, trap: str, gone: Company, stays: Company) -> tuple[date, Dossier, Dossier]:
    """Write two companies into the CRM, the first of them ended; every system knows every identifier."""
    end = desk.ago(desk.rng.randrange(29, 700))
    left = Dossier(desk, trap, gone, begin(desk, end), everything=True)
    right = Dossier(desk, trap, stays, begin(desk), everything=True)
    left.to_crm(ended_on=end)
    right.to_crm(edited=kept_open(desk))
    return end, left, right


def _finish(end: date, left: Dossier, right: Dossier) -> None:
    today = left.desk.today
    if left.desk.chance(0.6):
        held_papers(left, end)
    running_papers(right)
    left.close(ended(end, left.papers.written, today))
    right.close(still_there(right.papers.written, today))


def _one_each(desk: Desk, trap: str, gone: tuple[Company, Human], stays: tuple[Company, Human]) -> None:
    """Give each of two companies one person with a birth date and a newsletter, the first one ended."""
    end, left, right = _pair(desk, trap, gone[0], stays[0])
    for dossier, human in ((left, gone[1]), (right, stays[1])):
        dossier.subscribe(dossier.follower(human, birth_date=True))
        dossier.to_books(people=(human,))
    _finish(end, left, right)

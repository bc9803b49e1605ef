"""Against the simulated world, which knows the truth: nothing wrongly linked, nearly nothing missed."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from syncd.identity import clusters, comparing, resolve
from syncd.model import Identifier, IdentifierKind, Record, RecordRef, SubjectKind
from syncd.testing.world import make_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from syncd.testing.world.shapes import World

TODAY = date(2026, 11, 24)


def _record(
    ref: RecordRef,
    kind: SubjectKind,
    facts: dict[str, str],
    parent: RecordRef | None = None,
    member_of: tuple[RecordRef, ...] = (),
) -> Record:
    identifiers = tuple(Identifier(IdentifierKind(name), value) for name, value in facts.items() if value)
    return Record(ref, "1", kind, frozenset(), identifiers, parent=parent, member_of=member_of)


def _books(world: World) -> Iterator[Record]:
    for one in world.books.contacts:
        ref = RecordRef("books", "contact", one.id)
        facts = {
            "name": one.company_name, "given_name": one.firstname, "family_name": one.lastname,
            "street": one.address, "postcode": one.zipcode, "city": one.city, "country": one.country,
            "phone": one.phone, "email": one.email, "vat": one.tax_number, "iban": one.iban,
            "kvk": one.chamber_of_commerce, "customer_number": one.customer_id,
        }  # fmt: skip
        yield _record(ref, SubjectKind.ORGANISATION if one.company_name else SubjectKind.PERSON, facts)
        for human in one.people:
            named = {"given_name": human.firstname, "family_name": human.lastname}
            reached = {"phone": human.phone, "email": human.email}
            child = RecordRef("books", "contact_person", human.id, one.id)
            yield _record(child, SubjectKind.PERSON, named | reached, ref)


def _crm(world: World) -> Iterator[Record]:
    for one in world.crm.organisations:
        facts = {
            "name": one.name, "kvk": one.kvk, "vat": one.vat, "iban": one.iban, "email": one.email,
            "phone": one.phone, "street": one.street, "postcode": one.postcode, "city": one.city,
            "customer_number": one.books_number,
        }  # fmt: skip
        yield _record(RecordRef("crm", "item", str(one.id)), SubjectKind.ORGANISATION, facts)
    for human in world.crm.persons:
        born = human.birth_date.isoformat() if human.birth_date else ""
        facts = {"name": human.name, "email": human.email, "phone": human.phone, "birth_date": born}
        at = tuple(RecordRef("crm", "item", str(key)) for key in human.organisations)
        yield _record(RecordRef("crm", "item", str(human.id)), SubjectKind.PERSON, facts, member_of=at)


def _news(world: World) -> Iterator[Record]:
    for one in world.news.members:
        facts = {"email": one.email, "given_name": one.first_name, "family_name": one.last_name}
        yield _record(RecordRef("news", "member", one.contact_id), SubjectKind.PERSON, facts)


@dataclass
class Confusion:
    """Per trap class: what became of the pairs of records of one subject, and who was taken for somebody else."""

    pairs: dict[str, Counter[str]]
    wrongly_merged: Counter[str]


def confusion(seed: int, size: int) -> Confusion:
    world = make_world(seed, size, TODAY)
    found = resolve([*_books(world), *_crm(world), *_news(world)])
    group_of = {(ref.account, ref.key): i for i, group in enumerate(found.groups) for ref in group.refs}
    places = [
        [(one.system, one.id) for one in s.records if (one.system, one.id) in group_of]
        for s in world.subjects
    ]
    subject_of = {place: i for i, some in enumerate(places) for place in some}
    asked = {
        frozenset(group_of[one.account, one.key] for one in (proposal.a, proposal.b))
        for proposal in found.proposals
    }
    pairs: dict[str, Counter[str]] = defaultdict(Counter)
    for subject, some in zip(world.subjects, places, strict=True):
        for a, b in combinations(some, 2):
            together = frozenset((group_of[a], group_of[b]))
            became = "linked" if len(together) == 1 else "proposed" if together in asked else "missed"
            pairs[subject.trap][became] += 1
    wrong: Counter[str] = Counter()
    for group in found.groups:
        inside = {subject_of[key] for ref in group.refs if (key := (ref.account, ref.key)) in subject_of}
        if len(inside) > 1:
            wrong.update(world.subjects[i].trap for i in inside)
    return Confusion(pairs, wrong)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_worlds_subjects_are_found_again(seed: int) -> None:
    found = confusion(seed, 400)
    assert not found.wrongly_merged
    assert len(found.pairs) > 20
    missed = {
        trap: became for trap, became in found.pairs.items() if became["missed"] > 0.01 * became.total()
    }
    assert not missed
    everything = sum(found.pairs.values(), Counter[str]())
    assert everything["linked"] >= 0.99 * everything.total()


def test_without_its_vetoes_and_a_second_fact_it_would_take_one_for_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module, veto in ((clusters, "never_one"), (comparing, "contradict")):
        monkeypatch.setattr(module, veto, lambda _one, _other: False)
    monkeypatch.setattr(comparing, "enough", lambda _one, _other, strong, _name: bool(strong))
    assert confusion(1, 400).wrongly_merged

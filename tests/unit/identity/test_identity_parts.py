"""Resolving what a change touches gives what resolving everything gives, whatever changes in whatever order."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syncd.identity import Answer
from syncd.model import Identifier, IdentifierKind, Record, RecordRef, SubjectKind
from tests.unit.identity.changing import Held
from tests.unit.identity.test_identity_properties import COMPANY_NAMES, FEW, PERSON_NAMES

PLACES = [RecordRef(account, "item", str(i)) for i in range(6) for account in ("books", "crm", "news")]
ADDRESSES = {
    IdentifierKind.STREET: ["Dorpsstraat", "Kerkweg"],
    IdentifierKind.HOUSE_NUMBER: ["1", "2"],
    IdentifierKind.POSTCODE: ["1234 AB"],
    IdentifierKind.CITY: ["Delft", "Gouda"],
}
MORE_NAMES = [f"Klant {word}" for word in ("Aap", "Noot", "Mies", "Wim", "Zus", "Jet")]


@st.composite
def records(draw: st.DrawFn) -> Record:
    """Draw a record at one of few places, so that most replace another."""
    ref = draw(st.sampled_from(PLACES))
    kind = draw(st.sampled_from(SubjectKind))
    few = FEW | ADDRESSES
    kinds = draw(st.sets(st.sampled_from(sorted(few)), max_size=4))
    if draw(st.booleans()):
        kinds = {IdentifierKind.EMAIL}
    found = [Identifier(one, draw(st.sampled_from(few[one]))) for one in sorted(kinds)]
    names = PERSON_NAMES if kind is SubjectKind.PERSON else [*COMPANY_NAMES, *MORE_NAMES]
    if draw(st.booleans()):
        found.append(Identifier(IdentifierKind.NAME, draw(st.sampled_from(names))))
    parent = draw(st.sampled_from([None, None, None, None, *PLACES]))
    belongs = kind is SubjectKind.PERSON and draw(st.integers(0, 3)) == 0
    return Record(
        ref=ref,
        version="1",
        kind=kind,
        categories=frozenset(),
        identifiers=tuple(found),
        parent=parent if parent != ref else None,
        member_of=(draw(st.sampled_from(PLACES)),) if belongs else (),
    )


@dataclass
class Step:
    """One change: records that come or change, that go, and what a person says."""

    put: list[Record] = field(default_factory=list)
    drop: list[RecordRef] = field(default_factory=list)
    answer: tuple[RecordRef, RecordRef, bool] | None = None
    keep: tuple[RecordRef, RecordRef] | None = None

    def apply(self, held: Held) -> None:
        about: set[RecordRef] = set()
        if self.answer and self.answer[0] != self.answer[1]:
            a, b = sorted(self.answer[:2])
            held.answers[a, b] = Answer(a, b, self.answer[2])
            about |= {a, b}
        if self.keep and self.keep[0] != self.keep[1]:
            held.pairs.add(self.keep)
            about |= set(self.keep)
        held.change(self.put, self.drop, about)


@st.composite
def steps(draw: st.DrawFn) -> Step:
    some = st.sampled_from(PLACES)
    return Step(
        draw(st.lists(records(), max_size=3, unique_by=lambda one: one.ref)),
        draw(st.lists(some, max_size=1)),
        draw(st.none() | st.none() | st.tuples(some, some, st.booleans())),
        draw(st.none() | st.none() | st.none() | st.tuples(some, some)),
    )


@st.composite
def crowds(draw: st.DrawFn) -> list[Record]:
    """Draw so many alike that the rules which count carriers are near their limits, some with another name."""
    one = replace(draw(records()), parent=None, member_of=())
    names = PERSON_NAMES if one.kind is SubjectKind.PERSON else [*COMPANY_NAMES, *MORE_NAMES]
    named = st.none() | st.sampled_from(names)
    return [_called(replace(one, ref=ref), draw(named)) for ref in PLACES[: draw(st.integers(11, 16))]]


def _called(one: Record, name: str | None) -> Record:
    if name is None:
        return one
    others = tuple(known for known in one.identifiers if known.kind is not IdentifierKind.NAME)
    return replace(one, identifiers=(*others, Identifier(IdentifierKind.NAME, name)))


MANY = settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@given(
    first=st.lists(records(), max_size=14, unique_by=lambda one: one.ref), then=st.lists(steps(), max_size=6)
)
@MANY
def test_in_parts_is_as_from_scratch(first: list[Record], then: list[Step]) -> None:
    held = Held()
    held.change(first)
    assert held.outcome() == held.from_scratch()
    for step in then:
        step.apply(held)
        assert held.outcome() == held.from_scratch()


@given(
    crowd=crowds(),
    before=st.integers(9, 14),
    at_once=st.integers(1, 3),
    going=st.lists(st.integers(0, 15), max_size=4),
    between=st.lists(steps(), max_size=2),
)
@MANY
def test_a_crowd_that_comes_and_goes_is_as_from_scratch(
    crowd: list[Record], before: int, at_once: int, going: list[int], between: list[Step]
) -> None:
    held = Held()
    held.change(crowd[:before])
    coming = [Step(put=crowd[i : i + at_once]) for i in range(before, len(crowd), at_once)]
    leaving = [Step(drop=[crowd[i % len(crowd)].ref]) for i in going]
    for step in (*coming, *between, *leaving):
        step.apply(held)
        assert held.outcome() == held.from_scratch()

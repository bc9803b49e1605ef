"""Rules that hold for every set of records: order, vetoes, answers, completeness."""

from __future__ import annotations

import random
from itertools import combinations, product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syncd.identity import Answer, Resolution, resolve
from syncd.identity.facts import read
from syncd.model import Identifier, IdentifierKind, Record, RecordRef, SubjectKind

FEW = {
    IdentifierKind.KVK: ["12345678", "87654321"],
    IdentifierKind.VAT: ["NL004495445B01", "NL002455799B11"],
    IdentifierKind.EMAIL: ["a@x.nl", "b@x.nl", "c@x.nl"],
    IdentifierKind.PHONE: ["06-12345678", "020-1234567"],
    IdentifierKind.IBAN: ["NL91ABNA0417164300"],
    IdentifierKind.BIRTH_DATE: ["1950-05-01", "1980-06-02"],
    IdentifierKind.CUSTOMER_NUMBER: ["7", "8"],
    IdentifierKind.REFERENCE: ["crm:item:1", "books:item:2"],
}
PERSON_NAMES = ["Jan Smit", "J. Smit", "Piet Smit", "Jan Bakker", "J.P. Smit", "Smit"]
COMPANY_NAMES = ["De Hoek", "De Hoek B.V.", "De Hoek Holding", "Jan Smit", "Schilder Jan Smit"]
FIRST_GIVEN_NAME = {"Jan Smit": "jan", "Piet Smit": "piet", "Jan Bakker": "jan"}


@st.composite
def worlds(draw: st.DrawFn, largest: int = 9) -> list[Record]:
    """Draw records that share identifiers more often than any real ones."""
    records: list[Record] = []
    for i in range(draw(st.integers(2, largest))):
        kind = draw(st.sampled_from(SubjectKind))
        kinds = draw(st.sets(st.sampled_from(sorted(FEW)), max_size=4))
        found = [Identifier(one, draw(st.sampled_from(FEW[one]))) for one in sorted(kinds)]
        names = PERSON_NAMES if kind is SubjectKind.PERSON else COMPANY_NAMES
        if draw(st.booleans()):
            found.append(Identifier(IdentifierKind.NAME, draw(st.sampled_from(names))))
        earlier = [one.ref for one in records]
        parent = draw(st.sampled_from([None, None, None, *earlier]))
        member_of = draw(st.lists(st.sampled_from(earlier), max_size=1)) if earlier else []
        records.append(
            Record(
                ref=RecordRef(draw(st.sampled_from(["books", "crm"])), "item", str(i)),
                version="1",
                kind=kind,
                categories=frozenset(),
                identifiers=tuple(found),
                parent=parent,
                member_of=tuple(member_of) if kind is SubjectKind.PERSON and parent is None else (),
            )
        )
    return records


@st.composite
def answered_worlds(draw: st.DrawFn) -> tuple[list[Record], list[Answer]]:
    records = draw(worlds())
    pairs = st.tuples(st.sampled_from(records), st.sampled_from(records), st.booleans())
    answers = [Answer(a.ref, b.ref, same) for a, b, same in draw(st.lists(pairs, max_size=3)) if a != b]
    return records, answers


def groups(resolution: Resolution) -> set[frozenset[RecordRef]]:
    return {group.refs for group in resolution.groups}


def values(record: Record, kind: IdentifierKind) -> set[str]:
    return {one.value for one in record.identifiers if one.kind is kind}


def vetoed(a: Record, b: Record) -> bool:
    """Judge a pair by the design's words alone: other KVK, VAT, birth date, or other given names."""
    for kind in (IdentifierKind.KVK, IdentifierKind.VAT, IdentifierKind.BIRTH_DATE):
        if values(a, kind) and values(b, kind) and not values(a, kind) & values(b, kind):
            return True
    if a.kind is b.kind is SubjectKind.PERSON:
        ours, theirs = (
            {FIRST_GIVEN_NAME[name] for name in values(one, IdentifierKind.NAME) if name in FIRST_GIVEN_NAME}
            for one in (a, b)
        )
        return bool(ours and theirs and not ours & theirs)
    return False


FEW_EXAMPLES = settings(max_examples=250, suppress_health_check=[HealthCheck.too_slow])


@given(world=answered_worlds(), seed=st.integers())
@FEW_EXAMPLES
def test_the_order_of_records_and_answers_is_irrelevant(
    world: tuple[list[Record], list[Answer]], seed: int
) -> None:
    records, answers = world
    shuffled, asked = records.copy(), answers.copy()
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - a shuffle, no secret
    random.Random(seed).shuffle(asked)  # noqa: S311
    assert resolve(shuffled, asked) == resolve(records, answers)


@given(records=worlds())
@FEW_EXAMPLES
def test_every_record_is_in_exactly_one_group(records: list[Record]) -> None:
    refs = [ref for group in resolve(records).groups for ref in group.refs]
    assert sorted(refs) == sorted({one.ref for one in records})


@given(records=worlds())
@FEW_EXAMPLES
def test_no_group_holds_two_records_that_veto_each_other(records: list[Record]) -> None:
    tops = {one.ref: one for one in records if one.parent is None}
    for group in resolve(records).groups:
        inside = [tops[ref] for ref in group.refs if ref in tops]
        assert not [1 for a, b in combinations(inside, 2) if vetoed(a, b)]


@given(records=worlds())
@FEW_EXAMPLES
def test_a_person_is_never_in_the_group_of_their_organisation(records: list[Record]) -> None:
    where = {ref: i for i, group in enumerate(resolve(records).groups) for ref in group.refs}
    tops = {one.ref for one in records if one.parent is None}
    for one in records:
        for organisation in one.member_of:
            if organisation in tops:
                assert where[one.ref] != where[organisation]


@given(records=worlds())
@FEW_EXAMPLES
def test_the_links_of_a_group_connect_all_of_it_and_nothing_else(records: list[Record]) -> None:
    for group in resolve(records).groups:
        reached = {min(group.refs)}
        for _ in group.refs:
            reached |= {ref for link in group.links if {link.a, link.b} & reached for ref in (link.a, link.b)}
        assert reached == group.refs
        assert all(link.evidence for link in group.links)


@given(records=worlds(), data=st.data())
@FEW_EXAMPLES
def test_linking_links_and_taking_it_back_restores(records: list[Record], data: st.DataObject) -> None:
    a, b = (data.draw(st.sampled_from(records)).ref for _ in range(2))
    before = resolve(records)
    joined = resolve(records, [Answer(a, b, same=True)])
    assert any({a, b} <= group.refs for group in joined.groups)
    where = {ref: i for i, group in enumerate(before.groups) for ref in group.refs}
    tops = {one.ref for one in records if one.parent is None}
    if where[a] == where[b] or not {a, b} <= tops:
        return
    # The index keeps one answer about two records, the last: unlinking is that answer turned around.
    apart = resolve(records, [Answer(a, b, same=False)])
    assert {group.refs for group in apart.groups} == {group.refs for group in before.groups}


@given(records=worlds(), data=st.data())
@FEW_EXAMPLES
def test_records_called_different_are_apart_and_never_asked_about_again(
    records: list[Record], data: st.DataObject
) -> None:
    tops = [one.ref for one in records if one.parent is None]
    a, b = data.draw(st.sampled_from(tops)), data.draw(st.sampled_from(tops))
    if a == b:
        return
    found = resolve(records, [Answer(a, b, same=False)])
    where = {ref: i for i, group in enumerate(found.groups) for ref in group.refs}
    assert where[a] != where[b]
    pair = {where[a], where[b]}
    assert not [one for one in found.proposals if {where[one.a], where[one.b]} == pair]
    assert not [one for one in found.contested if pair == set(one.groups)]


@given(records=worlds())
@FEW_EXAMPLES
def test_proposals_and_contests_are_between_different_groups(records: list[Record]) -> None:
    found = resolve(records)
    where = {ref: i for i, group in enumerate(found.groups) for ref in group.refs}
    assert all(where[one.a] != where[one.b] and 0 <= one.score <= 1 for one in found.proposals)
    assert all(len(set(one.groups)) == len(one.groups) > 1 for one in found.contested)
    asked = [frozenset((where[one.a], where[one.b])) for one in found.proposals]
    assert len(asked) == len(set(asked))


@given(records=worlds())
@FEW_EXAMPLES
def test_every_link_rests_on_a_shared_strong_identifier_and_a_second_fact(records: list[Record]) -> None:
    by_ref = {one.ref: one for one in records}
    strong = {"kvk", "vat", "iban", "email", "phone", "customer_number", "reference"}
    for group in resolve(records).groups:
        for link in group.links:
            facts = set(link.evidence)
            if facts == {"parent"}:
                continue
            assert facts & strong
            address_only = any(
                {one.kind for one in by_ref[ref].identifiers} <= {IdentifierKind.EMAIL, IdentifierKind.NAME}
                for ref in (link.a, link.b)
            )
            # Who married has another surname, and still one given name and one date of birth.
            a, b = (read(by_ref[ref]).person.called for ref in (link.a, link.b))
            married = "birth_date" in facts and a and a == b
            assert len(facts & strong) > 1 or facts & {"name", "initials"} or address_only or married


@given(records=worlds(largest=5))
@FEW_EXAMPLES
def test_two_records_with_equal_registration_and_name_and_no_rival_are_one(records: list[Record]) -> None:
    """The converse of the vetoes: what should link does, unless something in the world speaks against it."""
    tops = [one for one in records if one.parent is None and one.kind is SubjectKind.ORGANISATION]
    where = {ref: i for i, group in enumerate(resolve(records).groups) for ref in group.refs}
    for a, b in product(tops, tops):
        equal = all(values(a, kind) & values(b, kind) for kind in (IdentifierKind.KVK, IdentifierKind.NAME))
        if equal and not any(vetoed(x, y) for x, y in combinations(records, 2)):
            tied = any({a.ref, b.ref} & set(one.member_of) for one in records)
            assert tied or where[a.ref] == where[b.ref]

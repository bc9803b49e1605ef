"""Resolving only what changed leaves in the index what resolving everybody would have left there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from syncd.cycle import resolve
from syncd.index import records as stored_records
from syncd.index import subjects as stored_subjects
from syncd.index.between import belongs, carriers, contests, proposals, shared_by_many
from syncd.index.keyring import next_index_key
from syncd.index.rotate import rotate
from syncd.index.tables import links, records, subjects
from tests.index.kit import AT, PLANTED, opened, pulled
from tests.unit.identity.kit import company, person
from tests.unit.identity.test_identity_parts import crowds
from tests.unit.identity.test_identity_parts import records as drawn_records

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from syncd.index.store import Index
    from syncd.model import Record, RecordRef

SHARED = {"email": "info@hoek.example", "name": "De Hoek"}
REGISTERED = {"kvk": "12345678", **SHARED}


@pytest.fixture(autouse=True)
def _always_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a change to most of a small index be resolved as a change to little of a large one is."""
    monkeypatch.setattr(resolve, "IN_PARTS_BELOW", 100)


def _resolve(index: Index) -> None:
    with index.begin() as connection:
        resolve.resolve_subjects(index, connection, AT.isoformat())


def _standing(connection: Connection) -> dict[str, Any]:
    """Give all that resolving leaves behind."""
    together: dict[int, set[int]] = {}
    for row in connection.execute(select(contests)):
        together.setdefault(row.contest, set()).add(row.subject)
    number, digest = records.c.number, carriers.c.digest
    found: dict[str, Any] = {
        "subjects": connection.execute(select(records.c.ref, records.c.subject).order_by(records.c.ref)).all(),
        "kinds": dict(connection.execute(
            select(subjects.c.id, subjects.c.kind).where(subjects.c.id.in_(select(records.c.subject)))
        ).all()),
        "contests": sorted({tuple(sorted(some)) for some in together.values()}),
        "carriers": connection.execute(
            select(digest, records.c.ref).join(records, number == carriers.c.record).order_by(digest, number)
        ).all(),
    }  # fmt: skip
    for table in (belongs, links, proposals, shared_by_many):
        found[table.name] = sorted(map(tuple, connection.execute(select(table))))
    return found


def _as_of_everybody(index: Index) -> dict[str, Any]:
    """Resolve everybody on a copy, and give what that leaves."""
    copy = index.scratch()
    with pytest.MonkeyPatch.context() as patch, copy.begin() as connection:
        patch.setattr(resolve, "IN_PARTS_BELOW", -1)
        connection.execute(update(records).values(changed=True))
        resolve.resolve_subjects(copy, connection, AT.isoformat())
        found = _standing(connection)
    copy.close()
    return found


def _agrees(index: Index) -> dict[str, Any]:
    _resolve(index)
    with index.begin() as connection:
        found = _standing(connection)
    everybody = _as_of_everybody(index)
    # Many owners that only point at each other by reference count as many in parts, and as nobody's otherwise.
    assert set(everybody.pop("shared_by_many")) <= set(found.pop("shared_by_many"))
    assert found == everybody
    return found


def _act(index: Index, act: str, ref: RecordRef) -> None:
    with index.begin() as connection:
        if act == "minimised":
            stored_records.mark_minimised(connection, ref)
        elif act == "erased":
            stored_records.mark_erased(connection, ref)
        else:
            stored_records.mark_vanished(connection, ref)


def _answer(index: Index, a: RecordRef, b: RecordRef, *, same: bool) -> None:
    with index.begin() as connection:
        stored_subjects.save_answer(connection, a, b, same=same, by=b"-", at=AT.isoformat())
        if not same:
            stored_subjects.forget_link(connection, a, b)


STEPS = st.one_of(
    st.tuples(st.just("pull"), st.lists(drawn_records(), min_size=1, max_size=3)),
    st.tuples(st.sampled_from(["minimised", "erased", "vanished"]), st.integers(0, 50)),
    st.tuples(st.sampled_from(["same", "different"]), st.tuples(st.integers(0, 50), st.integers(0, 50))),
)


def _walk(index: Index, first: list[Record], steps: Iterable[tuple[str, Any]]) -> None:
    pulled(index, *first)
    _agrees(index)
    refs = [one.ref for one in first]
    for act, about in steps:
        if act == "pull":
            pulled(index, *about)
            refs += [one.ref for one in about if one.ref not in refs]
        elif act in {"same", "different"}:
            a, b = refs[about[0] % len(refs)], refs[about[1] % len(refs)]
            if a != b:
                _answer(index, a, b, same=act == "same")
        else:
            _act(index, act, refs[about % len(refs)])
        _agrees(index)


FIRST = st.lists(drawn_records(), min_size=1, max_size=12, unique_by=lambda one: one.ref) | crowds()


@given(FIRST, st.lists(STEPS, max_size=5))
@settings(max_examples=8, suppress_health_check=list(HealthCheck))
def test_in_parts_is_as_everybody(
    tmp_path_factory: pytest.TempPathFactory, first: list[Record], steps: list[tuple[str, Any]]
) -> None:
    with opened(tmp_path_factory.mktemp("index")) as index:
        _walk(index, first, steps)


@pytest.mark.ci
@given(FIRST, st.lists(STEPS, max_size=8))
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_in_parts_is_as_everybody_in_many_worlds(
    tmp_path_factory: pytest.TempPathFactory, first: list[Record], steps: list[tuple[str, Any]]
) -> None:
    with opened(tmp_path_factory.mktemp("index")) as index:
        _walk(index, first, steps)


def _subject_of(index: Index, *some: Record) -> list[int]:
    with index.begin() as connection:
        query = select(records.c.ref, records.c.subject)
        found = {row.ref: row.subject for row in connection.execute(query)}
    return [found[stored_records.ref_text(one.ref)] for one in some]


def test_subjects_that_become_one_keep_the_oldest_number_and_what_was_said(tmp_path: Any) -> None:
    a, b = company(name="De Hoek", email="a@x.example"), company("books", name="De Hoek", email="b@x.example")
    with opened(tmp_path) as index:
        pulled(index, a)
        _resolve(index)
        pulled(index, b)
        _resolve(index)
        old, new = _subject_of(index, a, b)
        with index.begin() as connection:
            said = stored_subjects.StoredStatement(
                new, "ended", None, AT.date(), "", "", AT.isoformat(), b"-"
            )
            stored_subjects.save_statement(connection, said)
        _answer(index, a.ref, b.ref, same=True)
        _agrees(index)
        assert _subject_of(index, a, b) == [old, old]
        with index.begin() as connection:
            assert [one.subject for one in stored_subjects.all_statements(connection)[old]] == [old]
            decided_again = set(connection.execute(select(subjects.c.id).where(subjects.c.dirty)).scalars())
        assert old in decided_again


def test_who_is_split_off_has_a_number_of_its_own_and_comes_back_to_the_oldest(tmp_path: Any) -> None:
    a, b, c = company(**REGISTERED), company("books", **REGISTERED), company("shop", **SHARED)
    with opened(tmp_path) as index:
        pulled(index, a, b, c)
        _resolve(index)
        (whole,) = set(_subject_of(index, a, b, c))
        pulled(index, company("shop", key=c.ref.key, name="Jansen"))
        _agrees(index)
        assert _subject_of(index, a, b) == [whole, whole]
        assert _subject_of(index, c) != [whole]
        pulled(index, c)
        _agrees(index)
        assert _subject_of(index, a, b, c) == [whole] * 3


def test_a_link_that_fell_does_not_come_back_when_one_of_both_is_erased(tmp_path: Any) -> None:
    """They showed by themselves that they are two."""
    a, b = company(**SHARED), company("books", **SHARED)
    apart = company("books", key=b.ref.key, name="Jansen", email="jansen@x.example")
    with opened(tmp_path) as index:
        pulled(index, a, b)
        _resolve(index)
        assert len(set(_subject_of(index, a, b))) == 1
        pulled(index, apart)
        _resolve(index)
        _act(index, "erased", apart.ref)
        _agrees(index)
        assert len(set(_subject_of(index, a, b))) == 2


def test_who_comes_back_after_its_erasure_as_another_has_no_link_from_before(tmp_path: Any) -> None:
    organisation = company(**SHARED)
    hers = replace(person(name="Jan Smit"), parent=organisation.ref)
    with opened(tmp_path) as index:
        pulled(index, organisation, hers)
        assert len(_agrees(index)["links"]) == 1
        _act(index, "erased", hers.ref)
        assert len(_agrees(index)["links"]) == 1
        pulled(index, replace(hers, parent=None))
        assert _agrees(index)["links"] == []


def test_a_record_emptied_by_our_order_stays_where_it_was(tmp_path: Any) -> None:
    a, b = company(**SHARED), company("books", **SHARED)
    with opened(tmp_path) as index:
        pulled(index, a, b)
        _resolve(index)
        _act(index, "minimised", b.ref)
        _agrees(index)
        assert len(set(_subject_of(index, a, b))) == 1


def test_what_is_erased_is_found_by_nothing(tmp_path: Any) -> None:
    one = company(**REGISTERED)
    with opened(tmp_path) as index:
        pulled(index, one)
        _resolve(index)
        _act(index, "erased", one.ref)
        _resolve(index)
        with index.begin() as connection:
            assert connection.execute(select(carriers)).all() == []
            assert connection.execute(select(records.c.found_by)).scalar() is None


def test_what_finds_a_record_cannot_be_read(tmp_path: Any) -> None:
    name, email, iban, phone, kvk = PLANTED
    with opened(tmp_path) as index:
        pulled(index, company(name=name, email=email, iban=iban, phone=phone, kvk=kvk), person(name=name))
        _resolve(index)
        with index.begin() as connection:
            rows = connection.execute(select(carriers)).all()
            kept = b"".join(connection.execute(select(records.c.found_by)).scalars())
    assert len(rows) > len(PLANTED)
    assert all(isinstance(row.digest, int) for row in rows)
    assert not any(value.encode() in kept for value in PLANTED)


def test_another_index_key_finds_everybody_anew(tmp_path: Any) -> None:
    a, b = company(**REGISTERED), company("books", **REGISTERED)
    with opened(tmp_path) as index:
        pulled(index, a, b)
        before = _agrees(index)
        rotate(index, tmp_path, {}, AT)
        assert next_index_key(tmp_path, {}) is None
        after = _agrees(index)
        assert after["subjects"] == before["subjects"]
        assert {row.digest for row in before["carriers"]}.isdisjoint(row.digest for row in after["carriers"])
        pulled(index, company("shop", **REGISTERED))
        assert len({row.subject for row in _agrees(index)["subjects"]}) == 1

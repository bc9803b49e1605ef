"""Facts outlive records: who was linked stays together though one of both no longer shows who it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from syncd.identity import Answer, resolve
from tests.unit.identity.kit import company, group_of, together

if TYPE_CHECKING:
    from syncd.model import Record

KVK = "12345678"


def _three() -> list[Record]:
    return [company(account, name=name) for account, name in zip("abc", ("Aa", "Bb", "Cc"), strict=True)]


def test_a_pair_that_is_kept_is_one_subject_in_any_order() -> None:
    a, b, c = _three()
    for pair in ((a.ref, b.ref), (b.ref, a.ref)):
        resolution = resolve([a, b, c], kept=[pair])
        assert together(resolution, a, b)
        assert not together(resolution, a, c)
        assert resolution.kept == ((a.ref, b.ref),)


def test_what_is_kept_hangs_together_through_records_that_are_gone() -> None:
    a, b, c = _three()
    gone = company("gone").ref
    resolution = resolve([a, b, c], kept=[(a.ref, gone), (b.ref, gone)])
    assert together(resolution, a, b)
    assert not together(resolution, a, c)
    assert len(resolution.kept) == 2
    # A group is known by the records that exist; who was only linked to what is gone stays what it is.
    alone = resolve([a, b], kept=[(gone, a.ref)])
    assert sorted((group_of(alone, a), group_of(alone, b))) == [0, 1]


def test_what_is_kept_brings_whole_subjects_together() -> None:
    a, b, c = _three()
    with_a = company("d", name="Aa", kvk=KVK)
    a = replace(a, identifiers=with_a.identifiers)
    resolution = resolve([a, b, c, with_a], kept=[(with_a.ref, b.ref), (b.ref, c.ref)])
    assert together(resolution, a, with_a, b, c)


def test_nothing_is_kept_against_an_answer_whichever_way_it_was_given() -> None:
    a, b, c = _three()
    for first, last in ((a, c), (c, a)):
        resolution = resolve(
            [a, b, c], [Answer(first.ref, last.ref, same=False)], [(a.ref, b.ref), (b.ref, c.ref)]
        )
        assert together(resolution, a, b)
        assert not together(resolution, a, c)
        assert resolution.kept == ((a.ref, b.ref),)


def test_a_pair_that_is_one_anyway_is_still_kept() -> None:
    shared = {"name": "De Hoek", "kvk": KVK}
    a, b = company("a", **shared), company("b", **shared)
    assert resolve([a, b], kept=[(a.ref, b.ref)]).kept == ((a.ref, b.ref),)
    same = [Answer(a.ref, b.ref, same=True)]
    assert resolve([a, b], same, [(a.ref, b.ref)]).kept == ((a.ref, b.ref),)


def test_an_answer_about_a_record_that_is_gone_parts_what_is_kept_through_it() -> None:
    a, b, _ = _three()
    gone = company("gone").ref
    resolution = resolve([a, b], [Answer(gone, b.ref, same=False)], [(a.ref, gone), (gone, b.ref)])
    assert not together(resolution, a, b)
    assert resolution.kept == ((a.ref, gone),)


def test_two_records_that_are_both_gone_keep_nobody() -> None:
    a, b, _ = _three()
    gone = (company("gone").ref, company("gone").ref)
    resolution = resolve([a, b], kept=[gone])
    assert not together(resolution, a, b)
    assert resolution.kept == (gone,)


def test_answers_may_come_from_anything_that_gives_them_once() -> None:
    a, gone, b = company(), company("books"), company()
    said, kept = [Answer(a.ref, b.ref, same=False)], [(a.ref, gone.ref), (gone.ref, b.ref)]
    assert resolve([a, b], iter(said), iter(kept)) == resolve([a, b], said, kept)
    assert not together(resolve([a, b], iter(said), iter(kept)), a, b)

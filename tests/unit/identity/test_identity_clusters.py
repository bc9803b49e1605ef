"""Clusters by themselves: what is kept apart stays apart through every join, and what lies between is nobody's."""

from __future__ import annotations

from itertools import permutations

import pytest

from syncd.identity.clusters import Clusters, Edge
from syncd.identity.comparing import Profile

ANY = Profile()
ONE, OTHER = Profile(kvk=frozenset({"12345678"})), Profile(kvk=frozenset({"87654321"}))


def grouped(clusters: Clusters, count: int) -> set[frozenset[int]]:
    return {frozenset(clusters.members(i)) for i in range(count)}


@pytest.mark.parametrize("joins", list(permutations([(0, 1), (2, 3), (3, 4)])))
@pytest.mark.parametrize("turned", [False, True])
def test_what_is_kept_apart_stays_so_however_both_grow(joins: list[tuple[int, int]], turned: bool) -> None:
    clusters = Clusters([ANY] * 5)
    clusters.keep_apart(1, 2)
    for a, b in joins:
        clusters.join(*((b, a) if turned else (a, b)))
    assert grouped(clusters, 5) == {frozenset({0, 1}), frozenset({2, 3, 4})}
    for a in (0, 1):
        for b in (2, 3, 4):
            assert clusters.conflict(a, b)
            assert clusters.conflict(b, a)
    assert 2 in clusters.kept_apart_from(0)
    assert 1 in clusters.kept_apart_from(4)


def test_what_two_clusters_say_counts_for_all_in_them() -> None:
    clusters = Clusters([ONE, ANY, ANY, OTHER])
    clusters.join(0, 1)
    clusters.join(2, 3)
    assert clusters.conflict(1, 2)
    assert clusters.conflict(2, 1)
    assert not clusters.conflict(0, 1)


def test_what_a_person_joined_may_be_either() -> None:
    clusters = Clusters([ONE, OTHER, ONE, OTHER, Profile(kvk=frozenset({"11223344"}))])
    clusters.join_by_answer(0, 1)
    assert not clusters.conflict(0, 2)
    assert not clusters.conflict(1, 3)
    assert clusters.conflict(2, 3)
    assert clusters.conflict(1, 4)


def test_to_keep_apart_what_is_one_is_without_effect() -> None:
    clusters = Clusters([ANY, ANY])
    clusters.join_by_answer(0, 1)
    clusters.keep_apart(0, 1)
    assert not clusters.conflict(0, 1)
    assert clusters.kept_apart_from(0) == set()


def test_the_strongest_links_come_first_and_each_that_holds_is_told() -> None:
    clusters = Clusters([ONE, ANY, OTHER])
    strong, weak = Edge(9, 0, 1), Edge(5, 1, 2)
    assert clusters.link([weak, strong]) == [strong]
    assert grouped(clusters, 3) == {frozenset({0, 1}), frozenset({2})}


def test_of_one_strength_none_between_two_that_conflict_holds() -> None:
    clusters = Clusters([ONE, ANY, OTHER])
    assert clusters.link([Edge(5, 0, 1), Edge(5, 1, 2)]) == []


def test_nor_anything_on_a_longer_way_and_what_hangs_beside_it_holds_by_itself() -> None:
    clusters = Clusters([ONE, ANY, ANY, OTHER, ANY, ANY])
    beside, beyond = Edge(5, 2, 4), Edge(5, 4, 5)
    assert set(clusters.link([Edge(5, 0, 1), Edge(5, 1, 2), Edge(5, 2, 3), beside, beyond])) == {
        beside,
        beyond,
    }
    assert grouped(clusters, 6) == {frozenset({0}), frozenset({1}), frozenset({2, 4, 5}), frozenset({3})}


def test_what_is_in_doubt_is_not_taken_by_weaker_links_nor_is_what_hung_on_it() -> None:
    clusters = Clusters([ONE, ANY, OTHER, ANY, ANY])
    doubtful, weaker, beyond, free = (
        [Edge(5, 0, 1), Edge(5, 1, 2)],
        Edge(3, 1, 3),
        Edge(2, 3, 4),
        Edge(1, 3, 4),
    )
    assert clusters.link([*doubtful, weaker]) == []
    assert clusters.link([beyond]) == [beyond]
    assert clusters.link([free]) == [free]
    assert grouped(clusters, 5) == {frozenset({0}), frozenset({1}), frozenset({2}), frozenset({3, 4})}


def test_what_hangs_on_one_end_of_a_doubt_takes_nothing_from_it() -> None:
    """Cut off, it must not make its neighbour an end: whoever conflicts stays where the doubt begins."""
    clusters = Clusters([ONE, ANY, OTHER, ANY, ANY])
    leaves = [Edge(5, 0, 3), Edge(5, 2, 4)]
    assert clusters.link([Edge(5, 0, 1), Edge(5, 1, 2), *leaves]) == leaves
    assert grouped(clusters, 5) == {frozenset({0, 3}), frozenset({1}), frozenset({2, 4})}


def test_what_is_in_doubt_is_not_taken_whichever_end_of_a_link_it_is() -> None:
    clusters = Clusters([ANY, ONE, ANY, OTHER, ANY])
    assert clusters.link([Edge(5, 1, 2), Edge(5, 2, 3)]) == []
    assert clusters.link([Edge(3, 0, 2)]) == []
    assert clusters.link([Edge(3, 2, 4)]) == []


def test_what_is_in_doubt_keeps_the_links_within_it() -> None:
    clusters = Clusters([ANY, ANY, ONE, OTHER])
    first, within = Edge(9, 0, 1), Edge(3, 0, 1)
    assert clusters.link([first, Edge(5, 0, 2), Edge(5, 0, 3), within]) == [first, within]


def test_who_conflicts_is_not_in_doubt_and_may_still_be_linked() -> None:
    clusters = Clusters([ONE, ANY, OTHER, ANY])
    assert clusters.link([Edge(5, 0, 1), Edge(5, 1, 2)]) == []
    weaker = Edge(3, 0, 3)
    assert clusters.link([weaker]) == [weaker]


@pytest.mark.parametrize("first", [0, 1, 2])
def test_what_is_in_doubt_stays_so_when_it_grows(first: int) -> None:
    """Two records between the same two: whichever is the larger, both stay in doubt."""
    clusters = Clusters([ANY, ANY, ANY, ONE, OTHER, ANY])
    joint = [Edge(9, 0, 1), Edge(9, 1, 2)]
    assert clusters.link(joint) == joint
    between = [Edge(5, first, 3), Edge(5, first, 4)]
    assert clusters.link(between) == []
    assert clusters.link([Edge(3, 2, 5)]) == []


def test_two_that_conflict_with_the_same_others_count_as_one() -> None:
    clusters = Clusters([ONE, ONE, ANY, OTHER])
    same, between = Edge(5, 0, 1), [Edge(5, 1, 2), Edge(5, 2, 3)]
    assert clusters.link([same, *between]) == [same]
    assert grouped(clusters, 4) == {frozenset({0, 1}), frozenset({2}), frozenset({3})}


def test_who_is_called_different_conflicts_in_a_level_too() -> None:
    clusters = Clusters([ANY, ANY, ANY])
    clusters.keep_apart(0, 2)
    assert clusters.link([Edge(5, 0, 1), Edge(5, 1, 2)]) == []
    clusters = Clusters([ONE, ANY, ONE])
    clusters.keep_apart(2, 0)
    assert clusters.link([Edge(5, 0, 1), Edge(5, 1, 2)]) == []


def test_a_circle_of_links_without_conflict_holds() -> None:
    clusters = Clusters([ONE, ANY, ONE])
    edges = [Edge(5, 0, 1), Edge(5, 0, 2), Edge(5, 1, 2)]
    assert clusters.link(edges) == edges
    assert grouped(clusters, 3) == {frozenset({0, 1, 2})}

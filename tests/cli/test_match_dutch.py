"""`syncd contact match` on made-up Dutch exports: what becomes of every class of scene, as a whole command."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from benchmarks.matching import dutch
from benchmarks.matching.alike import HARD_NEGATIVES
from benchmarks.matching.otherwise import TRUE_PAIRS
from tests.cli.kit import syncd

if TYPE_CHECKING:
    import pathlib

SCENES = 12
LINK, PROPOSAL, NOTHING = "link", "proposal", "nothing"
BETWEEN = "between scenes"

ONE = {name: {LINK} for name in (*HARD_NEGATIVES, *TRUE_PAIRS)} | {
    # The records without a date of birth fit father and son alike.
    "father_and_son": {LINK, PROPOSAL},
    "mistyped_person": {LINK, PROPOSAL},
    "married": {LINK, PROPOSAL},
    "both_vat_styles": {PROPOSAL},
    "new_address": {PROPOSAL},
    # It may be a branch: it is in another town, and reached otherwise there.
    "company_moved": {PROPOSAL},
}
"""What becomes of two records of one subject."""

TWO = {name: {NOTHING} for name in (*HARD_NEGATIVES, *TRUE_PAIRS)} | {
    "father_and_son": {NOTHING, PROPOSAL},
    "twins": {NOTHING, PROPOSAL},
    "branches_one_registration": {PROPOSAL},
    "became_a_bv": {PROPOSAL},
    BETWEEN: {NOTHING},
}
"""What becomes of two records of two subjects in one scene: never a link."""


@dataclass(frozen=True)
class Answered:
    """What became of every pair of rows in one scene class: of one subject, and of two."""

    one: dict[str, Counter[str]]
    two: dict[str, Counter[str]]


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Answered:
    made = dutch.make(3, SCENES)
    folder: pathlib.Path = tmp_path_factory.mktemp("dutch")
    said = syncd("contact", "match", *map(str, made.write(folder)), "--least", "0.5", "--format", "json")
    assert said.code == 0, said.err
    links, proposals = (
        {(min(one["a"], one["b"]), max(one["a"], one["b"])) for one in said.values[what]}
        for what in ("links", "proposals")
    )
    truth = made.true_pairs()
    found = Answered({name: Counter() for name in ONE}, {name: Counter() for name in TWO})
    for pair, name in truth.items():
        found.one[name][LINK if pair in links else PROPOSAL if pair in proposals else NOTHING] += 1
    for what, pairs in ((LINK, links), (PROPOSAL, proposals)):
        for pair in pairs - truth.keys():
            classes = {made.class_of[row] for row in pair}
            found.two[classes.pop() if len(classes) == 1 else BETWEEN][what] += 1
    return found


def test_nobody_is_linked_with_somebody_else(answered: Answered) -> None:
    assert [name for name, became in answered.two.items() if became[LINK]] == []


@pytest.mark.parametrize("name", ONE)
def test_records_of_one_subject(answered: Answered, name: str) -> None:
    became = answered.one[name]
    assert set(became) <= ONE[name]
    assert bool(became) is (name != "branches_one_registration")


@pytest.mark.parametrize("name", TWO)
def test_records_of_two_subjects(answered: Answered, name: str) -> None:
    became = set(answered.two[name]) or {NOTHING}
    assert became <= TWO[name]

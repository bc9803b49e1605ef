"""Which pairs are put to a person, and how many at most."""

from __future__ import annotations

import pytest

from syncd.identity import Proposal, likeliest, resolve
from syncd.model import RecordRef
from tests.unit.identity.kit import member, person, proposed


def asked(a: str, b: str, score: float) -> Proposal:
    """Make a question about two records."""
    return Proposal(RecordRef("a", "item", a), RecordRef("b", "item", b), score, ())


def test_each_is_asked_about_its_five_likeliest_and_only_where_it_is_one_of_the_others_too() -> None:
    questions = [asked("one", str(i), i / 10) for i in range(1, 7)]
    left = likeliest(questions, lambda ref: ref.key)
    assert [one.b.key for one in left] == ["6", "5", "4", "3", "2"]
    crowded = [asked(f"x{i}", "1", 0.9) for i in range(5)]
    left = likeliest([*questions, *crowded], lambda ref: ref.key)
    assert "1" not in {one.b.key for one in left if one.a.key == "one"}
    assert len(left) == 10


@pytest.mark.parametrize(("carriers", "asks"), [(12, True), (13, False)])
def test_whose_an_address_of_a_dozen_is_may_be_asked_and_of_more_not(carriers: int, asks: bool) -> None:
    many = [
        person("books", key=f"{i:02}", email="post@x.example", birth_date=f"1980-01-{i:02}")
        for i in range(1, carriers)
    ]
    news = member("post@x.example")
    found = resolve([*many, news])
    assert any(proposed(found, news, one) for one in many) is asks

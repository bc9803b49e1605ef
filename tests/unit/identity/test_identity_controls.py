"""Properties that hold for every set of records can fail: each goes red once what it rests on is taken out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from syncd.identity import clusters, comparing, population
from syncd.identity.clusters import Clusters
from tests.unit.identity import test_identity_properties as properties
from tests.unit.identity.test_identity_properties import answered_worlds, worlds

if TYPE_CHECKING:
    from collections.abc import Callable

SAME_EXAMPLES = settings(
    max_examples=50_000,  # it ends with the first that fails, often within a hundred; which one is chance
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def _never(*_arguments: object) -> bool:
    return False


def _as_they_come(some: Any, key: object = None) -> list[Any]:
    del key
    return list(some)


CONTROLS: list[tuple[str, Callable[..., Any], dict[str, Any], list[tuple[object, str, object]]]] = [
    (
        "vetoes",
        properties.test_no_group_holds_two_records_that_veto_each_other,
        {"records": worlds()},
        [(clusters, "never_one", _never), (comparing, "contradict", _never)],
    ),
    (
        "order",
        properties.test_the_order_of_records_and_answers_is_irrelevant,
        {"world": answered_worlds(), "seed": st.integers()},
        [(population, "sorted", _as_they_come)],
    ),
    (
        "taking back",
        properties.test_linking_links_and_taking_it_back_restores,
        {"records": worlds(), "data": st.data()},
        [(Clusters, "keep_apart", Clusters.join_by_answer)],
    ),
    (
        "never asked again",
        properties.test_records_called_different_are_apart_and_never_asked_about_again,
        {"records": worlds(), "data": st.data()},
        [(Clusters, "keep_apart", lambda _self, _a, _b: None)],
    ),
]


@pytest.mark.parametrize(
    ("test", "drawn", "taken_out"), [one[1:] for one in CONTROLS], ids=[one[0] for one in CONTROLS]
)
def test_without_its_guard_a_property_goes_red(
    monkeypatch: pytest.MonkeyPatch,
    test: Callable[..., Any],
    drawn: dict[str, Any],
    taken_out: list[tuple[object, str, object]],
) -> None:
    inner = test.hypothesis.inner_test  # type: ignore[attr-defined]

    def again(**values: Any) -> None:
        inner(**values)

    for where, name, instead in taken_out:
        monkeypatch.setattr(where, name, instead, raising=False)
    with pytest.raises(AssertionError):
        SAME_EXAMPLES(given(**drawn)(again))()

"""What is asked of a vendor: no more than its limit allows, as much as it allows, and nothing twice."""

from __future__ import annotations

import runpy
from dataclasses import replace
from pathlib import Path

import pytest

from syncd import registry
from syncd.service.simulation import Simulation
from syncd.testing.sandbox import serve

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
BUDGET = runpy.run_path(str(BENCHMARKS / "budget.py"))


@pytest.mark.parametrize(
    ("processes", "restarts"),
    [
        (1, 0),
        pytest.param(3, 0, marks=pytest.mark.ci),
        pytest.param(1, 6, marks=pytest.mark.ci),
    ],
)
def test_the_vendor_never_throttles_and_the_share_is_used(processes: int, restarts: int) -> None:
    case = replace(BUDGET["CASES"][0], processes=processes, restarts=restarts, hours=0.25)
    figures = BUDGET["measure"](case)
    assert figures.throttled == 0
    assert figures.fullest <= 120
    assert figures.requests >= 0.95 * figures.allowed


def test_a_first_run_and_an_unchanged_night_ask_for_no_more_than_is_needed() -> None:
    calls = runpy.run_path(str(BENCHMARKS / "calls.py"))
    plugin = registry.plugins()["moneybird"]
    sandbox = plugin.sandbox(calls["books"](320, 1250))
    with serve(sandbox) as address:
        simulation = Simulation(
            sandbox.administration, {"books": sandbox}, {"books": address}, {"books": "moneybird"}
        )
        first, night = calls["count"](simulation, {"books": calls["least"](320, 1250)})
    assert (first.complete, first.calls, first.others) == (True, first.least, 0)
    assert (night.complete, night.calls, night.others) == (True, night.least, 0)

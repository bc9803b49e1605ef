"""Podio's tighter limit for its costly operations: kept, over restarts, beside the limit that holds for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cycle.vendors import VENDORS, Vendor, beside, held, make_small

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    make_small(monkeypatch.setattr)


def _filtered(vendor: Vendor) -> int:
    return sum(1 for one in vendor.sandbox.requests if one.path.endswith("/filter/"))


def test_filtering_uses_its_share_of_a_quarter_of_the_limit_and_the_next_run_goes_on(tmp_path: Path) -> None:
    vendor = VENDORS["podio"]()
    with beside(vendor, tmp_path) as here:
        for _ in range(2):  # the second is another process in the same hour
            outcome = here.run("observe", here={"rate": "40/1h"}).accounts["here"]
            assert (outcome.outcome, outcome.code) == ("incomplete", "budget")
            assert _filtered(vendor) == 8
            assert len(vendor.sandbox.requests) < 32
        assert 0 < len(held(here)[0]) < len(vendor.there)
        outcome = here.run("observe", here={"rate": "400/1h"}).accounts["here"]
        assert outcome.complete
        assert len(held(here)[0]) == len(vendor.there)

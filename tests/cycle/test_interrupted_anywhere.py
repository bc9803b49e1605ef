"""A pull that ends anywhere, at a vendor where contacts come and go: who is there is known exactly in the end.

What was read after the last place to go on from is in the index, and the next run does not read it again when it
went meanwhile. Nobody but the index knows of it then.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from syncd.index.saving import Seen
from syncd.testing.faults import answer
from tests.cycle.vendors import COUNT, VENDORS, Vendor, beside, held, killed_after, make_small

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cycle.kit import Installation


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    make_small(monkeypatch.setattr)


def _is_known_exactly(here: Installation, vendor: Vendor) -> bool:
    contacts, with_papers = held(here)
    there = {vendor.key(one) for one in vendor.there}
    invoiced = (
        {vendor.key(one) for one in vendor.there if one % 2 == 0} if vendor.kind == "moneybird" else set()
    )
    return (contacts, with_papers) == (there, invoiced)


@pytest.mark.ci
@pytest.mark.parametrize("known", [False, True], ids=["first", "changes"])
@pytest.mark.parametrize("kind", VENDORS)
@pytest.mark.parametrize("seed", range(3))
def test_killed_anywhere_while_contacts_come_and_go_it_knows_in_the_end_exactly_who_is_there(
    kind: str, known: bool, seed: int, tmp_path: Path
) -> None:
    chance = random.Random(f"{kind} {known} {seed}")  # noqa: S311 - where to kill
    vendor = VENDORS[kind]()
    with beside(vendor, tmp_path) as here:
        later = chance.sample(range(COUNT), 15)
        vendor.go(*later)
        if known:
            assert here.run("observe").accounts["here"].complete
        killed = 0
        for _ in range(3):
            for number in chance.sample(sorted(vendor.there), 10):
                vendor.change(number)
            vendor.come(*(later.pop() for _ in range(5)))
            killed += killed_after(here, vendor, chance.randrange(3, 12 if known else 16))
            vendor.go(*chance.sample(sorted(vendor.there), 4))
        assert killed > 0
        assert here.run("observe").accounts["here"].complete
        assert _is_known_exactly(here, vendor)


ENDS_AFTER = {
    ("moneybird", False): 6,
    ("moneybird", True): 3,
    ("podio", False): 11,
    ("podio", True): 21,
    ("mailchimp", True): 6,
}
"""Requests after which something was read since the last place. A first pull of Mailchimp has one on every page."""


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "control"])
@pytest.mark.parametrize(
    ("kind", "known"),
    [pytest.param(*one, marks=[] if one[0] == "moneybird" else pytest.mark.ci) for one in ENDS_AFTER],
)
def test_who_was_read_after_the_last_place_to_go_on_from_and_went_is_not_there(
    kind: str, known: bool, guarded: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not guarded:
        monkeypatch.setattr(Seen, "mark", lambda self, _before: self.run)
    vendor = VENDORS[kind]()
    with beside(vendor, tmp_path) as here:
        new = range(COUNT - 20, COUNT)
        if known:
            vendor.go(*new)
            assert here.run("observe").accounts["here"].complete
            vendor.come(*new)
        before, _ = held(here)
        vendor.sandbox.faults.inject(answer(400), skip=ENDS_AFTER[kind, known], times=None)
        outcome = here.run("observe").accounts["here"]
        vendor.sandbox.faults.clear()
        assert outcome.outcome == "failed"
        read = [one for one in vendor.there if vendor.key(one) in held(here)[0] - before]
        assert outcome.records == len(read) > 4
        vendor.go(*sorted(read)[-4:])
        outcome = here.run("observe").accounts["here"]
        assert outcome.complete
        assert outcome.full is not known
        assert _is_known_exactly(here, vendor) is guarded
        assert len(outcome.vanished) == (4 if guarded else 0)

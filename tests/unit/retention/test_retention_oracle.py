"""The engine against a second opinion that shares nothing with it."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from syncd.retention import decide
from tests.unit.retention.kit import case_of, random_facts, with_answers
from tests.unit.retention.oracle import Oracle


def _engine(facts: dict[str, Any]) -> dict[str, Any]:
    case = case_of(facts)
    decision = decide(case.facts, case.schedule, case.today)
    hold = decision.hold_until
    return {
        "decision": decision.verdict.value,
        "partial": decision.partial,
        "flags": sorted(decision.flags),
        "erase_on": decision.erase_on.isoformat() if decision.erase_on else None,
        "hold_until": hold if hold is None or isinstance(hold, str) else hold.isoformat(),
    }


def _agree(seed: int, count: int) -> Counter[str]:
    rng = random.Random(seed)  # noqa: S311 - cases, not secrets
    seen: Counter[str] = Counter()
    for _ in range(count):
        facts = with_answers(rng, random_facts(rng))
        answer = Oracle(facts).answer()
        assert _engine(facts) == answer, facts
        seen[answer["decision"]] += 1
        seen.update(answer["flags"])
        seen["partial"] += answer["partial"]
    return seen


def test_engine_and_oracle_agree() -> None:
    seen = _agree(seed=20261122, count=4000)
    # Agreement on one kind of answer only would prove little: each kind must have come up often.
    for kind in (
        "keep",
        "schedule",
        "erase",
        "hold",
        "suspend",
        "review",
        "flagged",
        "partial",
        "dispose_documents",
    ):
        assert seen[kind] >= 40, (kind, seen)
    assert min(seen["drop_drafts"], seen["keep_newsletter"]) >= 5, seen


@pytest.mark.ci
@pytest.mark.parametrize("seed", range(10))
def test_engine_and_oracle_agree_on_a_hundred_thousand(seed: int) -> None:
    _agree(seed, count=10_000)

"""A connector that stumbles fails its own account or order, says where in its code, and shows nobody's data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from syncd.cli.run import exit_code
from syncd.contract import Unusable
from syncd.cycle.run import Request, Result, run
from syncd.guarded import FAULT, Guarded, guard
from syncd.model import OrderState
from syncd.service import doctor
from tests.cycle.kit import Installation, installed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from syncd.index.orders import StoredOrder

PERSON = "zwaan@zilte.example"
"""What the stumbling connector has in its hands: it would be the message of a `KeyError`."""

NOBODY: dict[str, Any] = {}


class Stumbling:
    """A connector that stumbles over a value, before or after it did what `at` names."""

    def __init__(self, whole: Guarded, at: str, *, after: bool = False, over: Callable[..., bool]) -> None:
        self._whole = whole
        self._at = at
        self._after = after
        self._over = over

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._whole, name)
        if name != self._at:
            return method

        def stumble(*given: Any, **named: Any) -> Any:
            if not self._over(*given):
                return method(*given, **named)
            if self._after:
                method(*given, **named)
            return NOBODY[PERSON]

        return stumble


class StumblingOnPage(Stumbling):
    """A connector that gives some pages and then stumbles."""

    def pull(self, since: str | None) -> Iterator[Any]:
        yield next(iter(self._whole.pull(since)))
        raise KeyError(PERSON)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installation]:
    with installed(tmp_path, seed=5, size=40) as made:
        yield made


def _run(here: Installation, kind: type[Stumbling] = Stumbling, *, at: str, **how: Any) -> Result:
    """Run once with a CRM connector that stumbles."""
    app = here.app()
    app.connect()
    how.setdefault("over", lambda *_given: True)
    app.connectors["crm"] = Guarded(kind(app.connectors["crm"], at, **how), "crm")
    try:
        return run(app, Request(send=at in {"probe", "dispose"}))
    finally:
        app.close()


def _approved(here: Installation) -> list[StoredOrder]:
    """Approve two orders on items of the CRM that are due."""
    here.run()
    due = [
        one
        for one in here.orders()
        if one.order.ref.account == "crm" and one.order.erase_on <= here.app().today()
    ][:2]
    here.approve(choose=lambda one: one.id in {each.id for each in due})
    return due


def _states(here: Installation, some: list[StoredOrder]) -> list[OrderState]:
    now = {one.id: one.state for one in here.orders()}
    return [now[one.id] for one in some]


def _shown(result: Result) -> str:
    return repr([*(one.text for one in result.accounts.values()), *(one.text for one in result.attention)])


@pytest.mark.parametrize("kind", [Stumbling, StumblingOnPage])
def test_a_pull_that_stumbles_fails_its_account_and_the_others_go_on(
    here: Installation, kind: type[Stumbling], capsys: pytest.CaptureFixture[str]
) -> None:
    result = _run(here, kind, at="pull")
    assert exit_code(result, strict=False) == 1
    crm = result.accounts.pop("crm")
    assert (crm.outcome, crm.code) == ("failed", FAULT)
    assert f"KeyError at {__name__}:" in crm.text
    assert {one.outcome for one in result.accounts.values()} == {"complete"}
    said = capsys.readouterr()
    assert PERSON not in _shown(result) + crm.text + said.out + said.err
    assert here.run().accounts["crm"].complete


def test_a_look_that_stumbles_keeps_back_its_order_and_no_other(here: Installation) -> None:
    first, second = _approved(here)
    result = _run(here, at="probe", over=lambda ref: ref == first.order.ref)
    assert _states(here, [first, second]) == [OrderState.APPROVED, OrderState.VERIFIED]
    assert {one.code for one in result.attention} >= {"order_postponed"}
    assert exit_code(result, strict=False) == 1
    assert PERSON not in _shown(result)
    here.run(send=True)
    assert _states(here, [first]) == [OrderState.VERIFIED]


def test_a_write_that_stumbled_after_it_left_is_looked_after_and_not_repeated(here: Installation) -> None:
    first, second = _approved(here)
    result = _run(here, at="dispose", after=True)
    assert _states(here, [first, second]) == [OrderState.VERIFIED, OrderState.VERIFIED]
    assert len(here.writes()["crm"]) == 2
    assert any(row.payload.find(FAULT) > 0 for row in here.ledger())
    assert PERSON not in _shown(result) + repr(here.ledger())


def test_a_write_that_stumbled_before_it_left_is_uncertain_until_a_look_shows_that_nothing_happened(
    here: Installation,
) -> None:
    first, second = _approved(here)
    result = _run(here, at="dispose")
    assert _states(here, [first, second]) == [OrderState.UNCERTAIN, OrderState.UNCERTAIN]
    assert here.writes()["crm"] == []
    assert exit_code(result, strict=False) == 1
    here.run(send=True)
    assert _states(here, [first, second]) == [OrderState.VERIFIED, OrderState.VERIFIED]
    assert len(here.writes()["crm"]) == 2


def test_a_check_that_stumbles_is_a_finding_of_its_account(here: Installation) -> None:
    app = here.app()
    app.connect()
    stumbling: Any = Stumbling(app.connectors["crm"], "check", over=lambda: True)
    app.connectors["crm"] = Guarded(stumbling, "crm")
    found = dict(doctor.examine_accounts(app))
    app.close()
    assert [one.code for one in found["crm"] if one.level == "error"] == [FAULT]
    assert not [one for one in found["books"] if one.level == "error"]
    assert PERSON not in repr(found)


def test_the_five_errors_pass_as_they_are_and_the_unforeseen_is_not_carried_along() -> None:
    def refuse() -> None:
        raise Unusable("status_401", "account crm: no")

    with pytest.raises(Unusable) as passed:
        guard("crm", Stumbling, refuse)
    assert passed.value.code == "status_401"
    with pytest.raises(Unusable) as made:
        guard("crm", Stumbling, lambda: NOBODY[PERSON])
    assert made.value.code == FAULT
    assert made.value.__context__ is None

"""What can go wrong while an account is read, and what would come of it if its guard were not there.

Each case is a process of its own that begins with a world looked at once and orders approved. What is judged: an
account that was not read whole makes nothing vanish and lets nothing be written.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from connectors.podio.tokens import Tokens
from connectors.podio.walk import Walk
from syncd.contract import ConnectorError
from syncd.cycle import pull
from syncd.cycle.knowledge import Knowledge
from syncd.cycle.run import Request, run
from syncd.http import Halt, Http
from syncd.http.client import READ_ATTEMPTS
from syncd.http.spending import Spending
from syncd.index.budgets import AccountBudget
from syncd.index.tables import accounts
from syncd.model import OrderState
from syncd.testing.faults import (
    answer,
    cut_body,
    cut_chunk,
    cut_headers,
    drip,
    empty_list,
    maintenance_page,
    meanwhile,
    on,
    repeated_page,
)
from tests.faults.kit import GUARDED, Ready, replaced, writes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from syncd.contract import Page
    from syncd.cycle.run import Result
    from syncd.testing.faults import Fault
    from tests.cycle.kit import Installation

pytestmark = pytest.mark.ci

LISTED = on("POST", "/item/app/*/filter/")
PER_PAGE = 3
NOTHING = b'{"items":[],"filtered":9,"total":9}'


class Believing:
    """A connector that takes whatever it got for everything: what `complete` and the problems guard against."""

    def __init__(self, whole: Any) -> None:
        self._whole = whole

    def __getattr__(self, name: str) -> Any:
        return getattr(self._whole, name)

    def pull(self, since: str | None) -> Iterator[Page]:
        last = None
        try:
            for page in self._whole.pull(since):
                last = replace(page, complete=False, problems=(), cursor=None)
                yield last
        except ConnectorError:
            pass
        assert last is not None
        yield replace(last, records=(), documents=(), complete=True)


def _reads_all_again(here: Installation) -> None:
    """Let the next pull be a whole one, page by page, without waiting between attempts."""
    defaults = Http.__init__.__kwdefaults__
    assert defaults is not None
    defaults["sleep"] = lambda _seconds: None
    app = here.app()
    with app.index.begin() as connection:
        connection.execute(update(accounts).values(cursor=None))
    app.close()
    here.simulation.sandboxes["crm"].state.knobs.page = PER_PAGE  # type: ignore[attr-defined]


def _run(here: Installation, *, believing: bool = False) -> Result:
    app = here.app()
    app.connect()
    if believing:
        app.connectors["crm"] = Believing(app.connectors["crm"])  # type: ignore[assignment]
    try:
        return run(app, Request(send=True))
    finally:
        app.close()


FAULTS: dict[str, Callable[[], Fault]] = {
    "F21-headers": cut_headers,
    "F21-body": lambda: cut_body(40),
    "F21-chunk": lambda: cut_chunk(40),
    "F22-page-for-people": maintenance_page,
    "F24-page-again": repeated_page,
    "F25-empty-page": lambda: answer(200, NOTHING, {"content-type": "application/json"}),
    "F31-drip": lambda: drip(0.05),
}


@GUARDED
@pytest.mark.parametrize("fault", FAULTS)
def test_what_was_not_read_whole_makes_nothing_vanish_and_lets_nothing_be_written(
    ready: Ready, tmp_path: Path, fault: str, guarded: bool
) -> None:
    def play(here: Installation) -> None:
        _reads_all_again(here)
        defaults = Http.__init__.__kwdefaults__
        assert defaults is not None
        defaults["deadline"] = 0.5
        skip = 0 if fault.startswith("F24") else 1
        here.simulation.sandboxes["crm"].faults.inject(FAULTS[fault](), when=LISTED, times=None, skip=skip)
        if not guarded:
            replaced(pull._Loss, "believed", True)
        crm = _run(here, believing=not guarded).accounts["crm"]
        if guarded:
            assert (crm.complete, crm.vanished, writes(here)) == (False, [], 0)
        else:
            assert crm.complete
            assert crm.vanished

    ready.apart(tmp_path, play)


@GUARDED
def test_f20_an_account_that_comes_back_empty_is_not_believed(
    ready: Ready, tmp_path: Path, guarded: bool
) -> None:
    def play(here: Installation) -> None:
        _reads_all_again(here)
        if not guarded:
            replaced(pull._Loss, "believed", True)
        nothing = empty_list(b'{"total":0,"filtered":0,"items":[]}')
        here.simulation.sandboxes["crm"].faults.inject(nothing, when=LISTED, times=None)
        crm = _run(here).accounts["crm"]
        assert bool(crm.vanished) is not guarded
        assert crm.code == ("shrunken" if guarded else "")

    ready.apart(tmp_path, play)


def _naive(walk: Walk) -> Iterator[list[Any]]:
    at = 0
    while items := walk.fetch(at).items:
        yield items
        at += len(items)


@GUARDED
def test_f23_an_item_that_goes_between_two_pages_takes_no_other_with_it(
    ready: Ready, tmp_path: Path, guarded: bool
) -> None:
    def play(here: Installation) -> None:
        _reads_all_again(here)
        if not guarded:
            replaced(Walk, "slices", _naive)
        service = here.simulation.sandboxes["crm"]
        state: Any = service.state
        app_id = max({one.app_id for one in state.items.values()}, key=lambda each: len(state.in_app(each)))
        first = min(key for key, one in state.items.items() if one.app_id == app_id)
        assert len(state.in_app(app_id)) > PER_PAGE
        gone = meanwhile(lambda: state.delete(first, silent=True, hook=False))
        service.faults.inject(gone, when=on("POST", f"/item/app/{app_id}/filter/"))
        vanished = {one.key for one in _run(here).accounts["crm"].vanished if one.kind == "item"}
        assert (vanished - {str(first)} == set()) is guarded

    ready.apart(tmp_path, play)


@GUARDED
def test_f15_while_the_invoices_cannot_be_read_nothing_is_written_anywhere(
    ready: Ready, tmp_path: Path, guarded: bool
) -> None:
    def play(here: Installation) -> None:
        _reads_all_again(here)
        if not guarded:
            replaced(Knowledge, "lacks", lambda _self, _subject: False)
        here.simulation.sandboxes["books"].faults.inject(answer(500), times=None)
        _run(here)
        assert bool(writes(here)) is not guarded

    ready.apart(tmp_path, play)


# --- tokens that end ----------------------------------------------------------------------------------------


@GUARDED
def test_f27_a_token_that_ends_while_an_account_is_read_is_replaced_once_and_the_read_repeated(
    ready: Ready, tmp_path: Path, guarded: bool
) -> None:
    def play(here: Installation) -> None:
        _reads_all_again(here)
        if not guarded:
            replaced(Tokens, "replace", lambda _self, _app: None)
        service = here.simulation.sandboxes["crm"]
        ends = meanwhile(service.state.end_access_tokens)  # type: ignore[attr-defined]
        service.faults.inject(ends, when=LISTED)
        assert _run(here).accounts["crm"].complete is guarded
        asked = [one.path for one in service.requests].count("/oauth/token")
        assert asked == (2 if guarded else 1)

    ready.apart(tmp_path, play)


def test_f27_a_write_whose_token_had_ended_is_not_repeated_by_itself(ready: Ready, tmp_path: Path) -> None:
    def play(here: Installation) -> None:
        service = here.simulation.sandboxes["crm"]
        state: Any = service.state
        ends = meanwhile(state.end_access_tokens)
        service.faults.inject(ends, when=on("GET", "/item/*/reference/"))
        _run(here)
        refused = [one for one in here.writes()["crm"] if one.app_status == 401]
        assert len(refused) == 1
        item = refused[0].path.rpartition("/")[2]
        one = next(
            each for each in here.orders() if (each.order.ref.kind, each.order.ref.key) == ("item", item)
        )
        assert (one.state, one.code) == (OrderState.APPROVED, "token")
        _run(here)
        one = next(each for each in here.orders() if each.id == one.id)
        assert one.state is OrderState.VERIFIED
        assert [each.app_status for each in here.writes()["crm"] if each.path == refused[0].path] == [
            401,
            204,
        ]

    ready.apart(tmp_path, play)


# --- throttled ----------------------------------------------------------------------------------------------


class _Forgetful(AccountBudget):
    """Keeps what was spent in this process only."""

    def change(self, apply: Callable[[Spending], Any]) -> Any:
        self.__dict__.setdefault("spending", Spending())
        return apply(self.__dict__["spending"])


@GUARDED
def test_f30_when_everybody_throttles_no_process_asks_again_before_its_time_and_none_hangs(
    ready: Ready, tmp_path: Path, guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not guarded:
        monkeypatch.setattr("syncd.cycle.app.AccountBudget", _Forgetful)

    def play(here: Installation) -> None:
        services = here.simulation.sandboxes
        text = b'{"error":"rate_limit","error_description":"Please wait 3600 seconds before trying again"}'
        for name, service in services.items():
            status = 420 if name == "crm" else 429
            service.faults.inject(answer(status, text, {"Retry-After": "3600"}), times=None)
        pulses: list[int] = []
        app = here.app()
        app.halt = Halt(pulse=lambda: pulses.append(1))
        result = run(app, Request(send=True))
        app.close()
        assert pulses, "the watchdog was fed"
        assert {one.complete for one in result.accounts.values()} == {False}
        asked = {name: len(service.requests) for name, service in services.items()}
        assert max(asked.values()) <= READ_ATTEMPTS
        _run(here)
        again = {name: len(service.requests) - asked[name] for name, service in services.items()}
        # Mailchimp never says for how long, so nothing is known there to keep to.
        assert (again["books"] + again["crm"] == 0) is guarded
        assert again["news"] <= READ_ATTEMPTS
        assert writes(here) == 0

    ready.apart(tmp_path, play)

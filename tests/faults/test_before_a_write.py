"""What stops a write at the last moment, each provoked over real sockets, and what happens with the guard removed.

The numbers are those of docs/reference/faults.md. Where a test is run `unguarded`, the guard's own function does
nothing and the checker, or the service's log, must find the violation.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from connectors.podio.sandbox import PodioState
from syncd.cycle import approval, execute, guards, modes, reconcile, verify
from syncd.index import orders as journal
from syncd.index import records as stored_records
from syncd.index import second_looks, store, tables
from syncd.index import subjects as stored_subjects
from syncd.model import Action, OrderState, Presence, PresenceState
from syncd.retention import parse_schedule
from syncd.service.defaults import default_schedule_text
from syncd.testing.faults import answer, meanwhile, on
from syncd.testing.sandbox import Sandbox
from tests.checker import judge
from tests.cycle.kit import Installation, installed, shifted
from tests.faults.kit import GUARDED, Witnessed, witnessed, writes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from syncd.cycle.app import App
    from syncd.index.orders import StoredOrder
    from syncd.model import Order, Receipt


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installation]:
    with installed(tmp_path, seed=5, size=30) as made:
        yield made


def _due(here: Installation) -> StoredOrder:
    today = here.app().today()
    return next(
        one
        for one in here.orders()
        if one.order.ref.account == "crm" and one.order.ref.kind == "item" and one.order.erase_on <= today
        and one.state is OrderState.SCHEDULED
        and not any(each.order.parent == one.order.ref for each in here.orders())
    )  # fmt: skip


def _approve(here: Installation, one: StoredOrder) -> None:
    app = here.app()
    approval.approve(app, one, "Anna", "single")
    app.close()


def _approved(here: Installation) -> StoredOrder:
    here.run()
    one = _due(here)
    _approve(here, one)
    return one


def _during_the_look(here: Installation, one: StoredOrder, happens: Callable[[], object]) -> None:
    """Let something happen while the record is looked at before its write."""
    fault = meanwhile(happens)
    here.simulation.sandboxes["crm"].faults.inject(fault, when=on("GET", f"/item/{one.order.ref.key}*"))


def _state(here: Installation, one: StoredOrder) -> StoredOrder:
    return next(each for each in here.orders() if each.id == one.id)


@GUARDED
def test_f19_a_process_that_was_overtaken_does_not_write(
    here: Installation, guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not guarded:
        monkeypatch.setattr(guards, "require_ours", lambda _app, _connection: None)
    one = _approved(here)

    def another_takes_over() -> None:
        other = here.app()
        guards.take_over(other)
        other.close()

    _during_the_look(here, one, another_takes_over)
    if guarded:
        with pytest.raises(guards.OvertakenError, match="another process took over"):
            here.run(send=True)
    else:
        here.run(send=True)
    assert writes(here) == (0 if guarded else 1)


@GUARDED
def test_f32_nothing_is_sent_when_the_disk_could_not_take_down_what_came_of_it(
    here: Installation, guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guards, "ROOM", 1 << 62 if guarded else 0)
    one = _approved(here)
    result = here.run(send=True)
    assert writes(here) == (0 if guarded else 1)
    if guarded:
        assert result.execution.stopped["crm"].code == "disk_full"
        assert _state(here, one).state is OrderState.APPROVED


@pytest.mark.parametrize(
    ("silent", "guarded", "written"),
    [({"crm"}, True, 1), ({"books", "crm", "news"}, True, 0), ({"books", "crm", "news"}, False, 1)],
    ids=["another-account-tells-the-time", "nobody-tells-the-time", "unguarded"],
)
def test_f37_nothing_is_sent_while_no_answer_tells_what_time_it_is(
    here: Installation, silent: set[str], guarded: bool, written: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not guarded:
        monkeypatch.setattr(guards, "require_clock", lambda _app, _account: None)
    _approved(here)
    dated = Sandbox._dated
    mute = {id(here.simulation.sandboxes[name]) for name in silent}
    monkeypatch.setattr(Sandbox, "_dated", lambda one, send: send if id(one) in mute else dated(one, send))
    result = here.run(send=True)
    assert writes(here) == written
    assert [one.code for one in result.execution.stopped.values()] == ([] if written else ["clock"])


@GUARDED
def test_f12_another_contact_in_the_place_of_the_one_that_was_approved_is_asked_about_anew(
    here: Installation, guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not guarded:
        monkeypatch.setattr(execute, "is_somebody_else", lambda *_arguments: False)
    one = _approved(here)
    app = here.app()
    with app.index.begin() as connection:
        strangers = '["' + app.index.keys.tombstone_digest("name:somebody else") + '"]'
        connection.execute(
            update(tables.orders).where(tables.orders.c.id == one.id).values(approved_as=strangers)
        )
    app.close()
    here.run(send=True)
    after = _state(here, one)
    assert (after.state, writes(here)) == (
        (OrderState.SUPERSEDED, 0) if guarded else (OrderState.VERIFIED, 1)
    )
    assert not guarded or after.code == "somebody_else"


def _is_put_in_its_place(here: Installation, one: StoredOrder) -> None:
    """Write somebody else over the item, field by field, and leave the end that it shows."""
    state = here.simulation.sandboxes["crm"].state
    assert isinstance(state, PodioState)
    key = int(one.order.ref.key)
    other: dict[str, dict[str, str]] = {
        "naam": {"value": "Kiki Zonnebloem"},
        "kvk-nummer": {"value": "87654321"},
        "btw-nummer": {"value": "NL123456782B90"},
        "iban": {"value": "NL91ABNA0417164300"},
        "debiteurnummer": {"value": "99001"},
        "e-mail": {"type": "work", "value": "kiki@elders.example"},
        "telefoon": {"type": "work", "value": "020 7000001"},
    }
    state.edit(key, {name: [other[name]] for name in other if name in state.items[key].values})


@GUARDED
def test_f12_another_contact_in_the_place_of_the_one_that_the_schedule_signed_for_is_not_erased(
    here: Installation, guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody approved: in automatic mode the order itself says whom it is about."""
    if not guarded:
        monkeypatch.setattr(execute, "is_somebody_else", lambda *_arguments: False)
    here.schedule = parse_schedule(
        default_schedule_text().replace('notice = "7 days"', 'notice = "0 days"'), "without notice"
    )
    here.agree("automatic")
    here.run("automatic")
    one = _due(here)
    # After the pull has read who it was, and before the look.
    here.simulation.sandboxes["crm"].faults.inject(
        meanwhile(lambda: _is_put_in_its_place(here, one)),
        when=on("POST", f"/item/app/{one.order.ref.within}/*"),
    )
    result = here.run("automatic", send=True, **{name: {"brake": 1000} for name in ("books", "crm", "news")})
    after = _state(here, one)
    assert result.execution.sent > 10, "whoever is not concerned goes on"
    if guarded:
        assert (after.state, after.code) == (OrderState.SUPERSEDED, "somebody_else")
    else:
        assert after.state is OrderState.VERIFIED


@GUARDED
def test_f12_another_contact_in_the_place_of_one_whose_notice_is_over_gets_a_notice_of_its_own(
    here: Installation, guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not guarded:
        monkeypatch.setattr(reconcile, "is_somebody_else", lambda *_arguments: False)
        monkeypatch.setattr(execute, "is_somebody_else", lambda *_arguments: False)
    here.now = shifted(-8)
    here.agree("automatic")
    first = here.run("automatic")
    one = next(
        one
        for one in here.orders()
        if one.order.ref.account == "crm" and one.late and len(first.judged[one.subject].subject.records) == 1
    )
    here.now = shifted(0)
    _is_put_in_its_place(here, one)
    here.run("automatic", send=True, **{name: {"brake": 1000} for name in ("books", "crm", "news")})
    about = [each for each in here.orders() if each.order.ref == one.order.ref]
    told = [(each.state, each.code, each.born_on == here.app().today()) for each in about]
    if guarded:
        assert told == [
            (OrderState.SUPERSEDED, "somebody_else", False),
            (OrderState.SCHEDULED, "", True),
        ]
    else:
        assert told == [(OrderState.VERIFIED, "", False)]


@pytest.mark.parametrize("says", ["a stop", "another answer within the same second"])
@GUARDED
def test_f13_a_word_said_while_the_run_is_under_way_is_heard_before_the_write(
    here: Installation, guarded: bool, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = _approved(here)
    app = here.app()
    if not guarded:
        monkeypatch.setattr("syncd.index.subjects.last_word", lambda _connection: (0, 0))
    _answer(app, one, same=False)
    if says == "a stop":
        _during_the_look(here, one, lambda: _stop(app, one.subject))
    else:
        _during_the_look(here, one, lambda: _answer(app, one, same=True))
    here.run(send=True)
    assert writes(here) == (0 if guarded else 1)
    app.close()


def _answer(app: App, one: StoredOrder, *, same: bool) -> None:
    """Say at one moment, whenever it is, whether the record and another one are the same subject's."""
    with app.index.begin() as connection:
        other = next(ref for ref, _seen in stored_records.present(connection) if ref != one.order.ref)
        stored_subjects.save_answer(
            connection, one.order.ref, other, same=same, by=b"-", at="2026-01-01T12:00:00+00:00"
        )


def _stop(app: App, subject: int) -> None:
    with app.index.begin() as connection:
        said = stored_subjects.StoredStatement(
            subject, "suspended", None, app.today(), "", "dispute", app.now().isoformat()
        )
        stored_subjects.save_statement(connection, said)


def test_f43_an_approval_that_is_older_than_thirty_days_waits_for_a_person_again(here: Installation) -> None:
    one = _approved(here)
    app = here.app()
    assert approval.lapse(app, app.today().fromordinal(app.today().toordinal() + 30)) == 0
    assert approval.lapse(app, app.today().fromordinal(app.today().toordinal() + 31)) == 1
    app.close()
    after = _state(here, one)
    assert (after.state, after.code, after.approved_on) == (OrderState.SCHEDULED, "approval_expired", None)


def test_a_mode_that_only_looked_asks_once_before_it_sends(here: Installation) -> None:
    here.run("observe")
    here.approve()
    result = here.run("approve", send=True)
    assert writes(here) == 0
    told = next(one for one in result.attention if one.code == "mode")
    assert f"{result.execution.unasked} orders would be sent" in told.text
    assert modes.command("approve") in told.text
    app = here.app("approve")
    with app.index.begin() as connection:
        modes.confirm(connection, app.now(), "approve")
    app.close()
    assert here.run("approve", send=True).execution.sent > 0


# --- verifying ----------------------------------------------------------------------------------------------


def test_a_run_that_only_looks_leaves_a_write_that_is_under_way_alone(here: Installation) -> None:
    one = _approved(here)
    app = here.app()
    with app.index.begin() as connection:
        journal.move(connection, app.now(), one.id, OrderState.SENT, tries=1)
    app.close()
    here.run()
    assert _state(here, one).state is OrderState.SENT
    here.run(send=True)
    assert _state(here, one).state is OrderState.VERIFIED


def test_f11_a_verified_erasure_is_looked_at_again_weeks_later(here: Installation) -> None:
    one = _approved(here)
    here.run(send=True)
    verified = _state(here, one)
    until = verified.recoverable_until(here.schedule.zone)
    assert until is not None
    assert verified.look_again_on is not None
    here.run()
    assert "order.stayed_gone" not in {row.kind for row in here.ledger()}
    here.now = shifted(29)
    here.run()
    assert [row.kind for row in here.ledger()].count("order.stayed_gone") == 1
    # Once more after the vendor's own time to bring it back is over.
    assert _state(here, one).look_again_on == until + timedelta(days=1)


def test_f12_an_erased_record_that_is_there_again_weeks_later_goes_to_a_person(here: Installation) -> None:
    one = _approved(here)
    here.run(send=True)
    here.simulation.sandboxes["crm"].state.restore(int(one.order.ref.key))  # type: ignore[attr-defined]
    here.now = shifted(29)
    result = here.run()
    assert _state(here, one).code == second_looks.CAME_BACK
    assert "came_back" in {each.code for each in result.attention}
    back = next(
        judged
        for judged in result.judged.values()
        if any(each.ref == one.order.ref for each in judged.subject.present)
    )
    assert back.decision.verdict.value == "review"


# --- the checker's controls ---------------------------------------------------------------------------------


@pytest.fixture
def services(tmp_path: Path) -> Iterator[tuple[Witnessed, Installation]]:
    made = witnessed(8, 12)
    with made.served(tmp_path) as served:
        yield made, served


def _codes(services: tuple[Witnessed, Installation]) -> set[str]:
    made, served = services
    served.run()
    served.approve()
    served.run(send=True)
    return {one.partition(":")[0] for one in judge(made.evidence(served))}


def test_with_every_guard_in_place_the_checker_finds_nothing(
    services: tuple[Witnessed, Installation],
) -> None:
    assert _codes(services) == set()


def test_f01_without_the_commit_before_the_write_the_checker_says_so(
    services: tuple[Witnessed, Installation], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = execute._Account._commit_intent
    late: list[Callable[[], object]] = []

    def commit_later(self: execute._Account, one: StoredOrder, order: Order) -> bool:
        late.append(lambda: plain(self, one, order))
        return True

    def accept(self: execute._Account, one: StoredOrder, receipt: Receipt) -> None:
        late.pop()()
        accepted(self, one, receipt)

    accepted = execute._Account._accept
    monkeypatch.setattr(execute._Account, "_commit_intent", commit_later)
    monkeypatch.setattr(execute._Account, "_accept", accept)
    assert "intent" in _codes(services)


def test_f42_without_the_second_look_the_checker_says_so(
    services: tuple[Witnessed, Installation], monkeypatch: pytest.MonkeyPatch
) -> None:
    def believe(app: App, one: StoredOrder, *_arguments: object, **_named: object) -> bool:
        verify.verified(app, one, Presence(one.order.ref, PresenceState.ABSENT), None)
        return True

    monkeypatch.setattr(verify, "look", believe)
    assert {"unproven", "unread"} & _codes(services)


def test_without_waiting_for_children_the_checker_says_so(
    services: tuple[Witnessed, Installation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execute._Account, "_must_wait", lambda _self, _one: False)
    monkeypatch.setattr(execute, "_depth", lambda one: (one.order.parent is not None, one.order.ref))
    assert _codes(services)


def test_an_index_that_is_not_sound_sends_nothing(here: Installation) -> None:
    one = _approved(here)
    app = here.app()
    with app.index.begin() as connection:
        connection.exec_driver_sql("PRAGMA writable_schema=ON")
        connection.exec_driver_sql(
            "UPDATE sqlite_master SET rootpage=rootpage+1 WHERE name='orders_by_state'"
        )
    app.close()
    with pytest.raises(store.IndexFaultError, match="damaged"):
        here.run(send=True)
    assert writes(here) == 0
    assert one.order.action is Action.ERASE


def _goes_after(here: Installation, one: StoredOrder, method: str, path: str) -> None:
    """Let the record go once the service has answered this."""
    state = here.simulation.sandboxes["crm"].state
    assert isinstance(state, PodioState)
    gone = meanwhile(lambda: state.delete(int(one.order.ref.key), silent=True, hook=False))
    here.simulation.sandboxes["crm"].faults.inject(gone, when=on(method, path))


@pytest.mark.parametrize(
    ("status", "said"),
    [(420, "rate_limit"), (403, "forbidden")],
    ids=["throttled", "refused"],
)
def test_f09_what_the_vendor_surely_did_not_do_is_no_success_of_ours_when_somebody_else_does_it(
    here: Installation, status: int, said: str
) -> None:
    one = _approved(here)
    body = json.dumps({"error": said, "error_description": "wait 0 seconds"}).encode()
    here.simulation.sandboxes["crm"].faults.inject(answer(status, body), when=on("DELETE", "*"))
    here.run(send=True)
    assert writes(here) == 1
    if _state(here, one).state is OrderState.REFUSED:
        app = here.app()
        with app.index.begin() as connection:
            journal.move(connection, app.now(), one.id, OrderState.SCHEDULED, code="retried")
        app.close()
        _approve(here, one)
    _goes_after(here, one, "POST", f"/item/app/{one.order.ref.within}/*")
    here.run(send=True)
    assert writes(here) == 1
    assert (_state(here, one).state, _state(here, one).code) == (OrderState.SUPERSEDED, "gone_before_us")


def test_f09_gone_between_the_look_and_the_write_is_no_success_of_ours_either(here: Installation) -> None:
    one = _approved(here)
    _goes_after(here, one, "GET", f"/item/{one.order.ref.key}")
    result = here.run(send=True)
    assert (_state(here, one).state, _state(here, one).code) == (OrderState.SUPERSEDED, "gone_before_us")
    assert (writes(here), result.execution.sent, result.execution.verified) == (0, 0, 0)
    assert [row.kind for row in here.ledger() if one.id in row.payload][-2:] == [
        "order.sent",
        "order.superseded",
    ]


def test_f36_an_approval_from_the_future_sends_nothing(here: Installation) -> None:
    """It was given while the clock was wrong: thirty days from then are more than thirty days."""
    here.run()
    one = _due(here)
    here.now = shifted(60)
    _approve(here, one)
    here.now = shifted(0)
    result = here.run(send=True)
    after = _state(here, one)
    assert (writes(here), after.state, after.code) == (0, OrderState.SCHEDULED, "approval_ahead")
    assert (after.approved_on, after.approval) == (None, None)
    (told,) = [each.text for each in result.attention if each.code == "approval_ahead"]
    assert f"syncd queue approve {one.id}" in told
    here.now = shifted(61)
    here.run()
    assert _state(here, one).state is OrderState.SCHEDULED, "nor does it come to life on its day"


@pytest.mark.parametrize("clock", ["nobody tells", "behind"])
def test_f36_only_a_clock_that_vendors_confirm_takes_an_approval_back(
    here: Installation, clock: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = _approved(here)
    here.now = shifted(-3)
    if clock == "nobody tells":
        monkeypatch.setattr(Sandbox, "_dated", lambda _one, send: send)
    here.run()
    assert _state(here, one).state is OrderState.APPROVED


def test_f11_a_second_look_that_cannot_be_had_does_not_stand_before_the_others(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "MOST_SECOND_LOOKS", 1)
    here.run()
    orders = [_due(here)]
    _approve(here, orders[0])
    orders.append(_due(here))
    _approve(here, orders[1])
    here.run(send=True)
    first = min(orders, key=lambda one: one.id)
    hidden = on("GET", f"/item/{first.order.ref.key}*")
    here.simulation.sandboxes["crm"].faults.inject(answer(500), when=hidden, times=None)
    here.now = shifted(29)
    for _run in range(2):
        here.run()
    looked = [row for row in here.ledger() if row.kind == "order.stayed_gone"]
    assert len(looked) == 1

"""Execute: the orders whose day has come, one write each, every one after a fresh look.

The order of things is what makes it safe: look at the record again, decide again, commit that the write will
be sent, send it once, note the answer, look once more. What happened to a write that got no answer is found out
by looking, never by repeating. Before each write it must be ours to send (`guards`), and what a person said since
the run decided lets everything else wait for the next one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from syncd import log
from syncd.contract import ConnectorError, Refused, Stale, Transient, Uncertain, Unusable
from syncd.cycle import guards, modes, verify
from syncd.cycle.approval import is_somebody_else
from syncd.cycle.progress import Step
from syncd.cycle.sendable import brake_of, sendable
from syncd.guarded import FAULT
from syncd.index import orders as journal
from syncd.index import orders_about, reading, saving
from syncd.index import records as stored_records
from syncd.index import subjects as stored_subjects
from syncd.model import Action, Effect, Order, OrderState, PresenceState

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from typing import TypeAlias

    from sqlalchemy import Connection

    from syncd.contract import Connector
    from syncd.cycle.app import App
    from syncd.cycle.brake import Brake
    from syncd.cycle.decide import Judge
    from syncd.index.orders import StoredOrder
    from syncd.model import Presence, Receipt, RecordRef

    Words: TypeAlias = tuple[int, int]


@dataclass
class Execution:
    """What executing came to.

    `held` are brakes that stopped an account before its first write. `stopped` are accounts that sent no more after
    an error, `faults` orders (by number) over which a connector stumbled: these alone wait. `unasked` counts the
    orders that wait because nobody has said yet that this mode may send. `changed` are subjects of which a look
    before a write showed other facts than were decided on: what else rests on these waits for the next run, which
    reads them everywhere.
    """

    sent: int = 0
    verified: int = 0
    held: list[Brake] = field(default_factory=list)
    stopped: dict[str, ConnectorError] = field(default_factory=dict)
    faults: dict[str, ConnectorError] = field(default_factory=dict)
    failed: int = 0
    unasked: int = 0
    changed: set[int] = field(default_factory=set)


def last_words(app: App) -> Words:
    """Give what changes whenever a person says something; take it before deciding, give it to `execute`."""
    with app.index.begin() as connection:
        return stored_subjects.last_word(connection)


def execute(
    app: App, judge: Judge, today: date, *, words: Words, waits: Callable[[StoredOrder], bool]
) -> Execution:
    """Send what may be sent, children before parents, account by account.

    `waits` tells for an order that its facts are not known whole this run, `words` what people had said when it
    was decided. Raises `syncd.cycle.guards.OvertakenError`.
    """
    done = Execution()
    with app.index.begin() as connection:
        standing = journal.find(connection, open_only=True)
        unasked = modes.waits(connection, app.settings.service.mode)
    ready = [one for one in standing if sendable(one, app, today) and not waits(one)]
    if unasked:
        done.unasked = len(ready)
        return done
    judge.prepare(one.subject for one in ready)
    for account in sorted({one.order.ref.account for one in ready}):
        mine = [one for one in ready if one.order.ref.account == account]
        held = brake_of(app, account, mine)
        if held.holds:
            done.held.append(held)
            log.logger().warning(
                "brake.held", account=account, expected=held.limit, seen=held.sent + held.asked,
                command=held.command,
            )  # fmt: skip
            # What a person approved one by one is outside the brake.
            mine = [one for one in mine if one.approval == "single"]
        _Account(app, judge, today, account, done, words).send_all(mine)
    return done


class _Account:
    """The orders of one account, in the order in which they may go."""

    def __init__(
        self, app: App, judge: Judge, today: date, account: str, done: Execution, words: Words
    ) -> None:
        self._app = app
        self._judge = judge
        self._today = today
        self._account = account
        self._done = done
        self._words = words
        self._connector: Connector = app.connectors[account]
        app.https[account].before_write = lambda: guards.require_ours_now(app)

    def send_all(self, mine: list[StoredOrder]) -> None:
        for number, one in enumerate(sorted(mine, key=_depth)):
            self._app.came(Step.SEND, number, len(mine), self._account)
            if self._account in self._done.stopped:
                return
            if self._must_wait(one) or not self._done.changed.isdisjoint(self._judge.rests_on(one.subject)):
                continue
            try:
                self._send(one)
            except ConnectorError as error:
                self._note(one, error)

    def _must_wait(self, one: StoredOrder) -> bool:
        """Let a parent wait for its children, and restricting or erasing a record for emptying it.

        An erasure takes all of that with it, so it also waits until the day until which a person said no to it.
        While one write on a record is under way no other goes there, whatever was ordered in its place since.
        """
        with self._app.index.begin() as connection:
            around = journal.find(connection, open_only=True, around=one.order.ref)
            if one.order.action is Action.ERASE:
                around += orders_about.rejected_around(connection, one.order.ref, self._today)
        return any(
            other.order.parent == one.order.ref
            or _rank(other) < _rank(one)
            or (other.order.ref == one.order.ref and other.state in journal.UNDER_WAY)
            for other in around
            if other.id != one.id
        )

    def _send(self, one: StoredOrder) -> None:
        guards.require_room(self._app)
        reads_papers = self._keeps_for_documents(one)
        seen = self._connector.probe(one.order.ref, documents=reads_papers)
        guards.require_clock(self._app, self._account)
        if seen.state is PresenceState.ABSENT:
            self._absent(one, seen)
            return
        if one.order.action is Action.ERASE and self._has_unknown_children(seen):
            self._move(one, OrderState.SUPERSEDED, code="children_found")
            return
        if not self._judge.still_stands(one, seen, self._today):
            self._done.changed.add(one.subject)
            self._move(one, OrderState.SUPERSEDED, code="facts_changed")
            return
        if seen.record is not None and is_somebody_else(self._app.index.keys, one, seen.record):
            self._done.changed.add(one.subject)
            self._move(one, OrderState.SUPERSEDED, code="somebody_else")
            return
        order = replace(one.order, version=seen.version)
        # Whoever wants syncd to stop waits for the end of one write and its look.
        with self._app.https[self._account].halt.shield():
            if not self._commit_intent(one, order):
                return
            receipt = self._connector.dispose(order)
            if receipt.effect is Effect.ALREADY and one.tries == 0:
                self._done_before_us(replace(one, state=OrderState.SENT))
                return
            self._accept(one, receipt)
            self._look_again(one, seen)

    def _keeps_for_documents(self, one: StoredOrder) -> bool:
        return any(
            each.kind == one.order.ref.kind and each.exclusive_of_documents
            for each in self._connector.capabilities
        )

    def _absent(self, one: StoredOrder, seen: Presence) -> None:
        """Nothing is there to write to: ours if we ever sent this order, else gone before us."""
        if one.tries > 0:
            verify.verified(self._app, one, seen, None)
            self._done.verified += 1
            return
        self._gone_before_us(one)

    def _gone_before_us(self, one: StoredOrder, **changes: Any) -> None:
        """Take back what somebody else did. It may have carried the end: what rests on it waits for a decision."""
        self._done.changed.add(one.subject)
        with self._app.index.begin() as connection:
            if self._is_as_it_was(connection, one):
                now = self._app.now()
                journal.move(connection, now, one.id, OrderState.SUPERSEDED, code="gone_before_us", **changes)
                stored_records.mark_vanished(connection, one.order.ref)

    def _done_before_us(self, one: StoredOrder) -> None:
        """No write left, because what was ordered was so already: somebody did it since the look."""
        self._done.sent -= 1
        unsent = {"sent_at": None, "tries": one.tries}
        if one.order.action is Action.ERASE:
            self._gone_before_us(one, **unsent)
        else:
            self._done.changed.add(one.subject)
            self._move(one, OrderState.SUPERSEDED, code="facts_changed", **unsent)

    def _has_unknown_children(self, seen: Presence) -> bool:
        """Take in what hangs on the record and was not read: each gets an order of its own, and goes first."""
        at, keys = self._app.now().isoformat(timespec="microseconds"), self._app.index.keys
        with self._app.index.begin() as connection:
            known = reading.present_among(connection, [one.ref for one in seen.children])
            new = [one for one in seen.children if one.ref not in known]
            saving.save_records(connection, keys, new, seen=saving.Seen(self._app.run), at=at)
        return bool(new)

    def _commit_intent(self, one: StoredOrder, order: Order) -> bool:
        """Put on disk that the write will be sent; gives whether it still may be."""
        now = self._app.now()
        with self._app.index.begin() as connection:
            said_nothing = stored_subjects.last_word(connection) == self._words
            if not (said_nothing and self._is_as_it_was(connection, one)):
                return False
            journal.move(
                connection,
                now,
                one.id,
                OrderState.SENT,
                version=order.version,
                tries=one.tries + 1,
                sent_at=now.isoformat(timespec="seconds"),
                noted={"run": self._app.run},
            )
        self._done.sent += 1
        self._say("order.sent", one)
        return True

    def _is_as_it_was(self, connection: Connection, one: StoredOrder) -> bool:
        """Tell whether the order is what it was when this run chose it: a person or another run may have come."""
        guards.require_ours(self._app, connection)
        current = journal.find(connection, order_id=one.id)[0]
        return (current.state, current.order.digest, current.approved_on) == (
            one.state,
            one.order.digest,
            one.approved_on,
        )

    def _accept(self, one: StoredOrder, receipt: Receipt) -> None:
        state = OrderState.SHORT if receipt.effect is Effect.WEAKER else OrderState.ACCEPTED
        evidence = json.dumps({"effect": receipt.effect.value, **receipt.evidence}, sort_keys=True)
        self._move(replace(one, state=OrderState.SENT), state, receipt=evidence)

    def _look_again(self, one: StoredOrder, before: Presence) -> None:
        with self._app.index.begin() as connection:
            current = journal.find(connection, order_id=one.id)[0]
        if verify.look(self._app, current, self._connector, before=before.record):
            self._done.verified += 1

    def _note(self, one: StoredOrder, error: ConnectorError) -> None:
        """Do what the error says comes next."""
        with self._app.index.begin() as connection:
            current = journal.find(connection, order_id=one.id)[0]
        self._done.failed += 1
        back = OrderState.APPROVED if one.state is OrderState.APPROVED else OrderState.SCHEDULED
        match error:
            case Uncertain():
                if current.state is OrderState.SENT:
                    taken = {"receipt": json.dumps(error.evidence, sort_keys=True)} if error.evidence else {}
                    self._move(current, OrderState.UNCERTAIN, code=error.code, **taken)
                    self._reconcile(current)
            case Refused():
                # Like whatever surely did nothing, it is no try: gone later, the record is not gone by our order.
                self._move(current, OrderState.REFUSED, code=error.code, tries=one.tries)
            case Stale():
                self._done.changed.add(one.subject)
                if current.state is OrderState.SENT:
                    self._move(current, OrderState.SUPERSEDED, code=error.code)
            case Transient() | Unusable():
                # Surely nothing happened: the order is what it was before it was sent.
                if current.state is OrderState.SENT:
                    self._move(current, back, code=error.code, sent_at=None, tries=one.tries)
                if current.state is OrderState.ACCEPTED:
                    self._done.failed -= 1
                log.logger().error("account.failed", account=self._account, code=error.code, text=str(error))
                if error.code == FAULT:
                    # What the connector stumbles over in one record says nothing about the others.
                    self._done.faults[one.id] = error
                    self._say("order.postponed", one, error.code)
                else:
                    self._done.stopped[self._account] = error
            case _:
                raise error

    def _reconcile(self, one: StoredOrder) -> None:
        """Look at what became of a write without an answer; when looking fails too, a later run does it."""
        with self._app.index.begin() as connection:
            current = journal.find(connection, order_id=one.id)[0]
        try:
            if verify.look(self._app, current, self._connector, before=None):
                self._done.verified += 1
        except ConnectorError as error:
            self._done.stopped[self._account] = error

    def _move(self, one: StoredOrder, state: OrderState, *, code: str = "", **changes: Any) -> None:
        with self._app.index.begin() as connection:
            if not self._is_as_it_was(connection, one):
                return
            journal.move(connection, self._app.now(), one.id, state, code=code, **changes)
        self._say(f"order.{state.value}", one, code)

    def _say(self, event: str, one: StoredOrder, code: str = "") -> None:
        log.logger().info(
            event, order=one.id, account=self._account, kind=one.order.ref.kind, key=one.order.ref.key,
            action=one.order.action.value, subject=one.subject, code=code,
        )  # fmt: skip


def _rank(one: StoredOrder) -> int:
    return ("minimise", "archive", "erase").index(one.order.action.value)


def _depth(one: StoredOrder) -> tuple[int, RecordRef, int]:
    return (0 if one.order.parent else 1, one.order.ref, _rank(one))

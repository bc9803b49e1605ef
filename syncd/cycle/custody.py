"""Custody of what syncd itself keeps: before a run that it is whole and ours, after it that nothing needless stays.

An index that turns out to be an older one (a backup in its place) is brought to what is known to have been erased
since, and nothing is sent until a person says go on: words of persons that came after the backup are lost with it.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr
from sqlalchemy import update

from syncd.cycle import modes
from syncd.cycle.tidying import tidy
from syncd.cycle.verify import SECOND_LOOK
from syncd.index import history, ledger, memory, store, tombstones
from syncd.index import orders as journal
from syncd.index import records as stored_records
from syncd.index.backup import REPLACED
from syncd.index.tables import accounts as account_table
from syncd.model import Action, OrderState
from syncd.report.attention import Attention

if TYPE_CHECKING:
    from datetime import datetime

    from pydantic import BaseModel
    from sqlalchemy import Connection

    from syncd.cycle.app import App
    from syncd.cycle.run import Result
    from syncd.index.memory import Memory
    from syncd.index.tombstones import Tombstone

RESTORED = "restored"
"""Where the index remembers since when it is a restored one that no person has looked at yet."""


def begin(app: App, *, send: bool) -> None:
    """Look at the index and at what lies beside it before a run.

    Raises `syncd.index.store.IndexFaultError` and `syncd.index.seal.KeyFaultError`: then nothing is read or sent.
    """
    if send:
        store.require_sound(app.index)
    beside = _tombstones_beside(app)
    with app.index.begin() as connection:
        _note_configuration(app, connection)
        known = {(one.digest, one.order_id) for one in tombstones.kept(connection)}
        lacking = [one for one in beside if (one.digest, one.order_id) not in known]
        tombstones.save(connection, lacking)
        last = memory.recall(app.counted_folder, app.index.keys) if app.counted_folder else None
        if store.remembered(connection, REPLACED) or (last and memory.rewound(connection, last)):
            recover(app, connection, last or memory.of(connection, ""), beside)


def may_send(app: App) -> bool:
    """Tell whether no restored index waits for a person's word."""
    with app.index.begin() as connection:
        return store.remembered(connection, RESTORED) in {None, ""}


def end(app: App, result: Result) -> None:
    """After a run: remove what is over, remember where the ledger stands, leave nothing of what was erased."""
    tidy(app, app.today())
    with app.index.begin() as connection:
        memory.note(app.index, connection, result.finished.isoformat(timespec="seconds"))
    app.index.settle()


def attention(app: App) -> list[Attention]:
    """Say that the index was restored, until a person has looked at it."""
    with app.index.begin() as connection:
        since = store.remembered(connection, RESTORED)
    if not since:
        return []
    return [Attention.about("restored", day=since[:10])]


def go_on(app: App) -> bool:
    """Note that a person looked at a restored index: orders may be sent again. Tells whether it was waiting."""
    with app.index.begin() as connection:
        if not store.remembered(connection, RESTORED):
            return False
        store.remember(connection, RESTORED, "")
        ledger.append(connection, app.now(), "index.restore_confirmed")
    return True


# --- an older index in place of the one that was --------------------------------------------------------------


def _tombstones_beside(app: App) -> list[Tombstone]:
    """Read the tombstones beside the index, and add there what only the index has."""
    folder = app.counted_folder
    if folder is None:
        return []
    file = tombstones.TombstoneFile(folder / tombstones.FILE, app.index.keys)
    beside = file.read()
    written = {(one.digest, one.order_id) for one in beside}
    with app.index.begin() as connection:
        lacking = [one for one in tombstones.kept(connection) if (one.digest, one.order_id) not in written]
    if app.index.folder is not None:
        file.append(lacking)
    return beside + lacking


def recover(app: App, connection: Connection, last: Memory, stones: list[Tombstone]) -> None:
    """Bring an older index to what is known: what was erased since is erased in it, approvals are asked anew.

    The next pull of every account is a whole one. Numbers of orders that were given out are not used again.
    """
    now = app.now()
    erased = {one.digest: one for one in sorted(stones, key=lambda each: each.at)}
    emptied = _empty_what_was_erased(app, connection, erased)
    settled = _settle_orders(app, connection, erased)
    withdrawn = 0
    for one in journal.find(connection, open_only=True):
        if one.state is OrderState.APPROVED:
            journal.move(
                connection, now, one.id, OrderState.SCHEDULED, code="index_restored", **journal.UNSIGNED
            )
            withdrawn += 1
        elif one.approved_on is not None and one.state in journal.UNDER_WAY:
            # A look may show that it was never done: then it asks anew.
            journal.unsign(connection, one.id)
            withdrawn += 1
    connection.execute(update(account_table).values(cursor=None, resume=None))
    given_out = max(last.order, journal.next_number(connection) - 1)
    store.remember(connection, journal.NUMBERED_FROM, str(given_out))
    store.remember(connection, REPLACED, "")
    store.remember(connection, RESTORED, now.isoformat(timespec="seconds"))
    ledger.append(
        connection, now, "index.restored", lost_after=last.seq, lost_head=last.hash, erased_again=emptied,
        orders_settled=settled, approvals_withdrawn=withdrawn,
    )  # fmt: skip


def _empty_what_was_erased(app: App, connection: Connection, erased: dict[str, Tombstone]) -> int:
    emptied = 0
    for ref, first_seen in stored_records.present(connection):
        stone = erased.get(app.index.keys.tombstone_digest(stored_records.ref_text(ref)))
        if stone is not None and stone.at > first_seen:
            stored_records.mark_erased(connection, ref)
            emptied += 1
    return emptied


def _settle_orders(app: App, connection: Connection, erased: dict[str, Tombstone]) -> int:
    """Close orders on records that are known to be erased: verified if that order did it, else superseded."""
    settled = 0
    for one in journal.find(connection, open_only=True):
        stone = erased.get(app.index.keys.tombstone_digest(stored_records.ref_text(one.order.ref)))
        if stone is None or stone.at < one.changed_at:
            continue
        did_it = stone.order_id == one.id and one.order.action is Action.ERASE
        for to in (OrderState.VERIFIED, OrderState.SUPERSEDED) if did_it else (OrderState.SUPERSEDED,):
            if to in journal.LEGAL[one.state]:
                again = app.today() + SECOND_LOOK if to is OrderState.VERIFIED else None
                journal.move(
                    connection, app.now(), one.id, to, code="erased_before_restore", look_again_on=again
                )
                settled += 1
                break
    return settled


# --- what the configuration says ------------------------------------------------------------------------------


def _note_configuration(app: App, connection: Connection) -> None:
    """Put a change of mode, schedule or mapping in the ledger, and keep the schedule's text for a replay."""
    now = app.now()
    history.keep_schedule(connection, app.schedule, app.today())
    modes.note(connection, now, app.settings.service.mode)
    own = ", ".join(f"{name} {period}" for name, period in vars(app.schedule.own).items())
    for name, value in {"schedule": app.schedule.digest, "own": own}.items():
        if store.remembered(connection, name) != value:
            store.remember(connection, name, value)
            ledger.append(connection, now, f"configuration.{name}", value=value)
    _note_accounts(app, connection, now)


def _note_accounts(app: App, connection: Connection, now: datetime) -> None:
    before: dict[str, str] = json.loads(store.remembered(connection, "accounts") or "{}")
    today = {name: settings_digest(settings) for name, settings in sorted(app.settings.accounts.items())}
    if today == before:
        return
    store.remember(connection, "accounts", json.dumps(today))
    for name in sorted(set(before) | set(today)):
        if before.get(name) != today.get(name):
            connector = app.settings.accounts[name].connector if name in today else None
            ledger.append(
                connection,
                now,
                "configuration.account",
                account=name,
                connector=connector,
                value=today.get(name),
            )


def settings_digest(settings: BaseModel) -> str:
    """Digest what an account's table says, its mapping above all, without its secrets."""
    return hashlib.sha256(json.dumps(_plain(settings), sort_keys=True, default=str).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if hasattr(value, "model_fields_set"):
        fields = type(value).model_fields
        return {name: _plain(getattr(value, name)) for name in fields if name not in _NOT_MEANING}
    if isinstance(value, SecretStr):
        return "secret"
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(str(each) for each in value)
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value


_NOT_MEANING = frozenset({"username", "base_url", "token_file", "share", "rate"})
"""Keys that say how an account is reached, not what is read from it and what that means."""

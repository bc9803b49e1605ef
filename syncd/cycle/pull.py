"""Pull: every page of every account into the index, and what an absence may mean afterwards.

Absence counts only after a complete pull. An account that failed, stopped half way, answered under another
identity, or came back empty or much smaller, proves nothing this run: what it did read still counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from syncd import log
from syncd.contract import ConnectorError, Problem, Unusable
from syncd.identity import blocking_keys
from syncd.index import ledger, orders, records, store

if TYPE_CHECKING:
    from collections.abc import Iterable

    from syncd.contract import Connector, Page
    from syncd.cycle.app import App
    from syncd.model import RecordRef

SHRUNKEN_SHARE = 0.5
SHRUNKEN_COUNT = 10
"""An account that lost more than this many contacts and more than this share of them is not believed."""


@dataclass
class AccountOutcome:
    """How the pull of one account went. `outcome` is complete, incomplete, failed or skipped.

    `records` and `documents` were read this time (only what changed, once an account was read whole); `known`
    are the records that the index holds of the account.
    """

    name: str
    connector: str
    outcome: str = "incomplete"
    code: str = ""
    text: str = ""
    records: int = 0
    known: int = 0
    documents: int = 0
    calls: int = 0
    seconds: float = 0.0
    full: bool = True
    problems: tuple[Problem, ...] = ()
    vanished: list[RecordRef] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Tell whether absences may be believed and orders of this account may be sent."""
        return self.outcome == "complete"


def pull_accounts(app: App, run: str, only: frozenset[str] | None = None) -> dict[str, AccountOutcome]:
    """Pull all accounts (or only these), one after the other; one that fails stops no other."""
    app.connect(only)
    outcomes = {}
    for name, settings in app.settings.accounts.items():
        outcome = AccountOutcome(name, settings.connector)
        outcomes[name] = outcome
        if only is not None and name not in only:
            outcome.outcome, outcome.code = "skipped", "not_asked"
            outcome.text = f"account {name} was not asked for"
        elif name in app.failures:
            _fail(outcome, app.failures[name])
        else:
            _pull_account(app, run, app.connectors[name], outcome)
        _tell(outcome)
    return outcomes


def _pull_account(app: App, run: str, connector: Connector, outcome: AccountOutcome) -> None:
    began = app.now()
    with app.index.begin() as connection:
        state = store.account_state(connection, outcome.name)
        cursor = store.account_cursor(app.index, connection, outcome.name)
    last: Page | None = None
    gone: list[RecordRef] = []
    seen: set[RecordRef] = set()
    papers: set[RecordRef] = set()
    problems: list[Problem] = []
    try:
        for page in connector.pull(cursor):
            _require_identity(outcome.name, state.identity, page.identity)
            _save(app, run, page)
            seen |= {one.ref for one in page.records}
            papers |= {one.ref for one in page.documents}
            gone += page.gone
            problems += page.problems
            last = page
    except ConnectorError as error:
        _fail(outcome, error)
    outcome.records, outcome.documents, outcome.problems = len(seen), len(papers), tuple(problems)
    outcome.calls = app.calls(outcome.name)
    outcome.seconds = (app.now() - began).total_seconds()
    if outcome.outcome == "failed" or last is None:
        return
    outcome.full = last.full
    if not last.complete or problems:
        outcome.code = problems[0].code if problems else "not_complete"
        outcome.text = problems[0].text if problems else f"account {outcome.name} did not list everything"
        return
    _finish(app, run, outcome, last, gone, seen)


def _finish(
    app: App, run: str, outcome: AccountOutcome, last: Page, gone: list[RecordRef], seen: set[RecordRef]
) -> None:
    now = app.now()
    with app.index.begin() as connection:
        present = [
            one for one in records.all_refs(connection, outcome.name) if one.present or one.ref in seen
        ]
        missing = {one.ref for one in present} - seen if last.full else set(gone)
        contacts = {one.ref for one in present if one.parent is None}
        lost = contacts & missing
        allowed = orders.allowance(
            connection, outcome.name, "absences", (now - timedelta(hours=24)).isoformat(timespec="seconds")
        )
        if _not_believed(len(contacts), len(lost)) and allowed < len(lost):
            outcome.code = "shrunken"
            outcome.text = (
                f"account {outcome.name}: expected {len(contacts)} contacts, saw {len(contacts) - len(lost)}. "
                "Check its token and rights; if so many are really gone: "
                f"syncd queue approve --absences {outcome.name} --count {len(lost)}"
            )
            ledger.append(
                connection, now, "account.shrunken", account=outcome.name, expected=len(contacts),
                seen=len(contacts) - len(lost),
            )  # fmt: skip
            return
        if last.full:
            outcome.vanished = records.mark_unseen(connection, outcome.name, run)
        else:
            outcome.vanished = [records.mark_vanished(connection, ref) for ref in gone]
        store.save_account(
            app.index,
            connection,
            outcome.name,
            outcome.connector,
            identity=last.identity,
            at=now.isoformat(timespec="seconds"),
            complete=True,
            contacts=len(contacts - missing),
            documents=records.count_documents(connection, outcome.name),
            cursor=last.cursor,
        )
    outcome.outcome = "complete"


def _not_believed(expected: int, lost: int) -> bool:
    if lost == 0:
        return False
    return lost == expected or (lost > SHRUNKEN_COUNT and lost > expected * SHRUNKEN_SHARE)


def _require_identity(account: str, pinned: str, answered: str) -> None:
    if pinned and answered and pinned != answered:
        raise Unusable(
            "wrong_identity",
            f"account {account}: another account of the vendor answered than the one pulled before; "
            "use the right token, or give this account a new name in the configuration",
        )


def _save(app: App, run: str, page: Page) -> None:
    with app.index.begin() as connection:
        at = app.now().isoformat(timespec="microseconds")
        records.save_records(connection, app.index.keys, page.records, run=run, at=at, blocking=blocking_keys)
        records.save_documents(connection, app.index.keys, page.documents, run=run)


def _fail(outcome: AccountOutcome, error: ConnectorError) -> None:
    outcome.outcome, outcome.code, outcome.text = "failed", error.code, str(error)


def _tell(outcome: AccountOutcome) -> None:
    say = log.logger()
    if outcome.outcome == "failed":
        say.error("account.failed", account=outcome.name, code=outcome.code, text=outcome.text)
    elif outcome.outcome != "skipped":
        say.info(
            "account.pulled", account=outcome.name, connector=outcome.connector, complete=outcome.complete,
            records=outcome.records, documents=outcome.documents, calls=outcome.calls, code=outcome.code,
        )  # fmt: skip


def incomplete(outcomes: Iterable[AccountOutcome]) -> list[AccountOutcome]:
    """Give the accounts whose absences mean nothing this run."""
    return [one for one in outcomes if not one.complete]

"""Pull: every page of every account into the index, and what an absence may mean afterwards.

Absence counts only after a complete pull. An account that failed, stopped half way, answered under another
identity, or came back empty or much smaller, proves nothing this run: what it did read still counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from syncd import log
from syncd.contract import ConnectorError, Problem, Unusable
from syncd.cycle.aside import side_by_side
from syncd.cycle.collecting import rare_collections
from syncd.cycle.progress import Step
from syncd.http import HALTED
from syncd.index import accounts as stored_accounts
from syncd.index import ledger, orders, reading, records, saving
from syncd.settings import seconds_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from syncd.contract import Connector, Page
    from syncd.cycle.app import App
    from syncd.model import RecordRef

SAVED_AT_ONCE = 2000
"""Records and documents in one transaction, unless a pull ends before, or reaches a place to go on from."""

SHRUNKEN_SHARE = 0.5
SHRUNKEN_COUNT = 10
"""An account that lost more than this many contacts, or documents, and more than this share is not believed."""


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
    """Pull all accounts (or only these) side by side: one that fails or hangs holds up no other.

    Each may take `account_limit`; one that does not even end then is left behind and counts as failed.
    """
    app.connect(only)
    outcomes = {name: AccountOutcome(name, one.connector) for name, one in app.settings.accounts.items()}
    pulls: dict[str, Callable[[], None]] = {}
    for name, outcome in outcomes.items():
        if only is not None and name not in only:
            outcome.outcome, outcome.code = "skipped", "not_asked"
            outcome.text = f"account {name} was not asked for"
        elif name in app.failures:
            _fail(outcome, app.failures[name])
        else:
            app.https[name].halt.limit(seconds_of(app.settings.service.account_limit))
            pulls[name] = partial(_pull_account, app, run, app.connectors[name], outcome)
    with rare_collections():
        hung = side_by_side(pulls, {name: app.https[name].halt for name in pulls})
    for name in pulls:
        if name in hung:
            # Whatever it still does, it does to the outcome that nobody looks at any more.
            outcomes[name] = _hung(outcomes[name])
        else:
            app.https[name].halt.limit(None)
    for outcome in outcomes.values():
        _tell(outcome)
    return outcomes


def _hung(outcome: AccountOutcome) -> AccountOutcome:
    text = f"account {outcome.name}: its connector hangs; it is left alone until syncd starts anew"
    return AccountOutcome(outcome.name, outcome.connector, "failed", "hung", text)


@dataclass
class _Read:
    """What this run of a pull read: how much of it for sure, and the references of what is `waiting`."""

    sure: int = 0
    waiting: set[str] = field(default_factory=set)

    def __len__(self) -> int:
        return self.sure + len(self.waiting)

    def add(self, new: set[str], *, sure: bool) -> None:
        """Add what this pull had not yet read for sure; when that is sure now, so is all that came before it."""
        self.waiting |= new
        if sure:
            self.sure, self.waiting = len(self), set()


@dataclass
class _Pull:
    """One pull under way, perhaps over several runs: `pull` is the name of the first of them.

    What an interrupted run read up to a place to go on from is not read again, so what the pull saw is what all of
    its runs saw. What came after that place waits: if it is still there, the next run reads it again.
    """

    run: str
    resumed: stored_accounts.Resume | None
    pull: str = ""
    full: bool = False
    gone: set[RecordRef] = field(default_factory=set)
    records: _Read = field(default_factory=_Read)
    documents: _Read = field(default_factory=_Read)
    problems: list[Problem] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    last: Page | None = None

    @property
    def unsaved(self) -> int:
        """Count the records and documents that are not yet in the index."""
        return sum(len(one.records) + len(one.documents) for one in self.pages)

    def __post_init__(self) -> None:
        self.pull = self.run
        if self.resumed is not None:
            self.pull, self.full = self.resumed.pull, self.resumed.full
            self.gone = {records.ref_from(text) for text in self.resumed.gone}

    def add(self, page: Page) -> stored_accounts.Resume | None:
        """Take a page into account. Gives where another run could go on from it; None when it is no such place."""
        if page.full and self.resumed is not None:
            # The connector could not go on from there and reads everything: this is a pull of its own.
            self.resumed, self.pull, self.gone = None, self.run, set()
        if self.resumed is None:
            self.full = page.full
        self.gone.difference_update(one.ref for one in page.records)
        self.gone.update(page.gone)
        self.problems += page.problems
        self.pages.append(page)
        self.last = page
        if page.cursor is None or page.complete or self.problems:
            return None
        gone = tuple(sorted(records.ref_text(one) for one in self.gone))
        return stored_accounts.Resume(page.cursor, page.identity, self.pull, self.full, gone)


def _pull_account(app: App, run: str, connector: Connector, outcome: AccountOutcome) -> None:
    began = app.now()
    with app.index.begin() as connection:
        known = stored_accounts.account_state(connection, outcome.name).identity
        cursor = stored_accounts.account_cursor(app.index, connection, outcome.name)
        resume = stored_accounts.resume_point(app.index, connection, outcome.name)
    if resume is not None:
        known, cursor = known or resume.identity, resume.cursor
    going, read = _Pull(run, resume), 0
    app.came(Step.READ, account=outcome.name)
    try:
        for page in connector.pull(cursor):
            app.https[outcome.name].halt.check()
            _require_identity(outcome.name, known, page.identity)
            place = going.add(page)
            read += len(page.records) + len(page.documents)
            app.came(Step.READ, read, account=outcome.name)
            if going.unsaved >= SAVED_AT_ONCE or place is not None:
                _save(app, outcome, going, place)
    except ConnectorError as error:
        _fail(outcome, error)
    _save(app, outcome, going, None)
    app.came(Step.READ, read, read, outcome.name)
    outcome.records, outcome.documents = len(going.records), len(going.documents)
    outcome.problems = tuple(going.problems)
    outcome.calls = app.calls(outcome.name)
    outcome.seconds = (app.now() - began).total_seconds()
    if outcome.code or going.last is None:
        return
    outcome.full = going.full
    if not going.last.complete or going.problems:
        first = going.problems[0] if going.problems else None
        outcome.code = first.code if first else "not_complete"
        outcome.text = first.text if first else f"account {outcome.name} did not list everything"
        return
    _finish(app, outcome, going, going.last)


def _finish(app: App, outcome: AccountOutcome, going: _Pull, last: Page) -> None:
    now = app.now()
    with app.index.begin() as connection:
        contacts, papers = _losses(connection, outcome.name, going)
        strange = [one for one in (contacts, papers) if not one.believed]
        lost = max((one.lost for one in strange), default=0)
        allowed = orders.allowance(
            connection, outcome.name, "absences", (now - timedelta(hours=24)).isoformat(timespec="seconds")
        )
        if allowed < lost:
            outcome.code = "shrunken"
            outcome.text = (
                f"account {outcome.name}: {', '.join(map(str, strange))}. "
                "Check its token and rights; if so many are really gone: "
                f"syncd queue approve --absences {outcome.name} --count {lost}"
            )
            for one in strange:
                ledger.append(
                    connection, now, "account.shrunken", account=outcome.name, what=one.what,
                    expected=one.expected, seen=one.seen,
                )  # fmt: skip
            # The next pull goes on where this one could, and looks at everything again that was not believed.
            return
        saving.seen_for_sure(connection, going.pull, going.records.waiting, going.documents.waiting)
        outcome.vanished = records.mark_gone(connection, going.gone)
        outcome.vanished += records.mark_unseen(connection, outcome.name, going.pull if going.full else None)
        stored_accounts.save_account(
            app.index,
            connection,
            outcome.name,
            outcome.connector,
            identity=last.identity,
            at=now.isoformat(timespec="seconds"),
            complete=True,
            contacts=contacts.seen,
            documents=reading.count_documents(connection, outcome.name),
            cursor=last.cursor,
        )
    outcome.outcome = "complete"


@dataclass(frozen=True)
class _Loss:
    """How many contacts, or documents, an account had, and how many of them it no longer shows."""

    what: str
    expected: int
    lost: int

    @property
    def seen(self) -> int:
        return self.expected - self.lost

    @property
    def believed(self) -> bool:
        """Tell whether so many may be gone. Without any contact an account is empty, however few they were."""
        if self.lost == self.expected and self.what == "contacts":
            return self.lost == 0
        return self.lost <= SHRUNKEN_COUNT or self.lost <= self.expected * SHRUNKEN_SHARE

    def __str__(self) -> str:
        return f"expected {self.expected} {self.what}, saw {self.seen}"


def _losses(connection: Connection, account: str, going: _Pull) -> tuple[_Loss, _Loss]:
    """Count what an account's contacts and documents lost: without its papers, a hold would be over."""
    pull = going.pull if going.full else None
    lost = reading.count_lost(connection, account, going.gone, pull=pull, waiting=going.records.waiting)
    papers = reading.count_lost_documents(
        connection, account, going.gone, pull=pull, waiting=going.documents.waiting
    )
    return (
        _Loss("contacts", reading.count_contacts(connection, account), lost),
        _Loss("documents", reading.count_documents(connection, account), papers),
    )


def _require_identity(account: str, pinned: str, answered: str) -> None:
    if pinned and answered and pinned != answered:
        raise Unusable(
            "wrong_identity",
            f"account {account}: another account of the vendor answered than the one pulled before; "
            "use the right token, or give this account a new name in the configuration",
        )


def _save(app: App, outcome: AccountOutcome, going: _Pull, place: stored_accounts.Resume | None) -> None:
    """Save what was read and not yet saved; with the place that its last page is, all of it was seen for sure."""
    pages, going.pages, sure = going.pages, [], place is not None
    with app.index.begin() as connection:
        at, keys = app.now().isoformat(timespec="microseconds"), app.index.keys
        seen = saving.Seen(going.pull, sure=sure)
        pulled = [one for page in pages for one in page.records]
        new = saving.save_records(connection, keys, pulled, seen=seen, at=at)
        papers = [one for page in pages for one in page.documents]
        new_papers = saving.save_documents(connection, keys, papers, seen=seen)
        if place is not None:
            saving.seen_for_sure(connection, going.pull, going.records.waiting, going.documents.waiting)
            stored_accounts.save_resume_point(app.index, connection, outcome.name, outcome.connector, place)
    going.records.add(new, sure=sure)
    going.documents.add(new_papers, sure=sure)


def _fail(outcome: AccountOutcome, error: ConnectorError) -> None:
    outcome.code, outcome.text = error.code, str(error)
    if error.code in {"budget", *HALTED}:
        outcome.text = f"account {outcome.name}: {error}; the next run goes on from here"
    else:
        outcome.outcome = "failed"


def _tell(outcome: AccountOutcome) -> None:
    say = log.logger()
    if outcome.outcome == "failed":
        say.error("account.failed", account=outcome.name, code=outcome.code, text=outcome.text)
    elif outcome.outcome != "skipped":
        say.info(
            "account.pulled", account=outcome.name, connector=outcome.connector, complete=outcome.complete,
            records=outcome.records, documents=outcome.documents, calls=outcome.calls, code=outcome.code,
        )  # fmt: skip

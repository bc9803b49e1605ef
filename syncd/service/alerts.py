"""Who is told what after a run, in the reader's language: each thing once, until it changes, and nothing personal.

What was told is remembered in the index, so that a restart tells nothing twice.
"""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from syncd import log
from syncd.contract import ConnectorError
from syncd.index import decisions, store
from syncd.model import subject_name
from syncd.report.attention import in_words
from syncd.report.language import Texts
from syncd.service import messengers
from syncd.settings import seconds_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection

    from syncd.cycle.app import App
    from syncd.cycle.run import Result
    from syncd.settings import Settings

TOLD, CHECKED = "alerts_told", "alerts_checked"
URGENT = frozenset(
    {
        "account_failed", "account_stopped", "brake", "waits_approval", "order_uncertain", "order_refused",
        "restored", "suspension_review", "decisions_differ",
    }
)  # fmt: skip
"""Codes of a report's lines that nobody should have to look for. An incomplete account mends itself, or its
subjects become flagged."""


@dataclass(frozen=True)
class Alert:
    """One thing to tell: told again only when `key` is new. `code` is for programs; `text` names nobody."""

    key: str
    code: str
    text: str


class Alerts:
    """Tells people what a run found, and the heartbeat that there was one."""

    def __init__(self, settings: Settings, environment: Mapping[str, str]) -> None:
        self._settings = settings
        self._environment = environment
        self._texts = Texts(
            settings.service.language, {name: one.connector for name, one in settings.accounts.items()}
        )

    def after(self, app: App, result: Result) -> None:
        """Tell what is new after a run, then that the run was."""
        with app.index.begin() as connection:
            alerts = list(found(connection, result, self._settings, self._texts))
        alerts += self._checked(app, result)
        with app.index.begin() as connection:
            told = set(json.loads(store.remembered(connection, TOLD) or "[]"))
        new = [one for one in alerts if one.key not in told]
        if new and not self._tell(new, result.ledger_head):
            # Nobody was reached: tried again after the next run.
            alerts = [one for one in alerts if one.key in told]
        with app.index.begin() as connection:
            store.remember(connection, TOLD, json.dumps(sorted(one.key for one in alerts)))
        self._beat()

    def failed(self, error: Exception) -> None:
        """Tell that a run ended in a fault; its message may hold personal data, so only its type is shown."""
        text = self._texts("alert.failed", fault=type(error).__name__)
        self._tell([Alert("run_failed", "run_failed", text)], self._texts("alert.no_head"))

    def _tell(self, alerts: list[Alert], head: str) -> bool:
        """Give whether somebody was told; with nobody to tell, the log is all there is."""
        texts = self._texts
        title = texts("alert.title", host=socket.gethostname())
        message = messengers.Message(
            title=title,
            subject=texts.count("alert.subject", len(alerts), title=title),
            lines=tuple(one.text for one in alerts),
            codes=tuple(one.code for one in alerts),
            closing=(texts("alert.head", head=head), texts("alert.more")),
            ledger_head=head,
        )
        sent = [self._sent(name, deliver, message) for name, deliver in messengers.configured(self._settings)]
        return any(sent) or not sent

    def _sent(self, name: str, deliver: messengers.Deliver, message: messengers.Message) -> bool:
        try:
            deliver(message)
        except messengers.UndeliveredError as error:
            log.logger().error("alert.failed", kind=name, code=error.code)
            return False
        log.logger().info("alert.sent", kind=name, count=len(message.lines))
        return True

    def _beat(self) -> None:
        address = self._settings.alerts.heartbeat.get_secret_value()
        if address:
            try:
                messengers.beat(address)
            except messengers.UndeliveredError as error:
                log.logger().error("alert.failed", kind="heartbeat", code=error.code)

    def _checked(self, app: App, result: Result) -> Iterator[Alert]:
        """Ask each account once a day for what runs out: tokens, rights, limits. In between, as it was."""
        today = str(app.now().astimezone(UTC).date())
        with app.index.begin() as connection:
            known = json.loads(store.remembered(connection, CHECKED) or "{}")
        if known.get("on") != today:
            known = {"on": today, "found": [list(one) for one in _asked(app, result)]}
            with app.index.begin() as connection:
                store.remember(connection, CHECKED, json.dumps(known))
        for account, code, text in known["found"]:
            said = self._texts("alert.check", account=account, text=self._texts.fault(account, code, text))
            yield Alert(f"check:{account}:{code}", code, said)


def _asked(app: App, result: Result) -> Iterator[tuple[str, str, str]]:
    for name, connector in app.connectors.items():
        if not result.accounts[name].complete:
            continue
        try:
            for one in connector.check():
                if one.level != "ok":
                    yield name, one.code, f"{one.text}: {one.remedy}" if one.remedy else one.text
        except ConnectorError:
            continue  # the next run says what is wrong with the account


def found(connection: Connection, result: Result, settings: Settings, texts: Texts) -> Iterator[Alert]:
    """Work out what a run has to tell: what its report calls urgent, what is late, and which holds end."""
    for one in result.attention:
        if one.code in URGENT:
            where = " ".join(filter(None, (one.account, one.subject)))
            text = ": ".join(filter(None, (texts.word("attention", one.code), where, in_words(one, texts))))
            key = f"{one.code}:{one.account}:{one.subject}:{_changes(one.code, one.text)}"
            yield Alert(key, one.code, text)
    late = result.as_of - timedelta(seconds=seconds_of(settings.alerts.flagged_for))
    soon = result.as_of + timedelta(seconds=seconds_of(settings.alerts.hold_ends_in))
    for number, since in decisions.flagged_since(connection, late).items():
        name = subject_name(number)
        text = texts("alert.flagged", subject=name, day=texts.short(since))
        yield Alert(f"flagged:{name}:{since}", "flagged", text)
    for number, until in decisions.holds_ending(connection, result.as_of, soon).items():
        name = subject_name(number)
        text = texts("alert.hold_ends", subject=name, day=texts.short(until))
        yield Alert(f"hold_ends:{name}:{until}", "hold_ends", text)


def _changes(code: str, text: str) -> str:
    """Give what makes the same code news again: for an account that failed, how it failed."""
    return text if code in {"account_failed", "account_stopped", "order_refused", "order_uncertain"} else ""

"""`syncd queue review`: what waits, one subject after the other, with a question each."""

from __future__ import annotations

import sys
from datetime import date
from itertools import groupby
from typing import Annotated

import typer
from rich.text import Text

from syncd.cli import common
from syncd.cli.queue_decide import SENT_BY, waiting
from syncd.cycle import approval
from syncd.cycle.app import App
from syncd.cycle.decide import Judged
from syncd.cycle.review import current
from syncd.index import reading
from syncd.index.orders import StoredOrder
from syncd.model import subject_name
from syncd.report.language import ScreenTexts
from syncd.report.words import because, counted, ended_on, printable, who

HELP = "a approve · r DATE REASON reject until then · s skip · q quit"
_TEXTS = ScreenTexts("en")


def review(
    config: common.ConfigOption = None,
    account: common.OnlyAccountOption = None,
    names: Annotated[bool, typer.Option("--names", help="Also say who it is about.")] = False,
    by: common.ByOption = None,
) -> None:
    """Walk through what waits, one subject at a time. Approve, reject, skip or quit."""
    with common.opened(config) as app:
        common.choose("--account", account, app.settings.accounts)
        chosen = [one for one in waiting(app) if account in {None, one.order.ref.account}]
        chosen.sort(key=lambda one: one.subject)
        walk = _Walk(app, common.person(by), names=names)
        walk.through([(number, list(some)) for number, some in groupby(chosen, key=lambda one: one.subject)])
    common.show(
        f"{counted(walk.approved, 'order')} approved, {walk.rejected} rejected, {walk.left} left as they were"
        + (f"; what was approved is sent by `{SENT_BY}`" if walk.approved else "")
    )


class _Walk:
    """One walk through the queue, with what came of it."""

    def __init__(self, app: App, by: str, *, names: bool) -> None:
        self._app = app
        self._by = by
        self._names = names
        self._judged = current(app).judged
        self.approved = self.rejected = self.left = 0

    def through(self, groups: list[tuple[int, list[StoredOrder]]]) -> None:
        if groups:
            common.show(HELP)
        for place, (number, some) in enumerate(groups, start=1):
            self._show(f"{place} of {len(groups)}", number, some)
            if not self._decide(some):
                self.left += sum(len(rest) for _number, rest in groups[place - 1 :])
                return

    def _show(self, place: str, number: int, some: list[StoredOrder]) -> None:
        judged = self._judged.get(number)
        why = f": {_why(judged, some)}" if judged else ""
        common.show(f"\n{subject_name(number)} ({place}){why}")
        for one in some:
            late = ", late" if one.late else ""
            common.show(
                Text(f"  {one.id}  {one.order.action.value} {one.order.ref}, {one.order.erase_on}{late}")
            )
            if self._names and (named := self._named(one)):
                common.show(Text(f"            {printable(named)}"))

    def _named(self, one: StoredOrder) -> str:
        with self._app.index.begin() as connection:
            record = reading.one_record(connection, self._app.index.keys, one.order.ref)
        return who(record) if record else ""

    def _decide(self, some: list[StoredOrder]) -> bool:
        """Ask until the answer is one, and do it; gives False when the walk is over."""
        while True:
            words = _answer()
            try:
                match words:
                    case ["a"]:
                        approval.approve_together(self._app, some, self._by, "single")
                        self.approved += len(some)
                    case ["r", day, reason]:
                        until = date.fromisoformat(day)
                        for one in some:
                            approval.reject(self._app, one, self._by, until, reason)
                        self.rejected += len(some)
                    case ["s"]:
                        self.left += len(some)
                    case ["q"]:
                        return False
                    case _:
                        common.show(f"{HELP}; reasons: {', '.join(approval.REASONS)}")
                        continue
            except ValueError:
                common.show("write the day as 2027-01-31")
                continue
            except approval.CannotDecideError as error:
                common.show(str(error))
                continue
            return True


def _why(judged: Judged, some: list[StoredOrder]) -> str:
    """Say why something of this subject goes; what the law keeps of it is no reason for that, and is said apart."""
    if all(one.for_withdrawn_consent for one in some):
        return _TEXTS("certificate.withdrawn")
    ended = ended_on(judged)
    why = f"the relationship ended on {ended}" if ended else because(judged)
    return f"{why}; a part stays until {judged.decision.hold_until}" if judged.decision.partial else why


def _answer() -> list[str]:
    """Read one answer; the end of the input, from a pipe or Ctrl-D, quits."""
    sys.stdout.write("> ")
    sys.stdout.flush()
    line = sys.stdin.readline()
    if not sys.stdin.isatty():
        sys.stdout.write(line if line.endswith("\n") else line + "\n")
    return line.split() if line else ["q"]

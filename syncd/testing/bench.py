"""What the conformance suite works with: a connector at a served sandbox, and the hooks of its author."""

from __future__ import annotations

from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from syncd.contract import Rate
from syncd.http import Budget, Http
from syncd.model import Action, Order
from syncd.testing.evidence import altered, must, without
from syncd.testing.faults import PAGING, answer
from syncd.testing.sandbox import serve

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from syncd.contract import Capability, CategoryFields, Connector, Page, Plugin
    from syncd.model import Record, RecordRef
    from syncd.testing.faults import Fault
    from syncd.testing.sandbox import Sandbox


_FAR = 1_000_000
"""Far enough from a vendor's number that no other record of a sandbox has it: many count one by one."""


@dataclass(frozen=True)
class Bench:
    """A connector at work on a served sandbox."""

    connector: Connector
    sandbox: Sandbox

    def pull(self) -> list[Page]:
        """Read everything."""
        return list(self.connector.pull(None))

    def records(self) -> list[Record]:
        """Read everything and give its records."""
        return [record for page in self.pull() for record in page.records]

    def writes(self) -> int:
        """Count the requests so far that were meant to change something."""
        return sum(1 for request in self.sandbox.requests if self.sandbox.wrote(request))

    def must_not_have_written(self) -> None:
        """Fail the test where a request was meant to change something, and say which, and what to do."""
        sent = sorted({one.method for one in self.sandbox.requests if self.sandbox.wrote(one)})
        must(
            not sent,
            f"a write was sent ({', '.join(sent)}); where this only reads at your vendor, "
            "tell the sandbox: Sandbox(…, reads=…)",
        )

    def state(self) -> Any:
        """Give a copy of everything that the service holds now."""
        return deepcopy(self.sandbox.state.snapshot())

    def declared(self, kind: str) -> list[Capability]:
        """Give what can be done to records of a kind."""
        return [one for one in self.connector.capabilities if one.kind == kind]

    def order(self, record: Record, action: Action) -> Order:
        """Make the order that the engine would: an erasure of the whole record, else of what can be taken."""
        takes = [one.categories for one in self.declared(record.ref.kind) if one.action is action]
        some = record.categories & frozenset().union(*takes)
        return Order(
            id="conformance-1",
            ref=record.ref,
            action=action,
            categories=record.categories if action is Action.ERASE else some,
            erase_on=date(2026, 1, 31),
            version=record.version,
            digest="0" * 64,
            parent=record.parent,
        )


class ConnectorBench:
    """Makes benches for one plugin. `plugin` is yours; the other attributes have defaults that fit most vendors.

    `account` is the account's name. `id_fields` are the fields under which your sandbox's state holds a
    record's key. `throttled` is how your vendor throttles, `refusals` how it says no to a write: add an error
    with status 200 where it has that. `paging` are the parameters that name a page, in the query or in a JSON
    body.
    """

    plugin: Plugin[Any]
    account = "account"
    id_fields: tuple[str, ...] = ("id",)
    throttled: Fault = answer(429)
    refusals: tuple[Fault, ...] = tuple(answer(status, b"{}") for status in (400, 401, 403, 409, 422))
    paging: Collection[str] = PAGING

    def make_sandbox(self) -> Sandbox:
        """Give a freshly seeded sandbox, the same each time."""
        raise NotImplementedError

    def settings(self, address: str, sandbox: Sandbox) -> dict[str, Any]:
        """Give the account's configuration for the sandbox served at `address`."""
        return {"connector": self.plugin.name, "base_url": address, **sandbox.credentials}

    def wrong_credentials(self, sandbox: Sandbox) -> dict[str, str]:
        """Give credentials of the right form that the sandbox does not know."""
        return {name: altered(value) for name, value in sandbox.credentials.items()}

    def absent(self, record: Record) -> RecordRef:
        """Give a reference of the same kind and form to a record that does not exist."""
        key = record.ref.key
        return replace(record.ref, key=str(int(key) + _FAR) if key.isdecimal() else altered(key))

    def bystanders(self, snapshot: Any, ref: RecordRef) -> Any:
        """Give the state without what belongs to the record itself: none of the rest may change.

        Leave out, too, what your vendor changes at every write by its nature (a counter, an activity list).
        """
        return without(snapshot, ref.key, self.id_fields)

    def target(self, capability: Capability, pages: Iterable[Page]) -> Record:
        """Choose the record to try a capability on."""
        pages = list(pages)
        records = [record for page in pages for record in page.records]
        documented = {document.of for page in pages for document in page.documents}
        parents = {record.parent for record in records}
        for record in records:
            fits = record.ref.kind == capability.kind and bool(record.categories & capability.categories)
            whole = capability.action is not Action.ERASE or record.categories <= capability.categories
            free = not capability.exclusive_of_documents or record.ref not in documented
            if fits and whole and free and record.ref not in parents and not record.restricted:
                return record
        raise AssertionError(
            f"seed the sandbox with a record to {capability.action} of kind {capability.kind}"
        )

    @contextmanager
    def bench(
        self,
        sandbox: Sandbox | None = None,
        *,
        credentials: dict[str, str] | None = None,
        at_most: int = 1_000_000,
    ) -> Iterator[Bench]:
        """Serve a sandbox and connect to it for `at_most` requests, without waiting where it asks to wait."""
        sandbox = sandbox or self.make_sandbox()
        with serve(sandbox) as address:
            given = self.settings(address, sandbox) | (credentials or {})
            settings = self.plugin.settings.model_validate(given)
            base_url = self.plugin.base_url(settings)
            budget = Budget(Rate(at_most, 86_400), sleep=_at_once)
            with Http(base_url, account=self.account, budget=budget, deadline=10, sleep=_at_once) as http:
                yield Bench(self.plugin.connect(self.account, settings, http), sandbox)

    def fields(self) -> tuple[CategoryFields, ...]:
        """Give in which of the vendor's fields the plugin says that the categories are."""
        sandbox = self.make_sandbox()
        settings = self.plugin.settings.model_validate(self.settings("http://127.0.0.1:1", sandbox))
        return tuple(self.plugin.fields(settings))

    def capabilities(self) -> list[Capability]:
        """Give everything that the connector declares."""
        with self.bench() as bench:
            return sorted(bench.connector.capabilities, key=lambda one: (one.kind, one.action))


def _at_once(_seconds: float) -> None:
    """Wait for nothing: the suite shows what is sent, not how long it takes."""

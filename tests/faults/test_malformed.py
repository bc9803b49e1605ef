"""Answers that make no sense, through pull, probe and dispose of each connector over real HTTP.

Each trial is a fresh connector, on a connection that others had before, at a small sandbox that answers truly but
for a share of its answers, in which one thing is wrong. Whatever it is: one of the five errors, or a page with
problems; no write on another record; nobody gone.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from syncd.contract import ConnectorError
from syncd.http import Budget, Http
from syncd.model import Action, Effect, PresenceState
from syncd.testing.bench import Bench
from syncd.testing.evidence import difference
from syncd.testing.sandbox import serve
from tests.connectors.mailchimp import test_mailchimp_conformance as mailchimp
from tests.connectors.moneybird import test_moneybird_conformance as moneybird
from tests.connectors.podio import test_podio_conformance as podio
from tests.faults.mangling import ABSENT, EMPTYING, PLANTED, Mangler, Setting

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Receive, Scope, Send

    from syncd.contract import Capability, Page
    from syncd.model import Record, RecordRef
    from syncd.testing.sandbox import Sandbox

MAKERS: dict[str, Callable[[], Any]] = {
    "moneybird": moneybird.TestConformance,
    "podio": podio.TestConformance,
    "mailchimp": mailchimp.TestConformanceWithPhoneContacts,
}
NAMING = ("another's answer", ABSENT, " at id", "_id", " at email_address", " at []", " at contact", "twice")
"""Ends of changes after which an answer is as good as another true one: a record goes by another id (who buys in a
shop, by another address), or is not listed. Nobody can tell that one from a service in which it is so."""

LOOKED_FOR = {"file", "comment", "task"}
"""What hangs on an item of Podio: each is looked at before it counts as gone, and before its item goes."""

FEW, SOME, MANY = 200, 10_000, 34_000
"""Wrong answers for each connector."""

SIZES = {"moneybird": 28, "podio": 12, "mailchimp": 12}
"""Subjects in a service: a trial costs as much as its service is large, and here is one of every kind."""


@dataclass
class Trials:
    """One connector's trials on a service that is made anew after each write."""

    maker: Any
    sandbox: Sandbox = field(init=False)
    cursor: str | None = field(init=False)
    refs: frozenset[RecordRef] = field(init=False)
    targets: list[tuple[Capability, Record]] = field(init=False)
    wrong: list[str] = field(default_factory=list)
    given: int = 0
    _rest: dict[RecordRef, Any] = field(default_factory=dict)
    _http: Http | None = None  # one connection for all: what an answer did to it must not outlive its trial

    def __post_init__(self) -> None:
        self.maker.size = SIZES[self.maker.plugin.name]
        self.sandbox = self.maker.make_sandbox()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the sandbox of the moment."""
        await self.sandbox(scope, receive, send)

    def learn(self, address: str) -> None:
        """Take down what a true answer says, and how the service is before any write."""
        bench = self._bench(address)
        pages = bench.pull()
        self.cursor = pages[-1].cursor
        self.refs = frozenset(one.ref for page in pages for one in page.records)
        self.targets = [
            (one, self.maker.target(one, pages))
            for one in sorted(bench.connector.capabilities, key=lambda one: (one.kind, one.action))
        ]
        whole = bench.state()
        self._rest = {one.ref: self.maker.bystanders(whole, one.ref) for _to, one in self.targets}

    def play(self, payloads: int) -> None:
        """Give so many wrong answers, and note everything that should not have come of them."""
        with serve(self) as address:
            self.learn(address)
            number = 0
            while self.given < payloads:
                number += 1
                self._trial(number, address)

    def _bench(self, address: str) -> Bench:
        settings = self.maker.plugin.settings.model_validate(self.maker.settings(address, self.sandbox))
        if self._http is None:
            base_url = self.maker.plugin.base_url(settings)
            self._http = Http(base_url, account=self.maker.account, deadline=10, sleep=lambda _seconds: None)
        self._http.budget = Budget(None, sleep=lambda _seconds: None)
        return Bench(self.maker.plugin.connect(self.maker.account, settings, self._http), self.sandbox)

    def try_each(self, mangler: Mangler, address: str) -> None:
        """Pull, then look at and order everything that can be, with each answer changed that fits."""
        for act in (
            self._pull,
            self._go_on,
            *(self._probe for _ in range(20)),
            *(self._dispose for _ in range(20)),
        ):
            self._once(0, act, mangler, address)

    def _trial(self, number: int, address: str) -> None:
        chance = random.Random(number)  # noqa: S311 - repeatable trials, no secret
        act = chance.choice((self._pull, self._go_on, self._probe, self._probe, self._dispose, self._dispose))
        self._once(number, act, Mangler(chance, 0.2 if act in {self._pull, self._go_on} else 0.3), address)

    def _once(self, number: int, act: Callable[..., list[str]], mangler: Mangler, address: str) -> None:
        chance = mangler.chance
        self.sandbox.requests.clear()
        self.sandbox.faults.inject(mangler.fault(), times=None)
        bench = self._bench(address)
        try:
            said = act(bench, chance, mangler)
        except ConnectorError as error:
            carried = repr([error, error.__cause__, error.__context__])
            named = any(how.endswith(NAMING) for how, _what in mangler.done)  # the vendor's ids may be shown
            said = ["shows a person"] if PLANTED in carried and not named else []
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            said = [f"{type(error).__name__} at {_place(error)}"]
        self.sandbox.faults.clear()
        self.given += len(mangler.done)
        self.wrong += [f"{act.__name__[1:]} {number}: {one} after {mangler.done}" for one in said]

    def _pull(self, bench: Bench, _chance: random.Random, mangler: Mangler) -> list[str]:
        return self._read(bench.pull(), mangler)

    def _go_on(self, bench: Bench, _chance: random.Random, mangler: Mangler) -> list[str]:
        return self._read(list(bench.connector.pull(self.cursor)), mangler)

    def _read(self, pages: list[Page], mangler: Mangler) -> list[str]:
        # By key, whatever the kind: who may have bought is no plain customer any more.
        read = {(one.ref.key, one.ref.within) for page in pages for one in page.records}
        unread = {one for one in self.refs if (one.key, one.within) not in read}
        gone = unread.intersection(*(page.gone for page in pages[-1:]))
        missing = {one for one in unread if one.kind not in LOOKED_FOR}
        emptied = any(how in EMPTYING or how.endswith(NAMING) for how, _what in mangler.done)
        said = [f"{len(gone)} gone"] if pages and gone and not emptied else []
        if pages and pages[-1].complete and pages[-1].full and missing and not emptied:
            said.append(f"complete without {len(missing)} ({min(one.kind for one in missing)})")
        if any(PLANTED in one.text for page in pages for one in page.problems):
            said.append("a problem shows a person")
        return said

    def _probe(self, bench: Bench, chance: random.Random, mangler: Mangler) -> list[str]:
        ref = chance.choice(sorted(self.refs, key=str))
        seen = bench.connector.probe(ref, documents=chance.random() < 0.5)
        # What hangs on a contact of Moneybird is listed there and has no address of its own.
        unlisted = ref.kind in {"contact_person", "note"} and any(
            how in EMPTYING or how.endswith(NAMING) for how, _what in mangler.done
        )
        excused = unlisted or any(how == ABSENT for how, _what in mangler.done)
        return [f"a {ref.kind} is absent"] if seen.state is PresenceState.ABSENT and not excused else []

    def _dispose(self, bench: Bench, chance: random.Random, mangler: Mangler) -> list[str]:
        capability, record = chance.choice(self.targets)
        order = bench.order(record, capability.action)
        try:
            receipt = bench.connector.dispose(order)
        finally:
            wrote, changed = bench.writes(), ""
            if wrote:  # the service is as it was made until then, whatever it was asked
                after = self.maker.bystanders(bench.sandbox.state.snapshot(), record.ref)
                changed = difference(self._rest[record.ref], after)
                self.sandbox = self.maker.make_sandbox()
            self.wrong += [f"{order.action} of a {record.ref.kind} changed {changed}"] if changed else []
        said = []
        if wrote > 1:
            said.append(f"{wrote} writes")
        named = any(how.endswith(NAMING) for how, _what in mangler.done)
        if not wrote and not named and (receipt.effect is Effect.DONE or order.action is Action.ERASE):
            said.append(f"{receipt.effect} without a write")
        return said


def _place(error: Exception) -> str:
    step, inmost = error.__traceback__, ""
    while step is not None:
        name = str(step.tb_frame.f_globals.get("__name__"))
        inmost = f"{name}:{step.tb_lineno}" if name.startswith(("connectors", "syncd")) else inmost
        step = step.tb_next
    return inmost


def _played(name: str, payloads: int) -> Trials:
    trials = Trials(MAKERS[name]())
    trials.play(payloads)
    return trials


@pytest.mark.parametrize("name", MAKERS)
def test_whatever_a_service_answers_nobody_is_gone_and_nothing_else_is_written(name: str) -> None:
    trials = _played(name, FEW)
    assert trials.wrong == []
    assert trials.given >= FEW


MENDED = [
    ("moneybird", "*/contacts/*", "contact_people", PLANTED),
    ("moneybird", "*/contacts/*", "contact_people", None),
    ("moneybird", "*/contacts/*", "notes", PLANTED),
    ("moneybird", "*/sales_invoices/*", "payments", PLANTED),
    ("moneybird", "*/recurring_sales_invoices/*", "details", PLANTED),
    ("podio", "/app/*", "settings", True),
    ("podio", "/app/*", "rights", -1),
    ("podio", "/item/*", "files", 0.5),
    ("podio", "/item/*", "fields", 0.5),
    ("podio", "/task/*", "files", True),
    ("mailchimp", "*/stores", "list_id", None),
    ("mailchimp", "*/stores/*", "list_id", "\ud800"),
    ("mailchimp", "*/contacts/*", "id", None),
    ("mailchimp", "*/members/*", "contact_id", None),
    ("moneybird", "*/contacts/*", "custom_fields", 0.5),
    ("podio", "/item/*/reference/", "items", 0.5),
    ("podio", "/file/*", "created_on", [PLANTED]),
    ("mailchimp", "*/audiences/*/contacts", "contacts", None),
    ("mailchimp", "*/customers", "customers", None),
    ("podio", "/app/*", "type", PLANTED),
    ("mailchimp", "*/customers/*", "id", "0000-00-00"),
    ("mailchimp", "*/members/*", "email_address", PLANTED),
    ("mailchimp", "*/members/*", "email_address", None),
    ("mailchimp", "*/customers", "email_address", None),
    ("mailchimp", "*/customers", "email_address", "\ud800"),
]
"""What once was a crash or an absence, each at its place: connector, path, name and value."""


@pytest.mark.parametrize(("name", "path", "key", "value"), MENDED)
def test_what_was_mended_stays_mended(name: str, path: str, key: str, value: object) -> None:
    trials = Trials(MAKERS[name]())
    with serve(trials) as address:
        trials.learn(address)
        mangler = Setting(random.Random(1), 1, path=path, key=key, value=value)  # noqa: S311 - repeatable
        trials.try_each(mangler, address)
    assert trials.wrong == []
    assert mangler.done


@pytest.mark.parametrize(
    "payloads", [pytest.param(SOME, marks=pytest.mark.ci), pytest.param(MANY, marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("name", MAKERS)
def test_whatever_a_service_answers_tens_of_thousands_of_times(name: str, payloads: int) -> None:
    assert _played(name, payloads).wrong == []

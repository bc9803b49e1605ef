"""The conformance suite: what every connector must do, shown on its own sandbox over real HTTP.

Subclass it in your tests, name your plugin and make your sandbox:

    class TestConformance(ConnectorConformance):
        plugin = plugin

        def make_sandbox(self):
            return plugin.sandbox(world, Faults())

The sandbox must hold, for each capability, a record that it can be tried on: with the capability's categories,
without children and, where documents would keep it, without documents. Override the hooks where your vendor
is different; each says what it must give.
"""

from __future__ import annotations

from dataclasses import replace

from syncd.contract import Refused, Stale, Transient, Uncertain, Unusable
from syncd.model import Action, Effect
from syncd.testing.conformance_looking import LookingConformance
from syncd.testing.evidence import (
    difference,
    error_of,
    findings_of,
    must,
    one_per_kind,
    outcome,
    read_on,
    shows,
    wanted,
)
from syncd.testing.faults import answer, answer_after, answer_lost, any_read, any_write

_SIGNED_OUT = answer(401).name
"""Also what a token that ended between look and write gets: a new one may do it next time."""


class ConnectorConformance(LookingConformance):
    """The suite: every method is one promise of the contract, and says what damage it prevents."""

    # --- writing --------------------------------------------------------------------------------------------

    def test_each_capability_has_its_effect_and_touches_nothing_else(self) -> None:
        """One write, an effect that a second look finds, and every other record as it was.

        This is the damage itself: another person's record erased, or a person's merely hidden and called erased.
        """
        for capability in self.capabilities():
            with self.bench() as bench:
                record = self.target(capability, bench.pull())
                before = self.bystanders(bench.state(), record.ref)
                order = bench.order(record, capability.action)
                receipt = bench.connector.dispose(order)
                what = f"{capability.action} of a {capability.kind}"
                must(receipt.order_id == order.id, f"{what}: the receipt is another order's")
                must(receipt.effect is Effect.DONE, f"{what}: {receipt.effect}")
                must(bench.writes() == 1, f"{what}: {bench.writes()} writes for one order")
                must(
                    shows(bench.connector.probe(record.ref), order),
                    f"{what}: a second look does not find it",
                )
                after = self.bystanders(bench.state(), record.ref)
                must(after == before, f"{what}: something else changed: {difference(before, after)}")

    def test_an_order_carried_out_twice_writes_once(self) -> None:
        """Where the effect is already there, nothing is sent, and the receipt says so.

        A second deletion may hit what came in the place of the first: a restored record, a new one with its id.
        """
        for capability in self.capabilities():
            with self.bench() as bench:
                record = self.target(capability, bench.pull())
                order = bench.order(record, capability.action)
                bench.connector.dispose(order)
                now = bench.connector.probe(record.ref)
                receipt = bench.connector.dispose(replace(order, version=now.version or order.version))
                what = f"{capability.action} of a {capability.kind}"
                must(bench.writes() == 1, f"{what}: the second order was sent")
                must(receipt.effect is Effect.ALREADY, f"{what}: the second order is {receipt.effect}")

    def test_an_undeclared_action_is_refused_without_a_request(self) -> None:
        """What is not declared does not reach the vendor, not even as a question.

        An action or a kind of record that nobody thought through is not tried out on somebody's data.
        """
        with self.bench() as bench:
            for record in one_per_kind(bench.records()):
                declared = {one.action for one in bench.declared(record.ref.kind)}
                strange = replace(record, ref=replace(record.ref, kind="no_such_kind"))
                tried = [bench.order(record, action) for action in Action if action not in declared]
                for order in [*tried, bench.order(strange, Action.ERASE)]:
                    requests = len(bench.sandbox.requests)
                    error = error_of(bench.connector.dispose, order)
                    must(
                        isinstance(error, Refused),
                        f"{order.action} of a {order.ref.kind}: {wanted(Refused, error)}",
                    )
                    must(len(bench.sandbox.requests) == requests, "a request was sent for it")

    def test_an_order_on_another_version_is_stale_and_writes_nothing(self) -> None:
        """The record changed since the decision: it is decided again, not written to.

        Between decision and write the relationship may have been resumed, or the record given to somebody else.
        """
        for capability in self.capabilities():
            with self.bench() as bench:
                record = self.target(capability, bench.pull())
                order = replace(bench.order(record, capability.action), version="another-version")
                error = error_of(bench.connector.dispose, order)
                must(
                    isinstance(error, Stale),
                    f"{capability.action} of a {capability.kind}: {wanted(Stale, error)}",
                )
                bench.must_not_have_written()

    def test_a_write_without_a_good_answer_is_uncertain_and_sent_once(self) -> None:
        """Whatever the service did: the connector does not guess, and a probe tells what became of it.

        A write that is sent again because its answer was lost is a second deletion of what may be another record.
        """
        for capability in self.capabilities():
            for fault, done in ((answer(502), False), (answer_after(500), True), (answer_lost(), True)):
                with self.bench() as bench:
                    record = self.target(capability, bench.pull())
                    order = bench.order(record, capability.action)
                    bench.sandbox.faults.inject(fault, when=any_write, times=None)
                    error = error_of(bench.connector.dispose, order)
                    what = f"{capability.action} of a {capability.kind} with {fault.name}"
                    must(isinstance(error, Uncertain), f"{what}: {wanted(Uncertain, error)}")
                    must(bench.writes() == 1, f"{what}: {bench.writes()} writes")
                    must(
                        shows(bench.connector.probe(record.ref), order) is done,
                        f"{what}: a probe does not tell",
                    )

    def test_a_throttled_write_is_transient_and_changes_nothing(self) -> None:
        """The vendor did not take it, so it can be sent again later; the connector does not do that itself.

        A connector that waits and sends holds the whole run, and sends past the brake and past a new decision.
        """
        for capability in self.capabilities():
            with self.bench() as bench:
                record = self.target(capability, bench.pull())
                before = bench.sandbox.digest()
                bench.sandbox.faults.inject(self.throttled, when=any_write, times=None)
                order = bench.order(record, capability.action)
                error = error_of(bench.connector.dispose, order)
                must(
                    isinstance(error, Transient),
                    f"{capability.action} of a {capability.kind}: {wanted(Transient, error)}",
                )
                must(bench.writes() == 1, "it was sent again")
                must(bench.sandbox.digest() == before, "it changed something")

    def test_a_refused_write_is_no_success(self) -> None:
        """What the vendor did not do is no `DONE`, however it says so.

        Else a receipt stands for nothing, and nobody is told that the right to delete is missing.
        """
        for capability in self.capabilities():
            with self.bench() as bench:
                order = bench.order(self.target(capability, bench.pull()), capability.action)
                for sent, refusal in enumerate(self.refusals, start=1):
                    bench.sandbox.faults.clear()
                    bench.sandbox.faults.inject(refusal, when=any_write, times=None)
                    effect, error = outcome(bench.connector.dispose, order)
                    what = f"{capability.action} of a {capability.kind} with {refusal.name}"
                    must(effect is not Effect.DONE, f"{what}: the receipt says done")
                    lasting = not isinstance(error, Transient) or refusal.name == _SIGNED_OUT
                    must(lasting, f"{what}: Transient would send it again every night")
                    must(bench.writes() == sent, f"{what}: {bench.writes() - sent + 1} writes")

    # --- rights ---------------------------------------------------------------------------------------------

    def test_unknown_credentials_make_the_account_unusable(self) -> None:
        """An account that cannot look proves no absence and sends no write.

        A revoked token must not pass for an erased account: everything in it would be reported as gone.
        """
        with self.bench() as bench:
            records = one_per_kind(bench.records())
        sandbox = self.make_sandbox()
        with self.bench(sandbox, credentials=self.wrong_credentials(sandbox)) as bench:
            before = sandbox.digest()
            findings, error = findings_of(bench.connector)
            said = any(one.level == "error" for one in findings) or isinstance(error, Unusable)
            must(said, "check() finds no error with wrong credentials")
            pages, error = read_on(bench.connector.pull(None))
            must(isinstance(error, Unusable), f"a pull with wrong credentials: {wanted(Unusable, error)}")
            must(
                not any(page.complete or page.records for page in pages), "a pull without rights gives pages"
            )
            for record in records:
                error = error_of(bench.connector.probe, record.ref)
                must(
                    isinstance(error, Unusable), f"a probe with wrong credentials: {wanted(Unusable, error)}"
                )
            bench.must_not_have_written()
            must(sandbox.digest() == before, "something changed")

    def test_a_lost_scope_proves_no_absence(self) -> None:
        """When looking is no longer allowed, a record is not gone: the account is unusable.

        Some vendors say 404 for what one may not see: a probe proves first that the account can see anything.
        Else an erasure that never happened is certified as verified.
        """
        for status in (401, 403, 404):
            with self.bench() as bench:
                targets = [
                    (self.target(one, bench.pull()), one.action) for one in bench.connector.capabilities
                ]
                bench.sandbox.faults.inject(answer(status, b"{}"), when=any_read, times=None)
                for record, action in targets:
                    error = error_of(bench.connector.probe, record.ref)
                    must(
                        isinstance(error, Unusable),
                        f"a probe whose reads get {status}: {wanted(Unusable, error)}",
                    )
                    error = error_of(bench.connector.dispose, bench.order(record, action))
                    must(
                        isinstance(error, Unusable),
                        f"{action} whose reads get {status}: {wanted(Unusable, error)}",
                    )
                bench.must_not_have_written()

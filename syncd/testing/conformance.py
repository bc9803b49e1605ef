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

from syncd.contract import CONTRACT_VERSION, Refused, Stale, Transient, Uncertain, Unusable
from syncd.model import Action, Effect, IdentifierKind, PresenceState
from syncd.testing.bench import ConnectorBench
from syncd.testing.evidence import TELLING, derived, difference, error_of, must, one_per_kind, read_on, shows
from syncd.testing.faults import (
    answer,
    answer_after,
    answer_lost,
    any_read,
    any_write,
    maintenance_page,
    repeated_page,
)

_NOT_PERSONAL = {IdentifierKind.REFERENCE, IdentifierKind.CUSTOMER_NUMBER}


class ConnectorConformance(ConnectorBench):
    """The suite: every method is one promise of the contract."""

    # --- pulling --------------------------------------------------------------------------------------------

    def test_the_plugin_speaks_this_contract(self) -> None:
        """Name and version are right, and no action on a kind is declared twice."""
        with self.bench() as bench:
            declared = [(one.kind, one.action) for one in bench.connector.capabilities]
        must(self.plugin.contract == CONTRACT_VERSION, "another version of the contract")
        must(len(declared) == len(set(declared)), "an action is declared twice for one kind")
        must(all(one.categories for one in bench.connector.capabilities), "a capability without categories")

    def test_a_full_pull_ends_in_exactly_one_complete_page(self) -> None:
        """Absence counts only after the page that says `complete`, so it is the last one and the only one."""
        with self.bench() as bench:
            pages = bench.pull()
        must(
            [page.complete for page in pages] == [False] * (len(pages) - 1) + [True], "not one complete page"
        )
        must(all(page.full for page in pages), "a pull without a cursor lists everything")
        must(bool(pages[-1].identity), "the last page does not say which account answered")
        must(any(page.records for page in pages), "nothing was read: seed the sandbox")

    def test_references_are_unique_and_lead_somewhere(self) -> None:
        """One record, one reference; parents, organisations and documents refer to records that were read."""
        with self.bench() as bench:
            pages = bench.pull()
        records = [record for page in pages for record in page.records]
        documents = [document for page in pages for document in page.documents]
        refs = [record.ref for record in records]
        must(len(refs) == len(set(refs)), "two records have the same reference")
        must(len(documents) == len({one.ref for one in documents}), "two documents have the same reference")
        must({ref.account for ref in refs} == {self.account}, "a reference names another account")
        must({one.parent for one in records} - {None} <= set(refs), "a parent was not read")
        must({one.of for one in documents} <= set(refs), "a document refers to a record that was not read")

    def test_a_second_pull_finds_the_same(self) -> None:
        """Nothing in a record depends on when or how often it was read."""
        with self.bench() as bench:
            first, second = bench.records(), bench.records()
        must({one.ref: one for one in first} == {one.ref: one for one in second}, "the second pull differs")

    def test_a_pull_from_a_cursor_misses_nothing(self) -> None:
        """What is erased after a full pull is gone from the next one, and nothing else is."""
        with self.bench() as bench:
            pages = bench.pull()
            [cursor] = [page.cursor for page in pages if page.complete]
            erased = set()
            for capability in [one for one in bench.connector.capabilities if one.action is Action.ERASE][:1]:
                record = self.target(capability, pages)
                bench.connector.dispose(bench.order(record, capability.action))
                erased.add(record.ref)
            later = list(bench.connector.pull(cursor))
        gone = [ref for page in later for ref in page.gone]
        seen = [record.ref for page in later for record in page.records]
        must(later[-1].complete, "a pull from a cursor does not end complete")
        must(not set(seen) & erased, "an erased record was read again")
        must(later[-1].full or set(gone) == erased, "what went is not told exactly")

    def test_a_pull_goes_on_from_a_place_that_it_marked(self) -> None:
        """A cursor before the last page is a promise: a pull from it gives all that was not given yet."""
        with self.bench() as bench:
            pages = bench.pull()
            everything = {record.ref for page in pages for record in page.records}
            places = [at for at, page in enumerate(pages) if page.cursor is not None and not page.complete]
            for at in {*places[:1], *places[-1:]}:
                rest = list(bench.connector.pull(pages[at].cursor))
                must(rest[-1].complete, "a pull from a marked place does not end complete")
                given = rest if rest[0].full else [*pages[: at + 1], *rest]
                seen = {record.ref for page in given for record in page.records}
                must(seen == everything, "a pull from a marked place does not give the rest")

    def test_a_pull_that_breaks_off_is_not_complete(self) -> None:
        """However many answers were good: one bad answer, and absence proves nothing."""
        with self.bench() as bench:
            bench.pull()
            requests = len(bench.sandbox.requests)
        for good in sorted({0, requests // 2, requests - 1}):
            for fault in (answer(503), maintenance_page(), answer_lost()):
                with self.bench() as bench:
                    bench.sandbox.faults.inject(fault, skip=good, times=None)
                    pages, error = read_on(bench.connector.pull(None))
                what = f"{fault.name} after {good} good answers"
                must(not any(page.complete for page in pages), f"complete in spite of {what}")
                must(isinstance(error, Transient | Unusable | None), f"{error!r} for {what}")

    def test_a_page_that_repeats_is_noticed(self) -> None:
        """A vendor that gives one page for ever neither keeps the pull going nor makes it complete."""
        with self.bench() as bench:
            everything = {record.ref for record in bench.records()}
            requests = len(bench.sandbox.requests)
        limit = 20 * requests + 100
        with self.bench(at_most=limit) as bench:
            bench.sandbox.faults.inject(repeated_page(self.paging), when=any_read, times=None)
            pages, _ = read_on(bench.connector.pull(None))
            must(len(bench.sandbox.requests) < limit, "the pull goes on for ever")
        seen = {record.ref for page in pages for record in page.records}
        complete = any(page.complete for page in pages)
        must(not complete or seen == everything, "complete, although records are missing")

    def test_looking_writes_nothing(self) -> None:
        """Checking, pulling and probing leave the service as it was."""
        with self.bench() as bench:
            before = bench.sandbox.digest()
            findings = list(bench.connector.check())
            for record in one_per_kind(bench.records()):
                bench.connector.probe(record.ref, documents=True)
            must(bench.writes() == 0, "a write was sent while looking")
            must(bench.sandbox.digest() == before, "looking changed something")
        must(not [one for one in findings if one.level == "error"], "check finds errors in a sound account")

    # --- personal data --------------------------------------------------------------------------------------

    def test_identifiers_stay_out_of_repr(self) -> None:
        """A value that ends up in an exception or a debugger shows nothing about anybody."""
        with self.bench() as bench:
            pages = bench.pull()
            shown = repr(pages)
            for record in one_per_kind([record for page in pages for record in page.records]):
                shown += repr(bench.connector.probe(record.ref, documents=True))
        for page in pages:
            for record in page.records:
                for one in record.identifiers:
                    hidden = len(one.value) < TELLING or one.kind in _NOT_PERSONAL or one.value not in shown
                    must(hidden, f"the {one.kind} of a {record.ref.kind} is in a repr")

    def test_keys_do_not_derive_from_personal_data(self) -> None:
        """Neither an identifier nor its unsalted digest is a key: keys go to logs and to the ledger."""
        with self.bench() as bench:
            for record in bench.records():
                keys = {record.ref.key.lower(), record.ref.within.lower(), record.version.lower()}
                for one in record.identifiers:
                    if one.kind not in _NOT_PERSONAL:
                        must(
                            not keys & derived(one.value),
                            f"a key of a {record.ref.kind} derives from {one.kind}",
                        )

    # --- probing --------------------------------------------------------------------------------------------

    def test_a_probe_sees_what_the_pull_saw(self) -> None:
        """The decision made again before a write rests on the same facts."""
        with self.bench() as bench:
            for record in one_per_kind(bench.records()):
                seen = bench.connector.probe(record.ref)
                wanted = PresenceState.ARCHIVED if record.restricted else PresenceState.PRESENT
                must(seen.state is wanted, f"a {record.ref.kind} is {seen.state} to a probe")
                must(seen.record == record, f"a probe sees another {record.ref.kind}")
                must(
                    (seen.version, seen.categories) == (record.version, record.categories), "another version"
                )

    def test_a_record_that_is_not_there_is_absent(self) -> None:
        """A record that the account could see, and that does not exist, is not an error."""
        with self.bench() as bench:
            for record in one_per_kind(bench.records()):
                seen = bench.connector.probe(self.absent(record))
                must(
                    seen.state is PresenceState.ABSENT,
                    f"a {record.ref.kind} that is not there is {seen.state}",
                )

    # --- writing --------------------------------------------------------------------------------------------

    def test_each_capability_has_its_effect_and_touches_nothing_else(self) -> None:
        """One write, an effect that a second look finds, and every other record as it was."""
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
        """Where the effect is already there, nothing is sent, and the receipt says so."""
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
        """What is not declared does not reach the vendor, not even as a question."""
        with self.bench() as bench:
            for record in one_per_kind(bench.records()):
                declared = {one.action for one in bench.declared(record.ref.kind)}
                strange = replace(record, ref=replace(record.ref, kind="no_such_kind"))
                tried = [bench.order(record, action) for action in Action if action not in declared]
                for order in [*tried, bench.order(strange, Action.ERASE)]:
                    requests = len(bench.sandbox.requests)
                    error = error_of(bench.connector.dispose, order)
                    must(isinstance(error, Refused), f"{order.action} of a {order.ref.kind}: {error!r}")
                    must(len(bench.sandbox.requests) == requests, "a request was sent for it")

    def test_an_order_on_another_version_is_stale_and_writes_nothing(self) -> None:
        """The record changed since the decision: it is decided again, not written to."""
        for capability in self.capabilities():
            with self.bench() as bench:
                record = self.target(capability, bench.pull())
                order = replace(bench.order(record, capability.action), version="another-version")
                error = error_of(bench.connector.dispose, order)
                must(isinstance(error, Stale), f"{capability.action} of a {capability.kind}: {error!r}")
                must(bench.writes() == 0, "a write was sent")

    def test_a_write_without_a_good_answer_is_uncertain_and_sent_once(self) -> None:
        """Whatever the service did: the connector does not guess, and a probe tells what became of it."""
        for capability in self.capabilities():
            for fault, done in ((answer(502), False), (answer_after(500), True), (answer_lost(), True)):
                with self.bench() as bench:
                    record = self.target(capability, bench.pull())
                    order = bench.order(record, capability.action)
                    bench.sandbox.faults.inject(fault, when=any_write, times=None)
                    error = error_of(bench.connector.dispose, order)
                    what = f"{capability.action} of a {capability.kind} with {fault.name}"
                    must(isinstance(error, Uncertain), f"{what}: {error!r}")
                    must(bench.writes() == 1, f"{what}: {bench.writes()} writes")
                    must(
                        shows(bench.connector.probe(record.ref), order) is done,
                        f"{what}: a probe does not tell",
                    )

    def test_a_throttled_write_is_transient_and_changes_nothing(self) -> None:
        """The vendor did not take it, so it can be sent again later; the connector does not do that itself."""
        for capability in self.capabilities():
            with self.bench() as bench:
                record = self.target(capability, bench.pull())
                before = bench.sandbox.digest()
                bench.sandbox.faults.inject(self.throttled, when=any_write, times=None)
                order = bench.order(record, capability.action)
                error = error_of(bench.connector.dispose, order)
                must(isinstance(error, Transient), f"{capability.action} of a {capability.kind}: {error!r}")
                must(bench.writes() == 1, "it was sent again")
                must(bench.sandbox.digest() == before, "it changed something")

    # --- rights ---------------------------------------------------------------------------------------------

    def test_unknown_credentials_make_the_account_unusable(self) -> None:
        """An account that cannot look proves no absence and sends no write."""
        with self.bench() as bench:
            records = one_per_kind(bench.records())
        sandbox = self.make_sandbox()
        with self.bench(sandbox, credentials=self.wrong_credentials(sandbox)) as bench:
            before = sandbox.digest()
            pages, error = read_on(bench.connector.pull(None))
            must(isinstance(error, Unusable), f"a pull with wrong credentials: {error!r}")
            must(
                not any(page.complete or page.records for page in pages), "a pull without rights gives pages"
            )
            for record in records:
                error = error_of(bench.connector.probe, record.ref)
                must(isinstance(error, Unusable), f"a probe of a {record.ref.kind}: {error!r}")
            must(bench.writes() == 0, "a write was sent")
            must(sandbox.digest() == before, "something changed")

    def test_a_lost_scope_proves_no_absence(self) -> None:
        """When looking is no longer allowed, a record is not gone: the account is unusable.

        Some vendors say 404 for what one may not see: a probe proves first that the account can see anything.
        """
        for status in (401, 403, 404):
            with self.bench() as bench:
                targets = [
                    (self.target(one, bench.pull()), one.action) for one in bench.connector.capabilities
                ]
                bench.sandbox.faults.inject(answer(status, b"{}"), when=any_read, times=None)
                for record, action in targets:
                    error = error_of(bench.connector.probe, record.ref)
                    must(isinstance(error, Unusable), f"a probe that gets {status}: {error!r}")
                    error = error_of(bench.connector.dispose, bench.order(record, action))
                    must(isinstance(error, Unusable), f"{action} that gets {status}: {error!r}")
                must(bench.writes() == 0, "a write was sent")

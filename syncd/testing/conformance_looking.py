"""The half of the conformance suite that looks: pulling, personal data, probing. See `conformance`."""

from __future__ import annotations

from functools import partial

from syncd.contract import CONTRACT_VERSION, Transient, Unusable
from syncd.model import FISCAL_DOCUMENTS, Action, IdentifierKind, PresenceState
from syncd.testing.bench import ConnectorBench
from syncd.testing.evidence import (
    TELLING,
    derived,
    error_of,
    must,
    one_per_kind,
    read_on,
    told,
    wanted,
)
from syncd.testing.faults import (
    answer,
    answer_lost,
    any_read,
    empty_list,
    maintenance_page,
    repeated_page,
)

_SHAPES = {b"{}": (0, 0.5, 1), b"null": (0, 0.5), b'"busy"': (0, 0.5), b"[{}]": (0, 0.5)}
"""JSON that no list and no record is, and after which parts of a pull to try it; a whole pull costs most."""

_NOT_PERSONAL = {IdentifierKind.REFERENCE, IdentifierKind.CUSTOMER_NUMBER}


class LookingConformance(ConnectorBench):
    """What a connector promises about looking."""

    # --- pulling --------------------------------------------------------------------------------------------

    def test_the_plugin_speaks_this_contract(self) -> None:
        """Name and version are right, and no action on a kind is declared twice.

        Of two declarations one would be planned with and the other carried out.
        """
        with self.bench() as bench:
            declared = [(one.kind, one.action) for one in bench.connector.capabilities]
        must(self.plugin.contract == CONTRACT_VERSION, "another version of the contract")
        must(len(declared) == len(set(declared)), "an action is declared twice for one kind")
        must(all(one.categories for one in bench.connector.capabilities), "a capability without categories")

    def test_a_full_pull_ends_in_exactly_one_complete_page(self) -> None:
        """Absence counts only after the page that says `complete`, so it is the last one and the only one.

        Said too early, everybody on the pages that follow counts as gone; never said, nobody ever is.
        """
        with self.bench() as bench:
            pages = bench.pull()
        must(
            [page.complete for page in pages] == [False] * (len(pages) - 1) + [True],
            f"of {len(pages)} pages {sum(page.complete for page in pages)} say complete: the last alone must",
        )
        must(all(page.full for page in pages), "a pull without a cursor lists everything")
        must(bool(pages[-1].identity), "the last page does not say which account answered")
        must(any(page.records for page in pages), "nothing was read: seed the sandbox")

    def test_references_are_unique_and_lead_somewhere(self) -> None:
        """One record, one reference; parents, organisations and documents refer to records that were read.

        Two records under one reference: the decision about one person erases the other. A document that leads
        nowhere holds nothing, and an invoice that the law wants kept loses its debtor.
        """
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

    def test_every_category_names_the_fields_that_it_is_in(self) -> None:
        """Whatever can be on a record is in a field that the plugin names; a paper is in a list of them.

        Who holds a privacy statement beside reality looks there: a category without fields is one that nobody
        finds at the vendor.
        """
        with self.bench() as bench:
            pages = bench.pull()
            able = {(one.kind, name) for one in bench.connector.capabilities for name in one.categories}
        able |= {(one.ref.kind, name) for page in pages for one in page.records for name in one.categories}
        able |= {(one.kind.value, FISCAL_DOCUMENTS) for page in pages for one in page.documents}
        named = {(one.kind, one.category) for one in self.fields() if one.fields and all(one.fields)}
        for kind, category in sorted(able - named):
            raise AssertionError(f"{category} of a {kind} is in no field: name it in the plugin's `fields`")

    def test_a_second_pull_finds_the_same(self) -> None:
        """Nothing in a record depends on when or how often it was read.

        What changes by itself makes every approval void the next night, and no order is ever carried out.
        """
        with self.bench() as bench:
            first, second = bench.records(), bench.records()
        must({one.ref: one for one in first} == {one.ref: one for one in second}, "the second pull differs")

    def test_a_pull_from_a_cursor_misses_nothing(self) -> None:
        """What is erased after a full pull is gone from the next one, and nothing else is.

        A record that stays in the index after it went keeps its person in reports for ever; one that is called
        gone and is not is personal data that nobody looks after any more.
        """
        with self.bench() as bench:
            pages = bench.pull()
            must(pages[-1].complete, "the first pull does not end complete")
            cursor = pages[-1].cursor
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
        """A cursor before the last page is a promise: a pull from it gives all that was not given yet.

        What is skipped there is missing from a pull that calls itself complete, and so counts as gone.
        """
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
        """However many answers were good: one bad answer, and absence proves nothing.

        A maintenance page that passes for an empty one would let a whole account's records count as gone, and
        an invoice on it would hold nobody's data any more.
        """
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
                must(isinstance(error, Transient | Unusable | None), f"{what}: {wanted(Transient, error)}")

    def test_an_answer_of_another_shape_proves_nothing(self) -> None:
        """JSON that is not what the vendor's documents promise ends in one of the five errors.

        Read as "no more" or "not there", a gateway's `{}` makes an account empty, and everybody in it gone.
        """
        with self.bench() as bench:
            records = one_per_kind(bench.records())
            requests = len(bench.sandbox.requests)
        for shape, places in _SHAPES.items():
            for good in sorted({int((requests - 1) * place) for place in places}):
                what = f"a pull that reads {shape!r} after {good} good answers"
                with self.bench() as bench:
                    bench.sandbox.faults.inject(empty_list(shape), skip=good, times=None)
                    pages, _ = told(read_on, bench.connector.pull(None), what)
                must(not any(page.complete for page in pages), f"{what} is complete")
            with self.bench() as bench:
                bench.sandbox.faults.inject(empty_list(shape), when=any_read, times=None)
                for record in records:
                    what = f"a probe of a {record.ref.kind} that reads {shape!r}"
                    error = told(partial(error_of, bench.connector.probe), record.ref, what)
                    must(isinstance(error, Transient | Unusable), f"{what}: {wanted(Unusable, error)}")

    def test_a_page_that_repeats_is_noticed(self) -> None:
        """A vendor that gives one page for ever neither keeps the pull going nor makes it complete.

        Counting rows instead of records, the first page makes up for all the others, which then count as gone.
        """
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
        """Checking, pulling and probing leave the service as it was.

        An audit that changes anything is none: who runs `syncd run-once` was promised that nothing is sent.
        """
        with self.bench() as bench:
            before = bench.sandbox.digest()
            findings = list(bench.connector.check())
            for record in one_per_kind(bench.records()):
                bench.connector.probe(record.ref, documents=True)
            bench.must_not_have_written()
            must(bench.sandbox.digest() == before, "looking changed something")
        must(not [one for one in findings if one.level == "error"], "check finds errors in a sound account")

    # --- personal data --------------------------------------------------------------------------------------

    def test_identifiers_stay_out_of_repr(self) -> None:
        """A value that ends up in an exception or a debugger shows nothing about anybody.

        Logs are kept, copied and mailed: a name in one outlives the erasure of its person.
        """
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
        """Neither an identifier nor its unsalted digest is a key: keys go to logs and to the ledger.

        The ledger is never erased, and who guesses an address can check it against a digest.
        """
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
        """The decision made again before a write rests on the same facts.

        A look that sees less than the pull would not see the edit, or the new invoice, that must stop the write.
        """
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
        """A record that the account could see, and that does not exist, is not an error.

        Otherwise no erasure could ever be verified, and each would stop its account.
        """
        with self.bench() as bench:
            records = bench.records()
            there = {record.ref for record in records}
            for record in one_per_kind(records):
                absent = self.absent(record)
                must(absent not in there, f"`absent` gives a {record.ref.kind} that is there: override it")
                seen = bench.connector.probe(absent)
                must(
                    seen.state is PresenceState.ABSENT,
                    f"a {record.ref.kind} that is not there is {seen.state}",
                )

    def test_what_hangs_on_a_record_is_told_with_it(self) -> None:
        """What a probe finds hanging on a record hangs there and can be seen, so that it goes before it.

        Children of somebody else would be erased with this record, and children that are not told stay behind
        where nobody finds them any more.
        """
        with self.bench() as bench:
            records = bench.records()
            known = {one.ref: one for one in records}
            parents = {one.parent for one in records if one.parent in known}
            for ref in {*(one.ref for one in one_per_kind(records)), *sorted(parents)[:3]}:
                told = bench.connector.probe(ref).children
                must(len({one.ref for one in told}) == len(told), f"a child of a {ref.kind} is told twice")
                for child in told:
                    must(child.parent == ref, f"a child of a {ref.kind} hangs on something else")
                    must(known.get(child.ref, child) == child, f"a pull saw another {child.ref.kind}")
                    seen = bench.connector.probe(child.ref).record
                    must(
                        seen == child, f"a probe sees another {child.ref.kind} than was told with its parent"
                    )

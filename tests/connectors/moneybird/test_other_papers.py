"""General documents, typeless documents and general journals: what could be fiscal counts as fiscal."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from syncd.model import DocumentKind
from syncd.testing.faults import answer, empty_list, on
from tests.connectors.moneybird.bench import ADMINISTRATION, contact, paper, pull, ref

if TYPE_CHECKING:
    from collections.abc import Callable

    from syncd.model import Document
    from tests.connectors.moneybird.bench import Bench

STAMP = "2020-05-01T08:00:00.000Z"
NOT_THERE = b'{"error":"Not found"}'


def loose(key: int, owner: int | None, **fields: Any) -> dict[str, Any]:
    """Give a general or a typeless document as GET shows it."""
    made = {
        "id": str(key), "administration_id": ADMINISTRATION, "contact_id": owner and str(owner),
        "reference": f"R-{key}", "date": "2020-05-01", "created_at": STAMP, "updated_at": STAMP, "version": 7,
    }  # fmt: skip
    return made | fields


def journal(key: int, *owners: int | None, version: int = 7, **fields: Any) -> dict[str, Any]:
    """Give a general journal with one entry for each of these contacts."""
    entries = [
        {"id": f"{key}{place}", "contact_id": owner and str(owner), "ledger_account_id": str(700 + place)}
        for place, owner in enumerate(owners)
    ]
    made = loose(key, None, version=version, general_journal_document_entries=entries)
    del made["contact_id"]
    return made | fields


def put(bench: Bench, resource: str, *papers: dict[str, Any]) -> None:
    bench.sandbox.administration.documents[resource] |= {one["id"]: one for one in papers}


def holding(documents: tuple[Document, ...] | None) -> set[str]:
    return {str(one.ref) for one in documents or ()}


def test_a_general_document_is_kept_like_a_receipt_from_its_last_date(
    make_bench: Callable[..., Bench],
) -> None:
    bench = make_bench((contact(1),))
    put(bench, "general_documents", loose(31, 1, due_date="2022-12-31"), loose(32, None))
    seen = pull(bench.connect()).documents
    assert set(seen) == {"31"}
    assert (seen["31"].kind, seen["31"].open) == (DocumentKind.RECEIPT, False)
    assert (seen["31"].date, seen["31"].closed) == (date(2020, 5, 1), date(2022, 12, 31))


def test_a_document_that_nobody_sorted_counts_as_an_invoice_to_be_paid(
    make_bench: Callable[..., Bench],
) -> None:
    bench = make_bench((contact(1),))
    put(bench, "typeless_documents", loose(41, 1, state="new"))
    seen = pull(bench.connect()).document(41)
    assert (seen.kind, seen.open, seen.settled) == (DocumentKind.PURCHASE_INVOICE, True, None)


def test_a_general_journal_is_a_document_of_every_contact_it_names(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1), contact(2), contact(3)))
    put(bench, "general_journal_documents", journal(51, 1, 2, None, 1), journal(52, None))
    connector = bench.connect(property_ledger_accounts=["700"])
    documents = [one for page in connector.pull(None) for one in page.documents]
    assert [(one.ref.key, one.ref.within, one.of.key) for one in documents] == [
        ("51", "1", "1"), ("51", "2", "2"),
    ]  # fmt: skip
    assert {one.kind for one in documents} == {DocumentKind.BANK_MUTATION}
    assert not any(one.open for one in documents)
    assert all(one.property_unknown_first_use for one in documents)


def test_a_journal_that_stops_naming_a_contact_lets_go_of_it(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1), contact(2)))
    put(bench, "general_journal_documents", journal(51, 1, 2), journal(52, 1))
    connector = bench.connect()
    first = pull(connector)
    put(bench, "general_journal_documents", journal(51, 2, version=8))
    changed = pull(connector, first.last.cursor)
    gone = [one for page in changed.pages for one in page.gone]
    assert [(one.key, one.within) for one in gone] == [("51", "1")]
    assert set(changed.documents) == {"51"}
    del bench.sandbox.administration.documents["general_journal_documents"]["51"]
    after = [one for page in pull(connector, changed.last.cursor).pages for one in page.gone]
    assert [(one.key, one.within) for one in after] == [("51", "2")]


def test_a_look_sees_what_a_pull_saw(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1), contact(2)), (paper(11, 1), paper(12, 1, "estimates", state="late")))
    put(bench, "general_documents", loose(31, 1), loose(32, 2))
    put(bench, "typeless_documents", loose(41, 1))
    put(bench, "general_journal_documents", journal(51, 1, 2), journal(52, 2))
    connector = bench.connect()
    pulled = tuple(one for page in connector.pull(None) for one in page.documents if one.of == ref(1))
    looked = connector.probe(ref(1), documents=True).documents
    assert sorted(pulled, key=lambda one: one.ref) == sorted(looked or (), key=lambda one: one.ref)


def test_journals_are_read_once_and_again_when_they_changed(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1), contact(2)))
    put(bench, "general_journal_documents", *(journal(key, 1) for key in range(1000, 1250)))
    connector = bench.connect()

    def looked() -> tuple[int, int]:
        bench.sandbox.requests.clear()
        found = connector.probe(ref(1), documents=True).documents
        asked = [one for one in bench.sandbox.requests if "general_journal" in one.path]
        return len(found or ()), len(asked)

    assert looked() == (250, 4)
    assert looked() == (250, 1)
    put(bench, "general_journal_documents", journal(1000, 2, version=8))
    assert looked() == (249, 2)
    del bench.sandbox.administration.documents["general_journal_documents"]["1001"]
    assert looked() == (248, 1)


def test_a_list_that_never_was_there_holds_nothing(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1),), (paper(11, 1),))
    for name in ("general_documents", "typeless_documents", "general_journal_documents"):
        there = on("GET", f"*/documents/{name}*")
        bench.sandbox.faults.inject(answer(404, NOT_THERE), when=there, times=None)
    connector = bench.connect()
    read = pull(connector)
    assert read.last.complete
    assert not read.problems
    assert holding(connector.probe(ref(1), documents=True).documents) == {"books:sales_invoice:11"}
    missing = [one for one in connector.check() if one.code == "no_such_list"]
    assert len(missing) == 3
    assert all(one.level == "warning" and one.remedy for one in missing)


def test_a_list_that_is_gone_and_held_papers_proves_nothing(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1),))
    put(bench, "typeless_documents", loose(41, 1))
    connector = bench.connect()
    first = pull(connector)
    bench.sandbox.faults.inject(answer(404, NOT_THERE), when=on("GET", "*/typeless_documents/*"))
    again = pull(connector, first.last.cursor)
    assert again.problems == {"no_such_list": 1}
    assert not again.last.complete
    assert not again.gone


def test_a_list_of_journals_that_came_back_empty_is_not_believed(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1),))
    put(bench, "general_journal_documents", *(journal(key, 1) for key in range(51, 56)))
    connector = bench.connect()
    first = pull(connector)
    bench.sandbox.faults.inject(empty_list(), when=on("GET", "*/general_journal_documents/*"))
    again = pull(connector, first.last.cursor)
    assert (again.problems, again.gone) == ({"came_back_empty": 5}, set())


@pytest.mark.parametrize("field", ["id", "contact_id"])
def test_an_entry_that_cannot_be_read_makes_the_pull_incomplete(
    make_bench: Callable[..., Bench], field: str
) -> None:
    bench = make_bench((contact(1),))
    strange = journal(51, 1)
    (strange if field == "id" else strange["general_journal_document_entries"][0])[field] = "Jansen"
    put(bench, "general_journal_documents", strange)
    bench.sandbox.administration.documents["general_journal_documents"] = {"51": strange}
    read = pull(bench.connect())
    assert not read.last.complete
    assert "Jansen" not in str(read.pages)

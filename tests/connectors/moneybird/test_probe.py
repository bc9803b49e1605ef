from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest

from connectors.moneybird.resources import DOCUMENTS
from syncd.contract import Refused, Unusable
from syncd.model import PresenceState
from syncd.testing.faults import answer, empty_list, on, repeated_page
from syncd.testing.world.shapes import BooksNote, BooksPerson
from tests.connectors.moneybird.bench import ADMINISTRATION, contact, paper, ref

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.connectors.moneybird.bench import Bench

JAN = BooksPerson("71", "Jan", "Jansen", "", "jan@voorbeeld.example")
NOT_FOUND = b'{"error":"record not found","symbolic":{"id":"not_found"}}'


def test_present_archived_and_absent(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1, phone="020 1234567"), contact(2, archived=True)))
    look = bench.connect().probe
    assert [look(ref(key)).state for key in (1, 2, 3)] == [
        PresenceState.PRESENT, PresenceState.ARCHIVED, PresenceState.ABSENT,
    ]  # fmt: skip
    seen = look(ref(1))
    assert seen.categories == {"fiscal_identity", "contact_details"}
    assert seen.record is not None
    assert seen.version == seen.record.version
    assert seen.documents is None
    assert look(ref(3)).record is None


def test_an_archived_contact_is_found_at_once(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(2, archived=True),))
    bench.connect().probe(ref(2))
    assert [one.status for one in bench.sandbox.requests] == [200]


def test_absence_is_believed_only_when_the_contacts_can_be_seen(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1),))
    bench.sandbox.faults.inject(answer(404, NOT_FOUND), when=on("GET", "*/contacts/1.json"))
    bench.sandbox.faults.inject(answer(401, b'{"error":"No access to contacts"}'), when=on("GET", "*/sync*"))
    with pytest.raises(Unusable) as error:
        bench.connect().probe(ref(1))
    assert error.value.code == "missing_scope"


def test_a_contact_that_hides_from_its_own_address_is_not_absent(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1, archived=True),))
    bench.sandbox.faults.inject(answer(404, NOT_FOUND), when=on("GET", "*/contacts/1.json"))
    assert bench.connect().probe(ref(1)).state is PresenceState.ARCHIVED


def test_a_contact_that_is_listed_and_cannot_be_read_is_a_contradiction(
    make_bench: Callable[..., Bench],
) -> None:
    bench = make_bench((contact(1),))
    bench.sandbox.faults.inject(answer(404, NOT_FOUND), when=on("GET", "*/contacts/1.json"))
    bench.sandbox.faults.inject(empty_list(), when=on("POST", "*"))
    with pytest.raises(Unusable) as error:
        bench.connect().probe(ref(1))
    assert error.value.code == "contradiction"


def test_another_contact_than_asked_for_is_not_taken(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1), contact(2)))
    other = json.dumps(bench.contact(2)).encode()
    bench.sandbox.faults.inject(answer(200, other), when=on("GET", "*/contacts/1.json"))
    with pytest.raises(Unusable) as error:
        bench.connect().probe(ref(1))
    assert error.value.code == "other_record"


def test_children_are_looked_at_through_their_contact(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1, people=(JAN,), notes=(BooksNote("81", "x"),)),))
    look = bench.connect().probe
    assert look(ref(71, "contact_person", 1)).categories == {"contact_details"}
    assert look(ref(81, "note", 1), documents=True).documents == ()
    assert look(ref(72, "contact_person", 1)).state is PresenceState.ABSENT
    assert look(ref(71, "note", 1)).state is PresenceState.ABSENT
    assert look(ref(71, "contact_person", 5)).state is PresenceState.ABSENT


def test_an_unknown_kind_is_refused_without_asking(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1),))
    with pytest.raises(Refused):
        bench.connect().probe(ref(1, "sales_invoice"))
    assert not bench.sandbox.requests


def test_papers_of_every_year_and_state_come_along_and_nobody_elses(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(
        (contact(1), contact(2)),
        (
            paper(11, 1, date=date(2009, 1, 1)),
            paper(12, 1, "external_sales_invoices", state="paid"),
            paper(13, 1, "purchase_invoices"),
            paper(14, 1, "receipts"),
            paper(15, 1, "estimates", state="archived"),
            paper(16, 1, "recurring_sales_invoices", state="inactive"),
            *(
                paper(key, 2, resource)
                for key, resource in enumerate(("sales_invoices", "receipts"), start=21)
            ),
        ),
    )
    seen = bench.connect().probe(ref(1), documents=True)
    assert seen.documents is not None
    assert {one.ref.key for one in seen.documents} == {"11", "12", "13", "14", "15", "16"}


def test_a_server_that_ignores_the_filter_does_not_fool_it(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1), contact(2)), (paper(11, 1), paper(12, 2)))
    administration = bench.sandbox.administration
    everything = [administration.shown(one) for one in administration.documents["sales_invoices"].values()]
    bench.sandbox.faults.inject(
        answer(200, json.dumps(everything).encode()), when=on("GET", "*/sales_invoices.json")
    )
    seen = bench.connect().probe(ref(1), documents=True)
    assert [one.ref.key for one in seen.documents or ()] == ["11"]


def test_a_server_that_does_not_know_the_contact_does_not_hide_its_papers(
    make_bench: Callable[..., Bench],
) -> None:
    bench = make_bench(
        (contact(1, archived=True), contact(2)),
        tuple(paper(key, 1 + key % 2, "external_sales_invoices") for key in range(100, 350)),
    )
    bench.sandbox.faults.inject(
        answer(404, b'{"error":"record not found","symbolic":{"contact_id":"not_found"}}'),
        when=on("GET", "*/external_sales_invoices.json"),
    )
    seen = bench.connect().probe(ref(1), documents=True)
    assert len(seen.documents or ()) == 125


def test_a_missing_list_is_no_contact_without_papers(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1),), (paper(11, 1),))
    bench.sandbox.faults.inject(
        answer(404, b'{"error":"Not found"}'), when=on("GET", "*/sales_invoices.json")
    )
    with pytest.raises(Unusable):
        bench.connect().probe(ref(1), documents=True)


def test_many_papers_come_page_by_page(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1),), tuple(paper(key, 1) for key in range(1000, 1250)))
    seen = bench.connect().probe(ref(1), documents=True)
    assert len(seen.documents or ()) == 250
    assert bench.asked().count("/sales_invoices.json") == 3


def test_a_server_with_smaller_pages_is_read_to_its_end(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1),), (paper(11, 1), paper(12, 1)))
    administration = bench.sandbox.administration
    first, second = (
        json.dumps([administration.shown(one)]).encode()
        for one in administration.documents["sales_invoices"].values()
    )
    there = on("GET", "*/sales_invoices.json")
    bench.sandbox.faults.inject(answer(200, first, {"Link": '<x>; rel="next"'}), when=there)
    bench.sandbox.faults.inject(answer(200, second), when=there)
    assert len(bench.connect().probe(ref(1), documents=True).documents or ()) == 2


def test_a_page_that_comes_again_and_again_ends(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1),), tuple(paper(key, 1) for key in range(1000, 1250)))
    bench.sandbox.faults.inject(repeated_page(), when=on("GET", "*/sales_invoices.json"), times=None)
    with pytest.raises(Unusable) as error:
        bench.connect().probe(ref(1), documents=True)
    assert error.value.code == "repeated_page"


def test_looking_asks_once_per_resource_when_the_account_was_read_before(
    make_bench: Callable[..., Bench],
) -> None:
    bench = make_bench((contact(1), contact(2)), (paper(16, 2, "recurring_sales_invoices", state="active"),))
    connector = bench.connect()
    list(connector.pull(None))
    bench.sandbox.requests.clear()
    connector.probe(ref(1), documents=True)
    assert len(bench.sandbox.requests) == 1 + len(DOCUMENTS)


def test_an_unreadable_contact_stops_the_account_and_shows_no_value(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1),))
    bench.sandbox.administration.contacts["1"]["created_at"] = "Jansen"
    with pytest.raises(Unusable) as error:
        bench.connect().probe(ref(1))
    assert error.value.code == "unreadable_date"
    assert "Jansen" not in str(error.value)
    assert ADMINISTRATION not in str(error.value)

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest
import requests

from connectors.moneybird.resources import DOCUMENTS
from syncd.contract import Unusable
from syncd.model import DocumentKind, EventKind
from syncd.testing.faults import answer, empty_list, maintenance_page, on
from syncd.testing.world import make_world
from syncd.testing.world.shapes import BooksNote, BooksPerson
from tests.connectors.moneybird.bench import ADMINISTRATION, TODAY, bench_of, contact, paper, pull, ref

if TYPE_CHECKING:
    from collections.abc import Callable

    from syncd.contract import Page
    from syncd.model import Record
    from tests.connectors.moneybird.bench import Bench

JAN = BooksPerson("71", "Jan", "Jansen", "0612345678", "jan@voorbeeld.example")
NOTE = BooksNote("81", "belt liever niet")


def test_everything_is_read_whatever_its_year_state_or_archive(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(
        (contact(1, people=(JAN,), notes=(NOTE,)), contact(2, archived=True)),
        (
            paper(11, 1, date=date(2009, 1, 1)),
            paper(12, 1, "external_sales_invoices", state="paid"),
            paper(13, 2, "purchase_invoices", date=date(2031, 1, 1)),
            paper(14, 2, "receipts"),
            paper(15, 2, "estimates", state="archived"),
            paper(16, 1, "recurring_sales_invoices", state="active"),
            paper(17, 1, "recurring_sales_invoices", state="inactive"),
            paper(18, 1, state="draft"),
        ),
    )

    read = pull(bench.connect())

    assert set(read.records) == {
        "books:contact:1", "books:contact_person:71", "books:note:81", "books:contact:2",
    }  # fmt: skip
    assert set(read.documents) == {str(key) for key in range(11, 19)}
    assert read.last.complete
    assert read.last.full
    assert not read.problems
    assert {page.identity for page in read.pages} == {ADMINISTRATION}
    assert bench.sandbox.counts()["refused"] == bench.sandbox.counts()["writes"] == 0


def test_children_say_whose_they_are(make_bench: Callable[..., Bench]) -> None:
    read = pull(make_bench((contact(1, people=(JAN,), notes=(NOTE,)),)).connect())

    person, note = read.record(71, "contact_person"), read.record(81, "note")
    assert person.parent == note.parent == ref(1)
    assert person.member_of == (ref(1),)
    assert person.ref.within == note.ref.within == "1"
    assert person.categories == {"contact_details"}
    assert note.categories == {"relation_record"}


@pytest.mark.parametrize("size", [40, 300])
def test_calls_are_those_of_the_formula_and_nothing_more(size: int) -> None:
    inside = make_world(5, size, TODAY)
    with bench_of(inside) as bench:
        first = pull(bench.connect())
        papers = Counter(one.resource for one in inside.books.documents)
        wanted = math.ceil(len(inside.books.contacts) / 100)
        wanted += sum(math.ceil(papers[one.path.rpartition("/")[2]] / 100) for one in DOCUMENTS)
        wanted += 1 + len(DOCUMENTS)
        assert len(bench.sandbox.requests) == wanted

        bench.sandbox.requests.clear()
        night = pull(bench.connect(), first.last.cursor)
        assert len(bench.sandbox.requests) == 1 + len(DOCUMENTS)
        assert night.last.complete
        assert not night.last.full
        assert [night.records, night.documents, night.gone] == [{}, {}, set()]


def test_every_question_about_papers_names_all_years_and_states(make_bench: Callable[..., Bench]) -> None:
    """Moneybird replaces all defaults by any filter, says its document; it also asks for an explicit period."""
    bench = make_bench((contact(1),), (paper(11, 1),))
    connector = bench.connect()
    list(connector.pull(None))
    connector.probe(ref(1), documents=True)
    filters = [
        parse_qs(one.query)["filter"][0]
        for one in bench.sandbox.requests
        if one.method == "GET" and "/contacts/" not in one.path and "recurring" not in one.path
    ]
    assert len(filters) == 16  # eight lists, and again; general journals cannot be asked for by contact
    assert all(one.startswith("period:19000101..21001231,state:all") for one in filters)


def test_an_administration_without_recurring_invoices_is_asked_in_both_spellings(
    make_bench: Callable[..., Bench],
) -> None:
    bench = make_bench((contact(1),))
    assert pull(bench.connect()).last.complete
    asked = [one.query for one in bench.sandbox.requests if "recurring" in one.path]
    assert asked == ["filter=state%3Aactive%7Cinactive", "filter=state%3Aactive", "filter=state%3Ainactive"]


def test_a_refused_combination_of_states_is_asked_one_by_one(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(
        (contact(1),), (paper(16, 1, "recurring_sales_invoices", state="active"),
                        paper(17, 1, "recurring_sales_invoices", state="inactive")),
    )  # fmt: skip
    bench.sandbox.faults.inject(answer(400, b'{"error":"Status"}'), when=on("GET", "*/recurring*"))
    read = pull(bench.connect())
    assert set(read.documents) == {"16", "17"}
    assert read.last.complete


def test_only_what_changed_is_fetched_again(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1), contact(2)), (paper(11, 1), paper(12, 2)))
    cursor = pull(bench.connect()).last.cursor
    bench.sandbox.administration.change_contact("2", {"city": "Zwolle"})

    night = pull(bench.connect(), cursor)

    assert set(night.records) == {"books:contact:2"}
    assert not night.documents


def test_what_changed_within_the_last_second_is_read_again_next_time(
    make_bench: Callable[..., Bench],
) -> None:
    bench = make_bench((contact(1), contact(2)))
    now = int(parsedate_to_datetime(requests.get(bench.address, timeout=60).headers["date"]).timestamp())
    bench.sandbox.administration.contacts["1"]["version"] = now
    cursor = pull(bench.connect()).last.cursor
    bench.sandbox.administration.contacts["1"]["city"] = "Zwolle"  # in the same second: the version stays

    night = pull(bench.connect(), cursor)

    assert set(night.records) == {"books:contact:1"}
    del bench.sandbox.administration.contacts["1"]
    assert pull(bench.connect(), night.last.cursor).gone == {"books:contact:1"}


def test_what_vanished_is_gone_with_its_children(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1, people=(JAN,), notes=(NOTE,)), contact(2)), (paper(11, 2),))
    cursor = pull(bench.connect()).last.cursor
    bench.sandbox.administration.delete_contact("1")
    del bench.sandbox.administration.documents["sales_invoices"]["11"]

    night = pull(bench.connect(), cursor)

    assert night.gone == {
        "books:contact:1", "books:contact_person:71", "books:note:81", "books:sales_invoice:11",
    }  # fmt: skip
    assert night.last.complete
    assert not pull(bench.connect(), night.last.cursor).gone


def test_a_child_that_was_removed_is_gone_while_its_contact_stays(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1, people=(JAN,), notes=(NOTE,)),))
    cursor = pull(bench.connect()).last.cursor
    bench.sandbox.administration.delete_child("1", "contact_people", "71")

    night = pull(bench.connect(), cursor)

    assert night.gone == {"books:contact_person:71"}
    assert set(night.records) == {"books:contact:1", "books:note:81"}


def test_an_id_that_is_not_returned_makes_the_pull_incomplete_and_is_asked_again(
    make_bench: Callable[..., Bench],
) -> None:
    bench = make_bench((contact(1), contact(2)), (paper(11, 1),))
    bench.sandbox.faults.inject(
        empty_list(
            b'[{"id":"1","administration_id":'
            + ADMINISTRATION.encode()
            + b',"version":7,"contact_people":[],"notes":[]}]'
        ),
        when=on("POST", "*/contacts/sync*"),
    )

    first = pull(bench.connect())
    assert first.problems == {"not_returned": 1}
    assert not first.last.complete
    assert set(first.records) == {"books:contact:1"}
    assert set(first.documents) == {"11"}

    second = pull(bench.connect(), first.last.cursor)
    assert set(second.records) == {"books:contact:2"}
    assert second.last.complete


def test_an_empty_list_where_many_were_known_removes_nothing(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(tuple(contact(key) for key in range(1, 6)))
    cursor = pull(bench.connect()).last.cursor
    bench.sandbox.faults.inject(empty_list(), when=on("GET", "*/contacts/sync*"))

    night = pull(bench.connect(), cursor)

    assert not night.gone
    assert not night.last.complete
    assert night.problems == {"came_back_empty": 5}
    assert pull(bench.connect(), night.last.cursor).last.complete


def test_an_interrupted_pull_goes_on_where_it_stopped() -> None:
    inside = make_world(6, 30, TODAY)
    many = replace(
        inside,
        books=replace(
            inside.books,
            contacts=(contact(1),),
            documents=tuple(paper(key, 1, state="draft") for key in range(1000, 4000)),
        ),
    )
    with bench_of(many) as bench:
        bench.sandbox.faults.inject(
            answer(401, b"{}"), when=on("POST", "*/sales_invoices/*"), skip=28, times=None
        )
        pages: list[Page] = []
        with pytest.raises(Unusable):
            pages.extend(bench.connect().pull(None))
        bench.sandbox.faults.clear()
        bench.sandbox.requests.clear()
        cursor = next(page.cursor for page in reversed(pages) if page.cursor)

        rest = pull(bench.connect(), cursor)

        asked = sum(1 for one in bench.sandbox.requests if one.method == "POST")
        assert asked == 6  # 30 batches in all, the cursor came with the 25th page: contacts and 24 batches
        first = {one.ref.key for page in pages[:25] for one in page.documents}
        assert first | set(rest.documents) == {str(key) for key in range(1000, 4000)}
        assert rest.last.complete


def test_a_cursor_of_other_settings_is_not_used(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1),))
    cursor = pull(bench.connect()).last.cursor
    again = pull(bench.connect(ended_field="Iets anders"), cursor)
    assert again.last.full
    assert set(again.records) == {"books:contact:1"}


@pytest.mark.parametrize("cursor", ["", "{}", "null", "[1]", '{"format":1}', "rommel"])
def test_a_cursor_that_cannot_be_read_means_reading_everything(
    make_bench: Callable[..., Bench], cursor: str
) -> None:
    read = pull(make_bench((contact(1),)).connect(), cursor)
    assert read.last.full
    assert read.last.complete


def test_a_cursor_holds_nothing_personal(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1, people=(JAN,), email="geheim@voorbeeld.example"),), (paper(11, 1),))
    cursor = pull(bench.connect()).last.cursor or ""
    for secret in ("Bedrijf", "Jansen", "geheim", "2020-11", "C1"):
        assert secret not in cursor


# --- a quote that ran out -----------------------------------------------------------------------------------


def quotes(seen: Record | None) -> list[object]:
    return [event.on for event in seen.events if event.kind is EventKind.QUOTE_EXPIRED] if seen else []


def test_a_quote_that_ran_out_is_told_when_it_is_all_there_is(make_bench: Callable[..., Bench]) -> None:
    late: dict[str, Any] = {"resource": "estimates", "state": "late", "due": date(2020, 6, 1)}
    bench = make_bench(
        (contact(1), contact(2), contact(3), contact(4)),
        (
            paper(11, 1, **late),
            paper(12, 2, **late),
            paper(13, 2, state="paid"),
            paper(14, 3, **late),
            paper(15, 3, "estimates", state="open"),
            paper(16, 4, "estimates", state="open"),
        ),
    )
    read = pull(bench.connect())
    assert quotes(read.record(1)) == [date(2020, 6, 1)]
    assert [quotes(read.record(key)) for key in (2, 3, 4)] == [[], [], []]
    probed = bench.connect().probe(ref(1), documents=True)
    assert quotes(probed.record) == [date(2020, 6, 1)]
    assert quotes(bench.connect().probe(ref(2), documents=True).record) == []


def test_a_quote_that_runs_out_later_is_told_then(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1),), (paper(16, 1, "estimates", state="open", due=date(2020, 6, 1)),))
    first = pull(bench.connect())
    assert quotes(first.record(1)) == []
    estimate = bench.sandbox.administration.documents["estimates"]["16"]
    estimate |= {"state": "late", "version": estimate["version"] + 1}

    night = pull(bench.connect(), first.last.cursor)
    assert quotes(night.record(1)) == [date(2020, 6, 1)]

    # And it is still told when the contact changes afterwards.
    bench.sandbox.administration.change_contact("1", {"city": "Zwolle"})
    later = pull(bench.connect(), night.last.cursor)
    assert quotes(later.record(1)) == [date(2020, 6, 1)]


def test_an_outdated_copy_of_the_contact_in_its_quote_is_not_used(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1),), (paper(11, 1, "estimates", state="late"),))
    estimate = dict(bench.sandbox.administration.documents["estimates"]["11"])
    estimate["contact"] = {"id": "1", "version": 1, "company_name": "Oude naam"}
    bench.sandbox.faults.inject(
        answer(200, json.dumps([estimate]).encode()), when=on("POST", "*/estimates/*")
    )
    seen = pull(bench.connect()).record(1)
    assert quotes(seen) == [date(2020, 5, 15)]
    assert "Oude naam" not in {one.value for one in seen.identifiers}


def test_a_quote_of_nobody_known_teaches_nothing(make_bench: Callable[..., Bench]) -> None:
    read = pull(make_bench((contact(1),), (paper(11, 9, "estimates", state="late"),)).connect())
    assert set(read.records) == {"books:contact:1"}
    assert read.last.complete


def test_no_cursor_passes_over_what_the_quotes_still_have_to_teach(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(
        (contact(1),), tuple(paper(key, 1, "estimates", state="late") for key in range(1000, 3600))
    )
    read = pull(bench.connect())
    assert len(read.pages) > 26
    assert [page.cursor for page in read.pages[:-1]] == [None] * (len(read.pages) - 1)
    assert quotes(read.record(1)) == [date(2020, 5, 15)]


# --- what the account says when it will not ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "body", "code", "remedy"),
    [
        (401, b'{"error":"No access to documents"}', "missing_scope", "scope"),
        (401, b'{"error":"The access token is invalid"}', "wrong_token", "token"),
        (
            402,
            b'{"error":"limited","symbolic":{"administration":"limit_reached"}}',
            "plan_limit",
            "subscription",
        ),
        (403, b"403", "forbidden", "right"),
        (404, b'{"error":"record not found"}', "no_such_administration", "administration_id"),
        (404, b"<html>not found</html>", "no_such_administration", "administration_id"),
        (406, b"", "status_406", "base_url"),
    ],
)
def test_each_refusal_names_the_account_and_the_remedy(
    make_bench: Callable[..., Bench], status: int, body: bytes, code: str, remedy: str
) -> None:
    bench = make_bench((contact(1),))
    bench.sandbox.faults.inject(answer(status, body), when=on("GET", "*/purchase_invoices/*"))
    with pytest.raises(Unusable) as error:
        pull(bench.connect())
    assert error.value.code == code
    assert "account books" in str(error.value)
    assert remedy in str(error.value)
    assert "\n" not in str(error.value)


def test_a_page_for_people_is_not_an_empty_administration(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1),))
    bench.sandbox.faults.inject(maintenance_page(), when=on("GET", "*/contacts/*"))
    with pytest.raises(Unusable, match="not JSON"):
        pull(bench.connect())


def test_a_wrong_token_and_a_wrong_administration_are_told_apart(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1),))
    with pytest.raises(Unusable) as token:
        pull(bench.connect(token="fout"))
    with pytest.raises(Unusable) as administration:
        pull(bench.connect(administration_id="9"))
    assert (token.value.code, administration.value.code) == ("wrong_token", "no_such_administration")
    assert "fout" not in str(token.value)


def test_a_lost_scope_stops_the_account(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1),), (paper(11, 1, "estimates"),))
    bench.sandbox.service.scopes.discard("estimates")
    with pytest.raises(Unusable) as error:
        pull(bench.connect())
    assert error.value.code == "missing_scope"


def test_another_administration_than_the_pinned_one_is_never_read(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1), contact(2)))
    bench.sandbox.administration.contacts["2"]["administration_id"] = "999"
    with pytest.raises(Unusable) as error:
        pull(bench.connect())
    assert error.value.code == "other_administration"


def test_an_administration_id_as_number_is_the_same_as_text(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1),))
    bench.sandbox.administration.contacts["1"] |= {"administration_id": int(ADMINISTRATION), "id": 1}
    assert set(pull(bench.connect()).records) == {"books:contact:1"}


def test_both_forms_of_the_base_address_work(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1),))
    plain = pull(bench.connect())
    bench.address += "/api/v2"
    documented = pull(bench.connect())
    assert set(plain.records) == set(documented.records) == {"books:contact:1"}
    assert documented.record(1).link == plain.record(1).link


def test_an_unreadable_paper_is_counted_and_the_rest_still_counts(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1),), (paper(11, 1), paper(12, 1)))
    bench.sandbox.administration.documents["sales_invoices"]["11"]["due_date"] = "vorige week"
    read = pull(bench.connect())
    assert read.problems == {"unreadable_date": 1}
    assert set(read.documents) == {"12"}
    assert not read.last.complete


def test_a_paper_without_contact_is_nobodys(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1),), (paper(11, 1, "receipts"),))
    bench.sandbox.administration.documents["receipts"]["11"]["contact_id"] = None
    read = pull(bench.connect())
    assert not read.documents
    assert read.last.complete


def test_the_whole_world_is_read_as_it_is() -> None:
    inside = make_world(11, 200, TODAY)
    with bench_of(inside) as bench:
        read = pull(bench.connect())
    books = inside.books
    assert read.last.complete
    assert len(read.documents) == len(books.documents)
    assert len(read.records) == sum(1 + len(one.people) + len(one.notes) for one in books.contacts)
    for one in books.contacts:
        seen = read.record(one.id)
        ended = [event.on for event in seen.events if event.kind is EventKind.ENDED]
        if one.ended_on and not seen.doubts:
            [on] = ended
            assert on is not None
            assert one.ended_on in {f"{on}", f"{on:%d-%m-%Y}"}
        else:
            assert ended == []
            assert bool(seen.doubts) == bool(one.ended_on)
        assert read.record(one.id).restricted == one.archived
    for one_paper in books.documents:
        document = read.document(one_paper.id)
        assert document.of == ref(int(one_paper.contact_id))
        if document.kind is DocumentKind.SALES_INVOICE and one_paper.state == "paid":
            assert document.settled == max(payment.on for payment in one_paper.payments)
        if one_paper.total < Decimal(0) and one_paper.state != "draft":
            assert document.kind is DocumentKind.CREDIT_NOTE
    created = {
        event.on for event in read.record(books.contacts[0].id).events if event.kind is EventKind.ACTIVITY
    }
    assert created == {books.contacts[0].created_at.astimezone(UTC)}
    assert all(isinstance(on, datetime) for on in created)

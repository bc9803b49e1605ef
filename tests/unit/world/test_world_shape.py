"""The world is repeatable, complete and consistent: its identifiers pass their checks, its references exist."""

from __future__ import annotations

import ast
import hashlib
import os
import re
import subprocess
import sys
import time
from collections import Counter
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import phonenumbers
import pytest
from email_validator import validate_email
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import iban
from stdnum.nl import bsn, btw, postcode

from syncd.testing import world as package
from syncd.testing.world import TRAPS, World, expected_outcomes, make_world
from syncd.testing.world.numbers import eleven_proof, sole_trader_vat

TODAY = date(2026, 11, 24)

days = st.dates(date(2021, 1, 1), date(2035, 12, 31))


@cache
def world(seed: int = 7, size: int = 2000, today: date = TODAY) -> World:
    return make_world(seed, size, today)


def crm_ids(one: World) -> list[int]:
    ids = [item.id for item in one.crm.organisations]
    ids += [item.id for item in one.crm.persons]
    ids += [item.id for item in one.crm.projects]
    return ids + [hung.id for hung in one.crm.attachments]


def test_the_same_arguments_make_the_same_world() -> None:
    assert make_world(11, 120, TODAY) == make_world(11, 120, TODAY)


def test_another_process_makes_the_same_world() -> None:
    program = (
        "import datetime, hashlib; from syncd.testing.world import make_world;"
        "one = make_world(11, 120, datetime.date(2026, 11, 24));"
        "print(hashlib.sha256(repr(one).encode()).hexdigest())"
    )
    printed = {
        subprocess.run(  # noqa: S603 our own interpreter and a fixed program
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            capture_output=True,
            check=True,
        ).stdout.strip()
        for seed in (1, 2)
    }
    assert printed == {hashlib.sha256(repr(make_world(11, 120, TODAY)).encode()).hexdigest().encode()}


def test_another_seed_shares_no_identifier_with_it() -> None:
    def identifiers(one: World) -> set[str]:
        contacts = {contact.id for contact in one.books.contacts}
        accounts = {contact.iban.replace(" ", "") for contact in one.books.contacts if contact.iban}
        items = {str(key) for key in crm_ids(one)}
        kvk = {re.sub(r"\D", "", item.kvk) for item in one.crm.organisations if item.kvk}
        members = {member.contact_id for member in one.news.members}
        return (
            contacts | accounts | items | kvk | members | {one.books.administration_id, one.news.account_id}
        )

    first, second = identifiers(world(1, 200)), identifiers(world(2, 200))
    assert len(first) > 800
    assert not first & second


def test_another_day_makes_another_world() -> None:
    assert make_world(1, 30, TODAY).books != make_world(1, 30, TODAY + timedelta(days=1)).books


@given(seed=st.integers(0, 2**32), size=st.integers(1, 140), today=days)
@settings(max_examples=40)
def test_size_counts_the_subjects_that_follow_nobody(seed: int, size: int, today: date) -> None:
    made = make_world(seed, size, today)
    assert sum(not subject.follows for subject in made.subjects) == size


def test_a_world_without_subjects_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one subject"):
        make_world(1, 0, TODAY)


def test_two_thousand_subjects_hold_twenty_of_every_trap_class() -> None:
    told = Counter(subject.trap for subject in world().subjects if not subject.follows)
    assert set(told) == set(TRAPS)
    assert min(told.values()) >= 20
    assert told["running"] > 500


def test_a_hundred_subjects_hold_every_trap_class() -> None:
    assert {subject.trap for subject in world(3, 100).subjects} == set(TRAPS)


def test_thirty_subjects_hold_as_many_classes_as_fit() -> None:
    assert len({subject.trap for subject in world(3, 30).subjects}) >= 27


def test_every_record_belongs_to_exactly_one_subject() -> None:
    one = world()
    claimed = [(record.system, record.kind, record.id) for s in one.subjects for record in s.records]
    existing = {
        *(("books", "contact", contact.id) for contact in one.books.contacts),
        *(("books", "contact_person", p.id) for contact in one.books.contacts for p in contact.people),
        *(("books", "note", note.id) for contact in one.books.contacts for note in contact.notes),
        *(("crm", "organisation", str(item.id)) for item in one.crm.organisations),
        *(("crm", "person", str(item.id)) for item in one.crm.persons),
        *(("crm", "project", str(item.id)) for item in one.crm.projects),
        *(("crm", hung.kind, str(hung.id)) for hung in one.crm.attachments),
        *(("news", "member", member.contact_id) for member in one.news.members),
        *(
            ("news", "buyer" if one.orders else "customer", one.name)
            for one in one.news.customers
            if one.name
        ),
    }
    assert len(claimed) == len(set(claimed))
    assert set(claimed) == existing
    assert len(expected_outcomes(one)) == len(existing)


def test_references_lead_to_records() -> None:
    one = world()
    contacts = {contact.id for contact in one.books.contacts}
    items = {item.id for item in one.crm.organisations}
    audiences = {audience for audience, _ in one.news.audiences}
    assert {paper.contact_id for paper in one.books.documents} <= contacts
    assert all(person.organisations and set(person.organisations) <= items for person in one.crm.persons)
    assert {project.organisation for project in one.crm.projects} <= items
    assert {member.audience for member in one.news.members} == audiences
    assert {contact.audience for contact in one.news.phone_contacts} <= audiences
    every_item = items | {item.id for item in one.crm.persons} | {item.id for item in one.crm.projects}
    comments = {hung.id: hung.item for hung in one.crm.attachments if hung.kind == "comment"}
    assert {hung.item for hung in one.crm.attachments} <= every_item
    assert all(comments[hung.on] == hung.item for hung in one.crm.attachments if hung.on)
    members = {f"@{member.contact_id}": member.email for member in one.news.members}
    derived = [customer for customer in one.news.customers if customer.name.startswith("@")]
    assert all(members[customer.name] == customer.email for customer in derived)


def test_every_kind_of_paper_and_member_occurs() -> None:
    one = world()
    resources = {paper.resource for paper in one.books.documents}
    assert resources == {
        "sales_invoices",
        "external_sales_invoices",
        "purchase_invoices",
        "receipts",
        "estimates",
        "recurring_sales_invoices",
    }
    statuses = {member.status for member in one.news.members}
    assert statuses == {"subscribed", "unsubscribed", "cleaned", "pending", "transactional", "archived"}
    assert any(paper.total < 0 for paper in one.books.documents)
    assert any(len(paper.payments) > 1 for paper in one.books.documents)
    assert set(expected_outcomes(one).values()) == {"gone", "minimised", "unchanged"}


def test_everything_hangs_somewhere_and_a_shop_names_its_customers_in_every_way() -> None:
    one = world()
    outcome = expected_outcomes(one)
    hung = {(hung.kind, outcome["crm", str(hung.id)]) for hung in one.crm.attachments}
    assert hung == {(kind, end) for kind in ("file", "comment", "task") for end in ("gone", "unchanged")}
    assert any(hung.on for hung in one.crm.attachments)
    lists = {(one.name[:1] == "@", bool(one.orders)) for one in one.news.customers if one.name}
    assert lists == {(derived, buyer) for derived in (False, True) for buyer in (False, True)}
    assert any(not customer.name for customer in one.news.customers)
    assert len({customer.id for customer in one.news.customers}) == len(one.news.customers)
    assert one.news.phone_contacts


def test_payments_of_a_paid_invoice_add_up() -> None:
    paid = [paper for paper in world().books.documents if paper.state == "paid"]
    assert len(paid) > 5000
    assert all(sum(payment.amount for payment in paper.payments) == paper.total for paper in paid)


def test_ids_have_the_vendors_form_and_none_is_used_twice() -> None:
    one = world()
    books = [contact.id for contact in one.books.contacts]
    books += [person.id for contact in one.books.contacts for person in contact.people]
    books += [note.id for contact in one.books.contacts for note in contact.notes]
    books += [paper.id for paper in one.books.documents]
    books += [payment.id for paper in one.books.documents for payment in paper.payments]
    assert len(books) == len(set(books))
    assert all(re.fullmatch(r"\d{18}", key) for key in books)
    crm = crm_ids(one)
    assert len(crm) == len(set(crm))
    members = one.news.members
    assert len({member.contact_id for member in members}) == len(members)
    assert len({member.web_id for member in members}) == len(members)
    assert all(re.fullmatch(r"[0-9a-f]{32}", member.contact_id) for member in members)
    assert all(re.fullmatch(r"[0-9a-f]{10}", member.unique_email_id) for member in members)
    assert len({(m.email, m.unique_email_id) for m in members}) == len({m.email for m in members})


def test_customer_numbers_name_one_contact() -> None:
    one = world()
    numbers = [contact.customer_id for contact in one.books.contacts]
    assert len(numbers) == len(set(numbers))


def test_numbers_pass_their_checks() -> None:
    one = world()
    vat = [contact.tax_number for contact in one.books.contacts if contact.tax_number]
    vat += [item.vat for item in one.crm.organisations if item.vat]
    assert len(vat) > 1000
    assert all(btw.is_valid(number) for number in vat)
    accounts = [contact.iban for contact in one.books.contacts if contact.iban]
    assert len(accounts) > 500
    assert all(iban.is_valid(number) for number in accounts)
    kvk = [contact.chamber_of_commerce for contact in one.books.contacts if contact.chamber_of_commerce]
    assert all(re.fullmatch(r"(KVK )?(\d ?){8}", number) for number in kvk)
    assert all(postcode.is_valid(contact.zipcode) for contact in one.books.contacts)


def test_both_styles_of_vat_number_occur() -> None:
    numbers = [btw.compact(item.vat) for item in world().crm.organisations if item.vat]
    legal = [number for number in numbers if bsn.is_valid(number[:9]) and number.endswith("B01")]
    personal = [number for number in numbers if number not in legal]
    assert len(legal) > 500
    assert len(personal) > 5


def test_telephone_numbers_are_dutch_in_whatever_form() -> None:
    one = world()
    written = [contact.phone for contact in one.books.contacts if contact.phone]
    written += [item.phone for item in one.crm.organisations if item.phone]
    written += [item.phone for item in one.crm.persons if item.phone]
    written += [contact.phone for contact in one.news.phone_contacts]
    parsed = [phonenumbers.parse(number, "NL") for number in written]
    assert len(parsed) > 2000
    assert all(phonenumbers.is_valid_number(number) and number.country_code == 31 for number in parsed)
    assert {number[:2] for number in written} >= {"06", "+3", "00"}


def test_every_address_is_valid_and_under_a_reserved_name() -> None:
    one = world()
    addresses = {contact.email for contact in one.books.contacts if contact.email}
    addresses |= {item.email for item in one.crm.organisations if item.email}
    addresses |= {item.email for item in one.crm.persons if item.email}
    addresses |= {member.email for member in one.news.members}
    assert len(addresses) > 3000
    for address in addresses:
        assert validate_email(address, check_deliverability=False).domain.endswith(".example")


@given(eight=st.integers(0, 10**8 - 1).map(lambda number: f"{number:08d}"))
def test_the_eleven_test_agrees_with_the_library(eight: str) -> None:
    fitting = [f"{eight}{last}" for last in range(10) if bsn.is_valid(f"{eight}{last}")]
    made = eleven_proof(eight)
    assert [made] == fitting if made and int(eight) else not fitting or not int(eight)


@given(nine=st.integers(1, 10**9 - 1).map(lambda number: f"{number:09d}"))
def test_the_number_of_a_sole_trader_agrees_with_the_library(nine: str) -> None:
    assert btw.is_valid(sole_trader_vat(nine))


@given(seed=st.integers(0, 2**32), today=days)
@settings(max_examples=15)
def test_nothing_happens_after_today_except_a_typing_error(seed: int, today: date) -> None:
    made = make_world(seed, 120, today)
    typing_errors = {record.id for s in made.subjects if s.trap == "impossible_date" for record in s.records}
    assert typing_errors
    for paper in made.books.documents:
        late = paper.date > today
        assert not late or paper.contact_id in typing_errors
        assert all(payment.on <= today for payment in paper.payments)
        assert paper.created_at is not None
        assert paper.updated_at is not None
        assert paper.created_at <= paper.updated_at
        assert paper.updated_at.date() <= today
    moments: list[tuple[datetime, datetime]] = [
        *((contact.created_at, contact.updated_at) for contact in made.books.contacts),
        *((item.created_on, item.edited_on) for item in made.crm.organisations),
        *((item.created_on, item.edited_on) for item in made.crm.persons),
        *((item.created_on, item.edited_on) for item in made.crm.projects),
        *((hung.created_on, hung.created_on) for hung in made.crm.attachments),
        *((customer.updated_at, customer.updated_at) for customer in made.news.customers),
        *((member.opted_in_at, member.last_changed) for member in made.news.members if member.opted_in_at),
    ]
    assert all(first <= last and last.date() <= today for first, last in moments)


def test_papers_reach_eight_years_back() -> None:
    first = min(paper.date for paper in world().books.documents)
    assert first <= TODAY - timedelta(days=7 * 365)


def test_the_world_imports_nothing_from_the_rest_of_syncd() -> None:
    folder = Path(str(package.__file__)).parent
    imported = {
        node.module
        for file in folder.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module
    }
    inside = {name for name in imported if name.startswith("syncd")}
    assert inside
    assert all(name.startswith("syncd.testing.world") for name in inside)


def test_two_thousand_subjects_take_seconds() -> None:
    begin = time.perf_counter()
    make_world(5, 2000, TODAY)
    assert time.perf_counter() - begin < 10

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.moneybird.contacts import CONTACT, Contacts
from connectors.moneybird.fields import fields_of
from connectors.moneybird.settings import MoneybirdSettings
from connectors.moneybird.values import UnreadableError
from syncd.model import Event, EventKind, IdentifierKind, Record, Role, SubjectKind

FIELD = "custom_field:9"


def contacts(**settings: Any) -> Contacts:
    known = {"connector": "moneybird", "administration_id": "123", "token": "t", **settings}
    return Contacts("books", "https://moneybird.com/123", MoneybirdSettings.model_validate(known))


def mapped(raw: dict[str, Any], **settings: Any) -> Record:
    shared = {"id": "1", "company_name": "Bedrijf B.V.", "version": 7}
    return next(contacts(**settings).records(shared | raw))


def field(value: str | None, name: str = "Relatie beëindigd op") -> dict[str, Any]:
    return {"custom_fields": [{"id": "9", "name": name, "value": value}]}


def events(record: Record, kind: EventKind) -> list[Event]:
    return [one for one in record.events if one.kind is kind]


def values(record: Record, kind: IdentifierKind) -> list[str]:
    return [one.value for one in record.identifiers if one.kind is kind]


# --- who ----------------------------------------------------------------------------------------------------


def test_a_company_name_makes_an_organisation() -> None:
    assert mapped({}).kind is SubjectKind.ORGANISATION
    person = mapped({"company_name": "  ", "firstname": "Jan", "lastname": "de Vries"})
    assert person.kind is SubjectKind.PERSON
    assert values(person, IdentifierKind.NAME) == ["Jan de Vries"]
    trader = mapped({"firstname": "Jan", "lastname": "de Vries"})
    assert trader.kind is SubjectKind.ORGANISATION
    assert values(trader, IdentifierKind.NAME) == ["Bedrijf B.V."]
    assert values(trader, IdentifierKind.FAMILY_NAME) == ["de Vries"]


def test_identifiers_are_given_as_written_and_once() -> None:
    seen = mapped(
        {
            "customer_id": "K-1",
            "chamber_of_commerce": "12345678",
            "tax_number": "NL001234567B01",
            "bank_account": "NL50 TEST 0166567191",
            "sepa_iban": "NL50 TEST 0166567191",
            "email": "a@x.example",
            "send_invoices_to_email": "a@x.example, b@x.example",
            "send_estimates_to_email": "c@x.example;b@x.example",
            "address1": "Dorpsstraat 1",
        }
    )
    assert values(seen, IdentifierKind.CUSTOMER_NUMBER) == ["K-1"]
    assert values(seen, IdentifierKind.KVK) == ["12345678"]
    assert values(seen, IdentifierKind.VAT) == ["NL001234567B01"]
    assert values(seen, IdentifierKind.IBAN) == ["NL50 TEST 0166567191"]
    assert values(seen, IdentifierKind.EMAIL) == ["a@x.example", "b@x.example", "c@x.example"]
    assert values(seen, IdentifierKind.STREET) == ["Dorpsstraat 1"]
    for secret in ("12345678", "a@x.example", "Bedrijf"):
        assert secret not in repr(seen)


@pytest.mark.parametrize(
    ("scheme", "kind"),
    [("0106", IdentifierKind.KVK), ("NL:KVK", IdentifierKind.KVK), ("9944", IdentifierKind.VAT)],
)
def test_a_peppol_identifier_of_a_known_scheme_identifies(scheme: str, kind: IdentifierKind) -> None:
    seen = mapped({"si_identifier": "87654321", "si_identifier_type": scheme})
    assert values(seen, kind) == ["87654321"]
    assert "87654321" not in {one.value for one in mapped({"si_identifier": "87654321"}).identifiers}


def test_archived_is_restricted() -> None:
    assert mapped({"archived": True}).restricted
    assert not mapped({"archived": False}).restricted


# --- what it holds ------------------------------------------------------------------------------------------


def test_an_empty_contact_holds_its_fiscal_identity_only() -> None:
    assert mapped({"phone": " ", "email": None, "sepa_active": False}).categories == {"fiscal_identity"}


NAMED = {one.category: set(one.fields) for one in fields_of(contacts().settings) if one.kind == CONTACT}


@pytest.mark.parametrize("category", ["contact_details", "registration", "bank_details"])
def test_each_field_that_a_category_names_makes_it(category: str) -> None:
    assert NAMED[category]
    for name in NAMED[category]:
        assert mapped({name: "x"}).categories == {"fiscal_identity", category}


@given(
    st.dictionaries(
        st.sampled_from(sorted({name for names in NAMED.values() for name in names} - {"custom_fields"})),
        st.sampled_from(["", None, "x"]),
    )
)
def test_a_category_is_held_exactly_when_one_of_the_fields_that_it_names_is_filled(
    raw: dict[str, str | None],
) -> None:
    held = mapped(raw).categories
    filled = {name for name, value in raw.items() if value}
    for category in ("contact_details", "registration", "bank_details"):
        assert (category in held) == bool(filled & NAMED[category])
    assert "fiscal_identity" in held


def test_an_active_mandate_is_part_of_the_fiscal_identity() -> None:
    mandate = {"sepa_active": True, "sepa_iban": "NL1", "bank_account": "NL1", "sepa_mandate_id": "M"}
    assert mapped(mandate).categories == {"fiscal_identity"}
    assert mapped(mandate | {"bank_account": "NL2"}).categories == {"fiscal_identity", "bank_details"}
    assert mapped(mandate | {"sepa_active": False}).categories == {"fiscal_identity", "bank_details"}


def test_only_custom_fields_without_a_meaning_are_relation_records() -> None:
    known = {"ended_field": "Relatie beëindigd op", "role_field": "9"}
    assert mapped(field("2026-01-31"), ended_field="Relatie beëindigd op").categories == {"fiscal_identity"}
    assert mapped(field("klant", "Soort"), **known).categories == {"fiscal_identity"}
    assert mapped(field("x", "Opmerking")).categories == {"fiscal_identity", "relation_record"}
    assert mapped(field("", "Opmerking")).categories == {"fiscal_identity"}


# --- what happened ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("named", ["Relatie beëindigd op", "9", 9])
def test_the_mapped_field_says_when_it_ended(named: str | int) -> None:
    seen = mapped(field("31-01-2026"), ended_field=named)
    assert events(seen, EventKind.ENDED) == [Event(EventKind.ENDED, date(2026, 1, 31), origin=FIELD)]
    assert not seen.doubts


@pytest.mark.parametrize("value", [None, "", " "])
def test_an_empty_field_says_nothing(value: str | None) -> None:
    seen = mapped(field(value), ended_field="9")
    assert not events(seen, EventKind.ENDED)
    assert not seen.doubts


def test_an_unmapped_field_says_nothing() -> None:
    assert not events(mapped(field("2026-01-31")), EventKind.ENDED)
    assert not events(mapped(field("2026-01-31"), ended_field="Iets anders"), EventKind.ENDED)


def test_an_unreadable_end_is_a_doubt_without_its_value() -> None:
    seen = mapped(field("eind maart"), ended_field="9")
    assert seen.doubts == (f"unreadable_date:{FIELD}",)
    assert not events(seen, EventKind.ENDED)


def test_the_role_field_says_what_the_contact_is() -> None:
    seen = mapped(field("Klant, leverancier", "Soort"), role_field="Soort")
    assert [one.role for one in events(seen, EventKind.ROLE)] == [Role.CUSTOMER, Role.SUPPLIER]
    own = mapped(field("Relatie", "Soort"), role_field="Soort", roles={"relatie": "customer"})
    assert [one.role for one in events(own, EventKind.ROLE)] == [Role.CUSTOMER]
    odd = mapped(field("Klant, vriend", "Soort"), role_field="Soort")
    assert odd.doubts == (f"unknown_role:{FIELD}",)


def test_an_end_counts_for_each_role_that_is_known() -> None:
    raw = {
        "custom_fields": [
            {"id": "9", "name": "Einde", "value": "2026-01-31"},
            {"id": "10", "name": "Soort", "value": "klant,leverancier"},
        ]
    }
    seen = mapped(raw, ended_field="Einde", role_field="Soort")
    assert [(one.role, one.on) for one in events(seen, EventKind.ENDED)] == [
        (Role.CUSTOMER, date(2026, 1, 31)),
        (Role.SUPPLIER, date(2026, 1, 31)),
    ]


def test_no_role_comes_from_anything_else() -> None:
    assert not events(mapped({"sales_invoices_url": "https://x.example", "customer_id": "1"}), EventKind.ROLE)


def test_its_creation_is_a_sign_of_life_and_its_last_change_is_not() -> None:
    seen = mapped({"created_at": "2020-01-02T03:04:05.000Z", "updated_at": "2026-01-01T00:00:00.000Z"})
    assert [one.on for one in seen.events] == [datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)]


# --- what hangs on it ---------------------------------------------------------------------------------------


def test_contact_people_and_notes_are_records_of_their_own() -> None:
    raw = {
        "id": "1",
        "company_name": "Bedrijf B.V.",
        "archived": True,
        "contact_people": [
            {"id": 71, "firstname": "Jan", "lastname": "Jansen", "email": "j@x.example", "version": 3}
        ],
        "notes": [{"id": "81", "note": "geheim", "updated_at": "2020-01-02T03:04:05.000Z"}],
    }
    contact, person, note = contacts().records(raw)
    assert (person.version, note.version) == ("3", "2020-01-02T03:04:05.000Z")
    assert values(person, IdentifierKind.NAME) == ["Jan Jansen"]
    assert (person.kind, note.kind) == (SubjectKind.PERSON, SubjectKind.ORGANISATION)
    assert person.restricted
    assert note.restricted
    assert person.member_of == (contact.ref,)
    assert "geheim" not in repr(note)
    assert not note.identifiers


@pytest.mark.parametrize(
    "raw", [{"id": None}, {"id": 1.5}, {"created_at": "gisteren"}, {"contact_people": [{"id": None}]}]
)
def test_a_contact_that_cannot_be_read_says_so(raw: dict[str, Any]) -> None:
    with pytest.raises(UnreadableError):
        list(contacts().records({"id": "1", "company_name": "B"} | raw))

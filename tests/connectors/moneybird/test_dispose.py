from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from connectors.moneybird.sandbox.memory import InvalidError
from syncd.contract import Refused, Stale, Transient, Uncertain, Unusable
from syncd.model import Action, Effect, PresenceState
from syncd.testing.faults import answer, answer_after, answer_lost, any_write, meanwhile, on
from syncd.testing.world.shapes import BooksNote, BooksPerson
from tests.connectors.moneybird.bench import contact, order, paper, pull, ref

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.connectors.moneybird.bench import Bench

JAN = BooksPerson("71", "Jan", "Jansen", "0612345678", "jan@voorbeeld.example")
FULL: dict[str, Any] = {
    "firstname": "Piet",
    "lastname": "Pieters",
    "address": "Dorpsstraat 1",
    "zipcode": "1234 AB",
    "city": "Utrecht",
    "phone": "020 1234567",
    "email": "info@bedrijf.example",
    "tax_number": "NL001234567B01",
    "chamber_of_commerce": "12345678",
    "iban": "NL50TEST0166567191",
    "bic": "TESTNL2A",
}
UNHELD = ("contact_details", "registration", "bank_details", "relation_record")
FISCAL = (
    "id", "administration_id", "company_name", "firstname", "lastname", "address1", "zipcode", "city", "country",
    "customer_id", "tax_number", "created_at", "contact_people", "notes", "archived",
)  # fmt: skip
CANNOT = b'{"error":"Contact can not be archived","symbolic":{"id":"can_not_be_archived"}}'


def writes(bench: Bench) -> list[str]:
    return [f"{one.method} {one.path}" for one in bench.sandbox.requests if bench.sandbox.wrote(one)]


# --- erase --------------------------------------------------------------------------------------------------


def test_a_contact_without_papers_is_erased(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1, **FULL), contact(2)))
    connector = bench.connect()
    before = bench.sandbox.state.snapshot()["contacts"]["2"]
    receipt = connector.dispose(order(connector, ref(1), Action.ERASE))
    assert (receipt.effect, receipt.evidence) == (Effect.DONE, {"status": "204"})
    assert len(writes(bench)) == 1
    assert connector.probe(ref(1)).state is PresenceState.ABSENT
    assert bench.sandbox.state.snapshot()["contacts"] == {"2": before}


def test_a_contact_with_papers_is_only_archived_and_the_receipt_says_so(
    make_bench: Callable[..., Bench],
) -> None:
    bench = make_bench((contact(1, **FULL),), (paper(11, 1, state="paid"),))
    connector = bench.connect()
    receipt = connector.dispose(order(connector, ref(1), Action.ERASE))
    assert receipt.effect is Effect.WEAKER
    assert receipt.evidence == {"status": "204", "kept_as": "archived"}
    assert connector.probe(ref(1)).state is PresenceState.ARCHIVED


@pytest.mark.parametrize("value", ["archived", "ARCHIVED", "Deactivated", "something new"])
def test_any_value_of_the_header_means_kept(make_bench: Callable[..., Bench], value: str) -> None:
    bench = make_bench((contact(1),))
    connector = bench.connect()
    wanted = order(connector, ref(1), Action.ERASE)
    bench.sandbox.faults.inject(answer(204, headers={"X-KEPT-as": value}), when=any_write)
    receipt = connector.dispose(wanted)
    assert receipt.effect is Effect.WEAKER
    assert receipt.evidence["kept_as"] == value.lower().replace(" ", "_")


def test_deleting_an_archived_contact_that_must_be_kept_says_kept(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1, archived=True),), (paper(11, 1),))
    connector = bench.connect()
    receipt = connector.dispose(order(connector, ref(1), Action.ERASE))
    assert receipt.effect is Effect.WEAKER
    assert receipt.evidence == {"status": "400", "kept_as": "archived"}


def test_an_archived_contact_goes_when_its_last_paper_is_gone(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1, archived=True),))
    connector = bench.connect()
    assert connector.dispose(order(connector, ref(1), Action.ERASE)).effect is Effect.DONE
    assert bench.contact(1) is None


def test_children_are_erased_one_by_one(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1, people=(JAN,), notes=(BooksNote("81", "x"),)),))
    connector = bench.connect()
    for target in (ref(71, "contact_person", 1), ref(81, "note", 1)):
        assert connector.dispose(order(connector, target, Action.ERASE)).effect is Effect.DONE
        assert connector.probe(target).state is PresenceState.ABSENT
    left = bench.contact(1)
    assert left is not None
    assert (left["contact_people"], left["notes"]) == ([], [])
    assert len(writes(bench)) == 2


def test_what_is_already_gone_is_not_written_to(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1, people=(JAN,)),))
    connector = bench.connect()
    wanted = order(connector, ref(1), Action.ERASE)
    child = order(connector, ref(71, "contact_person", 1), Action.ERASE)
    bench.sandbox.administration.delete_contact("1")
    assert connector.dispose(wanted).effect is Effect.ALREADY
    assert connector.dispose(child).effect is Effect.ALREADY
    assert not writes(bench)


def test_what_goes_between_reading_and_deleting_is_gone(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1),))
    connector = bench.connect()
    wanted = order(connector, ref(1), Action.ERASE)
    bench.sandbox.faults.inject(
        meanwhile(lambda: bench.sandbox.administration.delete_contact("1")),
        when=on("GET", "*/contacts/1.json"),
    )
    receipt = connector.dispose(wanted)
    assert (receipt.effect, receipt.evidence) == (Effect.DONE, {"status": "404"})


@pytest.mark.parametrize("action", list(Action))
def test_a_record_that_changed_is_not_written_to(make_bench: Callable[..., Bench], action: Action) -> None:
    bench = make_bench((contact(1, **FULL),))
    connector = bench.connect()
    wanted = order(connector, ref(1), action, "contact_details")
    bench.sandbox.administration.change_contact("1", {"city": "Zwolle"})
    with pytest.raises(Stale):
        connector.dispose(wanted)
    assert not writes(bench)


# --- minimise -----------------------------------------------------------------------------------------------


def test_minimising_leaves_a_valid_contact_with_what_the_law_wants(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1, **FULL, people=(JAN,), ended_on="2026-01-31"),), (paper(11, 1),))
    connector = bench.connect()
    bench.sandbox.administration.change_contact(
        "1",
        {"custom_fields_attributes": [{"id": "496081422624229002", "value": "spreekt Frans"}],
         "si_identifier": "12345678", "si_identifier_type": "0106"},
    )  # fmt: skip
    before = bench.contact(1) or {}
    kept = {field: before[field] for field in FISCAL}

    receipt = connector.dispose(order(connector, ref(1), Action.MINIMISE, *UNHELD))

    after = bench.contact(1) or {}
    assert receipt.effect is Effect.DONE
    assert connector.probe(ref(1)).categories == {"fiscal_identity"}
    assert {field: after[field] for field in FISCAL} == kept
    assert not any(
        after[field]
        for field in ("phone", "email", "send_invoices_to_email", "chamber_of_commerce", "si_identifier",
                      "bank_account", "sepa_bic")
    )  # fmt: skip
    assert [one["value"] for one in after["custom_fields"]] == ["2026-01-31"]
    assert len(writes(bench)) == 1


@pytest.mark.parametrize("category", UNHELD[:3])
def test_minimising_empties_the_ordered_category_and_no_other(
    make_bench: Callable[..., Bench], category: str
) -> None:
    bench = make_bench((contact(1, **FULL),))
    connector = bench.connect()
    before = connector.probe(ref(1)).categories
    assert connector.dispose(order(connector, ref(1), Action.MINIMISE, category)).effect is Effect.DONE
    assert connector.probe(ref(1)).categories == before - {category}


def test_an_active_mandate_stays(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1, **FULL, sepa_active=True),))
    connector = bench.connect()
    assert "bank_details" not in connector.probe(ref(1)).categories
    connector.dispose(order(connector, ref(1), Action.MINIMISE, "contact_details", "bank_details"))
    after = bench.contact(1) or {}
    assert (after["sepa_iban"], after["bank_account"]) == (FULL["iban"], FULL["iban"])
    assert after["sepa_mandate_id"]


def test_what_an_active_mandate_needs_cannot_be_emptied_and_is_not_tried(
    make_bench: Callable[..., Bench],
) -> None:
    """The control: Moneybird would refuse the change, and with it everything else in the same write."""
    bench = make_bench((contact(1, **FULL, sepa_active=True),))
    with pytest.raises(InvalidError):
        bench.sandbox.administration.change_contact("1", {"phone": "", "sepa_mandate_id": ""})
    connector = bench.connect()
    order_ = order(connector, ref(1), Action.MINIMISE, "contact_details")
    assert connector.dispose(order_).effect is Effect.DONE


def test_a_contact_person_that_a_name_made_is_read_and_erased(make_bench: Callable[..., Bench]) -> None:
    """A company's contact that is given a first and a last name gets a contact person with it, unasked."""
    bench = make_bench((contact(1, **FULL),))
    cursor = pull(bench.connect()).last.cursor
    bench.sandbox.administration.change_contact("1", {"firstname": "Money", "lastname": "Bird"})
    connector = bench.connect()
    (made,) = [one for one in pull(connector, cursor).records.values() if one.ref.kind == "contact_person"]
    assert connector.dispose(order(connector, made.ref, Action.ERASE)).effect is Effect.DONE
    assert (bench.contact(1) or {})["contact_people"] == []


def test_beside_an_active_mandate_another_account_is_emptied(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1, **FULL, sepa_active=True),))
    bench.sandbox.administration.change_contact("1", {"bank_account": "NL91ABNA0417164300"})
    connector = bench.connect()
    assert connector.dispose(order(connector, ref(1), Action.MINIMISE, "bank_details")).effect is Effect.DONE
    after = bench.contact(1) or {}
    assert (after["bank_account"], after["sepa_iban"], after["sepa_bic"]) == ("", FULL["iban"], FULL["bic"])


def test_a_field_that_only_mirrors_another_is_emptied_through_it(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1),))
    bench.sandbox.administration.contacts["1"]["email"] = "info@bedrijf.example"
    connector = bench.connect()
    assert (
        connector.dispose(order(connector, ref(1), Action.MINIMISE, "contact_details")).effect is Effect.DONE
    )
    assert (bench.contact(1) or {})["email"] == ""


def test_minimising_twice_writes_once(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1, **FULL),))
    connector = bench.connect()
    connector.dispose(order(connector, ref(1), Action.MINIMISE, *UNHELD))
    assert connector.dispose(order(connector, ref(1), Action.MINIMISE, *UNHELD)).effect is Effect.ALREADY
    assert len(writes(bench)) == 1


def test_the_old_values_stay_in_the_history_which_the_residue_says(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1, **FULL),))
    connector = bench.connect()
    connector.dispose(order(connector, ref(1), Action.MINIMISE, "contact_details"))
    history = (bench.contact(1) or {})["events"][-1]["data"]["changes"]
    assert history["phone"] == [FULL["phone"], ""]
    [capability] = [
        one for one in connector.capabilities if (one.kind, one.action) == ("contact", Action.MINIMISE)
    ]
    assert "history_keeps_old_values" in {one.code for one in capability.residue}


def test_what_the_answer_still_holds_makes_it_weaker(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1, **FULL),))
    connector = bench.connect()
    wanted = order(connector, ref(1), Action.MINIMISE, "contact_details", "registration")
    bench.sandbox.administration.contacts["1"]["credit_card_number"] = "1234"
    unchanged = bench.connect().probe(ref(1))
    assert "bank_details" in unchanged.categories
    bench.sandbox.faults.inject(answer(200, b'{"id":"1","phone":"020 1234567"}'), when=any_write)
    receipt = connector.dispose(wanted)
    assert receipt.effect is Effect.WEAKER
    assert receipt.evidence["left"] == "contact_details"


def test_what_cannot_be_emptied_is_refused_before_writing(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1),))
    bench.sandbox.administration.contacts["1"]["credit_card_number"] = "1234"
    connector = bench.connect()
    with pytest.raises(Refused) as error:
        connector.dispose(order(connector, ref(1), Action.MINIMISE, "bank_details"))
    assert error.value.code == "not_settable"
    assert not writes(bench)


def test_an_answer_that_is_no_contact_leaves_the_fate_open(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1, **FULL),))
    connector = bench.connect()
    wanted = order(connector, ref(1), Action.MINIMISE, *UNHELD)
    bench.sandbox.faults.inject(answer_after(200, b"<html>"), when=any_write)
    with pytest.raises(Uncertain):
        connector.dispose(wanted)


def test_a_rejected_field_is_named_and_its_value_is_not(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1, **FULL),))
    connector = bench.connect()
    wanted = order(connector, ref(1), Action.MINIMISE, *UNHELD)
    body = (
        b'{"error":{"phone":["020 1234567 is wrong"]},"details":{"phone":[{"error":"020 1234567 is wrong"}]}}'
    )
    bench.sandbox.faults.inject(answer(422, body), when=any_write)
    with pytest.raises(Refused) as error:
        connector.dispose(wanted)
    assert error.value.code == "status_422"
    assert "phone" in str(error.value)
    assert "020" not in str(error.value)


# --- archive ------------------------------------------------------------------------------------------------


def test_archiving_hides_and_removes_nothing(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1, **FULL),), (paper(11, 1),))
    connector = bench.connect()
    before = connector.probe(ref(1)).categories
    assert connector.dispose(order(connector, ref(1), Action.ARCHIVE)).effect is Effect.DONE
    seen = connector.probe(ref(1))
    assert (seen.state, seen.categories) == (PresenceState.ARCHIVED, before)
    assert connector.dispose(order(connector, ref(1), Action.ARCHIVE)).effect is Effect.ALREADY
    assert len(writes(bench)) == 1


def test_archived_in_between_is_already_archived(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1),))
    connector = bench.connect()
    wanted = order(connector, ref(1), Action.ARCHIVE)
    bench.sandbox.faults.inject(answer(400, CANNOT), when=any_write)
    assert connector.dispose(wanted).effect is Effect.ALREADY


# --- refusals and accidents ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "action", "category"),
    [
        ("contact", Action.MINIMISE, "fiscal_identity"),
        ("contact", Action.ERASE, "newsletter"),
        ("contact_person", Action.MINIMISE, "contact_details"),
        ("note", Action.ARCHIVE, "relation_record"),
        ("sales_invoice", Action.ERASE, "fiscal_documents"),
        ("sales_invoice", Action.ERASE, "fiscal_identity"),
    ],
)
def test_what_is_not_declared_is_refused_without_a_request(
    make_bench: Callable[..., Bench], kind: str, action: Action, category: str
) -> None:
    bench = make_bench((contact(1),))
    connector = bench.connect()
    template = order(connector, ref(1), Action.ERASE)
    bench.sandbox.requests.clear()
    with pytest.raises(Refused):
        connector.dispose(
            replace(template, ref=ref(1, kind, 1), action=action, categories=frozenset({category}))
        )
    assert not bench.sandbox.requests


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, b'{"error":"User has no permissions","symbolic":{"id":"no_permission"}}', Refused),
        (400, b"<html>", Refused),
        (401, b'{"error":"No access to contacts"}', Unusable),
        (402, b"{}", Refused),
        (403, b"403", Refused),
        (429, b'"Retry later"', Transient),
        (500, b"", Uncertain),
    ],
)
@pytest.mark.parametrize("action", list(Action))
def test_each_answer_to_a_write_says_what_to_do_next(
    make_bench: Callable[..., Bench], action: Action, status: int, body: bytes, error: type[Exception]
) -> None:
    bench = make_bench((contact(1, **FULL),))
    connector = bench.connect()
    wanted = order(connector, ref(1), action, "contact_details")
    bench.sandbox.faults.inject(answer(status, body), when=any_write)
    with pytest.raises(error):
        connector.dispose(wanted)
    assert len(writes(bench)) == 1


@pytest.mark.parametrize("action", [Action.MINIMISE, Action.ARCHIVE])
def test_what_went_before_a_change_is_stale(make_bench: Callable[..., Bench], action: Action) -> None:
    bench = make_bench((contact(1, **FULL),))
    connector = bench.connect()
    wanted = order(connector, ref(1), action, "contact_details")
    bench.sandbox.faults.inject(answer(404, b"{}"), when=any_write)
    with pytest.raises(Stale):
        connector.dispose(wanted)


def test_a_lost_answer_is_uncertain_and_is_not_repeated(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1),))
    connector = bench.connect()
    wanted = order(connector, ref(1), Action.ERASE)
    bench.sandbox.faults.inject(answer_lost(), when=any_write)
    with pytest.raises(Uncertain):
        connector.dispose(wanted)
    assert len(writes(bench)) == 1
    assert connector.dispose(wanted).effect is Effect.ALREADY
    assert len(writes(bench)) == 1

"""What only a question about one contact shows: subscriptions that run and charges that are not billed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from syncd.contract import Refused, Unusable
from syncd.model import Action, Effect
from syncd.testing.faults import answer, on
from syncd.testing.world.shapes import BooksNote, BooksPerson
from tests.connectors.moneybird.bench import ADMINISTRATION, contact, order, pull, ref

if TYPE_CHECKING:
    from collections.abc import Callable

    from syncd.model import RecordRef
    from tests.connectors.moneybird.bench import Bench

JAN = BooksPerson("71", "Jan", "Jansen", "", "jan@voorbeeld.example")
FULL: dict[str, Any] = {"phone": "020 1234567", "people": (JAN,), "notes": (BooksNote("81", "x"),)}
WRITES = [
    (ref(1), Action.ERASE),
    (ref(1), Action.MINIMISE),
    (ref(1), Action.ARCHIVE),
    (ref(71, "contact_person", 1), Action.ERASE),
    (ref(81, "note", 1), Action.ERASE),
]


def subscription(owner: int, **fields: Any) -> dict[str, Any]:
    made = {
        "id": "91", "administration_id": ADMINISTRATION, "contact_id": str(owner), "start_date": "2019-01-01",
        "end_date": None, "cancelled_at": None, "recurring_sales_invoice_id": None,
    }  # fmt: skip
    return made | fields


def charge(owner: int) -> dict[str, Any]:
    return {"id": "92", "administration_id": ADMINISTRATION, "contact_id": str(owner), "price": "10.0"}


def tried(bench: Bench, target: RecordRef, action: Action) -> str:
    """Try a write; gives the code of its refusal, or its effect."""
    connector = bench.connect()
    wanted = order(connector, target, action, *(("contact_details",) if action is Action.MINIMISE else ()))
    try:
        return connector.dispose(wanted).effect.value
    except Refused as refused:
        return refused.code


@pytest.mark.parametrize(("target", "action"), WRITES)
def test_nothing_is_written_while_a_subscription_runs(
    make_bench: Callable[..., Bench], target: RecordRef, action: Action
) -> None:
    bench = make_bench((contact(1, **FULL),))
    bench.sandbox.administration.subscriptions.append(subscription(1))
    assert tried(bench, target, action) == "running_subscription"
    assert bench.sandbox.counts()["writes"] == 0


@pytest.mark.parametrize(("target", "action"), WRITES)
def test_nothing_is_written_while_something_is_to_be_billed(
    make_bench: Callable[..., Bench], target: RecordRef, action: Action
) -> None:
    bench = make_bench((contact(1, **FULL),))
    bench.sandbox.administration.additional_charges.append(charge(1))
    assert tried(bench, target, action) == "unbilled_charges"
    assert bench.sandbox.counts()["writes"] == 0


@pytest.mark.parametrize(
    ("fields", "runs"),
    [
        ({}, True),
        ({"end_date": "2099-12-31"}, True),
        ({"end_date": "2099-12-31", "cancelled_at": "2020-01-01T09:00:00.000Z"}, True),
        ({"end_date": "2020-12-31"}, False),
        ({"cancelled_at": "2020-01-01T09:00:00.000Z"}, False),
    ],
)
def test_a_subscription_runs_until_its_end(
    make_bench: Callable[..., Bench], fields: dict[str, Any], runs: bool
) -> None:
    bench = make_bench((contact(1, **FULL),))
    bench.sandbox.administration.subscriptions.append(subscription(1, **fields))
    assert (tried(bench, ref(1), Action.MINIMISE) == "running_subscription") is runs


def test_somebody_elses_claims_are_no_reason(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1, **FULL), contact(2)))
    bench.sandbox.administration.subscriptions.append(subscription(2))
    bench.sandbox.administration.additional_charges.append(charge(2))
    assert tried(bench, ref(1), Action.MINIMISE) == Effect.DONE.value


def test_where_there_are_no_subscriptions_nothing_stands_in_the_way(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1, **FULL),))
    for path in ("*/subscriptions*", "*/additional_charges*"):
        bench.sandbox.faults.inject(answer(404, b'{"error":"record not found"}'), when=on("GET", path))
    assert tried(bench, ref(1), Action.MINIMISE) == Effect.DONE.value


def test_claims_that_cannot_be_seen_stop_the_account(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1, **FULL),))
    bench.sandbox.faults.inject(
        answer(401, b'{"error":"No access to sales_invoices"}'), when=on("GET", "*/subscriptions*")
    )
    with pytest.raises(Unusable) as error:
        tried(bench, ref(1), Action.MINIMISE)
    assert error.value.code == "missing_scope"
    assert bench.sandbox.counts()["writes"] == 0


def test_they_are_asked_for_only_before_a_write(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(tuple(contact(key) for key in range(1, 50)))
    connector = bench.connect()
    pull(connector)
    connector.probe(ref(1), documents=True)
    assert not [path for path in bench.asked() if "subscriptions" in path or "charges" in path]

"""A person's "the same" stands when the registration, the name and the legal form become others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from syncd.service import clock
from syncd.service.simulation import Simulation, simulate, write_configuration
from tests.cli.kit import syncd

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Simulation, str]]:
    with simulate(5, 12, clock.today()) as simulation:
        yield simulation, str(write_configuration(simulation, tmp_path, mode="observe"))


def books(simulation: Simulation, method: str, path: str, **body: Any) -> Any:
    """Do at the vendor what its user does there."""
    account = simulation.accounts()["books"]
    url = f"{account['base_url']}/api/v2/{account['administration_id']}/{path}"
    headers = {"Authorization": f"Bearer {account['token']}"}
    answer = requests.request(method, url, json=body or None, headers=headers, timeout=30)
    assert answer.ok, answer.text
    return answer.json()


def subjects(config: str) -> dict[str, str]:
    """Give the subject of each record."""
    listed = syncd("contact", "list", "--format", "json", "--config", config).values
    return {
        f"{each['account']}:{each['kind']}:{each['key']}": one["subject"]
        for one in listed
        for each in one["records"]
    }


def asked(config: str) -> list[str]:
    return [one["id"] for one in syncd("review", "list", "--format", "json", "--config", config).values]


@pytest.mark.parametrize("by", ["contact link", pytest.param("contact unlink", marks=pytest.mark.ci)])
def test_an_answer_survives_another_registration_and_legal_form(
    served: tuple[Simulation, str], by: str
) -> None:
    simulation, config = served
    trader, limited = (
        books(simulation, "POST", "contacts.json", contact={"company_name": name, "chamber_of_commerce": kvk,
              "send_invoices_to_email": "info@schilder-hoek.example", "phone": "0201234567"})["id"]
        for name, kvk in (("Schilder De Hoek", "12345678"), ("Schilder De Hoek B.V.", "23456789"))
    )  # fmt: skip
    assert syncd("run-once", "--config", config).code == 0
    a, b = (f"books:contact:{key}" for key in (trader, limited))
    before = subjects(config)
    assert before[a] != before[b]
    shown = syncd("contact", "show", before[a], "--format", "json", "--config", config).values
    (proposal,) = [one for one in shown["proposals"] if set(one["records"]) == {a, b}]
    assert proposal["subject"] == before[b]
    assert {"email", "contradicts"} <= set(proposal["evidence"])
    assert f"may be the same as {before[b]}" in syncd("contact", "show", before[a], "--config", config).out
    status = syncd("status", "--format", "json", "--config", config).values
    assert status["proposals"] >= 1
    assert status["questions"] == len(asked(config))

    assert (
        syncd(*by.split(), a, b, "--reason", "legal-form-changed", "--by", "Ann", "--config", config).code
        == 0
    )
    changes: tuple[dict[str, str], ...] = (
        {"chamber_of_commerce": "34567890"},
        {"company_name": "Hoek Holding N.V.", "send_invoices_to_email": "n.v@hoek.example"},
        # What would link the two if nobody had said anything.
        {
            "company_name": "Schilder De Hoek",
            "chamber_of_commerce": "12345678",
            "send_invoices_to_email": "info@schilder-hoek.example",
        },
    )
    for change in changes:
        books(simulation, "PATCH", f"contacts/{limited}.json", contact=change)
        assert syncd("run-once", "--config", config).code == 0
        now = subjects(config)
        assert (now[a] == now[b]) is (by == "contact link")
        assert proposal["id"] not in asked(config)
        again = syncd("contact", "show", now[a], "--format", "json", "--config", config).values["proposals"]
        assert not [one for one in again if set(one["records"]) == {a, b}]

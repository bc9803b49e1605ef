"""A small world, its sandbox on loopback, and connections to it that wait for nothing."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from connectors.podio import PodioSettings, connect, plugin
from connectors.podio.sandbox import PodioState, account_table
from syncd.http import Budget, Http
from syncd.testing.sandbox import Sandbox, serve
from syncd.testing.world.shapes import Books, Crm, CrmOrganisation, CrmPerson, CrmProject, News, World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from connectors.podio.connector import PodioConnector

CREATED = datetime(2021, 3, 4, 9, 30, tzinfo=UTC)
EDITED = datetime(2026, 1, 15, 16, 45, tzinfo=UTC)


def organisation(item_id: int, **changes: Any) -> CrmOrganisation:
    facts: dict[str, Any] = {
        "name": "Bakkerij De Vroege Vogel B.V.",
        "kvk": "68750110",
        "vat": "NL857587973B01",
        "iban": "NL91ABNA0417164300",
        "email": "info@vroegevogel.example",
        "phone": "0318-555123",
        "street": "Molenweg 12",
        "postcode": "6741 AB",
        "city": "Lunteren",
        "relation": ("Klant",),
        "ended_on": None,
        "resumed_on": None,
        "books_number": "20210017",
        "remarks": "Belt liever niet voor tienen",
        "created_on": CREATED,
        "edited_on": EDITED,
    }
    return CrmOrganisation(id=item_id, **(facts | changes))


@pytest.fixture
def world() -> World:
    organisations = (
        organisation(501),
        organisation(502, name="Garage Snel", kvk="", iban="", ended_on=date(2026, 6, 30)),
        organisation(503, name="Drukkerij Inkt", relation=("Leverancier", "Klant"), email="", phone=""),
    )
    persons = (
        CrmPerson(
            601, "Jan de Vogel", "jan@vroegevogel.example", "06 12345678", date(1980, 2, 29), "bakker", (501,),
            CREATED, EDITED,
        ),
        CrmPerson(602, "Anna Snel", "", "", None, "", (501, 502), CREATED, CREATED),
    )  # fmt: skip
    projects = (CrmProject(701, "Nieuwe website", 501, CREATED, EDITED),)
    crm = Crm(9001, 1001, 1002, 1003, organisations, persons, projects)
    return World(1, 1, date(2026, 11, 24), Books("1", (), ()), crm, News("n", (), ()), ())


@pytest.fixture
def sandbox(world: World) -> Sandbox:
    made = plugin.sandbox(world)
    assert isinstance(made, Sandbox)
    return made


@pytest.fixture
def state(sandbox: Sandbox) -> PodioState:
    assert isinstance(sandbox.state, PodioState)
    return sandbox.state


@pytest.fixture
def url(sandbox: Sandbox) -> Iterator[str]:
    with serve(sandbox) as address:
        yield address


@pytest.fixture
def table(sandbox: Sandbox) -> dict[str, Any]:
    return account_table(sandbox)


@pytest.fixture
def waits() -> list[float]:
    """What a connection would have waited, in seconds."""
    return []


@pytest.fixture
def connected(url: str, table: dict[str, Any], waits: list[float]) -> Iterator[Callable[..., PodioConnector]]:
    """Connects the account `crm` to the sandbox, with its own account table unless another is given."""
    with ExitStack() as stack:

        def make(other: dict[str, Any] | None = None) -> PodioConnector:
            settings = PodioSettings.model_validate({**(other or table), "base_url": url})
            budget = Budget(None, sleep=waits.append)
            http = Http(url, account="crm", budget=budget, sleep=waits.append)
            stack.callback(http.close)
            return connect("crm", settings, http)

        yield make

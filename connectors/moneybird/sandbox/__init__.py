"""Moneybird as it behaves, over real HTTP: `make_sandbox(world)` gives the simulated service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.moneybird.sandbox.memory import ENDED_FIELD, Administration
from connectors.moneybird.sandbox.oauth import TOKEN_PATH
from connectors.moneybird.sandbox.service import Service
from syncd.testing.sandbox import Sandbox

if TYPE_CHECKING:
    from syncd.testing.sandbox import Faults
    from syncd.testing.world.shapes import World

__all__ = ["MoneybirdSandbox", "account_table", "make_sandbox"]

TOKEN = "sandbox-token"  # noqa: S105  # opens nothing but this simulation


class MoneybirdSandbox(Sandbox):
    """The simulated service; `service` has its knobs, `administration` its memory."""

    def __init__(self, service: Service, faults: Faults | None) -> None:
        self.service = service
        self.administration = service.administration
        super().__init__(
            service,
            service.administration,
            faults=faults,
            reads=lambda request: (
                request.method == "POST"
                and ("/synchronization" in request.path or request.path == TOKEN_PATH)
            ),
            credentials={"administration_id": service.administration.id, "token": service.token},
        )


def make_sandbox(world: World, faults: Faults | None = None) -> MoneybirdSandbox:
    """Serve the world's bookkeeping; the credentials are what an account's table needs."""
    return MoneybirdSandbox(Service(Administration(world.books, world.today), TOKEN), faults)


def account_table(sandbox: MoneybirdSandbox) -> dict[str, str]:
    """Give the settings of an account that signs in to the sandbox and knows its custom field."""
    return {**sandbox.credentials, "ended_field": ENDED_FIELD["name"]}

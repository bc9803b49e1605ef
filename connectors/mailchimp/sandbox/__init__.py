"""The simulated Mailchimp over real HTTP: sign-in, paging, filters, error bodies and the traps.

Built from Mailchimp's reference and from what others met (`docs/connectors/mailchimp.md` names the traps).
Where the reference is strict, so is this: the permanent deletion takes the digest of the address, only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Mount, Route

from connectors.mailchimp.sandbox.answers import http_problem_answer, problem_answer
from connectors.mailchimp.sandbox.elsewhere import Elsewhere
from connectors.mailchimp.sandbox.gate import Gate
from connectors.mailchimp.sandbox.service import Service
from connectors.mailchimp.sandbox.state import Problem, State
from syncd.testing.sandbox import Sandbox

if TYPE_CHECKING:
    from syncd.testing.sandbox import Faults
    from syncd.testing.world.shapes import World


def make_sandbox(world: World, faults: Faults | None = None) -> Sandbox:
    """Give the simulated service for one world; `state` holds its knobs (see `State`)."""
    state = State.of(world)
    service, elsewhere = Service(state), Elsewhere(state)
    methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    member = "/lists/{list_id}/members/{address}"
    routes = [
        Route("/", service.root),
        Route("/ping", service.ping),
        Route("/lists", service.lists),
        Route("/lists/{list_id}", service.one_list),
        Route("/lists/{list_id}/merge-fields", service.merge_fields),
        Route("/lists/{list_id}/members", service.members, methods=["GET", "POST"]),
        Route(member, service.member, methods=methods),
        Route(member + "/activity-feed", service.activity_feed),
        Route(member + "/actions/delete-permanent", service.delete_permanent, methods=["POST"]),
        Route("/search-members", service.search_members),
        Route("/account-exports", service.exports),
        Route("/ecommerce/stores", elsewhere.stores),
        Route("/ecommerce/stores/{store_id}", elsewhere.store),
        Route("/ecommerce/stores/{store_id}/customers", elsewhere.customers),
        Route(
            "/ecommerce/stores/{store_id}/customers/{customer_id}",
            elsewhere.customer,
            methods=["GET", "DELETE"],
        ),
        Route("/audiences/{audience_id}/contacts", elsewhere.contacts),
        Route("/audiences/{audience_id}/contacts/{contact_id}", elsewhere.contact),
        Route(
            "/audiences/{audience_id}/contacts/{contact_id}/actions/forget",
            elsewhere.forget,
            methods=["POST"],
        ),
    ]
    app = Starlette(
        routes=[
            Route("/oauth2/metadata", elsewhere.metadata),
            Route("/3.0", service.root),
            Mount("/3.0", routes=routes),
        ],
        exception_handlers={Problem: problem_answer, HTTPException: http_problem_answer},
    )
    return Sandbox(Gate(app, state), state, faults=faults, credentials={"api_key": state.key})

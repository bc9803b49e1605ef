"""What the service has beside its lists: shops and their customers, contacts of any channel, OAuth metadata."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from connectors.mailchimp.sandbox.answers import MAX_ROWS, found, number, page
from connectors.mailchimp.sandbox.service import linked

if TYPE_CHECKING:
    from starlette.requests import Request

    from connectors.mailchimp.sandbox.state import State, Store


class Elsewhere:
    """The operations, one method each."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def stores(self, request: Request) -> Response:
        """List the connected shops."""
        rows = [_store(one) for one in self._state.stores.values()]
        return page(request, "stores", rows, each=lambda row: linked(request, row))

    async def store(self, request: Request) -> Response:
        """Describe one shop."""
        one = self._state.store(request.path_params["store_id"])
        return found(request, linked(request, _store(one)))

    async def customers(self, request: Request) -> Response:
        """List a shop's customers, or those with an address."""
        store = self._state.store(request.path_params["store_id"])
        rows = list(store.customers.values())
        if address := request.query_params.get("email_address"):
            rows = [one for one in rows if one["email_address"].lower() == address.lower()]
        return page(request, "customers", rows, each=lambda row: linked(request, row), store_id=store.id)

    async def customer(self, request: Request) -> Response:
        """Read or delete one customer."""
        place = request.path_params["store_id"], request.path_params["customer_id"]
        if request.method == "DELETE":
            self._state.delete_customer(*place)
            return Response(status_code=204)
        return found(request, linked(request, self._state.customer(*place)))

    async def contacts(self, request: Request) -> Response:
        """List an audience's contacts; the cursor is the last id of the page before."""
        rows = self._state.contacts(request.path_params["audience_id"])
        cursor = request.query_params.get("cursor", "")
        if cursor:
            rows = rows[[one["id"] for one in rows].index(cursor) + 1 :]
        count = min(number(request, "count", 10) or 10, MAX_ROWS, self._state.largest_page)
        body: dict[str, Any] = {"contacts": rows[:count]}
        if len(rows) > count:
            body["next_cursor"] = rows[count - 1]["id"]
        return found(request, body)

    async def contact(self, request: Request) -> Response:
        """Read one contact."""
        place = request.path_params["audience_id"], request.path_params["contact_id"]
        return found(request, self._state.contact(*place))

    async def forget(self, request: Request) -> Response:
        """Forget one contact; a body is ignored."""
        self._state.forget_contact(request.path_params["audience_id"], request.path_params["contact_id"])
        return Response(status_code=204)

    async def metadata(self, request: Request) -> Response:
        """Tell an access token where its account's API is; for another token, 200 with an error in it."""
        if request.headers.get("authorization") != f"OAuth {self._state.key}":
            return JSONResponse({"error": "invalid_token"})
        address = self._state.api_address or str(request.base_url).rstrip("/")
        return JSONResponse(
            {
                "dc": "us6",
                "role": self._state.role,
                "accountname": "Sandbox",
                "login": {"email": "owner@voorbeeld.example"},
                "api_endpoint": address,
            }
        )


def _store(one: Store) -> dict[str, Any]:
    return {
        "id": one.id,
        "list_id": one.audience,
        "name": "Shop",
        "platform": "",
        "currency_code": "EUR",
        "created_at": "2019-01-01T00:00:00+00:00",
        "updated_at": "2019-01-01T00:00:00+00:00",
    }

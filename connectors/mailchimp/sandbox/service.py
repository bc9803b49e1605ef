"""The operations of the simulated service, one method each."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from connectors.mailchimp.sandbox.answers import found, json_object, links, page
from connectors.mailchimp.sandbox.filters import filtered, sorted_rows
from connectors.mailchimp.sandbox.rows import MERGE_FIELDS, Member, stamp
from connectors.mailchimp.sandbox.state import Audience, Problem, State

if TYPE_CHECKING:
    from starlette.requests import Request


class Service:
    """The operations, one method each."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def root(self, request: Request) -> Response:
        """Describe the account."""
        return found(
            request,
            {
                "account_id": self._state.account_id,
                "login_id": "1",
                "account_name": "Sandbox",
                "role": self._state.role,
                "pricing_plan_type": self._state.plan,
                "pro_enabled": False,
                "total_subscribers": sum(one["status"] == "subscribed" for one in self._state.all_members()),
                "_links": links(request, "self"),
            },
        )

    async def ping(self, _request: Request) -> Response:
        """Say that all is well."""
        return JSONResponse({"health_status": "Everything's Chimpy!"})

    async def lists(self, request: Request) -> Response:
        """List all audiences, or those that hold an address."""
        audiences = list(self._state.audiences.values())
        if address := request.query_params.get("email"):
            wanted = address.lower()
            audiences = [
                one
                for one in audiences
                if any(member["email_address"].lower() == wanted for member in one.members.values())
            ]
        return page(request, "lists", [_list(request, one) for one in audiences])

    async def one_list(self, request: Request) -> Response:
        """Describe one audience."""
        return found(request, _list(request, self._state.audience(request.path_params["list_id"])))

    async def merge_fields(self, request: Request) -> Response:
        """List the merge fields of an audience."""
        list_id = self._state.audience(request.path_params["list_id"]).id
        rows = [
            {"merge_id": id_, "tag": tag, "name": name, "type": kind, "required": False, "list_id": list_id}
            for id_, tag, name, kind in MERGE_FIELDS
        ]
        return page(request, "merge_fields", rows, list_id=list_id)

    async def members(self, request: Request) -> Response:
        """List the members of an audience, or add one."""
        list_id = request.path_params["list_id"]
        if request.method == "POST":
            return found(request, linked(request, self._state.add(list_id, await json_object(request))))
        audience = self._state.audience(list_id)
        rows = sorted_rows(filtered(self._state, audience, request.query_params), request.query_params)
        return page(
            request,
            "members",
            rows,
            most=self._state.largest_page,
            each=lambda row: linked(request, row),
            list_id=list_id,
        )

    async def member(self, request: Request) -> Response:
        """Read, change, put or archive one member."""
        list_id, address = request.path_params["list_id"], request.path_params["address"]
        if request.method == "DELETE":
            self._state.archive(list_id, address)
            return Response(status_code=204)
        if request.method == "GET":
            return found(request, linked(request, self._state.member(list_id, address)))
        if request.method == "POST":
            raise HTTPException(405)
        body = await json_object(request)
        try:
            member = self._state.edit(list_id, address, body)
        except Problem as problem:
            if request.method != "PUT" or problem.status != HTTPStatus.NOT_FOUND:
                raise
            member = self._state.add(list_id, {"status": body.get("status_if_new")} | body)
        return found(request, linked(request, member))

    async def activity_feed(self, request: Request) -> Response:
        """List what a member did: sign-up and unsubscribing."""
        list_id, address = request.path_params["list_id"], request.path_params["address"]
        member = self._state.member(list_id, address)
        activity = []
        if left := self._state.audience(list_id).unsubscribed.get(member["contact_id"]):
            activity.append(
                {
                    "activity_type": "unsub",
                    "created_at_timestamp": stamp(left),
                    "campaign_id": "",
                    "campaign_title": "",
                    "is_admin_unsubscribed": False,
                    "unsubscribe_reason": "",
                }
            )
        if member["timestamp_signup"]:
            activity.append(
                {"activity_type": "generic_signup", "created_at_timestamp": member["timestamp_signup"]}
            )
        filters = {one for one in request.query_params.get("activity_filters", "").split(",") if one}
        rows = [one for one in activity if not filters or one["activity_type"] in filters]
        return page(request, "activity", rows, email_id=member["id"], list_id=list_id)

    async def delete_permanent(self, request: Request) -> Response:
        """Delete one member permanently; a body (`null` from the official client) is ignored."""
        self._state.forget(request.path_params["list_id"], request.path_params["address"])
        return Response(status_code=204)

    async def search_members(self, request: Request) -> Response:
        """Find members by address or name in every audience."""
        query = request.query_params.get("query", "").strip().lower()
        if not query:
            raise Problem(400, "Bad Request", "The query parameter is required.")
        list_id = request.query_params.get("list_id")
        members = [one for one in self._state.all_members() if list_id in {None, one["list_id"]}]
        exact = [linked(request, one) for one in members if one["email_address"].lower() == query]
        full = [
            linked(request, one)
            for one in members
            if query in one["email_address"].lower() or query in one["full_name"].lower()
        ]
        return found(
            request,
            {
                "exact_matches": {"members": exact, "total_items": len(exact)},
                "full_search": {"members": full, "total_items": len(full)},
                "_links": links(request, "self"),
            },
        )

    async def exports(self, request: Request) -> Response:
        """List account exports that can be downloaded."""
        rows = [
            {"export_id": number, "started": stamp(self._state.now), "finished": stamp(self._state.now)}
            for number in range(1, self._state.exports + 1)
        ]
        return page(request, "exports", rows)


def _list(request: Request, audience: Audience) -> dict[str, Any]:
    statuses = [member["status"] for member in audience.members.values()]
    return {
        "id": audience.id,
        "name": audience.name,
        "date_created": "2015-09-15T14:38:16+00:00",
        "visibility": "prv",
        "double_optin": True,
        "stats": {
            "member_count": statuses.count("subscribed"),
            "unsubscribe_count": statuses.count("unsubscribed"),
            "cleaned_count": statuses.count("cleaned"),
        },
        "_links": links(request, "self"),
    }


def linked(request: Request, member: Member) -> Member:
    """Give an object with the links that every one carries."""
    return member | {"_links": links(request, "self")}

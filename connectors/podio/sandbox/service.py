"""The simulated service over HTTP: routes, signing in, limits and error bodies."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, get_args

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from syncd.testing.sandbox import Faults, LoggedRequest, Sandbox

from . import edits, filters
from .access import Access
from .failure import THROTTLED, Failure, no_route, object_in
from .hanging import Kind, lists
from .signing import granted, read_grant, require_client
from .state import (
    AUTHORIZATION_CODE,
    CLIENT_ID,
    CLIENT_SECRET,
    FIRST_REFRESH_TOKEN,
    PASSWORD,
    USERNAME,
    PodioState,
    Session,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from syncd.testing.world.shapes import World


def make_sandbox(world: World, faults: Faults | None = None) -> Sandbox:
    """Give the simulated Podio of a world. Its `state` is a `PodioState` with knobs for tests."""
    state = PodioState(world)
    credentials = {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "username": USERNAME,
        "password": PASSWORD,
        "refresh_token": FIRST_REFRESH_TOKEN,
        "authorization_code": AUTHORIZATION_CODE,
        **{f"app_token_{app.id}": app.token for app in state.apps.values()},
    }
    return Sandbox(Service(state).app(), state, faults=faults, reads=_only_reads, credentials=credentials)


def _only_reads(request: LoggedRequest) -> bool:
    return request.method == "POST" and (request.path.startswith("/oauth/token") or "/filter" in request.path)


class Service:
    """The routes. Lists answer with and without their last slash; single objects only without one."""

    def __init__(self, state: PodioState) -> None:
        self.state = state
        self._access = Access(state)

    def app(self) -> Starlette:
        """Give the application."""
        routes = [
            self._route("/oauth/token", self.token, "POST", signed_in=False),
            self._route("/oauth/token/v2", self.token, "POST", signed_in=False),
            self._route("/oauth/scope", self.scope),
            self._route("/user/status", self.user_status),
            *self._list("/org", self.organisations),
            *self._list("/org/{org_id:int}/space", self.spaces),
            *self._list("/app/space/{space_id:int}", self.space_apps),
            self._route("/app/{app_id:int}", self.read_app),
            *self._list("/item/app/{app_id:int}/filter", self.filter, "POST"),
            self._route("/item/app/{app_id:int}/count", self.count),
            self._route("/item/app/{app_id:int}/delete", self.delete_many, "POST"),
            self._route("/item/{item_id:int}", self.read_item),
            self._route("/item/{item_id:int}", self.update_item, "PUT"),
            self._route("/item/{item_id:int}", self.delete_item, "DELETE"),
            self._route("/item/{item_id:int}/value", self.item_values),
            *self._list("/item/{item_id:int}/reference", self.item_references),
            *self._list("/comment/item/{item_id:int}", self.hanging_on("comment")),
            *self._list("/task/item/{item_id:int}", self.hanging_on("task")),
            *(route for kind in get_args(Kind) for route in self._single(kind)),
        ]
        app = Starlette(routes=routes, exception_handlers={404: self._unknown, 405: self._unknown})
        app.router.redirect_slashes = False
        return app

    # --- around every call ----------------------------------------------------------------------------------

    def _list(self, path: str, handler: _Handler, method: str = "GET") -> list[Route]:
        return [self._route(path, handler, method), self._route(f"{path}/", handler, method)]

    def _single(self, kind: Kind) -> list[Route]:
        path = f"/{kind}/{{number:int}}"
        return [
            self._route(path, self.read_hanging(kind)),
            self._route(path, self.delete_hanging(kind), "DELETE"),
        ]

    def _route(self, path: str, handler: _Handler, method: str = "GET", *, signed_in: bool = True) -> Route:
        async def endpoint(request: Request) -> Response:
            try:
                self._count_call(request.url.path)
                self.state.finish_pending()
                session = self._session(request) if signed_in else Session()
                return await handler(request, session)
            except Failure as failure:
                return self._failed(request, failure)

        return Route(path, endpoint, methods=[method])

    def _count_call(self, path: str) -> None:
        self.state.calls += 1
        knobs = self.state.knobs
        hourly = knobs.hourly.wait(path) if knobs.hourly else 0
        over = knobs.limit is not None and self.state.calls > knobs.limit
        if over or knobs.throttled or hourly:
            knobs.throttled = max(0, knobs.throttled - 1)
            wait = hourly or knobs.wait
            text = f"You have hit the rate limit. Please wait {wait} seconds before trying again"
            raise Failure(THROTTLED, "rate_limit", text)

    def _session(self, request: Request) -> Session:
        header = request.headers.get("authorization")
        if header is None:
            raise Failure(401, "unauthorized", "invalid_request")
        scheme, _, token = header.partition(" ")
        if scheme not in {"OAuth2", "Bearer"} or not token:
            raise Failure(400, "Invalid authorization header", None)
        if token not in self.state.access:
            raise Failure(401, "unauthorized", "expired_token")
        return self.state.access[token]

    def _failed(self, request: Request, failure: Failure) -> JSONResponse:
        body = {
            "error": failure.error,
            "error_detail": failure.detail,
            "error_description": failure.description,
            "error_parameters": {},
            "error_propagate": False,
            "request": {
                "url": f"http://api.podio.com{request.url.path}",
                "method": request.method,
                "query_string": request.url.query,
            },
        }
        headers = (
            {"www-authenticate": 'Bearer realm="podio"'} if failure.status == HTTPStatus.UNAUTHORIZED else {}
        )
        if failure.status == THROTTLED:
            headers = {"x-rate-limit-limit": "1000", "x-rate-limit-remaining": "0"}
        return JSONResponse(body, failure.status, headers)

    async def _unknown(self, request: Request, _error: Exception) -> Response:
        return self._failed(request, no_route())

    # --- signing in -----------------------------------------------------------------------------------------

    async def token(self, request: Request, _session: Session) -> Response:
        """Give tokens, or the nonce of a second factor."""
        grant = await read_grant(request)
        require_client(grant)
        if grant.get("username") in self.state.knobs.mfa:
            return JSONResponse({"server_nonce": "nonce-1"})
        return JSONResponse(self.state.issue(granted(self.state, grant)))

    async def scope(self, _request: Request, session: Session) -> Response:
        """Say what a token reaches."""
        if session.app_id is not None:
            reach = {"ref_type": "app", "ref_id": session.app_id, "permissions": ["read", "write"]}
        else:
            reach = {"ref_type": "global", "ref_id": None, "permissions": list(self.state.knobs.scopes)}
        return JSONResponse([{**reach, "ref_data": {}}])

    async def user_status(self, _request: Request, session: Session) -> Response:
        """Say who is signed in; not for app tokens."""
        self._access.users_only(session)
        return JSONResponse({"user": {"user_id": 1000, "mail": USERNAME, "status": "active"}})

    # --- structure ------------------------------------------------------------------------------------------

    async def organisations(self, _request: Request, session: Session) -> Response:
        """List the organisations with their workspaces."""
        self._access.users_only(session)
        return JSONResponse([{"org_id": 1, "name": "Voorbeeld", "spaces": self._space_list()}])

    async def spaces(self, _request: Request, session: Session) -> Response:
        """List the workspaces."""
        self._access.users_only(session)
        return JSONResponse(self._space_list())

    def _space_list(self) -> list[dict[str, Any]]:
        return [{"space_id": self.state.world.crm.space_id, "name": "Werk", "org_id": 1, "type": "regular"}]

    async def space_apps(self, request: Request, session: Session) -> Response:
        """List the apps of a workspace."""
        self._access.users_only(session)
        space_id = request.path_params["space_id"]
        apps = [app.reference() for app in self.state.apps.values() if app.space_id == space_id]
        return JSONResponse(apps)

    async def read_app(self, request: Request, session: Session) -> Response:
        """Give an app's definition."""
        return JSONResponse(self.state.app_json(self._access.app(request, session), session))

    # --- items ----------------------------------------------------------------------------------------------

    async def filter(self, request: Request, session: Session) -> Response:
        """List items of an app: filtered, sorted, a page at a time."""
        app = self._access.app(request, session)
        query = object_in(await request.body() or b"{}")
        limit, offset = query.get("limit", 30), query.get("offset", 0)
        if not isinstance(limit, int) or not 0 < limit <= filters.LARGEST_PAGE or not isinstance(offset, int):
            raise Failure(400, "invalid_value", f"Invalid value {limit} (limit): must be at most 500")
        if query.get("remember", True):
            self.state.last_view = {"app_id": app.id, "sort_by": query.get("sort_by", "created_on")}
        limit = min(limit, self.state.knobs.page or limit)
        every = self.state.in_app(app.id)
        found = filters.filtered(app, every, query.get("filters") or {})
        found = filters.ordered(found, query.get("sort_by"), descending=query.get("sort_desc", True))
        page = [self.state.item_json(one, session, full=False) for one in found[offset : offset + limit]]
        if self.state.knobs.views:
            page = [filters.viewed(one, request.query_params.get("fields", "")) for one in page]
        return JSONResponse({"total": len(every), "filtered": len(found), "items": page})

    async def count(self, request: Request, session: Session) -> Response:
        """Count the items of an app."""
        return JSONResponse({"count": len(self.state.in_app(self._access.app(request, session).id))})

    async def read_item(self, request: Request, session: Session) -> Response:
        """Give one item; the caller has then viewed it, unless `mark_as_viewed` says 0."""
        item = self._access.item(request, session)
        if request.query_params.get("mark_as_viewed", "1") not in {"0", "false"}:
            item.viewed = True
        return JSONResponse(self.state.item_json(item, session, full=True))

    async def item_values(self, request: Request, session: Session) -> Response:
        """Give the values of one item."""
        answer = self.state.item_json(self._access.item(request, session), session, full=False)
        keys = ("field_id", "external_id", "type", "label", "values")
        return JSONResponse([{key: one[key] for key in keys} for one in answer["fields"]])

    async def item_references(self, request: Request, session: Session) -> Response:
        """Give the items that refer to this one."""
        return JSONResponse(self.state.referring_to(self._access.item(request, session).id))

    def hanging_on(self, kind: Kind) -> _Handler:
        """List what is of a kind on an item."""

        async def handle(request: Request, session: Session) -> Response:
            return JSONResponse(lists(self.state.on_item(self._access.item(request, session).id), kind))

        return handle

    def read_hanging(self, kind: Kind) -> _Handler:
        """Give one file, comment or task."""

        async def handle(request: Request, session: Session) -> Response:
            one = self._access.hanging(kind, request, session)
            files = [other for other in self.state.on_item(one.item_id) if other.on == one.id]
            return JSONResponse(one.json(files))

        return handle

    def delete_hanging(self, kind: Kind) -> _Handler:
        """Delete one file, comment or task."""

        async def handle(request: Request, session: Session) -> Response:
            one = self._access.hanging(kind, request, session)
            self._access.require_right(session, "delete")
            if kind != "file" and request.query_params.get("hook", "true") in {"1", "true"}:
                self.state.hooks.append({"type": f"{kind}.delete", f"{kind}_id": one.id})
            if kind == "task" and request.query_params.get("silent", "false") not in {"1", "true"}:
                self.state.stream.append({"deleted": one.id, "title": one.text})
            self.state.remove(kind, one.id)
            return Response(status_code=204)

        return handle

    async def update_item(self, request: Request, session: Session) -> Response:
        """Change fields of one item; 409 when the caller knew an older revision."""
        item = self._access.item(request, session)
        self._access.require_right(session, "update")
        body = object_in(await request.body())
        if "revision" in body and body["revision"] != item.revision:
            raise Failure(409, "conflict", "The revision of the item is not the latest")
        known = self.state.apps[item.app_id].by_name()
        given = body.get("fields") or {}
        if not set(given) <= set(known):
            raise Failure(400, "invalid_value", "The app has no such field")
        values = {known[name].external_id: edits.held(known[name], found) for name, found in given.items()}
        revision = self.state.edit(item.id, values)
        return JSONResponse({"revision": revision, "title": self.state.title(item)})

    async def delete_item(self, request: Request, session: Session) -> Response:
        """Delete one item."""
        item = self._access.item(request, session)
        self._access.require_right(session, "delete")
        silent = request.query_params.get("silent", "false") in {"1", "true"}
        hook = request.query_params.get("hook", "true") in {"1", "true"}
        self.state.delete(item.id, silent=silent, hook=hook)
        return Response(status_code=204)

    async def delete_many(self, request: Request, session: Session) -> Response:
        """Delete items of an app: some at once, the others after the answer."""
        app = self._access.app(request, session)
        self._access.require_right(session, "delete")
        ids = object_in(await request.body()).get("item_ids")
        if not isinstance(ids, list):
            raise Failure(400, "invalid_value", "item_ids must be a list")
        mine = [one for one in ids if one in self.state.items and self.state.items[one].app_id == app.id]
        now, later = mine[: self.state.knobs.at_once], mine[self.state.knobs.at_once :]
        for item_id in now:
            self.state.delete(item_id, silent=True, hook=False)
        self.state.pending += later
        return JSONResponse({"deleted": now, "pending": later})


if TYPE_CHECKING:
    _Handler = Callable[[Request, Session], Awaitable[Response]]

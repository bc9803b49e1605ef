"""The simulated service over HTTP: routes, signing in, limits and error bodies."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from syncd.testing.sandbox import Faults, Sandbox

from . import edits, filters
from .failure import THROTTLED, Failure, no_route, not_found, object_in
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

    from .apps import App, Item


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


def _only_reads(method: str, path: str) -> bool:
    return method == "POST" and (path.startswith("/oauth/token") or "/filter" in path)


class Service:
    """The routes. Lists answer with and without their last slash; single objects only without one."""

    def __init__(self, state: PodioState) -> None:
        self.state = state

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
            *self._list("/comment/item/{item_id:int}", self.nothing),
            *self._list("/task/item/{item_id:int}", self.nothing),
        ]
        app = Starlette(routes=routes, exception_handlers={404: self._unknown, 405: self._unknown})
        app.router.redirect_slashes = False
        return app

    # --- around every call ----------------------------------------------------------------------------------

    def _list(self, path: str, handler: _Handler, method: str = "GET") -> list[Route]:
        return [self._route(path, handler, method), self._route(f"{path}/", handler, method)]

    def _route(self, path: str, handler: _Handler, method: str = "GET", *, signed_in: bool = True) -> Route:
        async def endpoint(request: Request) -> Response:
            try:
                self._count_call()
                self.state.finish_pending()
                session = self._session(request) if signed_in else Session()
                return await handler(request, session)
            except Failure as failure:
                return self._failed(request, failure)

        return Route(path, endpoint, methods=[method])

    def _count_call(self) -> None:
        self.state.calls += 1
        knobs = self.state.knobs
        over = knobs.limit is not None and self.state.calls > knobs.limit
        if over or knobs.throttled:
            knobs.throttled = max(0, knobs.throttled - 1)
            text = f"You have hit the rate limit. Please wait {knobs.wait} seconds before trying again"
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
            reach = {"ref_type": "global", "ref_id": None, "permissions": ["all"]}
        return JSONResponse([{**reach, "ref_data": {}}])

    async def user_status(self, _request: Request, session: Session) -> Response:
        """Say who is signed in; not for app tokens."""
        self._users_only(session)
        return JSONResponse({"user": {"user_id": 1000, "mail": USERNAME, "status": "active"}})

    # --- structure ------------------------------------------------------------------------------------------

    async def organisations(self, _request: Request, session: Session) -> Response:
        """List the organisations with their workspaces."""
        self._users_only(session)
        return JSONResponse([{"org_id": 1, "name": "Voorbeeld", "spaces": self._space_list()}])

    async def spaces(self, _request: Request, session: Session) -> Response:
        """List the workspaces."""
        self._users_only(session)
        return JSONResponse(self._space_list())

    def _space_list(self) -> list[dict[str, Any]]:
        return [{"space_id": self.state.world.crm.space_id, "name": "Werk", "org_id": 1, "type": "regular"}]

    async def space_apps(self, request: Request, session: Session) -> Response:
        """List the apps of a workspace."""
        self._users_only(session)
        space_id = request.path_params["space_id"]
        apps = [app.reference() for app in self.state.apps.values() if app.space_id == space_id]
        return JSONResponse(apps)

    async def read_app(self, request: Request, session: Session) -> Response:
        """Give an app's definition."""
        return JSONResponse(self.state.app_json(self._app(request, session), session))

    # --- items ----------------------------------------------------------------------------------------------

    async def filter(self, request: Request, session: Session) -> Response:
        """List items of an app: filtered, sorted, a page at a time."""
        app = self._app(request, session)
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
        return JSONResponse({"total": len(every), "filtered": len(found), "items": page})

    async def count(self, request: Request, session: Session) -> Response:
        """Count the items of an app."""
        return JSONResponse({"count": len(self.state.in_app(self._app(request, session).id))})

    async def read_item(self, request: Request, session: Session) -> Response:
        """Give one item; the caller has then viewed it, unless `mark_as_viewed` says 0."""
        item = self._item(request, session)
        if request.query_params.get("mark_as_viewed", "1") not in {"0", "false"}:
            item.viewed = True
        return JSONResponse(self.state.item_json(item, session, full=True))

    async def item_values(self, request: Request, session: Session) -> Response:
        """Give the values of one item."""
        answer = self.state.item_json(self._item(request, session), session, full=False)
        keys = ("field_id", "external_id", "type", "label", "values")
        return JSONResponse([{key: one[key] for key in keys} for one in answer["fields"]])

    async def item_references(self, request: Request, session: Session) -> Response:
        """Give the items that refer to this one."""
        return JSONResponse(self.state.referring_to(self._item(request, session).id))

    async def nothing(self, request: Request, session: Session) -> Response:
        """Give an empty list: the simulated items have no comments and no tasks."""
        self._item(request, session)
        return JSONResponse([])

    async def update_item(self, request: Request, session: Session) -> Response:
        """Change fields of one item; 409 when the caller knew an older revision."""
        item = self._item(request, session)
        self._require_right(session, "update")
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
        item = self._item(request, session)
        self._require_right(session, "delete")
        silent = request.query_params.get("silent", "false") in {"1", "true"}
        hook = request.query_params.get("hook", "true") in {"1", "true"}
        self.state.delete(item.id, silent=silent, hook=hook)
        return Response(status_code=204)

    async def delete_many(self, request: Request, session: Session) -> Response:
        """Delete items of an app: some at once, the others after the answer."""
        app = self._app(request, session)
        self._require_right(session, "delete")
        ids = object_in(await request.body()).get("item_ids")
        if not isinstance(ids, list):
            raise Failure(400, "invalid_value", "item_ids must be a list")
        mine = [one for one in ids if one in self.state.items and self.state.items[one].app_id == app.id]
        now, later = mine[: self.state.knobs.at_once], mine[self.state.knobs.at_once :]
        for item_id in now:
            self.state.delete(item_id, silent=True, hook=False)
        self.state.pending += later
        return JSONResponse({"deleted": now, "pending": later})

    # --- rights ---------------------------------------------------------------------------------------------

    def _app(self, request: Request, session: Session) -> App:
        app = self.state.apps.get(request.path_params["app_id"])
        if app is None:
            raise not_found()
        self._require_reach(session, app.id)
        return app

    def _item(self, request: Request, session: Session) -> Item:
        item_id = request.path_params["item_id"]
        if item_id in self.state.trash and self.state.knobs.deleted_status == HTTPStatus.GONE:
            raise Failure(410, "gone", "Item has been deleted")
        item = self.state.items.get(item_id)
        if item is None:
            raise not_found()
        self._require_reach(session, item.app_id)
        return item

    def _require_reach(self, session: Session, app_id: int) -> None:
        if session.app_id not in {None, app_id}:
            raise Failure(403, "forbidden", f"The app with id {session.app_id} does not have the right view")

    def _require_right(self, session: Session, right: str) -> None:
        if right not in self.state.rights(session):
            who = "The App" if session.app_id is not None else "The user"
            raise Failure(403, "forbidden", f"{who} does not have the right to {right}")

    def _users_only(self, session: Session) -> None:
        if session.app_id is not None:
            raise Failure(403, "forbidden", "Authentication as app is not allowed for this method")


if TYPE_CHECKING:
    _Handler = Callable[[Request, Session], Awaitable[Response]]

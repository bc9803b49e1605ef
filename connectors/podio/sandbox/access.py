"""Who may see and do what in the simulated service."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from .failure import Failure, not_found

if TYPE_CHECKING:
    from starlette.requests import Request

    from .apps import App, Item
    from .hanging import Hanging, Kind
    from .state import PodioState, Session


class Access:
    """Finds what an address names, or raises the `Failure` that the service answers instead."""

    def __init__(self, state: PodioState) -> None:
        self._state = state

    def app(self, request: Request, session: Session) -> App:
        """Give the app of an address."""
        app = self._state.apps.get(request.path_params["app_id"])
        if app is None:
            raise not_found()
        self.require_reach(session, app.id)
        return app

    def item(self, request: Request, session: Session) -> Item:
        """Give the item of an address, if it is there."""
        item_id = request.path_params["item_id"]
        if item_id in self._state.trash and self._state.knobs.deleted_status == HTTPStatus.GONE:
            raise Failure(410, "gone", "Item has been deleted")
        item = self._state.items.get(item_id)
        if item is None:
            raise not_found()
        self.require_reach(session, item.app_id)
        return item

    def require_reach(self, session: Session, app_id: int) -> None:
        """Refuse an app token that is another app's."""
        if session.app_id not in {None, app_id}:
            raise Failure(403, "forbidden", f"The app with id {session.app_id} does not have the right view")

    def require_right(self, session: Session, right: str) -> None:
        """Refuse who lacks a right."""
        if right not in self._state.rights(session):
            who = "The App" if session.app_id is not None else "The user"
            raise Failure(403, "forbidden", f"{who} does not have the right to {right}")

    def users_only(self, session: Session) -> None:
        """Refuse app tokens."""
        if session.app_id is not None:
            raise Failure(403, "forbidden", "Authentication as app is not allowed for this method")

    def hanging(self, kind: Kind, request: Request, session: Session) -> Hanging:
        """Give the file, comment or task of an address, if it is there."""
        number = request.path_params["number"]
        if (kind, number) in self._state.removed and self._state.knobs.deleted_status == HTTPStatus.GONE:
            raise Failure(410, "gone", f"The {kind} has been deleted")
        one = self._state.hanging.get((kind, number))
        if one is None:
            raise not_found()
        item = self._state.items.get(one.item_id) or self._state.trash[one.item_id]
        self.require_reach(session, item.app_id)
        return one

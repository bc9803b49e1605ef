"""Which members a list holds under the filters of a request, and in which order."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from connectors.mailchimp.sandbox.state import Audience, Problem, State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.mailchimp.sandbox.rows import Member


def filtered(state: State, audience: Audience, query: Mapping[str, str]) -> list[Member]:
    """Give the members that pass every filter of the request."""
    status = query.get("status", "")
    if query.get("unsubscribed_since") and status != "unsubscribed":
        raise Problem(
            400, "Bad Request", "Status must be unsubscribed when using the unsubscribed_since filter."
        )
    if query.get("since_last_campaign") and not status:
        raise Problem(400, "Bad Request", "Status is required when using since_last_campaign filter.")
    rows = list(audience.members.values())
    if status:
        rows = [one for one in rows if one["status"] == status]
    elif not state.lists_archived:
        rows = [one for one in rows if one["status"] != "archived"]
    if (same := query.get("unique_email_id")) is not None:
        rows = [one for one in rows if one["unique_email_id"] == same]
    for parameter, keeps in _DATE_FILTERS.items():
        # A timestamp that Mailchimp cannot read is ignored: every row comes back.
        if (limit := _moment(query.get(parameter, ""))) is not None:
            rows = [one for one in rows if keeps(_when(audience, one, parameter), limit)]
    return rows


def _after(when: datetime | None, limit: datetime) -> bool:
    return when is not None and when > limit


def _until(when: datetime | None, limit: datetime) -> bool:
    return when is not None and when <= limit


_DATE_FILTERS = {
    "since_last_changed": _after,
    "before_last_changed": _until,
    "since_timestamp_opt": _after,
    "before_timestamp_opt": _until,
    "unsubscribed_since": _after,
}


def _when(audience: Audience, member: Member, parameter: str) -> datetime | None:
    if parameter == "unsubscribed_since":
        return audience.unsubscribed.get(member["contact_id"])
    written = member["timestamp_opt" if parameter.endswith("opt") else "last_changed"]
    return datetime.fromisoformat(written) if written else None


def _moment(value: str) -> datetime | None:
    try:
        return datetime.strptime(value, "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        return None


def sorted_rows(rows: list[Member], query: Mapping[str, str]) -> list[Member]:
    """Order them as the request says; members without that date come first."""
    name = query.get("sort_field", "")
    if name not in {"timestamp_opt", "timestamp_signup", "last_changed"}:
        return rows
    return sorted(rows, key=lambda one: str(one[name]), reverse=query.get("sort_dir") == "DESC")

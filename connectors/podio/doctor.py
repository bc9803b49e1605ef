"""What the doctor says about an account of Podio: mapping, rights, sign-in, and what nobody documents."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from syncd.contract import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .definition import App
    from .settings import PodioSettings

OPEN_QUESTIONS = (
    "whether deleting an item deletes its files, comments and tasks (none is left to it: they go first)",
    "whether everything that hangs on an item is listed in it, however much there is",
    "whether a deleted item's title goes from the items that refer to it (the receipt counts these)",
    "whether contact profiles in a contact field go with the item (they are taken to stay)",
    "whether a date without a time is ever shifted by a time zone (it is read as it was typed)",
    "how long deleted data is kept under the present owner (90 days is the last published figure)",
    "whether a used refresh token stays valid, and whether it lives 28 days",
    "whether a page may hold 500 items, and whether filtering counts towards the limit of 250 calls an hour",
    "whether an app token may delete items",
    "whether a deletion answers 200, 201 or 204 (all are taken, and the second look tells)",
    "whether a deleted item answers 404 or 410, and whether one that is restored has a new revision",
    "whether a new task moves the time of an item's last event",
)
"""What no public document says: the first live run should look (`docs/connectors/podio.md`)."""

REFRESH_TOKEN_LIFE = timedelta(days=28)
"""How long an unused refresh token works, as clients repeat it; no official page was found that says so."""


def app_findings(app: App, settings: PodioSettings) -> Iterator[Finding]:
    """Say how one app's mapping and rights are."""
    yield from app.findings
    yield from _unknown_owners(app, settings)
    yield from _right_to_delete(app, settings)
    if not app.errors:
        yield Finding(
            "ok", "app", f"app {app.table} can be read and its mapping fits{_may_delete(app, settings)}"
        )


def account_findings(
    settings: PodioSettings, permissions: set[str] | None, *, rotated: bool
) -> Iterator[Finding]:
    """Say what concerns the whole account: what its token may do, how long it lives, what a deletion sets off.

    `rotated`: Podio gave another refresh token just now and no file keeps it.
    """
    if permissions is not None and not permissions & {"read", "all"}:
        yield Finding(
            "error",
            "scope_without_read",
            "the scope of this sign-in does not let it read anything: what an app answers then is no matter of "
            "membership",
            "authorise again without scope, or with :read and :delete for the workspaces of the apps",
        )
    if permissions is not None and not permissions & {"delete", "all"}:
        yield Finding(
            "error",
            "scope_without_delete",
            "the scope of this sign-in does not let it delete anything",
            "authorise again without scope, or with :delete for the workspaces of the apps",
        )
    if settings.refresh_token is not None:
        yield _refresh_token(settings, rotated=rotated)
    if settings.hooks:
        yield Finding(
            "warning",
            "hooks",
            "hooks = true: your own automations in Podio run on what syncd deletes, and may copy or delete more",
            "make sure that each of them may, or remove hooks",
        )
    else:
        yield Finding("ok", "hooks", "deletions set off no automations and are not in the activity stream")


def _refresh_token(settings: PodioSettings, *, rotated: bool) -> Finding:
    """Say how long the sign-in lasts."""
    if settings.token_file is None:
        seen = "Podio replaced it just now" if rotated else "Podio may replace it"
        return Finding(
            "warning",
            "refresh_token_in_memory",
            f"no token_file keeps the refresh token ({seen}): after a restart the configured one is used, which "
            f"expires {REFRESH_TOKEN_LIFE.days} days after it was made",
            "set token_file to a path in the state directory",
        )
    try:
        renewed = datetime.fromtimestamp(settings.token_file.stat().st_mtime, UTC)
    except OSError:
        return Finding("warning", "refresh_token_unused", "the refresh token was not used yet", "run again")
    until = (renewed + REFRESH_TOKEN_LIFE).date()
    return Finding(
        "ok",
        "refresh_token",
        f"the sign-in was renewed on {renewed.date()} and lasts until {until}; every run renews it",
    )


def _right_to_delete(app: App, settings: PodioSettings) -> Iterator[Finding]:
    if app.kept:
        return
    if settings.app_authentication:
        yield Finding(
            "warning",
            "app_may_not_delete",
            f"app {app.table} signs in with an app token: Podio may refuse to delete its items",
            "sign in as a user with admin rights in the app",
        )
        return
    needed = {"delete": "may_not_delete", **({"update": "may_not_edit"} if app.settings.categories else {})}
    for right, code in needed.items():
        if right not in app.rights:
            verb = code.removeprefix("may_not_")
            yield Finding(
                "error",
                code,
                f"app {app.table}: this user may not {verb} items",
                "give the user admin rights in the app",
            )


def _may_delete(app: App, settings: PodioSettings) -> str:
    """Say that this user may delete the app's items, where that is so and matters."""
    if app.kept:
        return "; nothing in it is ever erased"
    return (
        "; this user may delete its items"
        if "delete" in app.rights and not settings.app_authentication
        else ""
    )


def _unknown_owners(app: App, settings: PodioSettings) -> Iterator[Finding]:
    for name in app.settings.fields.organisation:
        known = app.fields.get(name)
        if known is not None and known.referenced and not settings.organisation_apps & set(known.referenced):
            yield Finding(
                "warning",
                "unknown_organisation_app",
                f"app {app.table}, fields.organisation = {name!r}: refers to no configured app",
                'add that app with role = "organisation"',
            )

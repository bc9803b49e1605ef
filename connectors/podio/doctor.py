"""What the doctor says about an account of Podio: mapping, rights, sign-in, and what nobody documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncd.contract import Finding

from .settings import AppRole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .definition import App
    from .settings import PodioSettings

UNSETTLED = (
    "whether deleting an item deletes its files, comments and tasks",
    "how long deleted data is kept under the present owner (90 days is the last published figure)",
    "whether a used refresh token stays valid",
    "whether a page may hold 500 items",
)
"""What no public document says: the first live run should look (`docs/connectors/podio.md`)."""


def app_findings(app: App, settings: PodioSettings) -> Iterator[Finding]:
    """Say how one app's mapping and rights are."""
    yield from app.findings
    yield from _unknown_owners(app, settings)
    yield from _right_to_delete(app, settings)
    if not app.errors:
        yield Finding("ok", "app", f"app {app.table} can be read and its mapping fits")


def account_findings(settings: PodioSettings, *, rotated: bool) -> Iterator[Finding]:
    """Say what concerns the whole account; `rotated`: Podio gave another refresh token just now."""
    if settings.refresh_token is not None and settings.token_file is None:
        seen = "Podio replaced it just now" if rotated else "Podio may replace it"
        yield Finding(
            "warning",
            "refresh_token_in_memory",
            f"no token_file keeps the refresh token ({seen}): after a restart the configured one is used",
            "set token_file to a path in the state directory",
        )
    for question in UNSETTLED:
        yield Finding("warning", "unsettled", f"not documented by Podio: {question}", "look on the first run")


def _right_to_delete(app: App, settings: PodioSettings) -> Iterator[Finding]:
    if app.settings.role is AppRole.PROJECT and app.settings.on_end == "keep":
        return
    if settings.app_authentication:
        yield Finding(
            "warning",
            "app_may_not_delete",
            f"app {app.table} signs in with an app token: Podio may refuse to delete its items",
            "sign in as a user with admin rights in the app",
        )
    elif "delete" not in app.rights:
        yield Finding(
            "error",
            "may_not_delete",
            f"app {app.table}: this user may not delete items",
            "give the user admin rights in the app",
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

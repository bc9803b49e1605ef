"""What `syncd check` says about a Mailchimp account; reads only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.mailchimp.client import text
from syncd.contract import ConnectorError, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.mailchimp.client import Client
    from connectors.mailchimp.settings import MailchimpSettings

_MAY_DELETE = frozenset({"owner", "admin", "manager"})
_MAY_NOT_DELETE = frozenset({"author", "viewer"})

_UNSETTLED = (
    "not documented by Mailchimp, settled by a first live run: whether a list without a status filter holds "
    "archived members (both are read), and whether permanent deletions have a quota (a refusal is shown)"
)


def examine(client: Client, settings: MailchimpSettings) -> Iterator[Finding]:
    """Look at the key, the role, the audiences, exports and shops; stops at the first failure."""
    try:
        client.get("ping")
        yield Finding("ok", "credentials", "Mailchimp accepts the key")
        yield _role(text(client.get("", fields="role"), "role"))
        yield from _audiences(client, settings)
        yield from _elsewhere(client)
    except ConnectorError as error:
        yield Finding("error", error.code, str(error))
        return
    yield Finding("ok", "unsettled", _UNSETTLED)


def _role(role: str) -> Finding:
    if role in _MAY_DELETE:
        return Finding("ok", "role", f"the key's user has the role {role}")
    if role in _MAY_NOT_DELETE:
        return Finding(
            "error",
            "role",
            f"the key's user has the role {role} and may not delete members",
            "give that user the role Manager or Admin, or use the key of one who has it",
        )
    return Finding(
        "warning",
        "role",
        "the role of the key's user is not known: deleting may be refused",
        "look at the role under Account > Settings > Users",
    )


def _audiences(client: Client, settings: MailchimpSettings) -> Iterator[Finding]:
    listed = client.get("lists", count="1000", fields="lists.id").get("lists")
    visible = {
        text(one, "id") for one in (listed if isinstance(listed, list) else ()) if isinstance(one, dict)
    }
    if not visible:
        yield Finding(
            "warning",
            "audiences",
            "no audience is visible",
            "check that the key belongs to the right account",
        )
    for missing in sorted(settings.audiences - visible):
        yield Finding(
            "error",
            "audience_missing",
            f"audience {missing} is configured and not visible",
            "correct audiences",
        )
    wanted = {tag for tag in settings.fields.model_dump().values() if tag}
    for audience in sorted(visible & settings.audiences if settings.audiences else visible):
        fields = client.get("lists", audience, "merge-fields", count="1000", fields="merge_fields.tag")
        declared = fields.get("merge_fields")
        tags = {
            text(one, "tag")
            for one in (declared if isinstance(declared, list) else ())
            if isinstance(one, dict)
        }
        absent = sorted(wanted - tags)
        if absent:
            yield Finding(
                "warning",
                "merge_fields",
                f"audience {audience} has no merge field {', '.join(absent)}",
                "name the tags of that audience under fields, or leave it: names then count as unknown",
            )
        else:
            yield Finding("ok", "audience", f"audience {audience} is visible and its merge fields are known")


def _elsewhere(client: Client) -> Iterator[Finding]:
    """Places that no deletion of a member reaches."""
    exports = _total(client, "account-exports")
    if exports:
        yield Finding(
            "warning",
            "account_exports",
            f"{exports} account export(s) with members' data can be downloaded for up to 90 days",
            "Mailchimp offers no way to delete them; delete the files that were downloaded",
        )
    shops = _total(client, "ecommerce", "stores")
    if shops:
        yield Finding(
            "warning",
            "shops",
            f"{shops} connected shop(s): their customers, orders and carts are not erased by syncd",
            "erase the customer in the shop first, else the shop sends the person to Mailchimp again",
        )


def _total(client: Client, *segments: str) -> int:
    total = client.get(*segments, count="1", fields="total_items").get("total_items")
    return total if isinstance(total, int) else 0

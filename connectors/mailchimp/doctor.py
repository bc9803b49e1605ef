"""What `syncd check` says about a Mailchimp account; reads only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.mailchimp.client import rows_of, text
from syncd.contract import ConnectorError, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.mailchimp.client import Client
    from connectors.mailchimp.settings import MailchimpSettings
    from connectors.mailchimp.shops import Shops

_MAY_DELETE = frozenset({"owner", "admin", "manager"})
_MAY_NOT_DELETE = frozenset({"author", "viewer"})

OPEN_QUESTIONS = (
    "whether a list without a status filter holds archived members (both ways are read)",
    "whether a filter by date includes its own second (one second more is read)",
    "whether cleaned, pending and archived members can be deleted permanently (a refusal blocks that order)",
    "what a second permanent deletion answers (404 counts only after a look that does not find the member)",
    "what Mailchimp keeps to refuse a re-import, and how an erased person reads in reports of campaigns",
    "whether permanent deletions have a quota (a refusal is shown and blocks that order)",
    "whether carts and orders of a shop customer go with it (customers with orders are left to a person)",
    "whether the address without a data centre works for every key (the data centre is always used)",
    "with beta_contacts: whether forgetting a contact is the same as the permanent deletion of a member",
)
"""What no document of Mailchimp settles, and what syncd does meanwhile."""


def examine(client: Client, settings: MailchimpSettings, shops: Shops) -> Iterator[Finding]:
    """Look at the key, the role, the audiences, exports and shops; stops at the first failure."""
    try:
        client.get("ping")
        yield Finding("ok", "credentials", "Mailchimp accepts the key")
        yield _lasts(settings)
        root = client.get("", fields="role,pricing_plan_type")
        yield _role(text(root, "role"))
        yield _plan(text(root, "pricing_plan_type"))
        yield from _audiences(client, settings)
        yield from _elsewhere(client)
        yield from _shops(shops)
        yield from _phone_only(client, settings)
    except ConnectorError as error:
        yield Finding("error", error.code, str(error))
        return


def _lasts(settings: MailchimpSettings) -> Finding:
    """Say how long the sign-in lasts."""
    what, ends = "an API key", "it is revoked"
    if settings.access_token is not None:
        what, ends = "an access token", "the application is disconnected"
    return Finding(
        "ok",
        "sign_in",
        f"{what} does not expire and opens the whole account; it ends when {ends} or its user removed",
    )


def _plan(plan: str) -> Finding:
    """Say which plan the account has: no document names a plan that leaves out what syncd asks."""
    return Finding(
        "ok",
        "plan",
        f"the account's plan is {plan or 'not told'}: no document names one that leaves out what syncd asks; what "
        "is refused all the same is shown with its order",
    )


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
    visible = _visible(client)
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
    if outside := len(visible - settings.audiences) if settings.audiences else 0:
        yield Finding(
            "warning",
            "audiences_outside",
            f"{outside} other audience(s) are not among the configured ones: whoever is in them stays there",
            "remove `audiences` to have every audience read, unless somebody else answers for those",
        )
    wanted = {tag for tag in settings.fields.model_dump().values() if tag}
    for audience in sorted(visible & settings.audiences if settings.audiences else visible):
        fields = client.get("lists", audience, "merge-fields", count="1000", fields="merge_fields.tag")
        tags = {text(one, "tag") for one in rows_of(fields, "merge_fields")}
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


def _visible(client: Client) -> set[str]:
    body = client.get("lists", count="1000", fields="lists.id")
    return {text(one, "id") for one in rows_of(body, "lists")} - {""}


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


def _shops(shops: Shops) -> Iterator[Finding]:
    """Say what is done to customers of connected shops, and count those whom syncd cannot reach."""
    known = shops.all()
    if known:
        yield Finding(
            "warning",
            "shops",
            f"{len(known)} connected shop(s): of their customers those without orders are erased, those with "
            "orders wait for a person",
            "erase the customer in the shop first, else the shop sends the person to Mailchimp again",
        )
    for shop in known:
        if unnamed := shops.without_name(shop):
            yield Finding(
                "warning",
                "unnamed_customers",
                f"shop {shop.id}: {unnamed} customer(s) go by an id that is made of personal data and have no "
                "member of their own: syncd does not erase them",
                "delete them in the shop and in Mailchimp by hand when their relationship has ended",
            )


def _phone_only(client: Client, settings: MailchimpSettings) -> Iterator[Finding]:
    """Contacts with a phone number and no e-mail address: no digest leads to them."""
    if not settings.beta_contacts:
        yield Finding(
            "ok",
            "phone_only",
            "contacts with a phone number and no e-mail address are not reachable: if you send text messages, "
            "delete those by hand, or set beta_contacts = true (an interface for evaluation only)",
        )
        return
    visible = _visible(client)
    for audience in sorted(visible & settings.audiences if settings.audiences else visible)[:1]:
        client.get("audiences", audience, "contacts", count="1", fields="next_cursor")
        yield Finding("ok", "phone_only", "contacts without an e-mail address are read (beta_contacts)")


def _total(client: Client, *segments: str) -> int:
    total = client.get(*segments, count="1", fields="total_items").get("total_items")
    return total if isinstance(total, int) else 0

"""What `syncd check` says about an account: token, administration, scopes, mapped fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.moneybird.answers import NOT_FOUND
from connectors.moneybird.resources import DOCUMENTS
from connectors.moneybird.values import text
from syncd.contract import Finding, Unusable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.moneybird.client import Client
    from connectors.moneybird.settings import MoneybirdSettings

OPEN_QUESTIONS = (
    "which values X-Kept-As takes on a deletion that kept the contact (any value counts as kept)",
    "whether a contact's history, with its former values, goes when the contact is erased or only emptied",
    "whether an archived contact is found by its id without include_archived (it is always sent)",
    "whether active and inactive recurring invoices may be asked for in one list (both ways are tried)",
    "whether the lists of ids really span all years without a period (an explicit period is sent)",
    "whether emptying send_invoices_to_email and _attention empties e-mail and attention (a look tells)",
    "whether an e-mail address can be emptied while invoices are delivered by e-mail (a refusal names the field)",
    "whether a change makes a contact person of a company's first and last name again (it is then read and erased)",
    "whether what an ended direct-debit mandate left can be emptied (a refusal names the field)",
    "whether emptying a contact rewrites the address on papers that were already sent",
    "with OAuth: whether an access token expires and a refresh replaces the refresh token (both are taken to)",
    "whether the user's role, beside the token, can forbid deleting a contact (the first order tells)",
)
"""What no document of Moneybird settles, and what syncd does meanwhile."""


_REMEDIES = {
    "wrong_token": (
        "make a new token at moneybird.com/user/applications/new and put it in .env; with OAuth, authorise "
        "syncd again"
    ),
    "missing_scope": (
        "make a new token at moneybird.com/user/applications/new with the scopes sales_invoices, documents and "
        "estimates, or authorise again with them: without one of them papers stay unseen, and syncd deletes "
        "nothing on partial knowledge"
    ),
    "forbidden": (
        "let who manages the users of this administration give the token's user access to it: papers that stay "
        "unseen may be what the law keeps, and syncd deletes nothing on partial knowledge"
    ),
    "plan_limit": (
        "ask Moneybird to let this subscription read the list: papers of former times may be in it, and syncd "
        "deletes nothing on partial knowledge"
    ),
    "no_such_administration": "remove base_url, unless a test server is meant: nothing of Moneybird answers there",
    "revoked": "authorise syncd again and replace refresh_token: docs/connectors/moneybird.md shows how",
    "sign_in": "compare the oauth table with the application at moneybird.com/user/applications",
}
_LOOK_AGAIN = "look at base_url, then run syncd check again"


def examine(client: Client, settings: MoneybirdSettings) -> Iterator[Finding]:
    """Look, one question after the other; stops at a token or an administration that is not there."""
    try:
        yield from _administration(client, settings)
    except Unusable as error:
        yield _error(error)
        return
    yield _sign_in(settings)
    yield from _rights(client)
    yield from _mapped_fields(client, settings)
    yield Finding(
        "warning",
        "delete_unproven",
        "Moneybird has no read-only scopes: this token can delete contacts; whether the user's role forbids it "
        "shows with the first order",
        "keep mode = observe until the report is right",
    )


def _error(error: Unusable) -> Finding:
    """Say what is wrong and what to do about it; a list that is missing is no wrong administration number."""
    return Finding("error", error.code, str(error), _REMEDIES.get(error.code, _LOOK_AGAIN))


def _sign_in(settings: MoneybirdSettings) -> Finding:
    """Say how long the sign-in lasts."""
    if settings.oauth is None:
        return Finding(
            "ok",
            "sign_in",
            "a personal token: it opens all that its user may see and do, and works until it is withdrawn",
        )
    return Finding(
        "ok",
        "sign_in",
        "OAuth: an access token that Moneybird no longer takes is renewed, and token_file keeps its successor",
    )


def _administration(client: Client, settings: MoneybirdSettings) -> Iterator[Finding]:
    wanted = settings.administration_id
    seen = {text(one.get("id")): one for one in client.administrations() if isinstance(one, dict)}
    if wanted not in seen:
        yield Finding(
            "error",
            "no_such_administration",
            f"the token sees {len(seen)} administrations and {wanted} is not one of them",
            "put the number from the address bar of moneybird.com in administration_id",
        )
        return
    yield Finding("ok", "administration", f"the token opens administration {wanted}")
    if seen[wanted].get("suspended") is True:
        yield Finding("error", "suspended", "the administration is suspended", "settle it with Moneybird")
    if len(seen) > 1:
        yield Finding(
            "warning",
            "wide_token",
            f"the token opens {len(seen) - 1} other administrations too",
            "make the token as a user who sees this administration only",
        )


def _rights(client: Client) -> Iterator[Finding]:
    wanted = (("contacts", "any", False), *((one.path, one.scope, one.optional) for one in DOCUMENTS))
    for path, scope, optional in wanted:
        try:
            answer = client.require_readable(path, scope, optional=optional)
        except Unusable as error:
            yield _error(error)
            continue
        if answer.status == NOT_FOUND:
            yield Finding(
                "warning", "no_such_list", f"{path} is not there (404): it counts as empty",
                "look whether this administration has such papers; if it has, look for a newer syncd",
            )  # fmt: skip
            continue
        left = answer.headers.get("ratelimit-requestsremaining")
        limit = f"; {left} requests are left in these five minutes" if left else ""
        yield Finding("ok", "readable", f"{path} can be read{limit}")


def _mapped_fields(client: Client, settings: MoneybirdSettings) -> Iterator[Finding]:
    if settings.ended_field is None:
        yield Finding(
            "warning",
            "no_ended_field",
            "no custom field says when a relationship ended: ends must come from elsewhere",
            "set ended_field, or record ends with `syncd relationship end`",
        )
    wanted = {
        "ended_field": settings.ended_field,
        "role_field": settings.role_field,
    }
    if not any(wanted.values()):
        return
    fields = [
        one for one in client.custom_fields() if isinstance(one, dict) and one.get("source") == "contact"
    ]
    for setting, name in wanted.items():
        if name is None:
            continue
        matches = sum(1 for one in fields if name in {text(one.get("id")), text(one.get("name"))})
        if matches == 1:
            yield Finding("ok", "mapped_field", f"{setting} names one custom field of contacts")
        else:
            yield Finding(
                "error",
                "mapped_field",
                f"{setting} names {matches} custom fields of contacts, and must name one",
                "write the field's name exactly as in Moneybird, or its id",
            )

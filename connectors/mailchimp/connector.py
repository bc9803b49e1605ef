"""The connector: reads members, looks again at one, and deletes one permanently."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING

from connectors.mailchimp import doctor
from connectors.mailchimp.client import Client, text
from connectors.mailchimp.cursor import NEVER_READ, decode, encode
from connectors.mailchimp.lookup import Lookup
from connectors.mailchimp.mapping import (
    MEMBER,
    NEWSLETTER,
    AudienceFields,
    member_record,
    parse_moment,
)
from connectors.mailchimp.reading import Reading, audiences, is_unsubscribed
from syncd.contract import Capability, Finding, Page, Problem, Refused, Residue, Stale, Uncertain, Unusable
from syncd.model import Action, Effect, Order, Presence, PresenceState, Receipt, Record, RecordRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from connectors.mailchimp.cursor import Mark
    from connectors.mailchimp.scan import Row
    from connectors.mailchimp.settings import MailchimpSettings
    from syncd.contract import Cursor
    from syncd.http import Answer, Http

ERASE = Capability(
    kind=MEMBER,
    action=Action.ERASE,
    categories=NEWSLETTER,
    residue=(
        Residue(
            "forgotten_address",
            "Mailchimp keeps what it needs to refuse a re-import of this address; "
            "the person can come back only through a sign-up form",
        ),
        Residue("campaign_reports", "campaign reports stay, anonymised by Mailchimp"),
        Residue(
            "account_exports", "account exports made before stay downloadable: delete the files you keep", 90
        ),
        Residue(
            "shop_customer",
            "with a connected shop, its customer, orders and carts stay in Mailchimp "
            "and may bring the person back",
        ),
    ),
)


class MailchimpConnector:
    """A live connection to one Mailchimp account."""

    def __init__(self, name: str, settings: MailchimpSettings, http: Http) -> None:
        self._name = name
        self._settings = settings
        self._client = Client(http, settings)
        self._fields: dict[str, AudienceFields] = {}
        self._lookup = Lookup(self._client)

    @property
    def capabilities(self) -> frozenset[Capability]:
        """Permanent deletion, and nothing else: archiving hides and keeps, so it is not offered."""
        return frozenset({ERASE})

    def check(self) -> Iterable[Finding]:
        """Look at the key, the user's role, the audiences, and what Mailchimp keeps elsewhere."""
        return doctor.examine(self._client, self._settings)

    def pull(self, since: Cursor | None) -> Iterator[Page]:
        """Read every member of every audience, archived ones too; with a cursor, only what changed.

        With a cursor the ids of all members are listed besides, so that `gone` is exact.
        """
        identity = text(self._client.get("", fields="account_id"), "account_id")
        before = decode(since, identity, self._scope())
        listed = audiences(self._client, self._settings.audiences)
        problems = list(listed.problems)
        if not identity:
            problems.append(Problem("no_account_id", "Mailchimp did not say which account this is"))
        readings = []
        for audience in listed.ids:
            reading = Reading(self._client, audience, (before or {}).get(audience, NEVER_READ))
            for rows in reading.rows():
                records = tuple(self._record(audience, row) for row in rows)
                yield Page(records, identity=identity, full=before is None)
            problems += reading.problems
            readings.append(reading)
        marks = {one.audience: one.mark for one in readings}
        yield Page(
            gone=tuple(self._gone(before or {}, marks)) if not problems else (),
            cursor=encode(identity, self._scope(), marks) if not problems else None,
            full=before is None,
            complete=not problems,
            identity=identity,
            problems=tuple(problems),
        )

    def probe(self, ref: RecordRef, *, documents: bool = False) -> Presence:
        """Look at one member now. Absent only after the audience itself was seen."""
        row = self._row(ref)
        nothing = () if documents else None  # Mailchimp holds no documents
        if row is None:
            return Presence(ref, PresenceState.ABSENT, documents=nothing)
        record = self._record(ref.within, row)
        state = PresenceState.ARCHIVED if record.restricted else PresenceState.PRESENT
        return Presence(ref, state, record.version, record.categories, record, nothing)

    def dispose(self, order: Order) -> Receipt:
        """Delete one member permanently, in its own audience."""
        self._refuse_undeclared(order)
        row = self._row(order.ref)
        if row is None:
            return Receipt(order.id, Effect.ALREADY, {"seen": "absent"})
        if text(row, "last_changed") != order.version:
            raise Stale("changed", f"account {self._name}: the member changed since the decision")
        # The path takes only the digest of the address (Mailchimp's reference for this call names nothing
        # else), and only as it is now: an edited address is another digest.
        digest = text(row, "id")
        if not digest:
            raise Refused(
                "no_email_address",
                f"account {self._name}: this member has no e-mail address, so Mailchimp's permanent deletion "
                "cannot reach it: delete it by hand in the audience",
            )
        answer = self._client.post(
            "lists", order.ref.within, "members", digest, "actions", "delete-permanent"
        )
        return self._understood(order, answer)

    # --- pull -----------------------------------------------------------------------------------------------

    def _scope(self) -> str:
        """Name what a cursor depends on: another mapping or other audiences need another full pull."""
        return json.dumps([sorted(self._settings.audiences), self._settings.fields.model_dump()])

    def _gone(self, before: Mapping[str, Mark], now: Mapping[str, Mark]) -> Iterator[RecordRef]:
        for audience, mark in before.items():
            for key in sorted(mark.keys - now.get(audience, NEVER_READ).keys):
                yield RecordRef(self._name, MEMBER, key, audience)

    def _record(self, audience: str, row: Row) -> Record:
        self._lookup.remember(audience, row)
        return member_record(
            self._name,
            audience,
            row,
            self._audience_fields(audience),
            unsubscribed_at=self._unsubscribed_at(audience, row),
            data_centre=self._settings.data_centre,
        )

    def _audience_fields(self, audience: str) -> AudienceFields:
        if audience not in self._fields:
            body = self._client.get(
                "lists", audience, "merge-fields", count="1000", fields="merge_fields.tag,merge_fields.type"
            )
            declared = body.get("merge_fields")
            self._fields[audience] = AudienceFields.read(
                declared if isinstance(declared, list) else (), self._settings.fields
            )
        return self._fields[audience]

    def _unsubscribed_at(self, audience: str, row: Row) -> datetime | None:
        """Find the latest unsubscribing in the activity feed: the member itself does not carry its date."""
        digest = text(row, "id")
        if not is_unsubscribed(row) or not digest:
            return None
        feed = self._client.find(
            *("lists", audience, "members", digest, "activity-feed"),
            activity_filters="unsub",
            count="100",
            fields="activity.activity_type,activity.created_at_timestamp",
        )
        entries = (feed or {}).get("activity")
        moments = [
            moment
            for entry in (entries if isinstance(entries, list) else ())
            if isinstance(entry, dict)
            and entry.get("activity_type") == "unsub"
            and (moment := parse_moment(text(entry, "created_at_timestamp")))
        ]
        return max(moments, default=None)

    # --- probe and dispose ----------------------------------------------------------------------------------

    def _row(self, ref: RecordRef) -> Row | None:
        if ref.kind != MEMBER or not ref.within:
            raise Unusable(
                "unknown_kind", f"account {self._name}: Mailchimp has no {ref.kind} outside an audience"
            )
        return self._lookup.find(ref.within, ref.key)

    def _refuse_undeclared(self, order: Order) -> None:
        if (order.ref.kind, order.action) != (MEMBER, Action.ERASE):
            raise Refused(
                "undeclared", f"account {self._name}: only erasing a member is possible, not {order.action}"
            )
        if order.categories != NEWSLETTER:
            raise Refused("undeclared", f"account {self._name}: a member is erased whole or not at all")
        wanted = self._settings.audiences
        if wanted and order.ref.within not in wanted:
            raise Refused(
                "audience", f"account {self._name}: the audience is not among the configured audiences"
            )

    def _understood(self, order: Order, answer: Answer) -> Receipt:
        status = answer.status
        if status == HTTPStatus.NO_CONTENT:
            return Receipt(order.id, Effect.DONE, {"status": "204"})
        if status < HTTPStatus.MULTIPLE_CHOICES:
            raise Uncertain(
                "unexpected_status", f"account {self._name}: Mailchimp answered {status}, not 204"
            )
        if status == HTTPStatus.NOT_FOUND and self._row(order.ref) is None:
            return Receipt(order.id, Effect.ALREADY, {"status": "404", "seen": "absent"})
        raise Refused(f"status_{status}", f"account {self._name}: {_REMEDIES.get(status, _REMEDY)}")


_REMEDY = "Mailchimp does not delete this member: look at it in the audience and delete it there by hand"
_REMEDIES = {
    400: "Mailchimp rejects the deletion as a bad request: look at the member in the audience",
    403: "the user of the key may not delete members: give it the role Manager or Admin",
    404: "Mailchimp shows this member but does not find it for deletion: delete it in the audience by hand",
    405: "Mailchimp does not delete a member in this state: look at it in the audience",
}

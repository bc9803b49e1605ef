"""Gather the certificate of one order, or say why there is none."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING

from syncd.index import ledger
from syncd.index.second_looks import CAME_BACK
from syncd.model import Action, OrderState, local_date, subject_name
from syncd.report.certificate import Certificate, ProofRow
from syncd.report.residue import stays_until

if TYPE_CHECKING:
    from syncd.cycle.app import App
    from syncd.index.orders import StoredOrder


class NoCertificateError(Exception):
    """What is asked to be certified is not so; the text says why and what to do."""


def certify(app: App, one: StoredOrder) -> Certificate:
    """Gather the proof of a verified order. Raises `NoCertificateError`."""
    if one.state is not OrderState.VERIFIED:
        raise NoCertificateError(
            f"{one.id} is {one.state.value}, not verified: only what a second look proved is certified; "
            f"see syncd queue show {one.id}"
        )
    if one.code == CAME_BACK:
        raise NoCertificateError(
            f"{one.id}: a later look found the record again, so it is not gone; see syncd queue show {one.id}"
        )
    with app.index.begin() as connection:
        broken = ledger.first_broken(connection)
        found = [row for row in ledger.rows(connection) if json.loads(row.payload).get("order") == one.id]
        seq, head = ledger.head(connection)
    if broken is not None:
        raise NoCertificateError(
            f"ledger row {broken} does not follow from the one before it: it proves nothing"
        )
    proofs = [row for row in found if row.kind == f"order.{OrderState.VERIFIED.value}"]
    if not proofs:
        raise NoCertificateError(f"{one.id}: the ledger has no row that says it was verified")
    ref, verified_on = one.order.ref, _day(app, proofs[-1].at)
    again = [_day(app, row.at) for row in found if row.kind == "order.stayed_gone"]
    account = app.settings.accounts.get(ref.account)
    residue = stays_until(one.residue, verified_on) if one.order.action is Action.ERASE else ()
    return Certificate(
        as_of=app.today(),
        made_at=app.now(),
        order_id=one.id,
        action=one.order.action.value,
        subject=subject_name(one.subject),
        account=ref.account,
        connector=account.connector if account else "",
        kind=ref.kind,
        key=ref.key,
        categories=tuple(sorted(one.order.categories)),
        ordered_on=one.born_on,
        erase_on=one.order.erase_on,
        reasons=tuple(one.basis.get("reasons", ())),
        withdrawn=one.for_withdrawn_consent,
        rule=str(one.basis.get("rule", "")),
        approved_on=one.approved_on,
        approval=one.approval or "",
        sent_at=one.sent_at,
        receipt=one.receipt,
        verified_on=verified_on,
        looked_again_on=max(again, default=None),
        residue=residue,
        rows=tuple(ProofRow(row.seq, row.at, row.kind, row.hash) for row in found),
        ledger_seq=seq,
        ledger_head=head,
    )


def _day(app: App, at: str) -> date:
    return local_date(datetime.fromisoformat(at), app.schedule.zone)

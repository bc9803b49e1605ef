"""A run and the queue as JSON values: the stable surface behind `--format json`.

The shapes are published in `docs/schemas/`; a test compares the two.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

from syncd.model import Verdict, subject_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from syncd.cycle.decide import Judged
    from syncd.cycle.pull import AccountOutcome
    from syncd.cycle.run import Result
    from syncd.index.orders import StoredOrder
    from syncd.model import Decision, HoldUntil


def day(value: date | None) -> str | None:
    """Write a date, or nothing."""
    return value.isoformat() if value else None


def hold(value: HoldUntil) -> str | None:
    """Write the end of a hold: a date, `open`, `unknown` or nothing."""
    return value.isoformat() if isinstance(value, date) else value


def run_values(result: Result) -> dict[str, Any]:
    """Give a run."""
    return {
        "run_id": result.run_id,
        "as_of": result.as_of.isoformat(),
        "mode": result.mode,
        "started": result.started.isoformat(timespec="seconds"),
        "finished": result.finished.isoformat(timespec="seconds"),
        "accounts": [_account(one) for one in result.accounts.values()],
        "decisions": {one.value: result.standing.verdicts.get(one.value, 0) for one in Verdict},
        "flagged": len(result.standing.flagged),
        "orders": dict(sorted(Counter(one.state.value for one in result.orders).items())),
        "sent": result.execution.sent,
        "verified": result.execution.verified + result.proven,
        "attention": [
            {
                "code": one.code,
                "account": one.account,
                "subject": one.subject,
                "text": one.text,
                "values": dict(one.values),
            }
            for one in result.attention
        ],
        "ledger_head": result.ledger_head,
    }


def _account(one: AccountOutcome) -> dict[str, Any]:
    return {
        "name": one.name,
        "connector": one.connector,
        "outcome": one.outcome,
        "complete": one.complete,
        "records": one.records,
        "documents": one.documents,
        "known_records": one.known,
        "calls": one.calls,
        "vanished": len(one.vanished),
        "code": one.code,
        "text": one.text,
        "problems": [{"code": each.code, "text": each.text, "count": each.count} for each in one.problems],
    }


def order_values(
    one: StoredOrder, connectors: Mapping[str, str], decision: Decision | None
) -> dict[str, Any]:
    """Give one line of the queue. `decision` is the present one about its subject, None where it is gone."""
    return {
        "order_id": one.id,
        "account": one.order.ref.account,
        "connector": connectors.get(one.order.ref.account, ""),
        "kind": one.order.ref.kind,
        "key": one.order.ref.key,
        "parent": one.order.parent.key if one.order.parent else None,
        "subject": subject_name(one.subject),
        "action": one.order.action.value,
        "categories": sorted(one.order.categories),
        "state": one.state.value,
        "erase_on": one.order.erase_on.isoformat(),
        "hold_until": hold(decision.hold_until) if decision else one.basis.get("hold_until"),
        "flagged": decision.flagged if decision else one.late,
        "basis": dict(one.basis),
        "approved_on": day(one.approved_on),
        "code": one.code,
        "residue": [dict(each) for each in one.residue],
    }


def held_values(judged: Iterable[Judged], connectors: Mapping[str, str]) -> list[dict[str, Any]]:
    """Give what is held until when, in the shape of the queue's lines: there is no order for it yet."""
    lines = []
    for one in judged:
        for each in one.dispositions:
            if not each.held:
                continue
            lines.append(
                {
                    "order_id": None,
                    "account": each.ref.account,
                    "connector": connectors.get(each.ref.account, ""),
                    "kind": each.ref.kind,
                    "key": each.ref.key,
                    "parent": None,
                    "subject": subject_name(one.subject.id),
                    "action": "erase",
                    "categories": sorted(each.held),
                    "state": "held",
                    "erase_on": None,
                    "hold_until": hold(each.hold_until),
                    "flagged": False,
                    "basis": {
                        "decision": one.decision.verdict.value,
                        "held_by": [str(ref) for ref in one.decision.held_by],
                    },
                    "approved_on": None,
                    "code": "",
                    "residue": [],
                }
            )
    return lines


def contact_values(one: Judged) -> dict[str, Any]:
    """Give one subject with its records, links and decision."""
    decision = one.decision
    return {
        "subject": subject_name(one.subject.id),
        "kind": one.subject.kind.value,
        "roles": {role: day(ended) for role, ended in sorted(one.facts.ended.items())},
        "records": [
            {"account": each.ref.account, "kind": each.ref.kind, "key": each.ref.key}
            for each in one.subject.present
        ],
        "links": [
            {"a": str(a), "b": str(b), "evidence": list(evidence)} for a, b, evidence in one.subject.links
        ],
        "decision": decision.verdict.value,
        "partial": decision.partial,
        "erase_on": day(decision.erase_on),
        "hold_until": hold(decision.hold_until),
        "flagged": decision.flagged,
        "next_on": day(decision.next_on),
        "reasons": [
            {
                "code": each.code,
                "on": day(each.on),
                "role": each.role,
                "documents": [str(ref) for ref in each.documents],
            }
            for each in decision.reasons
        ],
    }

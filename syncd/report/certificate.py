"""The certificate of one order: what was done to one record, when, why and how that is proved. No names."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import fill
from typing import TYPE_CHECKING, Any

from syncd.report.page import as_values
from syncd.retention.reasons import HOLDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date, datetime

    from syncd.report.language import Texts
    from syncd.report.residue import Stays

_WIDTH = 80


@dataclass(frozen=True)
class ProofRow:
    """A row of the ledger that is about the order."""

    seq: int
    at: str
    kind: str
    hash: str


@dataclass(frozen=True)
class Certificate:
    """What is known of a verified order. `approval` says how it was approved, empty: by the schedule.

    `withdrawn`: the relationship goes on, and what was done is for a consent that was withdrawn.
    """

    as_of: date
    made_at: datetime
    order_id: str
    action: str
    subject: str
    account: str
    connector: str
    kind: str
    key: str
    categories: tuple[str, ...]
    ordered_on: date
    erase_on: date
    reasons: tuple[str, ...]
    withdrawn: bool
    rule: str
    approved_on: date | None
    approval: str
    sent_at: str | None
    receipt: Mapping[str, str]
    verified_on: date
    looked_again_on: date | None
    residue: tuple[Stays, ...]
    rows: tuple[ProofRow, ...]
    ledger_seq: int
    ledger_head: str


def statement(one: Certificate, texts: Texts) -> str:
    """Say what the certificate proves; only an erasure is called one."""
    return texts(f"certificate.says_{one.action}")


def certificate_values(one: Certificate) -> dict[str, Any]:
    """Give a certificate as JSON values."""
    values: dict[str, Any] = as_values(one)
    return values | {"receipt": ", ".join(f"{name} {value}" for name, value in one.receipt.items())}


def lines(one: Certificate, texts: Texts) -> Iterator[tuple[str, str]]:
    """Give what the certificate says, each with its label."""
    kind = texts.record(one.account, one.kind)
    held = held_said(one.reasons, texts)
    told = {
        "order": one.order_id,
        "record": f"{one.account} ({one.connector or texts('certificate.unknown')}): {kind} {one.key}",
        "subject": one.subject,
        "what": ", ".join(texts.word("category", each) for each in one.categories),
        "ordered": texts.day(one.ordered_on),
        "due": texts.day(one.erase_on),
        "why": why_said(one.reasons, texts, withdrawn=one.withdrawn),
        **({"held": held} if held else {}),
        "rule": one.rule,
        "approved": _approved(one, texts),
        "sent": one.sent_at or texts("certificate.not_sent"),
        "receipt": texts.receipt(one.receipt) or texts("certificate.no_receipt"),
        "verified": texts.day(one.verified_on),
        "looked": texts.day(one.looked_again_on),
    }
    for name, value in told.items():
        yield texts(f"certificate.{name}"), value
    for each in one.residue:
        until = texts.day(each.until) if each.until else texts("report.not_said")
        stays = texts.stays(one.account, each.code, each.text).rstrip(".")
        yield texts("certificate.stays"), f"{stays} ({texts('report.until')}: {until})"


def why_said(reasons: Iterable[str], texts: Texts, *, withdrawn: bool) -> str:
    """Say why an order was made; what the law keeps of the subject is no reason for that."""
    if withdrawn:
        return texts("certificate.withdrawn")
    said = "; ".join(texts.reason(each) for each in reasons if each not in HOLDS)
    return said or texts("certificate.unknown")


def held_said(reasons: Iterable[str], texts: Texts) -> str:
    """Say why something of the subject was held when the order was made; empty where nothing was."""
    return "; ".join(texts.reason(each) for each in reasons if each in HOLDS)


def _approved(one: Certificate, texts: Texts) -> str:
    if one.approved_on is None:
        return texts("certificate.by_schedule")
    return texts(
        "certificate.by_person", day=texts.day(one.approved_on), how=texts.word("approval", one.approval)
    )


def as_text(one: Certificate, texts: Texts) -> str:
    """Write the certificate for a terminal or a letter."""
    shown = list(lines(one, texts))
    width = max(len(label) for label, _value in shown)
    return "\n".join(
        [
            texts(f"certificate.title_{one.action}"),
            "",
            fill(statement(one, texts), _WIDTH),
            fill(texts("certificate.only"), _WIDTH),
            "",
            *(_hanging(label, value, width) for label, value in shown),
            "",
            texts("certificate.rows"),
            *(f"  {row.seq:>6}  {row.at}  {row.kind}\n          {row.hash}" for row in one.rows),
            "",
            texts("certificate.head", seq=one.ledger_seq),
            f"          {one.ledger_head}",
            "",
            fill(texts("certificate.check"), _WIDTH),
            "",
        ]
    )


def _hanging(label: str, value: str, width: int) -> str:
    """Put a value beside its label, and what does not fit under its own first word."""
    head = f"{label:<{width}}  "
    return fill(
        value or "-", _WIDTH, initial_indent=head, subsequent_indent=" " * len(head),
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip

"""Pages on which everything stands that can: every state, reason, matter, outcome, residue and warning."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from syncd.cycle.coverage import coverage
from syncd.model import OrderState
from syncd.report.attention import Attention
from syncd.report.certificate import Certificate, ProofRow
from syncd.report.coverage import CoverageReport
from syncd.report.language import catalogue
from syncd.report.page import LinkLine, PaperLine, ReasonLine
from syncd.report.residue import ResidueLine, Stays
from syncd.retention.reasons import REASONS
from syncd.retention.warned import Warned

if TYPE_CHECKING:
    from syncd.contract import Residue
    from syncd.report.page import Report
    from tests.report.kit import Made

VALUES: dict[str, Any] = {
    "fault": "unreachable", "message": "cannot be reached", "mode": "approve", "orders": 3, "command": "syncd x",
    "limit": 5, "ready": 60, "order": "O-000001", "ref": "books:contact:1", "reason": "silent", "other": "S-2",
    "evidence": ["kvk", "postcode+number"], "question": "P-1", "since": "2026-01-02", "day": "2026-12-31",
    "stop": "restriction-art-18", "category": ["newsletter", "contact_details"], "warning": "secret_in_file",
    "place": "syncd.toml, line 3", "key": "token", "count": 4,
    "times": 3,
}  # fmt: skip


def everything(shown: Made) -> Report:
    """Give a report with every state, reason, matter, residue and warning that there is."""
    report = shown.named
    card = next(one for one in report.cards if one.orders and one.records)
    order, kinds = card.orders[0], _residue(shown)
    names = [name for group in ("matter", "remedy") for name in catalogue("en")[group]]
    doubts = [f"doubt:{one}:Veld" for one in catalogue("en")["doubt"]]
    codes = [*REASONS, *doubts, *(f"accepted:{one}" for one in REASONS)]
    full = replace(
        card,
        subject="S-0",
        reasons=tuple(ReasonLine(code, report.as_of, "customer", 2) for code in codes),
        orders=tuple(
            replace(
                order, state=one.value, code="missing_scope", verified_on=None, residue=tuple(kinds["books"])
            )
            for one in OrderState
        ),
        papers=tuple(
            PaperLine("books", one, "2026-1", report.as_of, None, open=False)
            for one in catalogue("en")["document"]
        ),
        links=(LinkLine("a", "b", tuple(catalogue("en")["evidence"])),),
        name="Naam",
    )
    failed = [
        replace(each, outcome=how, code="unreachable", text="the system cannot be reached")
        for each, how in zip(report.accounts, catalogue("en")["outcome"], strict=False)
    ]
    return replace(
        report,
        cards=(full, *report.cards),
        attention=tuple(Attention.about(each, "books", "S-0", **VALUES) for each in dict.fromkeys(names)),
        residue=tuple(
            ResidueLine(account, one.code, one.text, report.as_of, 2)
            for account, found in kinds.items()
            for one in found
        ),
        warnings=(
            Warned(
                "secret_in_file", "syncd.toml, line 3", "a secret is written in the file", {"key": "token"}
            ),
        ),
        accounts=tuple(failed),
    )


def _residue(shown: Made) -> dict[str, list[Residue]]:
    app = shown.installation.app()
    app.connect()
    found = {
        name: [each for one in app.capabilities(name) for each in one.residue] for name in app.connectors
    }
    app.close()
    return found


RECEIPT = {
    "effect": "weaker", "status": "204", "kept_as": "archived", "references": "3",
    "shop_customers": "2", "fields": "4", "consent": "ab", "seen": "absent", "found": "empty", "left": "name",
}  # fmt: skip
"""Everything that the connectors note of an answer."""


def certificate_of(report: Report, action: str) -> Certificate:
    """Give a certificate of an order with this action."""
    return Certificate(
        as_of=report.as_of, made_at=report.made_at, order_id="O-000001", action=action, subject="S-1",
        account="crm", connector="podio", kind="item", key="1", categories=("relation_record",),
        ordered_on=report.as_of, erase_on=report.as_of, reasons=("ended", "due", "hold"), withdrawn=False,
        rule="2026-01",
        approved_on=report.as_of, approval="bulk", sent_at=None, receipt=RECEIPT, verified_on=report.as_of,
        looked_again_on=None, residue=(Stays("deleted_data", "Podio keeps deleted data for 90 days.", None),),
        rows=(ProofRow(1, "2026-01-01", "order.verified", "ab" * 32),), ledger_seq=1, ledger_head="ab" * 32,
    )  # fmt: skip


def coverage_of(shown: Made) -> CoverageReport:
    """Give the page of coverage of the installation, with a system that no account covers."""
    app = shown.installation.app()
    app.connect()
    covered = coverage(app)
    app.close()
    report = shown.report
    connectors = {one.name: one.connector for one in report.accounts}
    return CoverageReport(
        report.made_at, report.as_of, report.schedule, covered, ("Planning <2019>",), connectors
    )

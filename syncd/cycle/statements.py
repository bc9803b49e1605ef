"""What a person says about a subject, written down with who said it and what the fields said then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncd.index import ledger
from syncd.index.subjects import StoredStatement, save_statement
from syncd.retention import fields_digest

if TYPE_CHECKING:
    from datetime import date

    from syncd.cycle.app import App
    from syncd.cycle.decide import Judged
    from syncd.model import Role


def state(app: App, judged: Judged, kind: str, on: date, role: Role | None, by: str) -> None:
    """Write a statement (`ended` or `resumed`). It wins over the fields until those change."""
    now = app.now()
    subject = judged.subject.id
    said = StoredStatement(
        subject=subject,
        kind=kind,
        role=role,
        on=on,
        fields=fields_digest(judged.events),
        reason="",
        at=now.isoformat(timespec="seconds"),
        by=app.index.keys.seal(by.encode(), f"statement:{subject}"),
    )
    with app.index.begin() as connection:
        save_statement(connection, said)
        ledger.append(
            connection,
            now,
            f"relationship.{kind}",
            subject=subject,
            on=on.isoformat(),
            role=role.value if role else None,
        )

"""Whose facts are known whole this run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from syncd.index import accounts as stored_accounts
from syncd.index import reading

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from syncd.cycle.pull import AccountOutcome


@dataclass(frozen=True)
class Knowledge:
    """Whose facts are not known whole this run: they get no new order and no write anywhere.

    An account that could show a living relationship or a document and was not read whole makes that everybody;
    another one only those with a record in it.
    """

    everybody: bool
    subjects: frozenset[int]

    def lacks(self, subject: int) -> bool:
        """Tell whether a subject's facts are not known whole."""
        return self.everybody or subject in self.subjects


def knowledge_of(connection: Connection, accounts: dict[str, AccountOutcome]) -> Knowledge:
    """Work out what this run's pulls leave unknown."""
    lacking = sorted(name for name, one in accounts.items() if not one.complete)
    everybody = any(
        stored_accounts.account_state(connection, name).last_complete is None
        or reading.judges(connection, name)
        for name in lacking
    )
    return Knowledge(everybody, frozenset(reading.subjects_in(connection, lacking)))

"""What the index remembers of each account: who answers there, how much it held, and where its pull goes on."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from syncd.index.tables import accounts

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from syncd.index.store import Index


@dataclass(frozen=True)
class AccountState:
    """What the index remembers of an account: its pinned identity and how much it held when last complete."""

    name: str
    identity: str
    last_complete: str | None
    contacts: int
    documents: int
    connector: str = ""


def account_state(connection: Connection, name: str) -> AccountState:
    """Give what is known of an account; an account never seen has nothing."""
    row = connection.execute(select(accounts).where(accounts.c.name == name)).first()
    if row is None:
        return AccountState(name, "", None, 0, 0)
    return AccountState(name, row.identity, row.last_complete, row.contacts, row.documents, row.connector)


def forget_account(connection: Connection, name: str) -> None:
    """Forget an account that the company left: under the same name another one begins anew."""
    connection.execute(delete(accounts).where(accounts.c.name == name))


def account_cursor(index: Index, connection: Connection, name: str) -> str | None:
    """Give the cursor of the last complete pull, if there was one."""
    sealed = connection.execute(select(accounts.c.cursor).where(accounts.c.name == name)).scalar()
    return index.keys.unseal(sealed, f"cursor:{name}").decode() if sealed else None


@dataclass(frozen=True)
class Resume:
    """Where an interrupted pull goes on.

    `pull` names the runs that belong to one pull by its first run; what they read counts as read together.
    `full` says that the pull began without a cursor, so that what none of its runs saw is gone. `gone` is what
    the vendor said was gone, not yet believed because the pull is not complete. `identity` is who answered.
    """

    cursor: str
    identity: str
    pull: str
    full: bool
    gone: tuple[str, ...]


def resume_point(index: Index, connection: Connection, name: str) -> Resume | None:
    """Give where the account's last pull was interrupted; None when it was not, or left no place to go on."""
    sealed = connection.execute(select(accounts.c.resume).where(accounts.c.name == name)).scalar()
    if not sealed:
        return None
    told = json.loads(index.keys.unseal(sealed, f"resume:{name}"))
    return Resume(**{**told, "gone": tuple(told["gone"])})


def save_resume_point(
    index: Index, connection: Connection, name: str, connector: str, point: Resume | None
) -> None:
    """Remember where to go on, or with None that the next pull begins anew."""
    sealed = None
    if point is not None:
        sealed = index.keys.seal(json.dumps(asdict(point)).encode(), f"resume:{name}")
    connection.execute(
        upsert(accounts)
        .values(name=name, connector=connector, resume=sealed)
        .on_conflict_do_update(index_elements=["name"], set_={"resume": sealed})
    )


def save_account(
    index: Index,
    connection: Connection,
    name: str,
    connector: str,
    *,
    identity: str,
    at: str,
    complete: bool,
    contacts: int,
    documents: int,
    cursor: str | None,
) -> None:
    """Remember how a pull ended; counts, cursor and identity only when it was complete."""
    known = connection.execute(select(accounts.c.name).where(accounts.c.name == name)).first()
    if known is None:
        connection.execute(insert(accounts).values(name=name, connector=connector))
    values: dict[str, Any] = {"last_run": at, "connector": connector}
    if complete:
        sealed = index.keys.seal(cursor.encode(), f"cursor:{name}") if cursor is not None else None
        values |= {
            "identity": identity,
            "last_complete": at,
            "contacts": contacts,
            "documents": documents,
            "cursor": sealed,
            "resume": None,
        }
    connection.execute(update(accounts).where(accounts.c.name == name).values(**values))

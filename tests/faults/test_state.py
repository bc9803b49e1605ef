"""An index that is an older one, one that is brought to a newer schema, and what goes wrong on the way."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from syncd.cycle import custody
from syncd.index import memory, migrate
from syncd.index import orders as journal
from syncd.index.store import FILE, open_index
from syncd.model import Action, OrderState
from tests.cli.kit import syncd
from tests.faults.kit import GUARDED, Ready, forked, replaced, writes

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cycle.kit import Installation

pytestmark = pytest.mark.ci

MIGRATIONS = Path(migrate.__file__).parent / "migrations"
NEXT = '''"""One more table."""

import os
import signal

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("one_more", sa.Column("name", sa.String(), nullable=False))
    {then}
'''
DIES = "os.kill(os.getpid(), signal.SIGKILL)"
ENDS_EARLY = f'op.get_bind().exec_driver_sql("COMMIT"); {DIES}'


@GUARDED
def test_f34_what_was_approved_in_an_older_index_is_not_sent_from_it(
    ready: Ready, tmp_path: Path, guarded: bool
) -> None:
    def play(here: Installation) -> None:
        index = here.folder / "state" / FILE
        here.run()
        older = here.folder / "older.sqlite"
        shutil.copy(index, older)
        app = here.app()
        with app.index.begin() as connection:
            for one in journal.find(connection, open_only=True):
                if one.state is OrderState.APPROVED:
                    again: dict[str, Any] = {"approved_by": None, "approved_on": None, "approval": None}
                    journal.move(connection, app.now(), one.id, OrderState.SCHEDULED, **again)
        app.close()
        here.run()
        for file in index.parent.glob(f"{FILE}*"):
            file.unlink()
        shutil.copy(older, index)
        if not guarded:
            replaced(memory, "rewound", lambda _connection, _memory: False)
        result = here.run(send=True)
        assert bool(writes(here)) is not guarded
        assert ("restored" in {one.code for one in result.attention}) is guarded

    ready.apart(tmp_path, play)


@GUARDED
def test_f34_nor_is_what_was_under_way_in_it_and_had_not_been_done(
    ready: Ready, tmp_path: Path, guarded: bool
) -> None:
    """A look shows that nothing came of it; who approved it then must say so again."""

    def play(here: Installation) -> None:
        index = here.folder / "state" / FILE
        here.run()
        app = here.app()
        with app.index.begin() as connection:
            one = next(
                each
                for each in journal.find(connection, open_only=True)
                if each.state is OrderState.APPROVED
                and (each.order.ref.account, each.order.action) == ("crm", Action.ERASE)
            )
            journal.move(connection, app.now(), one.id, OrderState.SENT)
            journal.move(connection, app.now(), one.id, OrderState.UNCERTAIN)
        app.close()
        older = here.folder / "older.sqlite"
        shutil.copy(index, older)
        here.run()
        for file in index.parent.glob(f"{FILE}*"):
            file.unlink()
        shutil.copy(older, index)
        if not guarded:
            replaced(journal, "unsign", lambda _connection, _order: None)
        here.run(send=True)
        app = here.app()
        assert custody.go_on(app)
        app.close()
        here.run(send=True)
        after = next(each for each in here.orders() if each.id == one.id)
        assert (after.state is OrderState.SCHEDULED) is guarded
        assert bool(writes(here)) is not guarded

    ready.apart(tmp_path, play)


# --- F35: a schema that changes -----------------------------------------------------------------------------


def _newer(folder: Path, then: str) -> Callable[[], None]:
    """Give what lets this process be of a version with one more migration."""
    shutil.copytree(MIGRATIONS, folder / "migrations")
    (folder / "migrations" / "versions" / "0002_one_more.py").write_text(NEXT.format(then=then), "utf-8")
    plain = migrate.config

    def config(connection: object) -> object:
        made = plain(connection)  # type: ignore[arg-type]
        made.set_main_option("script_location", str(folder / "migrations"))
        return made

    return lambda: replaced(migrate, "config", config)


def _asked(path: Path, question: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(path) as connection:
        found = connection.execute(question).fetchall()
    connection.close()
    return found


def _schema(path: Path) -> tuple[object, bool]:
    """Give the version that an index says it has, and whether it has the table of the newer one."""
    made = _asked(path, "SELECT name FROM sqlite_master WHERE name = 'one_more'")
    return _asked(path, "SELECT version_num FROM alembic_version")[0][0], bool(made)


@GUARDED
def test_f35_an_upgrade_that_is_killed_has_not_begun(tmp_path: Path, guarded: bool) -> None:
    open_index(tmp_path / "state", {}).close()
    become = _newer(tmp_path, DIES if guarded else ENDS_EARLY)

    def upgrade() -> None:
        become()
        open_index(tmp_path / "state", {})

    assert os.WTERMSIG(forked(upgrade)) == signal.SIGKILL
    assert _schema(tmp_path / "state" / FILE) == ("0001", not guarded)
    if guarded:
        open_index(tmp_path / "state", {}).close()


def test_f35_an_upgrade_keeps_a_copy_from_before_and_there_is_no_way_back_but_that_copy(
    ready: Ready, tmp_path: Path
) -> None:
    def play(here: Installation) -> None:
        state = here.folder / "state"
        here.app().close()
        rows = _asked(state / FILE, "SELECT count(*), max(hash) FROM ledger")
        become = _newer(here.folder, "pass")

        def upgrade() -> None:
            become()
            open_index(state, {}).close()

        assert forked(upgrade) == 0
        assert _schema(state / FILE) == ("0002", True)
        copy = state / "backups" / "index-before-upgrade-of-schema-0001.sqlite"
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600
        assert _schema(copy) == ("0001", False)
        assert _asked(copy, "SELECT count(*), max(hash) FROM ledger") == rows
        before = (state / FILE).read_bytes()
        config = ("--config", str(here.folder / "syncd.toml"))
        for words in (("run-once", "--execute"), ("queue", "list"), ("db", "backup")):
            said = syncd(*words, *config)
            assert (said.code, len(said.err.splitlines())) == (1, 1), said.err
            assert "has schema 0002, which this version does not know" in said.err
        assert (state / FILE).read_bytes() == before
        assert writes(here) == 0
        assert syncd("db", "restore", str(copy), "--yes", *config).code == 0
        assert syncd("run-once", *config).code == 0

    ready.apart(tmp_path, play)

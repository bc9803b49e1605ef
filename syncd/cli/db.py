"""`syncd db`: copies of the index, and what to do when the index is lost or an older one is in its place."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from syncd.cli import common, progress
from syncd.cycle import custody
from syncd.index import backup, migrate
from syncd.index.keyring import load_keys
from syncd.index.store import FILE, IndexFaultError
from syncd.retention.periods import calendar_date
from syncd.service import clock
from syncd.service.lock import run_lock

group = typer.Typer(help="The local index: upgrade, backup, restore.", no_args_is_help=True)


@group.command("upgrade")
def upgrade(config: common.ConfigOption = None) -> None:
    """Bring the index to the schema of this version. Every command does that too; a copy is kept."""
    settings = common.settings_of(config)
    before = set((settings.service.state_dir / backup.FOLDER).glob("index-before-upgrade-*.sqlite"))
    with common.opened(config) as app:
        schema = migrate.schema_of(app.index.engine)
    made = set((settings.service.state_dir / backup.FOLDER).glob("index-before-upgrade-*.sqlite")) - before
    kept = f"; the index as it was is {made.pop()}" if made else ""
    common.show(f"the index has schema {schema}, the one of this version{kept}")


@group.command("backup")
def make_backup(
    config: common.ConfigOption = None,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to", metavar="FOLDER", help="Folder for the copy [default: backups in the state directory]."
        ),
    ] = None,
) -> None:
    """Copy the index while it is in use, and look through the copy.

    Says what it holds and until when it is kept.
    """
    with common.opened(config) as app:
        expires = app.schedule.own.backups.after(app.today())
        with progress.counting("copying the index"):
            made = backup.make(
                app.index, to or app.settings.service.state_dir / backup.FOLDER, app.now(), expires
            )
    typer.echo(made.path)
    common.show(
        f"holds {made.records} records, sealed, and {made.ledger_rows} rows of the ledger, head "
        f"{made.ledger_head[:16]}. It opens only with keys/index.key and keys/tombstone.key, which are not in it: "
        "keep those apart."
    )
    where = "the next run after that day removes it" if to is None else "remove it yourself after that day"
    common.show(f"expires on {made.expires}: {where}")


@group.command("restore")
def restore(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="A copy that `syncd db backup` made.")
    ] = None,
    config: common.ConfigOption = None,
    go_on: Annotated[
        bool,
        typer.Option(
            "--go-on", help="After a restore: what was lost was looked at; orders may be sent again."
        ),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Put a copy in the place of the index, if it is whole. With --go-on, say that orders may be sent again."""
    if go_on == (file is not None):
        raise common.UsageError("name the copy to put back, or say --go-on after a restore")
    if file is None:
        _go_on(config)
        return
    if not file.is_file():
        raise common.UsageError(
            f"{file}: no such file; copies are in the folder {backup.FOLDER} of the state directory"
        )
    settings = common.settings_of(config)
    schedule = common.schedule_of(settings.schedule_path)
    state_dir, now = settings.service.state_dir, clock.now()
    if not yes:
        typer.confirm(
            f"Put {file} in the place of {state_dir / FILE}? What persons said and approved since is lost from it.",
            abort=True,
        )
    expires = schedule.own.backups.after(calendar_date(now, schedule.zone))
    try:
        with run_lock(state_dir), progress.counting("looking through the copy"):
            keys = load_keys(state_dir, os.environ)
            done = backup.restore(state_dir, file, keys, now, expires)
    except OSError as error:
        raise IndexFaultError(
            f"{state_dir}: cannot be written ({error.strerror}); nothing was changed"
        ) from None
    common.show(f"{file} is the index now; its ledger has {done.ledger_rows} rows")
    if done.carried_over:
        common.show(
            f"of these, {done.carried_over} came from the index that was replaced: nothing was rewound"
        )
    if done.kept:
        common.show(f"the index that was replaced is kept until {done.kept.expires}: {done.kept.path}")
    common.show(
        "next: syncd run-once. It erases again what was erased since, and says what is left to look at"
    )


def _go_on(config: Path | None) -> None:
    with common.opened(config) as app:
        waited = custody.go_on(app)
    common.show(
        "orders may be sent again" if waited else "no restored index waits for a word: nothing was changed"
    )

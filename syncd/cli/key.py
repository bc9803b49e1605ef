"""`syncd key`: the two keys of the index."""

from __future__ import annotations

import os

import typer

from syncd.cli import common
from syncd.index import backup
from syncd.index.keyring import NEXT, is_given
from syncd.index.rotate import rotate
from syncd.service.lock import run_lock

group = typer.Typer(help="The keys of the index.", no_args_is_help=True)


@group.callback()
def _group() -> None:
    """Be a group, also with one command."""


@group.command("rotate")
def rotate_key(config: common.ConfigOption = None) -> None:
    """Give the index a new index key. The tombstone key is never replaced."""
    given, next_given = is_given("index", os.environ), is_given(NEXT, os.environ)
    if given and not next_given:
        raise common.UsageError(
            "the index key comes from the environment or a credential: give the new one as well, as "
            f"SYNCD_NEXT_INDEX_KEY or as the credential {NEXT}.key"
        )
    if next_given and not given:
        raise common.UsageError(
            "the index key is a file, so syncd makes the new one: take SYNCD_NEXT_INDEX_KEY away"
        )
    settings = common.settings_of(config)
    state_dir = settings.service.state_dir
    with run_lock(state_dir), common.opened(config) as app:
        copies = [] if given else backup.standing(state_dir)
        last = max((day for one in copies if (day := backup.expiry_of(one))), default=None)
        number = rotate(
            app.index, state_dir, os.environ, app.now(),
            keep_old_as=f"index-until-{last}" if last else "",
        )  # fmt: skip
    common.show(f"{number} sealed values have a new key")
    if given:
        common.show(
            "now let the new key take the place of the old one where you keep it, and take the second away"
        )
        return
    common.show(f"keep a copy of it apart from this host: {state_dir / 'keys' / 'index.key'}")
    if last:
        common.show(
            f"{len(copies)} backups were made with the old key, which is kept for them until {last} as "
            f"{state_dir / 'keys' / f'index-until-{last}.key'}. If somebody knows the old key, remove both"
        )

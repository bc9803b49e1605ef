"""`syncd init`: a first configuration, account by account; with `--system`, the service of this host."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from syncd import registry
from syncd.cli import common
from syncd.cli.interview import Interview, Keys, set_keys, told
from syncd.cycle.app import App
from syncd.index.store import open_index
from syncd.service import clock, doctor, installation
from syncd.service.first import Draft, secret_keys
from syncd.service.system import System, SystemFaultError
from syncd.settings import DEFAULT_PATH, SettingsError


def init(
    config: common.ConfigOption = None,
    account: Annotated[
        list[str] | None,
        typer.Option(
            "--account", metavar="NAME=CONNECTOR", help="An account as NAME=CONNECTOR; may be repeated."
        ),
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME.KEY=VALUE",
            help="A key of an account as NAME.KEY=VALUE; no secrets. Asked for no more.",
        ),
    ] = None,
    state_dir: Annotated[
        Path, typer.Option("--state-dir", metavar="FOLDER", help="Folder of the index and its keys.")
    ] = Path("/var/lib/syncd"),
    system: Annotated[bool, typer.Option("--system", help="Install the service of this host.")] = False,
    remove: Annotated[
        bool, typer.Option("--remove", help="With --system: remove it; state and configuration stay.")
    ] = False,
    source: Annotated[
        Path | None,
        typer.Option("--from", metavar="PATH", help="With --system: the wheel or checkout to install."),
    ] = None,
) -> None:
    """Write a first configuration and test each account. With --system, install or remove the service."""
    if system:
        _system(remove=remove, source=source)
        return
    if remove or source:
        raise common.UsageError("--remove and --from go with --system")
    path = config or DEFAULT_PATH
    draft = Draft(path, state_dir)
    draft.require_new()
    keys = _keys(set_ or [])
    if account:
        _as_told(draft, account, keys)
        failed = _written(draft, tries=True)
    else:
        if not sys.stdin.isatty():
            raise common.UsageError("nobody to ask: name accounts with --account NAME=CONNECTOR")
        works = Interview(draft, keys).hold()
        failed = _written(draft, tries=False) or not works
    common.leave(common.EXIT_FAILED if failed else common.EXIT_OK)


def _system(*, remove: bool, source: Path | None) -> None:
    host = System()
    is_first = not host.is_configured
    try:
        for step in host.remove() if remove else host.install(source):
            common.show(step)
    except SystemFaultError as error:
        typer.echo(f"syncd: {error}", err=True)
        common.leave(common.EXIT_FAILED)
    if remove:
        common.show(
            "What stays: /etc/syncd, /var/lib/syncd (index, keys, tombstones, ledger) and the user syncd. "
            "Keep /var/lib/syncd as long as somebody may ask whether they were erased."
        )
    elif is_first:
        common.show(
            "Next:\n"
            "  sudo syncd init               asks for your accounts and tries each\n"
            "  sudo -u syncd syncd check     looks whether everything is in place\n"
            "  sudo -u syncd syncd run-once  the first report; nothing is sent\n"
            "  sudo systemctl enable --now syncd syncd-audit.timer"
        )
    else:
        common.show(
            "The configuration that is there stays. Next:\n"
            "  sudo -u syncd syncd db upgrade\n"
            "  sudo systemctl restart syncd"
        )


def _as_told(draft: Draft, accounts: list[str], keys: Keys) -> None:
    for one in accounts:
        name, _, connector = one.partition("=")
        common.choose(f"--account {name}", connector or None, registry.plugins())
        if not connector:
            raise common.UsageError(f"--account {one}: write NAME=CONNECTOR, such as books=moneybird")
        draft.add(name, connector)
        for key in secret_keys(connector):
            variable = draft.variable(name, key)
            if os.environ.get(variable):
                draft.set_secret(name, key, os.environ[variable])
    for name, given in keys.items():
        if name not in draft.accounts:
            raise common.UsageError(f"--set {name}.{next(iter(given))}: no --account of that name")
        set_keys(draft, name, given)


def _keys(pairs: list[str]) -> Keys:
    found: Keys = {}
    for one in pairs:
        place, _, value = one.partition("=")
        name, _, key = place.partition(".")
        if not key or not value:
            raise common.UsageError(f"--set {place}: write NAME.KEY=VALUE")
        found.setdefault(name, {})[key] = value
    return found


def _written(draft: Draft, *, tries: bool) -> bool:
    """Write the files, make the keys, and try each account; gives whether something must be mended."""
    draft.write()
    common.show(f"written: {draft.path}, and beside it .env (secrets, mode 0600) and retention.toml")
    try:
        loaded = installation.load(draft.path, os.environ)
    except SettingsError as error:
        for problem in error.problems:
            typer.echo(f"syncd: {problem}", err=True)
        common.show("Complete the file, then: syncd check")
        return True
    index = open_index(loaded.settings.service.state_dir, os.environ)
    app = App(loaded.settings, loaded.schedule, index, clock.now)
    failed = False
    try:
        if tries:
            answers = [told(name, findings) for name, findings in doctor.examine_accounts(app)]
            failed = not all(answers)
    finally:
        app.close()
    keys = loaded.settings.service.state_dir / "keys"
    common.show(
        f"\nThe mode is observe: nothing is ever sent. Two keys were made in {keys}. "
        "Copy them to a safe place apart from backups, now:\n"
        "  tombstone.key  without it nobody can tell any more who was erased; it can never be made again\n"
        "  index.key      without it the index cannot be opened; records can be pulled again, the ledger cannot"
    )
    common.show("Next: syncd check, then syncd run-once")
    return failed

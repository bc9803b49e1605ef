"""`syncd connectors`: what is installed, what an account takes, what a system offers, and how to begin one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from syncd import registry
from syncd.cli import common
from syncd.testing.scaffold import ScaffoldError, lay_out


def connectors(
    what: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME | new NAME", help="One connector in full, or the name of a new one."),
    ] = None,
    discover: Annotated[
        bool, typer.Option("--discover", help="Ask the system, and print a ready table for the account.")
    ] = False,
    account: Annotated[
        str | None,
        typer.Option("--account", metavar="NAME", help="With --discover: the account to ask with."),
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option(
            "--into", metavar="FOLDER", help="With new: the folder to write into [default: this one]."
        ),
    ] = None,
    config: common.ConfigOption = None,
    output: common.FormatOption = "text",
) -> None:
    """List the connectors, or the settings of one. Lays out a new one with `new NAME`."""
    as_json = common.wants_json(output)
    match what or []:
        case ["new", name]:
            _lay_out(name, into or Path())
        case ["new"]:
            raise common.UsageError("new: say how the connector is called, as in `syncd connectors new acme`")
        case [] if discover:
            raise common.UsageError(
                "--discover: say which connector, as in `syncd connectors podio --discover`"
            )
        case []:
            _show(None, as_json=as_json)
        case [name]:
            _require_installed(name)
            if discover:
                _discover(name, config, account)
            else:
                _show(name, as_json=as_json)
        case _:
            raise common.UsageError(f"{' '.join(what or [])}: give one name, or `new` and a name")


def _require_installed(name: str) -> None:
    found = registry.plugins()
    if name not in found:
        raise common.UsageError(f"{name}: no such connector; installed are: {', '.join(found)}")


def _show(name: str | None, *, as_json: bool) -> None:
    values: list[dict[str, Any]] = [
        {
            "name": one.name,
            "contract": one.contract,
            "settings": {
                key: {"required": info.is_required(), "secret": "SecretStr" in str(info.annotation)}
                for key, info in one.settings.model_fields.items()
            },
        }
        for one in registry.plugins().values()
        if name in (None, one.name)
    ]
    if as_json:
        common.show_json(values)
        return
    for one in values:
        common.show(f"{one['name']} (contract {one['contract']})")
        if name is not None:
            fields = registry.plugins()[name].settings.model_fields
            for key, info in one["settings"].items():
                notes = [
                    text for text, on in (("required", info["required"]), ("secret", info["secret"])) if on
                ]
                said = fields[key].description or fields[key].title
                noted = f" ({', '.join(notes)})" if notes else ""
                common.show(Text(f"  {key}{noted}{f': {said}' if said else ''}"))


def _discover(name: str, config: Path | None, account: str | None) -> None:
    look = registry.plugins()[name].discover
    if look is None:
        raise common.UsageError(
            f"{name}: this connector has nothing to discover; its page says what it takes"
        )
    settings = common.settings_of(config)
    mine = [one for one, table in settings.accounts.items() if table.connector == name]
    if account is not None:
        common.choose("--account", account, mine)
        mine = [account]
    if not mine:
        raise common.UsageError(
            f'{name}: no account of it is configured; add [accounts.NAME] with connector = "{name}" and '
            "its credentials, then ask again"
        )
    if len(mine) > 1:
        raise common.UsageError(f"{name}: has several accounts; choose with --account: {', '.join(mine)}")
    with common.looking(settings, common.schedule_of(settings.schedule_path)) as app:
        app.connect(frozenset(mine))
        if mine[0] in app.failures:
            raise app.failures[mine[0]]
        typer.echo(app.connectors[mine[0]].discover(look), nl=False)


def _lay_out(name: str, into: Path) -> None:
    if name in registry.plugins():
        raise common.UsageError(f"{name}: a connector of this name is installed; choose another name")
    try:
        folder = lay_out(name, into)
    except ScaffoldError as error:
        raise common.UsageError(str(error)) from None
    typer.echo(f"{folder}: laid out; it runs as it is. Next:")
    typer.echo(f"  pip install -e {folder}")
    typer.echo("  syncd connectors")
    typer.echo(f"  pytest {folder}")

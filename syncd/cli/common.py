"""What every command shares: finding the configuration, opening the installation, printing, exit codes."""

from __future__ import annotations

import getpass
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console, RenderableType
from rich.text import Text

from syncd import log, registry
from syncd.cycle.app import App
from syncd.index.store import FILE as INDEX_FILE
from syncd.index.store import open_index
from syncd.report.points import Hanging
from syncd.report.words import visible
from syncd.retention import Schedule, parse_schedule
from syncd.service import clock
from syncd.service.defaults import default_schedule_text
from syncd.settings import DEFAULT_PATH, Settings, load_settings
from syncd.settings.wording import unreadable

EXIT_OK, EXIT_FAILED, EXIT_USAGE, EXIT_ATTENTION = 0, 1, 2, 3
EXIT_INTERRUPTED = 130  # as shells call it: 128 + SIGINT; Typer turns Ctrl-C into it

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        envvar="SYNCD_CONFIG",
        help="Configuration file [default: /etc/syncd/syncd.toml].",
    ),
]
FormatOption = Annotated[str, typer.Option("--format", metavar="text|json", help="text or json.")]
OnlyAccountOption = Annotated[
    str | None, typer.Option("--account", metavar="NAME", help="Only this account.")
]
ByOption = Annotated[
    str | None, typer.Option("--by", metavar="NAME", help="Who decides [default: the user who runs this].")
]


class UsageError(typer.TyperException):
    """The command was asked something it cannot do; the text says what to do instead."""


def console() -> Console:
    """Give the console for results; plain and 80 columns wide when it is not a terminal."""
    terminal = sys.stdout.isatty()
    return Console(
        width=None if terminal else 80, highlight=False, soft_wrap=False, markup=False, emoji=False
    )


def show(what: RenderableType) -> None:
    """Print a result for a person. What is indented stays so where a line is too long for the screen."""
    if isinstance(what, str):
        what = visible(what)
    console().print(Hanging(what) if isinstance(what, Text) else what)


def show_json(values: Any) -> None:
    """Print a result for a program."""
    lines = json.dumps(values, indent=2, ensure_ascii=False).split("\n")
    sys.stdout.write("\n".join(one if one.isprintable() else _escaped(one) for one in lines) + "\n")


def _escaped(text: str) -> str:
    """Write what a terminal could take for a command, or cannot show at all, as JSON's escapes."""
    return "".join(each if each.isprintable() else json.dumps(each)[1:-1] for each in text)


def choose(option: str, value: str | None, known: Iterable[str]) -> None:
    """Accept a filter that can select something; a misspelt one would select nothing and say so in silence.

    Raises `UsageError`.
    """
    names = list(known)
    if value is not None and value not in names:
        raise UsageError(f"{option} {value}: choose one of {', '.join(names) or 'none configured'}")


def wants_json(name: str) -> bool:
    """Read `--format`. Raises `UsageError`."""
    if name not in {"text", "json"}:
        raise UsageError(f"--format {name}: choose text or json")
    return name == "json"


def person(by: str | None) -> str:
    """Name who decides: as said, else the user who runs the command. Raises `UsageError`."""
    name = by or os.environ.get("SUDO_USER") or getpass.getuser()
    if not name.isprintable():
        raise UsageError("--by: the name has characters that cannot be printed: write it in letters (UTF-8)")
    return name


def settings_of(config: Path | None) -> Settings:
    """Load the configuration. Raises `SettingsError`."""
    return load_settings(config or DEFAULT_PATH, os.environ, registry.models(), registry.address_problem)


def schedule_of(path: Path | None) -> Schedule:
    """Load a retention schedule, the default one when no file is named. Raises `ScheduleError`, `UsageError`."""
    if path is None:
        return parse_schedule(default_schedule_text(), "the default schedule")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {unreadable(error)}") from None
    return parse_schedule(text, str(path))


def schedule_in_use(named: Path | None, config: Path | None) -> tuple[Schedule, str]:
    """Load the schedule that is named, else the configured one, else the default; and say which that is.

    Where no configuration is named and none is installed, the default one is meant. Raises `ScheduleError`,
    `SettingsError`, `UsageError`.
    """
    if named is None and (config or DEFAULT_PATH.exists()):
        named = settings_of(config).schedule_path
    return schedule_of(named), str(named or "the default schedule")


@contextmanager
def opened(config: Path | None) -> Iterator[App]:
    """Open the installation that a configuration describes, and close it at the end."""
    settings = settings_of(config)
    schedule = schedule_of(settings.schedule_path)
    app = App(settings, schedule, open_index(settings.service.state_dir, os.environ), clock.now)
    try:
        yield app
    finally:
        app.close()


@contextmanager
def looking(settings: Settings, schedule: Schedule) -> Iterator[App]:
    """Open an installation to look at its accounts, not at its index.

    Where there is no index yet none is made: that is for the user that syncd will run as.
    """
    with tempfile.TemporaryDirectory(prefix="syncd-") as folder:
        has_index = (settings.service.state_dir / INDEX_FILE).is_file()
        index = (
            open_index(settings.service.state_dir, os.environ) if has_index else open_index(Path(folder), {})
        )
        app = App(settings, schedule, index, clock.now)
        try:
            yield app
        finally:
            app.close()


def leave(code: int) -> NoReturn:
    """End the command with an exit code."""
    raise typer.Exit(code)


def setup_logging(*, verbose: bool = False) -> None:
    """Log warnings only, beside the results a person asked for; everything when asked."""
    log.configure(level="info" if verbose else "error")

"""What `syncd check` looks at on this host, and how it asks each account's connector. Reads only."""

from __future__ import annotations

import os
import shutil
import stat
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from syncd import registry
from syncd.contract import ConnectorError, Finding, Transient
from syncd.cycle.guards import CLOCK_TOLERANCE
from syncd.index import accounts as stored_accounts
from syncd.index.store import FILE
from syncd.service.lock import has_daemon
from syncd.settings import DEFAULT_PATH

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from syncd.cycle.app import App
    from syncd.retention import Schedule
    from syncd.settings import Settings

_OPEN_TO_OTHERS = 0o077
_OPEN_BUT_TO_ITS_GROUP = 0o037
"""Secrets that root owns may be read by the group: so syncd reads them and cannot change them."""

_OTHERS_WRITE = 0o022
_LITTLE_SPACE = 200 * 1024 * 1024
_MODES = {
    "observe": "observe: nothing is ever written to a vendor",
    "approve": "approve: only what a person approved is sent",
    "automatic": "automatic: the schedule signs; the brake still holds",
}


@dataclass
class Examination:
    """What was found: about the host, and per account. `questions` are per connector."""

    mode: str
    host: list[Finding] = field(default_factory=list)
    accounts: dict[str, list[Finding]] = field(default_factory=dict)
    connectors: dict[str, str] = field(default_factory=dict)
    questions: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Tell whether anything must be mended before a run can be trusted."""
        found = [*self.host, *(one for findings in self.accounts.values() for one in findings)]
        return any(one.level == "error" for one in found)


# --- the host -----------------------------------------------------------------------------------------------


def examine_files(
    settings: Settings, schedule: Schedule, environment: Mapping[str, str]
) -> Iterator[Finding]:
    """Look at what can be seen without opening the index: mode, configuration, schedule, files, keys."""
    yield Finding("ok", "mode", _MODES[settings.service.mode])
    for one in settings.warnings:
        yield Finding("warning", "configuration", str(one))
    installed = settings.path == DEFAULT_PATH
    if not settings.accounts:
        command = "sudo syncd init" if installed else f"syncd init --config {settings.path}"
        yield Finding(
            "warning",
            "no_accounts",
            "no account is configured",
            f"{command} asks for them; docs/connect-an-account.md says what each needs",
        )
    where = settings.schedule_path
    yield Finding("ok", "schedule", f"the retention schedule is {where or 'the default one'}")
    for one in schedule.warnings:
        yield Finding("warning", "schedule", str(one))
    for path in filter(None, (settings.path, where)):
        yield from _changeable(path)
    yield from _private(settings.path.parent / ".env", group_reads=True)
    yield from _state(settings.service.state_dir, installed=installed)
    yield from _keys(settings.service.state_dir, environment)


def _state(folder: Path, *, installed: bool) -> Iterator[Finding]:
    """Look at the state directory. Only an installed service is started with systemctl."""
    if not folder.exists():
        above = next(one for one in folder.absolute().parents if one.exists())
        if not above.is_dir() or not os.access(above, os.W_OK | os.X_OK):
            yield Finding(
                "error", "state_dir", f"{folder} is not there, and this user can make nothing in {above}",
                "make it and give it to the user that syncd runs as, or name another as state_dir in [service]",
            )  # fmt: skip
            return
        yield Finding(
            "warning", "state_dir", f"{folder} is not there yet", "the first `syncd run-once` makes it"
        )
        return
    if not folder.is_dir() or not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        yield Finding(
            "error", "state_dir", f"{folder} cannot be written", "give it to the user that syncd runs as"
        )
        return
    yield Finding("ok", "state_dir", f"{folder} can be written")
    free = shutil.disk_usage(folder).free
    if free < _LITTLE_SPACE:
        yield Finding(
            "error", "disk", f"only {free // 1024**2} MB are free where {folder} is",
            "make room: nothing can be written down, so nothing is sent",
        )  # fmt: skip
    else:
        yield Finding("ok", "disk", f"{free // 1024**2} MB are free where {folder} is")
    if has_daemon(folder):
        yield Finding("ok", "daemon", "the daemon is at work")
    else:
        start = "sudo systemctl enable --now syncd" if installed else "keep syncd daemon running"
        yield Finding(
            "warning", "daemon", "no daemon is at work: nothing runs by itself",
            f"{start}, or run syncd run-once from a timer of your own",
        )  # fmt: skip
    yield from _private(folder, wanted="0700")
    yield from _private(folder / FILE)


def _keys(folder: Path, environment: Mapping[str, str]) -> Iterator[Finding]:
    has_index = (folder / FILE).is_file()
    for name in ("index", "tombstone"):
        path = folder / "keys" / f"{name}.key"
        if _is_given(name, environment):
            yield Finding("ok", f"{name}_key", f"the {name} key comes from the environment or a credential")
        elif path.is_file():
            yield Finding("ok", f"{name}_key", f"the {name} key is {path}")
            yield from _private(path)
        elif has_index:
            yield Finding(
                "error",
                f"{name}_key",
                f"{path} is not there, and the index was made with it",
                f"restore it from where you kept it{_WITHOUT[name]}",
            )
        else:
            yield Finding(
                "warning", f"{name}_key", f"{path} is not there yet", "the first `syncd run-once` makes it"
            )


_WITHOUT = {"index": f", or remove {FILE} and pull again", "tombstone": ""}


def _is_given(name: str, environment: Mapping[str, str]) -> bool:
    credentials = environment.get("CREDENTIALS_DIRECTORY")
    given = bool(credentials) and (Path(str(credentials)) / f"{name}.key").is_file()
    return bool(environment.get(f"SYNCD_{name.upper()}_KEY")) or given


def _private(path: Path, *, wanted: str = "0600", group_reads: bool = False) -> Iterator[Finding]:
    """Warn of a file that others on this host can read or change."""
    try:
        found = path.stat()
    except OSError:
        return
    mode = stat.S_IMODE(found.st_mode)
    if mode & (_OPEN_BUT_TO_ITS_GROUP if group_reads and found.st_uid == 0 else _OPEN_TO_OTHERS):
        yield Finding(
            "warning", "file_mode", f"{path} is open to others (mode {mode:04o})", f"chmod {wanted} {path}"
        )


def _changeable(path: Path) -> Iterator[Finding]:
    """Warn of a file that says what is erased and that others on this host can change."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & _OTHERS_WRITE:
        yield Finding(
            "warning", "file_mode", f"others can change {path} (mode {mode:04o})", f"chmod go-w {path}"
        )


def has_index(settings: Settings) -> bool:
    """Tell whether there is an index to look into; looking makes none."""
    return (settings.service.state_dir / FILE).is_file()


# --- the accounts -------------------------------------------------------------------------------------------


def examine_accounts(app: App, only: frozenset[str] | None = None) -> Iterator[tuple[str, list[Finding]]]:
    """Ask the connector of each account what it finds, and add what the host knows about it."""
    app.connect(only)
    for name in app.settings.accounts:
        if only is None or name in only:
            yield name, [*_asked(app, name), *_limits(app, name), *_last_pull(app, name)]


def _asked(app: App, name: str) -> Iterator[Finding]:
    if name in app.failures:
        error = app.failures[name]
        yield Finding("error", error.code, str(error), _remedy(error))
        return
    answered = True
    try:
        for one in app.connectors[name].check():
            # An error may be that nothing answered at all: then that no answer has a date says nothing more.
            answered = answered and one.level != "error"
            is_bare = one.level == "error" and not one.remedy
            yield replace(one, remedy=_LOOK_UP.format(code=one.code)) if is_bare else one
    except ConnectorError as error:
        answered = False
        level: Literal["warning", "error"] = "warning" if error.code == "budget" else "error"
        yield Finding(level, error.code, str(error), _remedy(error))
    offset = app.https[name].clock_offset(app.now())
    if offset is None:
        if answered:
            yield Finding(
                "warning",
                "clock",
                "no answer says what time it is (no Date header), so the clocks cannot be compared",
                "see whether a proxy drops the header; nothing is written while no account's answers have it",
            )
        return
    seconds = round(offset.total_seconds())
    if abs(offset) > CLOCK_TOLERANCE:
        yield Finding(
            "error",
            "clock",
            f"this host's clock is {abs(seconds)} s {'ahead of' if seconds > 0 else 'behind'} the vendor's: "
            "nothing is written",
            "set the clock, for instance with systemd-timesyncd",
        )
    else:
        yield Finding("ok", "clock", "this host's clock and the vendor's agree within five minutes")


_LOOK_UP = "{code}: docs/when-it-refuses.md says what to do"


def _remedy(error: ConnectorError) -> str:
    if error.code == "budget":
        return "look again later"
    if isinstance(error, Transient):
        return "look again later; if it stays so: base_url, network, proxy"
    return _LOOK_UP.format(code=error.code)


def _limits(app: App, name: str) -> Iterator[Finding]:
    if name not in app.https:
        return
    settings = app.settings.accounts[name]
    rate = registry.rate_of(registry.plugins()[settings.connector], settings)
    if rate is None:
        return
    left = app.https[name].budget.left() or 0
    text = (
        f"{left} requests may leave now: {settings.share:.0%} of {rate.requests} in {rate.seconds:g} s, "
        "less what was used"
    )
    if left:
        yield Finding("ok", "budget", text)
    else:
        yield Finding("warning", "budget", text, "wait; a run goes on where this one stops")


def _last_pull(app: App, name: str) -> Iterator[Finding]:
    with app.index.begin() as connection:
        last = stored_accounts.account_state(connection, name).last_complete
        resume = stored_accounts.resume_point(app.index, connection, name)
    if last is None:
        yield Finding(
            "warning", "never_complete", "this account was never read whole", "syncd run-once reads it"
        )
    if resume is not None:
        yield Finding(
            "warning", "interrupted", "the last pull was interrupted", "the next run goes on where it stopped"
        )


def questions_of(settings: Settings, only: frozenset[str] | None = None) -> dict[str, tuple[str, ...]]:
    """Give what a first live run should settle, per connector of the accounts that are looked at."""
    found = registry.plugins()
    used = {table.connector for name, table in settings.accounts.items() if only is None or name in only}
    return {name: found[name].open_questions for name in sorted(used) if found[name].open_questions}

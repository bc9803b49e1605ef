"""Installing syncd as a service of this host, and removing it again without what it must leave: its state."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from syncd.service.defaults import lock_file, shipped, shipped_unit

if TYPE_CHECKING:
    from collections.abc import Iterator

VENV = Path("opt/syncd/venv")
CONFIG = Path("etc/syncd/syncd.toml")
COMMAND = Path("usr/local/bin/syncd")
TIMER_STAMP = Path("var/lib/systemd/timers/stamp-syncd-audit.timer")
"""When the timer last went off, as systemd remembers it."""

UNITS = ("syncd.service", "syncd-audit.service", "syncd-audit.timer")
PLACES = {
    **{name: Path("etc/systemd/system") / name for name in UNITS},
    "sysusers.conf": Path("etc/sysusers.d/syncd.conf"),
    "tmpfiles.conf": Path("etc/tmpfiles.d/syncd.conf"),
    "sudoers": Path("etc/sudoers.d/syncd"),
}
_SUDOERS_MODE, _PUBLIC, _PRIVATE = 0o440, 0o644, 0o640
FIRST_CONFIGURATION = """\
# The configuration of syncd. Every key: docs/reference/configuration.md; an example with comments: {example}
# After a change: sudo systemctl reload syncd

[service]
state_dir = "/var/lib/syncd"
mode = "observe" # only looks. approve: sends what a person approved. automatic: the schedule signs

# One table per account: sudo syncd init asks for them
"""


class SystemFaultError(Exception):
    """The host could not be brought where it should be; the text says which step failed, and why."""


@dataclass(frozen=True)
class System:
    """A host, or a folder that looks like one. Commands of the host are only run on the host itself."""

    root: Path = Path("/")

    @property
    def is_host(self) -> bool:
        """Tell whether this is the running host."""
        return self.root == Path("/")

    @property
    def is_configured(self) -> bool:
        """Tell whether there is a configuration already."""
        return (self.root / CONFIG).is_file()

    def install(self, source: Path | None) -> Iterator[str]:
        """Install program, units, user, folders and a first configuration; gives each step when it is done.

        `source` is a wheel or a checkout to install from, None to leave the program as it is. Whatever is there
        already stays: configuration and state are never replaced. Raises `SystemFaultError`.
        """
        self._require_root()
        yield from self._program(source)
        for name, place in PLACES.items():
            self._put(shipped_unit(name), place, _SUDOERS_MODE if name == "sudoers" else _PUBLIC)
        yield f"units {', '.join(UNITS)}; user, folders, and what members of the group syncd may do"
        if self.is_host:
            _do("systemd-sysusers", "/etc/sysusers.d/syncd.conf")
        yield from self._configuration()
        if self.is_host:
            _do("systemd-tmpfiles", "--create", "/etc/tmpfiles.d/syncd.conf")
            if _is_booted():
                _do("systemctl", "daemon-reload")

    def remove(self) -> Iterator[str]:
        """Remove program and units; configuration, index, keys, tombstones, ledger and the user stay.

        Raises `SystemFaultError`.
        """
        self._require_root()
        if self.is_host and _is_booted():
            _do("systemctl", "disable", "--now", "syncd.service", "syncd-audit.timer", may_fail=True)
            yield "stopped"
        for place in PLACES.values():
            (self.root / place).unlink(missing_ok=True)
        for left in (COMMAND, TIMER_STAMP):
            (self.root / left).unlink(missing_ok=True)
        yield "units removed"
        shutil.rmtree(self.root / VENV, ignore_errors=True)
        yield f"program removed: /{VENV}"
        if self.is_host and _is_booted():
            _do("systemctl", "daemon-reload")

    def _require_root(self) -> None:
        if self.is_host and os.geteuid() != 0:
            raise SystemFaultError("this changes the system: run it with sudo")

    def _program(self, source: Path | None) -> Iterator[str]:
        venv = self.root / VENV
        if source is not None:
            if not (source.is_file() or (source / "pyproject.toml").is_file()):
                raise SystemFaultError(f"{source}: neither a wheel nor a checkout of syncd")
            python = "/usr/bin/python3" if Path("/usr/bin/python3").exists() else sys.executable
            _do(python, "-m", "venv", str(venv))
            pip = (
                str(venv / "bin" / "python"),
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
            )
            _do(*pip, "--require-hashes", "-r", str(lock_file()))
            _do(*pip, "--no-deps", "--force-reinstall", str(source))
            yield f"program /{VENV}, from {source}"
        elif self.is_host and not (venv / "bin" / "syncd").is_file():
            raise SystemFaultError(
                f"there is no program in /{VENV} yet: name a wheel or a checkout with --from"
            )
        command = self.root / COMMAND
        command.parent.mkdir(parents=True, exist_ok=True)
        if not command.exists():
            command.unlink(missing_ok=True)
            command.symlink_to(Path("/") / VENV / "bin" / "syncd")
            yield f"command /{COMMAND}"

    def _configuration(self) -> Iterator[str]:
        path = self.root / CONFIG
        path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        for file, text in (
            (path, FIRST_CONFIGURATION.format(example=shipped("syncd.toml"))),
            (path.with_name("retention.toml"), shipped("retention.toml").read_text(encoding="utf-8")),
            (path.with_name(".env"), ""),
        ):
            if not file.exists():
                file.touch(mode=_PRIVATE)
                file.write_text(text, encoding="utf-8")
                yield f"configuration /{file.relative_to(self.root)}"

    def _put(self, source: Path, place: Path, mode: int) -> None:
        target = self.root / place
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        target.chmod(mode)


def _is_booted() -> bool:
    """Tell whether systemd manages this host, as sd_booted(3) does."""
    return Path("/run/systemd/system").is_dir()


def _do(*command: str, may_fail: bool = False) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed commands
    except OSError as error:
        raise SystemFaultError(
            f"{command[0]} cannot be run ({error.strerror}): is systemd installed?"
        ) from None
    if done.returncode and not may_fail:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise SystemFaultError(f"{' '.join(command)}: {said[-1] if said else f'exit {done.returncode}'}")

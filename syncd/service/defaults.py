"""The files that ship with syncd: found in the installed package, or in the checkout it runs from."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent.parent


def shipped(name: str) -> Path:
    """Find a file of `config/`; in a wheel it lies in `syncd/_config`."""
    installed = _PACKAGE / "_config" / name
    return installed if installed.is_file() else _PACKAGE.parent / "config" / name


def shipped_unit(name: str) -> Path:
    """Find a file of `systemd/`; in a wheel it lies in `syncd/_systemd`."""
    installed = _PACKAGE / "_systemd" / name
    return installed if installed.is_file() else _PACKAGE.parent / "systemd" / name


def lock_file() -> Path:
    """Find the list of every package with its exact version and digest."""
    installed = _PACKAGE / "_config" / "requirements.lock"
    return installed if installed.is_file() else _PACKAGE.parent / "requirements.lock"


def default_schedule_text() -> str:
    """Read the retention schedule that holds where nobody wrote another."""
    return shipped("retention.toml").read_text(encoding="utf-8")

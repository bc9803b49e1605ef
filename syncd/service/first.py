"""A first configuration: what is asked for, and the files that come of it."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from syncd import registry
from syncd.contract import AccountSettings
from syncd.cycle.app import App
from syncd.index.store import open_index
from syncd.service import clock, installation
from syncd.service.defaults import shipped
from syncd.service.simulation import table_lines
from syncd.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = """\
# The configuration of syncd: where it runs, and which accounts it has. Every key: docs/reference/configuration.md.
# Secrets are in .env beside this file and only referred to here.

[service]
state_dir = "{state_dir}" # the index, its keys and the locks: personal data, for syncd alone
mode = "observe" # only looks. approve: sends what a person approved. automatic: the schedule signs
"""


def described(connector: str) -> dict[str, str]:
    """Give the keys that a connector describes, with what it says of each."""
    fields = registry.plugins()[connector].settings.model_fields
    own = set(fields) - set(AccountSettings.model_fields)
    return {key: text for key in fields if key in own and (text := fields[key].description)}


def is_asked(connector: str, key: str) -> bool:
    """Tell whether a person is asked for a key that may be left out.

    A connector that describes keys has only those asked: the others belong to another way to sign in.
    """
    return not (said := described(connector)) or key in said


def secret_keys(connector: str) -> list[str]:
    """Give the keys of a connector's account that are secrets."""
    fields = registry.plugins()[connector].settings.model_fields
    return [key for key, info in fields.items() if "SecretStr" in str(info.annotation)]


def wanted_keys(connector: str) -> list[str]:
    """Give the keys that an account must have, that are no secrets, and that are one plain text."""
    fields = registry.plugins()[connector].settings.model_fields
    common = set(AccountSettings.model_fields)
    return [
        key
        for key, info in fields.items()
        if info.is_required() and key not in common and info.annotation in {str, int}
    ]


def offered_keys(connector: str) -> list[str]:
    """Give the keys that an account may have, that are no secrets, and that are one plain text."""
    fields = registry.plugins()[connector].settings.model_fields
    common = set(AccountSettings.model_fields)
    return [key for key, info in fields.items() if key not in common and info.annotation == (str | None)]


class Draft:
    """A configuration that is being put together, for `path`."""

    def __init__(self, path: Path, state_dir: Path) -> None:
        self.path = path
        self.accounts: dict[str, dict[str, Any]] = {}
        self._state_dir = state_dir
        self._secrets: dict[str, str] = {}
        self._tables: dict[str, str] = {}

    def require_new(self) -> None:
        """Refuse to replace accounts that somebody configured. Raises `SettingsError`."""
        if self.path.is_file() and "[accounts." in self.path.read_text(encoding="utf-8"):
            raise SettingsError([f"{self.path}: has accounts already: edit it, then `syncd check`"])

    def add(self, name: str, connector: str) -> None:
        """Add an account."""
        self.accounts[name] = {"connector": connector}

    def remove(self, name: str) -> None:
        """Forget an account and its secrets."""
        for value in self.accounts.pop(name, {}).values():
            self._secrets.pop(str(value).removeprefix("${").removesuffix("}"), None)
        self._tables.pop(name, None)

    def add_tables(self, name: str, text: str) -> None:
        """Add tables below an account's, as its connector wrote them."""
        self._tables[name] = text

    @contextmanager
    def tried(self, name: str) -> Iterator[App]:
        """Open an installation with this account alone, of which nothing stays. Raises `SettingsError`."""
        with tempfile.TemporaryDirectory(prefix="syncd-") as folder:
            alone = Draft(Path(folder) / "syncd.toml", Path(folder) / "state")
            alone.accounts[name] = self.accounts[name]
            alone._secrets, alone._tables = self._secrets, self._tables
            alone.write()
            # What was just said is tried, whatever the environment holds under the same name.
            loaded = installation.load(alone.path, {})
            app = App(loaded.settings, loaded.schedule, open_index(Path(folder) / "state", {}), clock.now)
            try:
                yield app
            finally:
                app.close()

    def variable(self, name: str, key: str) -> str:
        """Give the name under which a secret of an account is kept."""
        return f"{name}_{key}".upper().replace("-", "_")

    def set_secret(self, name: str, key: str, value: str) -> None:
        """Keep a secret apart, and refer to it."""
        self._secrets[self.variable(name, key)] = value
        self.accounts[name][key] = f"${{{self.variable(name, key)}}}"

    def write(self) -> None:
        """Write the files; what is in them already stays. A new file of secrets has mode 0600.

        Raises `SettingsError` where the folder cannot be used.
        """
        lines = []
        for name, table in self.accounts.items():
            lines += [f"[accounts.{name}]", *table_lines(f"accounts.{name}", table), ""]
            lines += [self._tables[name]] if name in self._tables else []
        try:
            self.path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
            head = _text(self.path) or _HEAD.format(state_dir=self._state_dir)
            self.path.write_text("\n".join([head, *lines]), encoding="utf-8")
            secrets = self.path.with_name(".env")
            _write_private(secrets, _with_secrets(_text(secrets), self._secrets))
            schedule = self.path.with_name("retention.toml")
            if not schedule.exists():
                schedule.write_text(shipped("retention.toml").read_text(encoding="utf-8"), encoding="utf-8")
        except OSError as error:
            raise SettingsError(
                [
                    f"{self.path}: cannot be written ({error.strerror}): use sudo, or another place with --config"
                ]
            ) from None


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _with_secrets(text: str, secrets: dict[str, str]) -> str:
    """Put secrets after what a file of them says, each once."""
    kept = [line for line in text.splitlines() if line.partition("=")[0].strip() not in secrets]
    # In single quotes nothing has a meaning of its own but the quote and the backslash.
    quoted = {name: value.replace("\\", "\\\\").replace("'", "\\'") for name, value in secrets.items()}
    return "".join(f"{line}\n" for line in [*kept, *(f"{name}='{value}'" for name, value in quoted.items())])


def _write_private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)

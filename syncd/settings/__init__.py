"""The configuration file: where syncd runs, which accounts it has, and where the secrets come from.

A secret is referenced as `${NAME}` and looked up in the environment, in a `.env` beside the file, and in the
systemd credentials folder, in that order. All problems are reported at once, each with file, key and remedy.
"""

from __future__ import annotations

import io
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from dotenv import dotenv_values
from pydantic import BaseModel, ValidationError

from syncd.contract import AccountSettings
from syncd.retention.warned import Warned
from syncd.settings.tables import AlertSettings, EmailSettings, ServiceSettings, seconds_of, times_of
from syncd.settings.wording import not_toml, remedies, unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pydantic_core import ErrorDetails

__all__ = [
    "DEFAULT_PATH",
    "AlertSettings",
    "EmailSettings",
    "ServiceSettings",
    "Settings",
    "SettingsError",
    "line_of",
    "load_settings",
    "seconds_of",
    "times_of",
]

DEFAULT_PATH = Path("/etc/syncd/syncd.toml")
ACCOUNT_NAME = re.compile(r"^[a-z][a-z0-9_-]{0,31}$")
_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


class SettingsError(Exception):
    """The configuration cannot be used. `problems` has one line each, ready to print."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


@dataclass(frozen=True)
class Settings:
    """A configuration that is valid as a whole. `warnings` are worth a line, and no reason to stop."""

    path: Path
    service: ServiceSettings
    accounts: Mapping[str, AccountSettings]
    warnings: tuple[Warned, ...] = ()
    alerts: AlertSettings = field(default_factory=AlertSettings)

    @property
    def schedule_path(self) -> Path | None:
        """Give the retention schedule's file: as configured, else beside the configuration, else None."""
        if self.service.retention is not None:
            return self.path.parent / self.service.retention
        beside = self.path.parent / "retention.toml"
        return beside if beside.is_file() else None


def load_settings(
    path: Path,
    environment: Mapping[str, str],
    models: Mapping[str, type[AccountSettings]],
    address_problem: Callable[[AccountSettings], str | None] = lambda _settings: None,
) -> Settings:
    """Read and validate the file at `path`; `models` maps a connector's name to its settings.

    `address_problem` says what is wrong with the address that an account's settings come to, None for nothing.
    Raises `SettingsError` with every problem found.
    """
    text = _read(path)
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([not_toml(path, error)]) from None
    return _Reader(path, text, _secrets(path, environment), models, address_problem).read(tables)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise SettingsError(
            [f"{path}: no such file: name another with --config or SYNCD_CONFIG, or try `syncd demo`"]
        ) from None
    except PermissionError:
        # Only an installed service has a user of its own; elsewhere the file is the user's.
        way = "begin the command with sudo -u syncd" if path == DEFAULT_PATH else f"see ls -l {path}"
        raise SettingsError([f"{path}: this user may not read it: {way}"]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([f"{path}: {unreadable(error)}"]) from None


def _secrets(path: Path, environment: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    credentials = environment.get("CREDENTIALS_DIRECTORY")
    if credentials and Path(credentials).is_dir():
        for one in sorted(Path(credentials).iterdir()):
            if one.is_file():
                found[one.name] = _secret_text(one).strip()
    dotenv = path.parent / ".env"
    if dotenv.is_file():
        told = dotenv_values(stream=io.StringIO(_secret_text(dotenv)))
        found |= {name: value for name, value in told.items() if value is not None}
    return found | dict(environment)


def _secret_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            [f"{path}: {unreadable(error)}; the user that syncd runs as must be able to"]
        ) from None


class _Reader:
    """One pass over the tables that collects problems instead of stopping at the first."""

    def __init__(
        self,
        path: Path,
        text: str,
        secrets: Mapping[str, str],
        models: Mapping[str, type[AccountSettings]],
        address_problem: Callable[[AccountSettings], str | None],
    ) -> None:
        self._path = path
        self._text = text
        self._secrets = secrets
        self._models = models
        self._address_problem = address_problem
        self._unset: list[tuple[str, ...]] = []
        self._problems: list[str] = []
        self._warnings: list[Warned] = []

    def read(self, tables: dict[str, Any]) -> Settings:
        for name in sorted(set(tables) - {"service", "accounts", "alerts"}):
            self._problem((name,), "unknown table; syncd knows [service], [alerts] and [accounts.NAME]")
        service = self._service(tables.get("service", {}))
        alerts = self._alerts(tables.get("alerts", {}))
        accounts = self._accounts(tables.get("accounts", {}))
        if self._problems or service is None or alerts is None:
            raise SettingsError(self._problems)
        return Settings(self._path, service, accounts, tuple(self._warnings), alerts)

    def _service(self, table: Any) -> ServiceSettings | None:
        if not isinstance(table, dict):
            self._problem(("service",), "must be a table")
            return None
        settings = self._validate(ServiceSettings, ("service",), self._fill(table, ("service",)))
        return settings if isinstance(settings, ServiceSettings) else None

    def _alerts(self, table: Any) -> AlertSettings | None:
        if not isinstance(table, dict):
            self._problem(("alerts",), "must be a table")
            return None
        settings = self._validate(AlertSettings, ("alerts",), self._fill(table, ("alerts",)))
        if not isinstance(settings, AlertSettings):
            return None
        for key in ("webhook", "heartbeat"):
            address = getattr(settings, key).get_secret_value()
            if address and not address.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
                self._problem(("alerts", key), "must begin with https:// (plain http:// only for loopback)")
        return settings

    def _accounts(self, tables: Any) -> dict[str, AccountSettings]:
        if not isinstance(tables, dict):
            self._problem(("accounts",), "must be tables like [accounts.books]")
            return {}
        found = {name: self._account(name, table) for name, table in tables.items()}
        return {name: settings for name, settings in found.items() if settings is not None}

    def _account(self, name: str, table: Any) -> AccountSettings | None:
        where = ("accounts", name)
        if not ACCOUNT_NAME.match(name):
            self._problem(where, "an account's name is small letters, digits, - and _ (32 at most)")
            return None
        if not isinstance(table, dict):
            self._problem(where, "must be a table")
            return None
        connector = table.get("connector")
        model = self._models.get(connector) if isinstance(connector, str) else None
        if model is None:
            known = ", ".join(sorted(self._models)) or "none installed"
            what = "no such connector" if "connector" in table else "is missing"
            self._problem((*where, "connector"), f"{what}; known are: {known}")
            return None
        self._warn_of_written_secrets(model, table, where)
        filled = self._fill(table, where)
        settings = self._validate(model, where, filled)
        if not isinstance(settings, AccountSettings):
            return None
        if problem := self._address_problem(settings):
            self._problem((*where, "base_url"), problem)
        return settings

    def _warn_of_written_secrets(
        self, model: type[AccountSettings], table: dict[str, Any], where: tuple[str, ...]
    ) -> None:
        for key, info in model.model_fields.items():
            value = table.get(key)
            if (
                "SecretStr" in str(info.annotation)
                and isinstance(value, str)
                and not _REFERENCE.search(value)
            ):
                text = (
                    f'a secret is written in the file; write {key} = "${{NAME}}" and put it in the environment '
                    "or in .env"
                )
                self._warnings.append(
                    Warned("secret_in_file", self._place((*where, key)), text, {"key": key})
                )

    def _fill(self, value: Any, where: tuple[str, ...]) -> Any:
        if isinstance(value, dict):
            return {key: self._fill(one, (*where, key)) for key, one in value.items()}
        if isinstance(value, list):
            return [self._fill(one, where) for one in value]
        if isinstance(value, str):
            return _REFERENCE.sub(lambda match: self._secret(match.group(1), where), value)
        return value

    def _secret(self, name: str, where: tuple[str, ...]) -> str:
        if self._secrets.get(name):
            return self._secrets[name]
        self._unset.append(where)
        self._problem(
            where,
            f"{name} is not set: put it in the environment, in {self._path.parent / '.env'} "
            "or in a systemd credential",
        )
        return "missing"

    def _validate(self, model: type[BaseModel], where: tuple[str, ...], table: Any) -> BaseModel | None:
        try:
            return model.model_validate(table)
        except ValidationError as error:
            found: dict[tuple[str, ...], list[tuple[ErrorDetails, type[BaseModel]]]] = {}
            for one in error.errors(include_input=False, include_url=False):
                place = (*where, *_written(table, one["loc"], one["type"]))
                # What a secret that is not set would have been is no problem of its own.
                if not any(_within(place, unset) for unset in self._unset):
                    found.setdefault(place, []).append((one, _model_at(model, one["loc"])))
            for place, errors in found.items():
                self._problem(place, remedies(errors))
            return None

    def _problem(self, place: tuple[str, ...], text: str) -> None:
        self._problems.append(f"{self._place(place)}: {text}")

    def _place(self, place: tuple[str, ...]) -> str:
        line = line_of(self._text, place) or line_of(self._text, place[:-1])
        file = f"{self._path}:{line}" if line else str(self._path)
        return f"{file}: {'.'.join(place)}"


def _written(table: Any, place: Iterable[int | str], kind: str) -> tuple[str, ...]:
    """Give the keys that lead to a problem, without the names by which pydantic tells alternatives apart."""
    keys: list[str] = []
    for part in place:
        if not isinstance(table, dict) or (part not in table and kind != "missing"):
            break
        keys.append(str(part))
        table = table.get(part)
    return tuple(keys)


def _within(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Tell whether one of two places lies within the other."""
    return all(one == other for one, other in zip(a, b, strict=False))


def _model_at(model: type[BaseModel], place: Iterable[int | str]) -> type[BaseModel]:
    """Give the model of the innermost table that a problem lies in."""
    for part in place:
        info = model.model_fields.get(str(part))
        inner = _table_in(info.annotation) if info else None
        model = inner or model
    return model


def _table_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_table_in(one) for one in get_args(annotation))
    return next((one for one in found if one is not None), None)


def line_of(text: str, place: tuple[str, ...]) -> int | None:
    """Find the line of a key (1 is the first) in TOML text; None when it is not written there."""
    wanted = ".".join(place)
    table, best = "", None
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        header = re.match(r"^\[+\s*([^\]]+?)\s*\]+", line)
        if header:
            table = header.group(1).replace('"', "").replace(" ", "")
            if table == wanted:
                best = number
            continue
        key = re.match(r'^([A-Za-z0-9_."-]+)\s*=', line)
        if key and ".".join(filter(None, (table, key.group(1).replace('"', "")))) == wanted:
            return number
    return best

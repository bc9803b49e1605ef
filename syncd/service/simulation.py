"""The simulated services on loopback, and an installation that is connected to them."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from syncd import registry
from syncd.testing.sandbox import Sandbox, serve
from syncd.testing.world import make_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from syncd.testing.world.shapes import World

ACCOUNT_NAMES = {"moneybird": "books", "podio": "crm", "mailchimp": "news"}
"""How the demo calls its accounts; a connector that is not listed goes by its own name."""


@dataclass
class Simulation:
    """A world and the services that show it, by account name."""

    world: World
    sandboxes: dict[str, Sandbox] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    connectors: dict[str, str] = field(default_factory=dict)

    def digests(self) -> dict[str, str]:
        """Give a digest of everything each service holds."""
        return {name: one.digest() for name, one in self.sandboxes.items()}

    def counts(self) -> dict[str, dict[str, int]]:
        """Give what each service was asked so far."""
        return {name: one.counts() for name, one in self.sandboxes.items()}

    def accounts(self) -> dict[str, dict[str, Any]]:
        """Give the account tables of a configuration that is connected to the services."""
        return {
            name: {
                "connector": self.connectors[name],
                "base_url": self.addresses[name],
                "rate": "100000/1m",
                **registry.plugins()[self.connectors[name]].sandbox_account(self.sandboxes[name]),
            }
            for name in self.sandboxes
        }


@contextmanager
def simulate(seed: int, size: int, today: date) -> Iterator[Simulation]:
    """Serve every installed connector's simulated service on a kernel-given loopback port."""
    world = make_world(seed, size, today)
    simulation = Simulation(world)
    with ExitStack() as stack:
        for name, plugin in registry.plugins().items():
            account = ACCOUNT_NAMES.get(name, name)
            made = plugin.sandbox(world)
            simulation.sandboxes[account] = made
            simulation.connectors[account] = name
            simulation.addresses[account] = stack.enter_context(serve(made))
        yield simulation


def write_configuration(
    simulation: Simulation, folder: Path, *, mode: str, extra: dict[str, dict[str, Any]] | None = None
) -> Path:
    """Write a `syncd.toml` for the simulated services into `folder`; secrets go into `.env` beside it."""
    lines = ["[service]", f'state_dir = "{folder / "state"}"', f'mode = "{mode}"']
    secrets: list[str] = []
    for name, table in simulation.accounts().items():
        lines += ["", f"[accounts.{name}]"]
        filled = {**table, **(extra or {}).get(name, {})}
        lines += table_lines(f"accounts.{name}", _hide_secrets(name, filled, secrets))
    path = folder / "syncd.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    dotenv = folder / ".env"
    dotenv.touch(mode=0o600)
    dotenv.write_text("\n".join(secrets) + "\n", encoding="utf-8")
    return path


def _hide_secrets(account: str, table: dict[str, Any], secrets: list[str]) -> dict[str, Any]:
    model = registry.plugins()[table["connector"]].settings
    shown = dict(table)
    for key, info in model.model_fields.items():
        if key in shown and "SecretStr" in str(info.annotation):
            variable = f"{account}_{key}".upper()
            secrets.append(f"{variable}='{shown[key]}'")
            shown[key] = f"${{{variable}}}"
    return shown


def table_lines(place: str, table: dict[str, Any]) -> list[str]:
    """Give a table of the configuration as lines of TOML; tables within it follow under their own heads."""
    lines = [f"{key} = {_value(value)}" for key, value in table.items() if not isinstance(value, dict)]
    for key, value in table.items():
        if isinstance(value, dict):
            lines += ["", f"[{place}.{_key(key)}]", *table_lines(f"{place}.{_key(key)}", value)]
    return lines


def _key(name: str) -> str:
    return name if name.replace("-", "").replace("_", "").isalnum() and name.isascii() else f'"{name}"'


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'

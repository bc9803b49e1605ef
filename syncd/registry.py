"""Finds connectors by the entry-point group `syncd.connectors`; nothing in the core names one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

from syncd.contract import CONTRACT_VERSION, AccountSettings, CategoryFields, Plugin, Rate, Unusable
from syncd.guarded import Guarded, guard
from syncd.http import Budget, Halt, Http, require_safe_url

if TYPE_CHECKING:
    from syncd.http import BudgetStore

GROUP = "syncd.connectors"
_UNITS = {"s": 1, "m": 60, "h": 3600}


def plugins() -> dict[str, Plugin[Any]]:
    """Give every installed plugin by name.

    Raises `Unusable` for an entry point that is no plugin or speaks another version of the contract.
    """
    return dict(_installed())


@cache
def _installed() -> dict[str, Plugin[Any]]:
    """Look once: what is installed does not change under a running process, and looking reads every package."""
    found: dict[str, Plugin[Any]] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda one: one.name):
        plugin = point.load()
        if not isinstance(plugin, Plugin):
            raise Unusable("not_a_plugin", f"entry point {point.name} of {GROUP} does not name a Plugin")
        if plugin.contract != CONTRACT_VERSION:
            raise Unusable(
                "contract_version",
                f"connector {plugin.name} speaks contract {plugin.contract}, syncd speaks "
                f"{CONTRACT_VERSION}: install matching versions",
            )
        found[plugin.name] = plugin
    return found


def models() -> dict[str, type[AccountSettings]]:
    """Map each connector's name to its settings model."""
    return {name: plugin.settings for name, plugin in plugins().items()}


def address_problem(settings: AccountSettings) -> str | None:
    """Say what is wrong with the address that an account's settings come to; None when it may be asked."""
    try:
        require_safe_url(plugins()[settings.connector].base_url(settings))
    except ValueError as error:
        return str(error)
    return None


def rate_of(plugin: Plugin[Any], settings: AccountSettings) -> Rate | None:
    """Give the limit that holds for an account: what the configuration grants, else the vendor's."""
    if settings.rate is None:
        return plugin.rate
    count, period = settings.rate.split("/")
    return Rate(int(count), float(period[:-1]) * _UNITS[period[-1]])


def costly_rate_of(plugin: Plugin[Any], settings: AccountSettings) -> Rate | None:
    """Give the limit of the vendor's costly operations; where the configuration grants more, in proportion."""
    granted = rate_of(plugin, settings)
    if plugin.costly is None or plugin.rate is None or granted is None:
        return plugin.costly
    part = plugin.costly.requests / plugin.rate.requests
    return Rate(max(1, int(granted.requests * part)), granted.seconds)


def fields_of(account: str, settings: AccountSettings) -> tuple[CategoryFields, ...]:
    """Give in which of the vendor's fields an account's records hold which data category. Raises `Unusable`."""
    plugin = plugins()[settings.connector]
    return guard(account, plugin.fields, lambda: tuple(plugin.fields(settings)))


@dataclass(frozen=True)
class Connected:
    """A live connector and the HTTP layer under it, which knows calls, budget and the vendor's clock."""

    connector: Guarded
    http: Http


def connect(
    name: str,
    settings: AccountSettings,
    store: BudgetStore | None = None,
    halt: Halt | None = None,
    *,
    costly_store: BudgetStore | None = None,
) -> Connected:
    """Make the connector for an account, with its request budgets kept in the stores. Raises `Unusable`.

    Its requests and waits end when `halt` says so.
    """
    plugin, halt = plugins()[settings.connector], halt or Halt()
    budget, costly = (
        Budget(rate, share=settings.share, store=kept, sleep=halt.sleep)
        for rate, kept in (
            (rate_of(plugin, settings), store),
            (costly_rate_of(plugin, settings), costly_store if plugin.costly else None),
        )
    )
    try:
        http = Http(plugin.base_url(settings), account=name, budget=budget, costly=costly, halt=halt)
    except ValueError as error:
        raise Unusable("base_url", f"account {name}: {error}") from None
    connector = guard(name, plugin.connect, lambda: plugin.connect(name, settings, http))
    return Connected(Guarded(connector, name), http)

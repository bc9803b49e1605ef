"""The connector for Podio: items of configured apps (https://developers.podio.com)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncd.contract import Plugin, Rate

from .client import retry_after
from .connector import PodioConnector
from .discovery import discover
from .doctor import OPEN_QUESTIONS
from .fields import fields_of
from .sandbox import account_table, make_sandbox
from .settings import EXAMPLE, PodioSettings, base_url

if TYPE_CHECKING:
    from syncd.http import Http

__all__ = ["EXAMPLE", "PodioSettings", "connect", "discover", "plugin"]


def connect(name: str, settings: PodioSettings, http: Http) -> PodioConnector:
    """Make the connector of the account called `name`."""
    http.retry_after = retry_after
    return PodioConnector(name, settings, http)


plugin = Plugin(
    name="podio",
    settings=PodioSettings,
    connect=connect,
    base_url=base_url,
    sandbox=make_sandbox,
    sandbox_account=account_table,
    rate=Rate(requests=1000, seconds=3600),  # https://developers.podio.com/index/limits
    costly=Rate(
        requests=250, seconds=3600
    ),  # "Rate limited" operations; whether filtering is one is not documented
    open_questions=OPEN_QUESTIONS,
    texts="connectors.podio.texts",
    discover=discover,
    fields=fields_of,
)

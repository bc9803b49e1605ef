"""A connector is complete: a page, a conformance subclass that is collected, and a service to try it on."""

from __future__ import annotations

import ast
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from syncd import registry
from syncd.testing.conformance import ConnectorConformance
from syncd.testing.sandbox import Sandbox, serve
from syncd.testing.world import make_world

if TYPE_CHECKING:
    from syncd.contract import Plugin

ROOT = Path(__file__).resolve().parents[2]
PLUGINS = registry.plugins()


def test_the_three_are_installed() -> None:
    assert set(PLUGINS) >= {"moneybird", "podio", "mailchimp"}


def test_every_folder_of_connectors_is_installed() -> None:
    folders = {path.parent.name for path in (ROOT / "connectors").glob("*/__init__.py")}
    assert folders == set(PLUGINS)


@pytest.mark.parametrize("name", sorted(PLUGINS))
def test_it_has_a_page_with_its_table_from_records_to_facts(name: str) -> None:
    text = (ROOT / "docs" / "connectors" / f"{name}.md").read_text(encoding="utf-8")
    assert "From records to facts" in text
    assert f'connector = "{name}"' in text


@pytest.mark.parametrize("name", sorted(PLUGINS))
def test_it_is_held_to_the_contract(name: str) -> None:
    """Some test module of the connector holds a collected subclass of the suite for this very plugin."""
    held = [
        each
        for path in sorted((ROOT / "tests" / "connectors" / name).glob("test_*.py"))
        for each in vars(import_module(f"tests.connectors.{name}.{path.stem}")).values()
        if isinstance(each, type)
        and issubclass(each, ConnectorConformance)
        and each is not ConnectorConformance
    ]
    assert [each for each in held if each.__name__.startswith("Test") and each.plugin is PLUGINS[name]]


@pytest.mark.parametrize("name", sorted(PLUGINS))
def test_it_opens_no_connection_of_its_own(name: str) -> None:
    """Deadline, budget, the write that is sent once: all of it is in `syncd.http`, so nothing may go around it."""
    own = {
        "requests",
        "urllib.request",
        "urllib3",
        "http.client",
        "httpx",
        "aiohttp",
        "socket",
        "subprocess",
        "os",
    }
    files = [path for path in (ROOT / "connectors" / name).glob("*.py") if path.is_file()]
    assert files
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            imported = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                imported = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            assert not own.intersection(imported), f"{path.name} imports {imported}"


@pytest.mark.parametrize("plugin", PLUGINS.values(), ids=list(PLUGINS))
def test_its_sandbox_takes_the_account_that_it_offers(plugin: Plugin[Any]) -> None:
    sandbox = plugin.sandbox(make_world(3, 30, date(2026, 11, 24)))
    assert isinstance(sandbox, Sandbox)
    with serve(sandbox) as address:
        table = {"connector": plugin.name, "base_url": address, **plugin.sandbox_account(sandbox)}
        connected = registry.connect("account", plugin.settings.model_validate(table | {"base_url": address}))
        try:
            pages = list(connected.connector.pull(None))
        finally:
            connected.http.close()
    assert pages[-1].complete
    assert sandbox.counts()["writes"] == 0

"""Every configuration that a page shows is accepted by the models that read it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from syncd import registry
from syncd.contract import AccountSettings
from syncd.settings import SettingsError, load_settings
from tests.docs.pages import PAGES, fences, name_of

if TYPE_CHECKING:
    from pathlib import Path

_SECRET = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_INSTALLED = registry.models()


def _configurations(page: Path) -> list[tuple[str, str]]:
    """Give each configuration of a page; a table that belongs to an account goes with the account before it."""
    found: list[tuple[str, str]] = []
    account = ""
    for fence in fences(page):
        if fence.language != "toml" or not re.search(r"^\[(service|accounts)\b", fence.text, re.MULTILINE):
            continue
        text = fence.text
        if re.search(r"^connector *=", text, re.MULTILINE):
            account = text
        elif "[accounts." in text:
            text = account + text
        named = set(re.findall(r'^connector *= *"([^"]*)"', text, re.MULTILINE))
        if named <= set(_INSTALLED):
            found.append((fence.where, text))
    return found


_SHOWN = [one for page in PAGES for one in _configurations(page)]


@pytest.mark.parametrize("text", [text for _, text in _SHOWN], ids=[where for where, _ in _SHOWN])
def test_a_configuration_in_a_page_is_valid(text: str, tmp_path: Path) -> None:
    path = tmp_path / "syncd.toml"
    path.write_text(text, encoding="utf-8")
    settings = load_settings(path, dict.fromkeys(_SECRET.findall(text), "made-up-us6"), _INSTALLED)
    assert settings.warnings == ()


def test_every_connector_is_shown_connected() -> None:
    shown = {
        name for _, text in _SHOWN for name in re.findall(r'^connector *= *"([^"]*)"', text, re.MULTILINE)
    }
    assert shown == set(_INSTALLED)


def test_a_key_that_does_not_exist_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "syncd.toml"
    path.write_text('[service]\nstate_folder = "/var/lib/syncd"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match="state_folder"):
        load_settings(path, {}, _INSTALLED)


@pytest.mark.parametrize("name", sorted(_INSTALLED))
def test_the_page_of_a_connector_names_every_key_of_its_own(name: str) -> None:
    """Keys that every account takes are in the configuration reference."""
    page = next(page for page in PAGES if name_of(page) == f"docs/connectors/{name}.md")
    text = page.read_text(encoding="utf-8")
    own = set(_INSTALLED[name].model_fields) - set(AccountSettings.model_fields)
    assert {
        key
        for key in own
        if not re.search(rf"`{key}\b|^{key} =|^\[accounts\.\w+\.{key}\b", text, re.MULTILINE)
    } == set()

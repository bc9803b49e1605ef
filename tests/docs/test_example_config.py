"""The example configuration loads, with the secrets that its `.env.example` names, and shows every key."""

from __future__ import annotations

import re
import shutil
import tomllib
from typing import TYPE_CHECKING

import pytest
from dotenv import dotenv_values

from syncd import registry
from syncd.contract import AccountSettings
from syncd.settings import ServiceSettings, SettingsError, load_settings
from tests.docs.pages import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from syncd.settings import Settings

EXAMPLE = ROOT / "config" / "syncd.toml"
SECRETS = ROOT / "config" / ".env.example"
REFERENCE = re.compile(r"\$\{([A-Z_]+)\}")
_OPTIONAL = re.compile(r"^# (?=[a-z_]+ = )", re.MULTILINE)
"""An option that is shown behind a `#`."""


def _load(path: Path) -> Settings:
    return load_settings(path, {}, registry.models(), registry.address_problem)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Do what the file says: copy both beside each other."""
    shutil.copy(EXAMPLE, tmp_path / "syncd.toml")
    shutil.copy(SECRETS, tmp_path / ".env")
    return tmp_path


def _with_every_option(folder: Path) -> str:
    path = folder / "syncd.toml"
    path.write_text(_OPTIONAL.sub("", path.read_text(encoding="utf-8")), encoding="utf-8")
    (folder / "retention.toml").touch()
    return path.read_text(encoding="utf-8")


def test_it_loads_with_the_secrets_of_its_example_and_only_looks(folder: Path) -> None:
    settings = _load(folder / "syncd.toml")
    assert settings.service.mode == "observe"
    assert settings.warnings == ()
    assert {each.connector for each in settings.accounts.values()} == set(registry.models())


def test_it_loads_with_every_option_that_it_shows_behind_a_hash(folder: Path) -> None:
    text = _with_every_option(folder)
    assert text != EXAMPLE.read_text(encoding="utf-8")
    assert _load(folder / "syncd.toml").warnings == ()


def test_the_secrets_it_refers_to_are_those_of_its_example() -> None:
    assert set(REFERENCE.findall(EXAMPLE.read_text(encoding="utf-8"))) - {"NAME"} == set(
        dotenv_values(SECRETS)
    )


def test_without_the_secrets_each_is_one_line_that_names_it_and_its_place(folder: Path) -> None:
    (folder / ".env").unlink()
    with pytest.raises(SettingsError) as caught:
        _load(folder / "syncd.toml")
    assert len(caught.value.problems) == len(dotenv_values(SECRETS))
    lines = (folder / "syncd.toml").read_text(encoding="utf-8").splitlines()
    for problem in caught.value.problems:
        place = re.match(r".*syncd\.toml:(\d+): accounts\.\w+\.(\w+): (\w+) is not set", problem)
        assert place is not None, problem
        number, key, name = place.groups()
        assert lines[int(number) - 1].startswith(f'{key} = "${{{name}}}"')


def test_every_switch_of_the_service_and_of_every_account_is_shown(folder: Path) -> None:
    shown = tomllib.loads(_with_every_option(folder))
    assert set(shown["service"]) == set(ServiceSettings.model_fields)
    assert set(shown["accounts"]["books"]) >= set(AccountSettings.model_fields)


def test_what_it_calls_a_default_is_the_default(folder: Path) -> None:
    """Some options behind a hash show what holds anyway."""
    before = _load(folder / "syncd.toml").accounts
    _with_every_option(folder)
    after = _load(folder / "syncd.toml").accounts
    for account, key in (("books", "share"), ("crm", "hooks"), ("news", "beta_contacts")):
        assert getattr(before[account], key) == getattr(after[account], key), key

"""The questions of `syncd init`: account by account, each tried before the next one."""

from __future__ import annotations

import re
from typing import TypeAlias

import typer

from syncd import registry
from syncd.cli import common
from syncd.contract import ConnectorError, Finding
from syncd.service import doctor
from syncd.service.first import Draft, described, is_asked, offered_keys, secret_keys, wanted_keys
from syncd.settings import SettingsError

Keys: TypeAlias = dict[str, dict[str, str]]
"""What was said on the command line, by account and key."""

_USUAL = {"moneybird": "books", "podio": "crm", "mailchimp": "news"}
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}")


def set_keys(draft: Draft, name: str, given: dict[str, str]) -> None:
    """Take keys from the command line. Raises `UsageError` for a secret: others can read those there."""
    for key, value in given.items():
        if key in secret_keys(draft.accounts[name]["connector"]):
            raise common.UsageError(
                f"--set {name}.{key}: a secret on the command line can be read by others; "
                f"put it in the environment as {draft.variable(name, key)}"
            )
        draft.accounts[name][key] = value


def told(name: str, findings: list[Finding]) -> bool:
    """Say how an account answered, and what to do where it does not; gives whether it works."""
    bad = [one for one in findings if one.level == "error"]
    for one in bad:
        common.show(f"{one.text}{f' -> {one.remedy}' if one.remedy else ''}")
    common.show(f"account {name}: {'does not work yet' if bad else 'answers'}")
    return not bad


def _asking(connector: str, key: str, *notes: str) -> str:
    """Give the question for a key, with what the connector says of it."""
    said = "; ".join(each for each in (described(connector).get(key, ""), *notes) if each)
    return f"  {key} ({said})" if said else f"  {key}"


class Interview:
    """Asks a person for accounts and puts them into a draft; nothing is written before the end."""

    def __init__(self, draft: Draft, given: Keys) -> None:
        self._draft = draft
        self._given = given
        self._works: dict[str, bool] = {}

    def hold(self) -> bool:
        """Ask about every connector; gives whether every account works. Ctrl-C ends it, and nothing is left."""
        common.show(
            "What is typed for a secret is not shown. Ctrl-C stops; nothing is written before the end.\n"
        )
        for connector in registry.plugins():
            if typer.confirm(f"Do you use {connector}?", default=False):
                self._account(connector)
        return all(self._works.values())

    def _account(self, connector: str) -> None:
        name = self._name(connector)
        while True:
            self._draft.remove(name)
            self._draft.add(name, connector)
            self._keys(name, connector)
            self._discover(name, connector)
            self._works[name] = self._tried(name)
            if self._works[name]:
                return
            if not typer.confirm("  Type its keys again? (no: mend them in the files later)", default=True):
                return

    def _name(self, connector: str) -> str:
        while True:
            name: str = typer.prompt(
                "  What do you call this account", default=_USUAL.get(connector, connector)
            )
            if _NAME.fullmatch(name) and name not in self._draft.accounts:
                return name
            common.show(
                "  small letters, digits, - and _, beginning with a letter, 32 at most; each name once"
            )

    def _keys(self, name: str, connector: str) -> None:
        given = self._given.get(name, {})
        set_keys(self._draft, name, given)
        table = self._draft.accounts[name]
        for key in wanted_keys(connector):
            if key not in given:
                table[key] = typer.prompt(_asking(connector, key))
        for key in offered_keys(connector):
            if key in given or not is_asked(connector, key):
                continue
            if value := typer.prompt(
                _asking(connector, key, "empty for none"), default="", show_default=False
            ):
                table[key] = value
        for key in secret_keys(connector):
            if not is_asked(connector, key):
                continue
            asking = _asking(connector, key, "not shown", "empty for none")
            if value := typer.prompt(asking, default="", hide_input=True, show_default=False):
                self._draft.set_secret(name, key, value)

    def _tried(self, name: str) -> bool:
        try:
            with self._draft.tried(name) as app:
                ((_name, findings),) = doctor.examine_accounts(app)
                return told(name, findings)
        except SettingsError as error:
            for problem in error.problems:
                common.show(f"  {problem.split(': ', 1)[-1]}")
            common.show(f"account {name}: does not work yet")
            return False

    def _discover(self, name: str, connector: str) -> None:
        look = registry.plugins()[connector].discover
        if look is None:
            return
        question = "  Look what it holds, and write tables for you to check? (no: write them by hand)"
        if not typer.confirm(question, default=True):
            common.show(f"  docs/connectors/{connector}.md says what the tables hold")
            return
        try:
            with self._draft.tried(name) as app:
                app.connect()
                if name in app.failures:
                    raise app.failures[name]
                self._draft.add_tables(name, app.connectors[name].discover(look))
        except (ConnectorError, SettingsError):
            return  # the trial that follows says what is wrong
        common.show("  written: look at each line in the file that says check")

"""`syncd connectors podio --discover`: tables for the apps that the account can see, ready to be checked."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING, Any

from syncd.contract import ConnectorError

from .definition import read_app
from .settings import AppRole, AppSettings
from .suggesting import guesses, plain_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .connector import PodioConnector
    from .suggesting import Guess

CHECK = "# check: "


def discover(connector: PodioConnector) -> str:
    """Give TOML tables for every app that the user can see, or with app tokens for the configured ones.

    Definitions are read, no item is. Raises `Unusable` and `Transient`.
    """
    found = _Definitions(connector)
    found.read()
    tables = _names(connector, found)
    lines = [
        f"# The apps of account {connector.account}, by their field types, labels, options and references.",
        f'# No item was read. Put this below [accounts.{connector.account}], look at each line that says "check",',
        "# remove the apps that hold nobody's data, then run: syncd check",
    ]
    made = guesses(found.answers)
    for one in sorted(
        made, key=lambda guess: list(AppRole).index(guess.role) if guess.role else len(AppRole)
    ):
        place = _comment(f"{found.workspaces.get(one.app_id, '')} / {one.name}".removeprefix(" / "))
        if one.role is None:
            lines += ["", f"# {place} (app {one.app_id}): nothing in it says whom an item is about; left out"]
            continue
        lines += ["", f"# {place}", *_table(connector, tables[one.app_id], one, found.answer(one.app_id))]
    lines += [f"# app {app_id} could not be read ({code})" for app_id, code in found.unreadable]
    return "\n".join(lines) + "\n"


class _Definitions:
    """The definitions of the apps, and which workspace each is in."""

    def __init__(self, connector: PodioConnector) -> None:
        self._connector = connector
        self.answers: list[dict[str, Any]] = []
        self.workspaces: dict[int, str] = {}
        self.unreadable: list[tuple[int, str]] = []

    def read(self) -> None:
        """Read every definition; an app that may not be read stops no other."""
        for app_id in self._ids():
            try:
                self.answers.append(self._connector.client.app(app_id))
            except ConnectorError as error:
                if error.code not in {"forbidden", "not_found"}:
                    raise
                self.unreadable.append((app_id, error.code))

    def answer(self, app_id: int) -> Mapping[str, Any]:
        """Give the definition of an app."""
        return next(one for one in self.answers if one["app_id"] == app_id)

    def _ids(self) -> list[int]:
        settings = self._connector.settings
        if settings.app_authentication:
            return [app.app_id for app in settings.apps.values()]
        self.workspaces = {app_id: space for space, app_id in self._connector.client.apps()}
        return list(self.workspaces)


def _names(connector: PodioConnector, found: _Definitions) -> dict[int, str]:
    """Name the tables: as configured, else after the app."""
    names = {app.app_id: table for table, app in connector.settings.apps.items()}
    for answer in found.answers:
        app_id = answer["app_id"]
        name = plain_words(str((answer.get("config") or {}).get("name") or "")).replace(" ", "-") or "app"
        taken = {table for other, table in names.items() if other != app_id}
        names.setdefault(app_id, f"{name}-{app_id}" if name in taken else name)
    return names


def _table(connector: PodioConnector, table: str, one: Guess, answer: Mapping[str, Any]) -> Iterator[str]:
    path = f"accounts.{_key(connector.account)}.apps.{_key(table)}"
    made = one.table()
    yield f"[{path}]"
    yield f"app_id = {one.app_id}"
    if connector.settings.app_authentication:
        yield f'app_token = "${{PODIO_APP_TOKEN_{one.app_id}}}"'
    yield f'role = "{one.role}"'
    if "on_end" in made:
        yield 'on_end = "keep"  # check: "erase" lets its items go with the relation; are they your own designs?'
    if "relation" in made:
        yield f"[{path}.relation]"
        yield f"field = {_value(made['relation']['field'])}"
        yield f"roles = {_inline(made['relation']['roles'])}"
    elif one.role is AppRole.ORGANISATION:
        yield '# relation = { role = "customer" }  # check: what are these relations to you?'
    yield f"[{path}.fields]"
    yield from (f"{key} = {_names_of(names)}" for key, names in made["fields"].items())
    for name in one.logins:
        yield (
            f"{CHECK}does {_comment(name)} hold logins? Then add to [{path}]: "
            f"categories = {_comment(_inline({name: 'credentials'}))}"
        )
    if one.role is not AppRole.PROJECT and one.unused:
        yield f"# not used: {_comment(', '.join(name for name in one.unused if name not in one.logins))}"
    settings = AppSettings.model_validate(made)
    for finding in read_app(table, settings, answer).findings:
        remedy = f" ({finding.remedy})" if finding.remedy else ""
        yield f"{CHECK}{_comment(finding.text + remedy)}"


def _names_of(names: list[str]) -> str:
    return _value(names[0]) if len(names) == 1 else "[" + ", ".join(map(_value, names)) + "]"


def _inline(table: Mapping[str, str]) -> str:
    return "{ " + ", ".join(f"{_value(key)} = {_value(value)}" for key, value in table.items()) + " }"


def _key(name: str) -> str:
    bare = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
    return name if bare else _value(name)


def _value(text: str) -> str:
    """Write a TOML string: JSON's, but for one character that TOML wants escaped too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(text: str) -> str:
    """Keep a name from ending its comment: what follows would be configuration."""
    return "".join(letter if letter.isprintable() else " " for letter in html.unescape(text))

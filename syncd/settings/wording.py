"""Problems of a file and of its values, in words that say what to write instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path
    from tomllib import TOMLDecodeError

    from pydantic import BaseModel
    from pydantic_core import ErrorDetails

_IN_TOML = {
    "int": "a whole number without quotes",
    "float": "a number without quotes",
    "bool": "true or false",
    "string": "a text in quotes",
    "path": "a path in quotes",
    "list": 'a list, such as ["one", "two"]',
    "tuple": 'a list, such as ["one", "two"]',
    "set": 'a list, such as ["one", "two"]',
    "frozen": 'a list, such as ["one", "two"]',
    "dict": "a table",
    "mapping": "a table",
    "model": "a table",
    "date": "a day without quotes, such as 2027-01-31",
}
"""How a value is written that was none of its type, by the first word of pydantic's code for that."""

_KINDS = re.compile(r"^([a-z]+)(_set)?_(type|parsing|from_float|from_datetime_parsing|attributes_type)$")


def unreadable(error: OSError | UnicodeDecodeError) -> str:
    """Say why a text file could not be read, and what to do where that is plain."""
    match error:
        case FileNotFoundError():
            why = "no such file"
        case IsADirectoryError():
            why = "it is a folder: name a file"
        case PermissionError():
            why = "this user may not read it"
        case UnicodeDecodeError():
            why = "it is not UTF-8: save it as UTF-8"
        case _:
            why = (error.strerror or type(error).__name__).lower()
    return f"cannot be read: {why}"


def not_toml(path: Path, error: TOMLDecodeError) -> str:
    """Say where a file stops being TOML, and what is the matter there."""
    found = re.fullmatch(r"(.*) \(at line (\d+), column (\d+)\)", str(error), re.DOTALL)
    if not found:
        return f"{path}: not valid TOML: {error}"
    what, line, column = found.groups()
    twice = re.fullmatch(r"Cannot declare \((.*)\) twice", what)
    if twice:
        table = ".".join(re.findall(r"'([^']*)'", twice[1]))
        return f"{path}:{line}: the table [{table}] is there already: put the two together, or rename one"
    if what == "Cannot overwrite a value":
        return f"{path}:{line}: this key is there already in the same table: remove one"
    return f"{path}:{line}: not valid TOML: {what} at column {column} (is a quote or a bracket missing?)"


def remedies(errors: Iterable[tuple[ErrorDetails, type[BaseModel]]]) -> str:
    """Say what to write where a value fits none of its alternatives; each error comes with its table's model."""
    told = list(dict.fromkeys(_remedy(error, model) for error, model in errors))
    return " or ".join([*told[:1], *(each.removeprefix("write ") for each in told[1:])])


def _remedy(error: ErrorDetails, model: type[BaseModel]) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return f"unknown key; known are: {', '.join(sorted(model.model_fields))}"
    if kind == "missing":
        return "is missing; add it"
    if kind in {"literal_error", "enum"}:
        return f"write {_quoted(context)}"
    written = _KINDS.match(kind)
    if written and written[1] in _IN_TOML:
        return f"write {_IN_TOML[written[1]]}"
    message = error["msg"].removeprefix("Value error, ")
    return re.sub(r"^(Input|String|List|Tuple|Value) should ", "must ", message)


def _quoted(context: Mapping[str, Any]) -> str:
    """Give the words that are allowed, in the quotes that TOML takes."""
    return str(context["expected"]).replace("'", '"')

"""What `--format json` prints is what docs/schemas publishes, before and after something was done."""

from __future__ import annotations

import io
import json
import re
import sys
from contextlib import redirect_stderr, redirect_stdout
from copy import deepcopy
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from syncd import cli, model
from syncd.cli.queue import HELD
from syncd.service import clock
from syncd.service.defaults import default_schedule_text
from syncd.service.simulation import simulate, write_configuration
from tests.docs.pages import ROOT
from tests.docs.test_reference import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCHEMAS = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "docs" / "schemas").glob("*.json"))
}
WITH_JSON = [
    words
    for words, command in COMMANDS.items()
    if any("--format" in each.opts and "json" in (each.help or "") for each in command.params)
]
CASE = """[{"id": "A", "text": "ended", "facts": {"today": "2026-11-22", "ended": {"customer": "2026-10-01"}},
 "expected": {"decision": "keep"}}]"""

EXPORT = """id,given_name,family_name,email,postcode,house_number
1,Anna,Smit,anna@smit.nl,1234AB,1
2,Anna,Smit,anna@smit.nl,,
3,Anna,Smit,,1234AB,1
"""


def _check(name: str, values: object) -> None:
    Draft202012Validator(SCHEMAS[name], format_checker=Draft202012Validator.FORMAT_CHECKER).validate(values)


def _syncd(*arguments: str, stdin: str = "") -> Any:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), mock.patch.object(sys, "stdin", io.StringIO(stdin)):
        code = cli.run_command(arguments)
    assert code in {0, 1}, err.getvalue()
    return json.loads(out.getvalue())


def _everything(config: Path, cases: Path) -> dict[str, Any]:
    """Ask every command for JSON once; the orders and subjects that are shown are the first of their lists."""

    def ask(*words: str, stdin: str = "") -> Any:
        return _syncd(*words, "--format", "json", "--config", str(config), stdin=stdin)

    said = {"run-once": ask("run-once", "--execute")}
    said["queue-list"] = ask("queue", "list", "--all")
    said["queue-export"] = ask("queue", "export")
    said["contact-list"] = ask("contact", "list")
    said["queue-show"] = ask("queue", "show", said["queue-list"][0]["order_id"])
    said["contact-show"] = ask("contact", "show", said["contact-list"][0]["subject"])
    said["contact-find"] = ask("contact", "find", stdin="an\n")
    said["contact-was-erased"] = ask("contact", "was-erased", stdin="info@voorbeeld.nl\n0612345678\n-\n")
    said["documents-due"] = ask("documents", "due")
    said["relationship-propose"] = ask("relationship", "propose", "--silent", "1d")
    said["review-list"] = ask("review", "list")
    said["status"] = ask("status")
    said["report"] = ask("report")
    said["check"] = ask("check")
    said["connectors"] = _syncd("connectors", "--format", "json")
    export = cases.with_name("export.csv")
    export.write_text(EXPORT, encoding="utf-8")
    said["contact-match"] = _syncd("contact", "match", str(export), "--format", "json")
    said["policy-show"] = _syncd("policy", "show", "--format", "json")
    schedule = cases.with_name("retention.toml")
    schedule.write_text(default_schedule_text(), encoding="utf-8")
    said["policy-coverage"] = ask("policy", "coverage")
    said["policy-diff"] = ask("policy", "diff", str(schedule), str(schedule))
    said["policy-test"] = _syncd("policy", "test", str(cases), "--format", "json")
    return said


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Give what every command says: of an account that fails, of a first look, and after approval and execution."""
    folder = tmp_path_factory.mktemp("schemas")
    cases = folder / "cases.json"
    cases.write_text(CASE)
    with simulate(2, 36, clock.today()) as simulation:
        config = write_configuration(simulation, folder, mode="approve")
        right = config.read_text(encoding="utf-8")
        first = _everything(config, cases)
        for account in simulation.sandboxes:
            arguments = ("queue", "approve", "--brake", account, "--count", "500", "--config", str(config))
            with redirect_stdout(io.StringIO()):
                assert cli.run_command(arguments) == 0
        with redirect_stdout(io.StringIO()):
            assert cli.run_command(["queue", "approve", "--all", "--yes", "--config", str(config)]) == 0
        done = _everything(config, cases)
        config.write_text(right.replace("${BOOKS_TOKEN}", "wrong"), encoding="utf-8")
        with redirect_stderr(io.StringIO()):
            failed = _everything(config, cases)
    return [first, done, failed]


@pytest.mark.parametrize("words", WITH_JSON)
def test_every_command_with_json_has_a_schema(words: str) -> None:
    name = words.replace(" ", "-")
    assert name in SCHEMAS, f"docs/schemas/{name}.json is missing"
    page = (ROOT / "docs" / "reference" / "json.md").read_text(encoding="utf-8")
    assert f"| {words} | [{name}.json](../schemas/{name}.json) |" in page


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_valid_admits_nothing_unknown_and_describes_every_key(name: str) -> None:
    schema = SCHEMAS[name]
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert name.replace("-", " ") in {words.replace("-", " ") for words in WITH_JSON}
    for place, each in _objects(schema):
        assert "additionalProperties" in each, place
        for key, value in each.get("properties", {}).items():
            told = value if "$ref" not in value else {**_target(schema, value["$ref"]), **value}
            assert told.get("description"), f"{place}.{key}"


def _objects(schema: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield place, schema
        for key, value in schema.items():
            yield from _objects(value, f"{place}/{key}")
    elif isinstance(schema, list):
        for value in schema:
            yield from _objects(value, place)


def _target(schema: dict[str, Any], ref: str) -> dict[str, Any]:
    found = schema["$defs"][ref.removeprefix("#/$defs/")]
    assert isinstance(found, dict)
    return found


def test_one_word_has_one_definition_in_all_schemas() -> None:
    seen: dict[str, Any] = {}
    for schema in SCHEMAS.values():
        for word, definition in schema.get("$defs", {}).items():
            assert seen.setdefault(word, definition) == definition, word


def test_an_order_is_a_line_of_the_queue_with_what_happened_to_it() -> None:
    line = SCHEMAS["queue-list"]["items"]["properties"]
    order = SCHEMAS["queue-show"]["properties"]
    assert {key: order[key] for key in line} == line
    assert set(order) - set(line) == {"tries", "sent_at", "receipt", "recoverable_until"}


def test_the_words_are_those_of_the_model() -> None:
    words = {
        word: definition
        for schema in SCHEMAS.values()
        for word, definition in schema.get("$defs", {}).items()
    }
    for word, kind in (
        ("decision", model.Verdict), ("state", model.OrderState), ("role", model.Role), ("action", model.Action),
    ):  # fmt: skip
        assert words[word]["enum"] == [each.value for each in kind], word
    assert set(words["decisions"]["properties"]) == {each.value for each in model.Verdict}
    line = SCHEMAS["queue-list"]["items"]["properties"]
    assert line["state"]["enum"] == [*(each.value for each in model.OrderState), HELD]
    papers = SCHEMAS["documents-due"]["items"]["properties"]["kind"]["enum"]
    assert papers == [each.value for each in model.DocumentKind]


@pytest.mark.parametrize("moment", [0, 1, 2], ids=["first-look", "done", "failed"])
@pytest.mark.parametrize("name", SCHEMAS)
def test_what_is_printed_is_what_is_published(name: str, moment: int, said: list[dict[str, Any]]) -> None:
    _check(name, said[moment][name])


def test_the_examples_show_something(said: list[dict[str, Any]]) -> None:
    """Empty lists would fit every schema."""
    first, done, failed = said
    assert all(first[name] for name in SCHEMAS)
    assert {each["state"] for each in first["queue-list"]} >= {"scheduled", HELD}
    assert {each["state"] for each in done["queue-list"]} >= {"verified"}
    assert done["queue-show"]["receipt"]
    assert done["run-once"]["verified"] > 0
    assert "failed" in {each["outcome"] for each in failed["run-once"]["accounts"]}
    assert {each["code"] for each in failed["run-once"]["attention"]} >= {"account_failed"}
    assert any(each["links"] and each["reasons"] for each in first["contact-list"])


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_key_that_is_not_published_does_not_fit(name: str, said: list[dict[str, Any]]) -> None:
    values = deepcopy(said[0][name])
    inner = values[0] if isinstance(values, list) else values
    inner["surprise"] = 1
    with pytest.raises(ValidationError, match="surprise"):
        _check(name, values)
    del inner["surprise"]
    del inner[next(iter(inner))]
    with pytest.raises(ValidationError, match="required"):
        _check(name, values)


def test_what_is_printed_names_nobody(said: list[dict[str, Any]]) -> None:
    texts = json.dumps([{**each, "documents-due": []} for each in said], ensure_ascii=False)
    assert not re.search(r"[\w.+-]+@[\w-]+\.\w+", texts), "an e-mail address"
    assert not re.search(r"\bNL\d{2}[A-Z]{4}\d{10}\b", texts), "an IBAN"

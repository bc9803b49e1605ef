"""The house rules that a tool can hold: who imports whom, how long a module is, and where the time comes from."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.docs.shell import BESIDE_PYTHON, run

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 350
"""Lines. Above some 300 a module is asking to be two."""

_SOURCES = sorted(path for room in ("syncd", "connectors") for path in (ROOT / room).rglob("*.py"))
_CLOCK = ROOT / "syncd" / "service" / "clock.py"
_CLOCK_CALLS = {
    ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"),
    ("time", "time"), ("time", "time_ns"), ("time", "localtime"), ("time", "gmtime"), ("time", "ctime"),
}  # fmt: skip


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_imports_run_downward_only() -> None:
    """The rooms and their order are in pyproject.toml; import-linter reads them there."""
    said = run(BESIDE_PYTHON / "lint-imports", "--no-cache", cwd=ROOT)
    assert said.returncode == 0, said.stdout
    assert "0 broken" in said.stdout


def test_every_room_is_under_the_rules() -> None:
    """A new folder in the core must be given its place."""
    rooms = {
        path.name.removesuffix(".py") for path in (ROOT / "syncd").iterdir() if not path.name.startswith("_")
    }
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    layers = text.partition('type = "layers"')[2].partition("containers")[0]
    assert {room for room in rooms if room != "py.typed" and room not in layers} == set()


def test_no_module_is_long() -> None:
    lengths = {_name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in _SOURCES}
    assert lengths
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def _reads_the_clock(source: str) -> list[int]:
    """Give the lines that ask for the time of day. A monotonic clock measures and tells no time."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            owner = ast.unparse(node.value).rpartition(".")[2]
            if (owner, node.attr) in _CLOCK_CALLS:
                found.append(node.lineno)
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            found += [node.lineno for one in node.names if ("time", one.name) in _CLOCK_CALLS]
    return found


def test_the_time_is_read_in_one_place() -> None:
    """A sandbox plays a vendor, which has a clock of its own."""
    elsewhere = [
        f"{_name(path)}:{line}"
        for path in _SOURCES
        if path != _CLOCK and "sandbox" not in path.as_posix()
        for line in _reads_the_clock(path.read_text(encoding="utf-8"))
    ]
    assert elsewhere == []
    assert _reads_the_clock(_CLOCK.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "source",
    [
        "import datetime\ndatetime.datetime.now()", "from datetime import date\ndate.today()",
        "import time\ntime.time()", "from time import time", "import datetime as dt\ndt.datetime.utcnow()",
    ],
)  # fmt: skip
def test_a_hidden_clock_is_noticed(source: str) -> None:
    assert _reads_the_clock(source)


def test_measuring_is_not_reading_the_clock() -> None:
    assert not _reads_the_clock("import time\ntime.monotonic()\ntime.sleep(1)")

"""What is shipped is whole: the wheel works by itself, and the locks pin everything that it needs."""

from __future__ import annotations

import re
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.docs.shell import python

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
_RUNTIME = PROJECT["project"]["dependencies"]
LOCKS = {
    "requirements.lock": _RUNTIME,
    "requirements-dev.lock": [*_RUNTIME, *PROJECT["dependency-groups"]["dev"]],
}


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _pins(text: str) -> dict[str, list[str]]:
    """Give each pinned package with its hashes."""
    joined = text.replace("\\\n", " ")
    lines = [line for line in joined.splitlines() if line and not line.lstrip().startswith("#")]
    found = {}
    for line in lines:
        pinned = re.fullmatch(
            r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)( ;.*?)?((?:\s+--hash=sha256:[0-9a-f]{64})*)\s*", line
        )
        assert pinned, f"neither a pin nor a comment: {line[:60]}"
        found[_canonical(pinned[1])] = re.findall(r"--hash=(\S+)", pinned[4])
    return found


# --- locks --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_every_package_with_its_hashes(lock: str) -> None:
    pins = _pins((ROOT / lock).read_text(encoding="utf-8"))
    wanted = {_canonical(re.split(r"[<>=!~\[ ;]", one, maxsplit=1)[0]) for one in LOCKS[lock]}
    assert wanted <= set(pins)
    assert [name for name, hashes in pins.items() if not hashes] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address(lock: str) -> None:
    """Where packages come from is the machine's affair; what they are is the lock's."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.search(r"\w+://|--(?:extra-)?index-url|--find-links|--trusted-host| @ ", text)


def test_both_locks_agree() -> None:
    """What is tested is what is installed."""
    pinned = [
        dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE))
        for lock in LOCKS
    ]
    assert pinned[0].items() <= pinned[1].items()


def test_the_locked_versions_are_those_that_the_project_asks_for() -> None:
    pinned = {
        _canonical(name): version
        for name, version in re.findall(
            r"^([\w.-]+)==(\S+)", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE
        )
    }
    asked = [Requirement(one) for one in _RUNTIME]
    assert [str(one) for one in asked if not one.specifier.contains(pinned[_canonical(one.name)])] == []


# --- the wheel ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    python("-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT, good=True)
    [made] = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("installed")
    python(
        "-m", "pip", "--disable-pip-version-check", "--quiet", "install", "--no-index", "--no-deps",
        "--target", target, wheel, cwd=target, good=True,
    )  # fmt: skip
    return target


def test_the_wheel_holds_what_the_program_needs(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    sources = {
        path.relative_to(ROOT).as_posix()
        for room in ("syncd", "connectors")
        for path in (ROOT / room).rglob("*.py")
    }
    assert sources <= names
    assert "syncd/_config/retention.toml" in names
    assert any(name.startswith("syncd/index/migrations/versions/0001") for name in names)
    assert {"syncd/py.typed", "connectors/py.typed"} <= names


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"syncd", "connectors"}
    assert not [name for name in zipfile.ZipFile(wheel).namelist() if Path(name).name == ".env"]


def test_the_wheel_says_what_it_is(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        [name] = [one for one in archive.namelist() if one.endswith(".dist-info/METADATA")]
        said = Parser().parsestr(archive.read(name).decode())
    assert (said["Name"], said["License-Expression"]) == ("syncd", "Apache-2.0")
    asked = said.get_all("Requires-Dist") or []
    assert len([one for one in asked if "extra ==" not in one]) == len(_RUNTIME)
    assert said.get_all("Provides-Extra") == ["match"]


def test_an_installed_wheel_works_away_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    """The default schedule, the migrations and the connectors are found in the package itself."""
    program = (
        "import pathlib, sys\n"
        "from syncd import registry\n"
        "from syncd.index.store import open_index\n"
        "from syncd.retention import parse_schedule\n"
        "from syncd.service.defaults import default_schedule_text, shipped\n"
        f"assert pathlib.Path(shipped('retention.toml')).is_relative_to({str(installed)!r})\n"
        "schedule = parse_schedule(default_schedule_text(), 'default')\n"
        f"open_index(pathlib.Path({str(tmp_path / 'state')!r}), {{}}).close()\n"
        "print(len(schedule.categories), *sorted(registry.plugins()))\n"
    )
    said = python("-W", "error", "-c", program, cwd=tmp_path, environment={"PYTHONPATH": str(installed)})
    assert said.returncode == 0, said.stderr
    count, *names = said.stdout.split()
    assert int(count) >= 7
    assert {"moneybird", "podio", "mailchimp"} <= set(names)

"""Change a room in every small way, one at a time, and see whether its tests notice.

    python benchmarks/mutants/run.py syncd/retention [--tests tests/unit/retention] [--only holds.py]

A change that no test notices survives: there is a test missing, a line too many, or the change means the same.
Survivors that `docs/reference/mutants.md` names are listed apart. Ends with 1 when another one survives.

The tests run in a copy of this process that has everything loaded but the room itself; property tests take the
same examples each time and do not look for smaller ones. `--again FILE` runs only what survived in FILE. With
`--out FILE`, what FILE holds already is not tried once more: a run that was broken off goes on.

Files called `…_controls.py` are left out: they test the tests.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.abc
import importlib.util
import json
import os
import signal
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import hypothesis
import pytest
from mutate import Mutant, changed, mutants

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator
    from importlib.machinery import ModuleSpec
    from types import CodeType

ROOT = Path(__file__).parents[2]
NAMED = ROOT / "docs" / "reference" / "mutants.md"
OURS = ("syncd", "connectors", "tests", "__main__", "mutate")
FIRST = 6
"""How many of the tests that noticed most run before the others."""


class Job(NamedTuple):
    """A mutant of a module."""

    path: Path
    mutant: Mutant

    @property
    def name(self) -> str:
        """How the page of survivors names it."""
        return f"`{self.path.name}` `{self.mutant.function or 'module'}`: `{self.mutant.change}`"


def main() -> int:
    parser = argparse.ArgumentParser(description="Mutation testing of one room.")
    parser.add_argument("room", type=Path, help="a folder or a file, such as syncd/retention")
    parser.add_argument("--tests", type=Path, nargs="+", help="default: tests/unit/ROOM")
    parser.add_argument("--only", nargs="+", default=[], help="names of modules, such as holds.py")
    parser.add_argument("--examples", type=int, help="at most so many examples of each property test")
    parser.add_argument("--again", type=Path, help="results of a run: only its survivors")
    parser.add_argument("--out", type=Path, help="write results here as they come, a line of JSON each")
    wanted = parser.parse_args()
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    tests = wanted.tests or [Path("tests/unit") / wanted.room.stem]
    jobs = _jobs(wanted.room, set(wanted.only), _survived(wanted.again) if wanted.again else None)
    if wanted.out and wanted.out.exists():
        done = _outcomes(wanted.out)
        jobs = [job for job in jobs if job.name not in done]
    _same_examples(wanted.examples)
    files, limit = _prepare(tests)
    print(f"{len(jobs)} mutants; the tests take {limit / 10:.0f} s unchanged", flush=True)
    survivors = _try_all(jobs, files, limit, wanted.out)
    return _report(jobs, survivors)


def _same_examples(most: int | None) -> None:
    """Let property tests take the same examples each time, and never look for smaller ones."""
    hypothesis.settings.register_profile(
        "mutants",
        phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
        derandomize=True, database=None, deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )  # fmt: skip
    hypothesis.settings.load_profile("mutants")
    if most:
        # The tests name their own numbers, which a profile does not change.
        wished = vars(hypothesis.settings)["max_examples"].fget
        type.__setattr__(hypothesis.settings, "max_examples", property(lambda self: min(most, wished(self))))


def _jobs(room: Path, only: set[str], again: set[str] | None) -> list[Job]:
    paths = [room] if room.is_file() else sorted(room.glob("*.py"))
    jobs = [
        Job(path, mutant)
        for path in paths
        if not only or path.name in only
        for mutant in mutants(path.read_text(encoding="utf-8"))
    ]
    return [job for job in jobs if again is None or job.name in again]


def _survived(file: Path) -> set[str]:
    return {name for name, outcome in _outcomes(file).items() if outcome == "survived"}


def _outcomes(file: Path) -> dict[str, str]:
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return {line["name"]: line["outcome"] for line in lines}


# --- one test run -------------------------------------------------------------------------------------------


class _Watcher:
    """Remembers which test failed first, how long each file took, and what was loaded."""

    def __init__(self) -> None:
        self.failed = ""
        self.seconds: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: Any) -> None:
        self.seconds[report.nodeid.split("::")[0]] += report.duration
        if report.failed and not self.failed:
            self.failed = report.nodeid.split("[")[0]


def _prepare(tests: list[Path]) -> tuple[list[str], float]:
    """Run the tests unchanged; load what they load; give the files, the quickest first, and the time limit."""
    began = time.monotonic()
    code, said = _in_a_copy([str(path) for path in tests], None, limit=1800)
    if code:
        raise SystemExit(f"the tests fail as it is (exit code {code}): {said.get('failed', '')}")
    for name in said["loaded"]:
        importlib.import_module(name)
    files = sorted(said["seconds"], key=lambda file: float(said["seconds"][file]))
    return files, max(20.0, 10 * (time.monotonic() - began))


def _in_a_copy(arguments: list[str], job: Job | None, limit: float) -> tuple[int, dict[str, Any]]:
    """Run tests in a copy of this process; give its exit code, and what it says."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reading)
        code, said = _run_tests(arguments, job, limit)
        os.write(writing, json.dumps(said).encode())
        os._exit(code)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return code, json.loads(said) if said else {}


def _run_tests(arguments: list[str], job: Job | None, limit: float) -> tuple[int, dict[str, Any]]:
    signal.alarm(int(limit))  # a change may run for ever; nothing catches this one
    if job:
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        module = ".".join(job.path.with_suffix("").parts).removesuffix(".__init__")
        sys.meta_path.insert(
            0, _Finder(module, job.path, changed(job.path.read_text(encoding="utf-8"), job.mutant))
        )
    watcher = _Watcher()
    loaded_before = ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--ignore-glob=*_controls.py"]
    options += [*loaded_before, *arguments]
    code = int(pytest.main(options, plugins=[watcher]))
    said: dict[str, Any] = {"failed": watcher.failed}
    if job is None:
        said |= {"seconds": watcher.seconds, "loaded": list(_loaded())}
    return code, said


def _loaded() -> Iterator[str]:
    for name, module in sorted(sys.modules.items()):
        if (
            name.split(".")[0] not in OURS
            and getattr(module, "__spec__", None)
            and module.__spec__.name == name
        ):
            yield name


class _Finder(importlib.abc.MetaPathFinder):
    """Finds the changed module instead of the one on the disk."""

    def __init__(self, module: str, path: Path, tree: ast.Module) -> None:
        self._module, self._path, self._tree = module, path, tree

    def find_spec(self, fullname: str, path: object, target: object = None) -> ModuleSpec | None:
        del path, target
        if fullname != self._module:
            return None
        folder = [str(self._path.parent)] if self._path.name == "__init__.py" else None
        loader = _Loader(compile(self._tree, str(self._path), "exec", dont_inherit=True))
        return importlib.util.spec_from_file_location(
            fullname, self._path, loader=loader, submodule_search_locations=folder
        )


class _Loader(importlib.abc.Loader):
    def __init__(self, code: CodeType) -> None:
        self._code = code

    def exec_module(self, module: Any) -> None:
        exec(self._code, module.__dict__)  # noqa: S102 - it is our own module, changed a little


# --- all of them --------------------------------------------------------------------------------------------


def _try_all(jobs: list[Job], files: list[str], limit: float, out: Path | None) -> list[Job]:
    survivors = []
    noticed: dict[Path, Counter[str]] = defaultdict(Counter)
    for number, job in enumerate(jobs, start=1):
        first = [test for test, _ in noticed[job.path].most_common(FIRST)]
        code, said = _in_a_copy(first, job, limit) if first else (0, {})
        if not code:
            code, said = _in_a_copy(files, job, limit)
        if said.get("failed"):
            noticed[job.path][said["failed"]] += 1
        outcome = "killed" if code > 0 else "survived" if code == 0 else "timeout"
        if outcome == "survived":
            survivors.append(job)
            print(f"{number}/{len(jobs)} survived: line {job.mutant.line}: {job.name}", flush=True)
        if out:
            line = {
                "name": job.name,
                "line": job.mutant.line,
                "outcome": outcome,
                "by": said.get("failed", ""),
            }
            with out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
    return survivors


def _report(jobs: list[Job], survivors: list[Job]) -> int:
    named = NAMED.read_text(encoding="utf-8").replace("\\|", "|") if NAMED.exists() else ""
    print("\n| module | mutants | killed | named | unnamed |\n|---|---|---|---|---|")
    for path in sorted({job.path for job in jobs}):
        left = [job for job in survivors if job.path == path]
        known = sum(job.name in named for job in left)
        count = sum(job.path == path for job in jobs)
        print(f"| `{path.name}` | {count} | {count - len(left)} | {known} | {len(left) - known} |")
    unnamed = [job for job in survivors if job.name not in named]
    for job in unnamed:
        print(f"line {job.mutant.line}: {job.name}")
    return 1 if unnamed else 0


if __name__ == "__main__":
    sys.exit(main())

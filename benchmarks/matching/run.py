"""Compares what `syncd contact match` says of exports with the truth about them, and with Splink's answer.

    python -m benchmarks.matching.run [--seed 1] [--scenes 100]

The sets are FEBRL 1 to 4 and a Dutch one that is made here. Ours is run as a whole command in a process of its own.
See benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path

from benchmarks.environment import python_with
from benchmarks.matching import dutch

HERE = Path(__file__).resolve().parent
NEEDS = ("recordlinkage", "splink>=5,<6", "duckdb")
ENOUGH = 0.95

Pair = tuple[str, str]


@dataclass(frozen=True)
class Task:
    """Files to match, and the pairs that are truly one; `classes` says of what kind each row's scene is."""

    name: str
    files: list[str]
    truth: frozenset[Pair]
    classes: dict[str, str] | None = None


@dataclass(frozen=True)
class Said:
    """What a program answered: pairs it links, and other pairs with how likely each is."""

    links: frozenset[Pair]
    scored: dict[Pair, float]
    seconds: float


@dataclass(frozen=True)
class Figures:
    """How an answer compares with the truth. Recall is of all true pairs; links come before what is scored.

    `recall_without_error` is the recall down to the first pair that is wrong, `precision_at_recall` the precision
    where 95 % of the true pairs are there, None when they never are.
    """

    links: int
    false_links: int
    recall_of_links: float
    recall_of_all: float
    recall_without_error: float
    precision_at_recall: float | None
    seconds: float


def ours(task: Task) -> Said:
    """Run the whole command."""
    began = time.perf_counter()
    answer = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "syncd", "contact", "match", *task.files, "--format", "json"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    seconds = time.perf_counter() - began
    found = json.loads(answer.stdout)
    return Said(
        frozenset(_pair(one["a"], one["b"]) for one in found["links"]),
        {_pair(one["a"], one["b"]): one["score"] for one in found["proposals"]},
        seconds,
    )


def splinks(python: str, task: Task, folder: Path) -> Said:
    """Let Splink score the same files; it is told which share of all pairs is true, as nobody else is."""
    rows = sum(len(Path(file).read_text(encoding="utf-8").splitlines()) - 1 for file in task.files)
    share = len(task.truth) / (rows * (rows - 1) / 2)
    began = time.perf_counter()
    answer = subprocess.run(  # noqa: S603 - our own script
        [python, str(HERE / "with_splink.py"), str(folder), str(share), *task.files],
        check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    seconds = time.perf_counter() - began
    return Said(frozenset(), {_pair(a, b): weight for a, b, weight in json.loads(answer.stdout)}, seconds)


def _pair(a: str, b: str) -> Pair:
    return (a, b) if a < b else (b, a)


def measure(task: Task, said: Said) -> Figures:
    """Compare an answer with the truth, taking pairs of one score together."""
    right = len(said.links & task.truth)
    wrong = len(said.links) - right
    without_error, precise = right if not wrong else 0, None
    total = len(task.truth)
    if right >= ENOUGH * total:
        precise = right / max(1, right + wrong)
    ordered = sorted((-score, pair) for pair, score in said.scored.items() if pair not in said.links)
    for _, level in groupby(ordered, key=lambda one: one[0]):
        pairs = [pair for _, pair in level]
        true = sum(pair in task.truth for pair in pairs)
        right, wrong = right + true, wrong + len(pairs) - true
        if not wrong:
            without_error = right
        if precise is None and right >= ENOUGH * total:
            precise = right / (right + wrong)
    return Figures(
        links=len(said.links),
        false_links=len(said.links - task.truth),
        recall_of_links=round(len(said.links & task.truth) / total, 4),
        recall_of_all=round(right / total, 4),
        recall_without_error=round(without_error / total, 4),
        precision_at_recall=None if precise is None else round(precise, 4),
        seconds=round(said.seconds, 1),
    )


def per_class(task: Task, said: Said) -> dict[str, dict[str, int]]:
    """Count, per class of scene, what became of true pairs and of pairs that are none."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for pair in task.truth:
        became = "linked" if pair in said.links else "proposed" if pair in said.scored else "missed"
        counted[_class(task, pair)][became] += 1
    for pair in said.links - task.truth:
        counted[_class(task, pair)]["linked wrongly"] += 1
    for pair in said.scored.keys() - task.truth:
        counted[_class(task, pair)]["asked in vain"] += 1
    return {name: dict(found) for name, found in sorted(counted.items())}


def _class(task: Task, pair: Pair) -> str:
    classes = {(task.classes or {})[one] for one in pair}
    return classes.pop() if len(classes) == 1 else "between classes"


def tasks(python: str, folder: Path, seed: int, scenes: int) -> list[Task]:
    """Write every set into a folder."""
    made = dutch.make(seed, scenes)
    found = [
        Task(
            f"Dutch, seed {seed}", [str(file) for file in made.write(folder)], frozenset(made.true_pairs()),
            made.class_of,
        )
    ]  # fmt: skip
    written = subprocess.run(  # noqa: S603
        [python, str(HERE / "febrl.py"), str(folder)],
        check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    for line in written.stdout.splitlines():
        one = json.loads(line)
        truth = json.loads(Path(one["truth"]).read_text(encoding="utf-8"))
        found.append(Task(one["name"], one["files"], frozenset(_pair(a, b) for a, b in truth)))
    return found


def show(name: str, who: str, one: Figures) -> None:
    found = (one.recall_of_all, one.recall_without_error, one.precision_at_recall)
    figures = "  ".join("   -  " if value is None else f"{value:.4f}" for value in found)
    links = f"  {one.links} links, {one.false_links} false, recall {one.recall_of_links:.4f}"
    print(f"{name:24} {who:7} {figures}  {one.seconds:5.1f} s{links if who == 'syncd' else ''}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scenes", type=int, default=100, help="scenes of each class in the Dutch set")
    parser.add_argument("--python", help=f"an interpreter that has {', '.join(NEEDS)}; else one is made")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    asked = parser.parse_args()
    answer: dict[str, object] = {}
    with tempfile.TemporaryDirectory(prefix="syncd-matching-") as made:
        folder = Path(made)
        python = asked.python or python_with(folder / "others", *NEEDS)
        if python is None:
            raise SystemExit(f"{', '.join(NEEDS)} cannot be installed here: give --python")
        print(f"{'':34}recall of all, down to the first error, precision at recall {ENOUGH}")
        classes: dict[str, dict[str, int]] = {}
        for task in tasks(python, folder, asked.seed, asked.scenes):
            mine, theirs = ours(task), splinks(python, task, folder)
            figures = {"syncd": measure(task, mine), "splink": measure(task, theirs)}
            for who, one in figures.items():
                show(task.name, who, one)
            answer[task.name] = {who: asdict(one) for who, one in figures.items()}
            if task.classes is not None:
                classes = per_class(task, mine)
        print("\npairs of the Dutch set, by class")
        for name, found in classes.items():
            print(f"  {name:26} {', '.join(f'{count} {what}' for what, count in sorted(found.items()))}")
    if asked.json:
        asked.json.write_text(json.dumps(answer | {"classes": classes}, indent=2) + "\n")


if __name__ == "__main__":
    main()

"""The report in a browser: accessibility, valid HTML, and how a large one opens, scrolls and prints.

    python benchmarks/report/run.py [--size 300] [--large 10000] [--printed 1000] [--keep DIR]

Looks at the report, the plan, the certificates and the page of coverage in every language, with everything on them
that can be. `--large 0 --printed 0` leaves out the large ones; `--keep` keeps the pages and a picture of each view.

Needs Chromium, Node with npm and a Java runtime on this host (Debian: chromium nodejs npm default-jre-headless);
the checkers themselves (playwright-core, axe-core, vnu-jar) come from npm into a temporary folder. Ends with 1
when a check finds something.
"""

from __future__ import annotations

import argparse
import json
import logging
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from syncd.report.html import certificate_page, coverage_page, plan_page, report_page
from syncd.report.language import LANGUAGES
from syncd.report.page import Group
from tests.report.kit import made
from tests.report.states import certificate_of, coverage_of, everything

if TYPE_CHECKING:
    from syncd.report.page import Report
    from tests.report.kit import Made

TOOLS = ("playwright-core", "axe-core", "vnu-jar")
NEEDED = ("chromium", "node", "npm", "java")


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--size", type=int, default=300, help="subjects of the page that is checked")
    arguments.add_argument("--large", type=int, default=10_000, help="cards of the large page")
    arguments.add_argument(
        "--printed", type=int, default=1_000, help="cards of the large page that is printed"
    )
    arguments.add_argument("--keep", type=Path, help="keep the pages and pictures in this folder")
    asked = arguments.parse_args()
    missing = [one for one in NEEDED if shutil.which(one) is None]
    if missing:
        print(f"not on this host: {', '.join(missing)}; see the top of this file", file=sys.stderr)
        return 2
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory(prefix="syncd-report-") as name:
        folder = Path(name)
        subprocess.run(["npm", "install", "--silent", "--prefix", name, *TOOLS], check=True)  # noqa: S603, S607
        (folder / "state").mkdir()
        pages = folder / "pages"
        pages.mkdir()
        with made(folder / "state", size=asked.size) as one:
            checked = _pages(one, pages)
            large = [
                f"{_large(one.named, pages, size)}?{how}"
                for size, how in ((asked.large, "screen"), (asked.printed, "print"))
                if size
            ]
        bad = _look(folder, checked, large)
        if asked.keep:
            shutil.copytree(pages, asked.keep, dirs_exist_ok=True)
        return bad


def _pages(one: Made, folder: Path) -> list[Path]:
    report = everything(one)
    states = {group.value: len(report.of_group(group)) for group in Group}
    orders = {each.state for card in report.cards for each in card.orders}
    print(f"page: {len(report.cards)} subjects {states}, order states {sorted(orders)}")
    covered, paths = coverage_of(one), []
    for language in LANGUAGES:
        texts = {
            "report": report_page(report, language),
            "plan": plan_page(report, language),
            "coverage": coverage_page(covered, language),
            **{
                f"certificate-{each}": certificate_page(certificate_of(report, each), language)
                for each in ("erase", "minimise", "archive")
            },
        }
        for name, text in texts.items():
            paths.append(folder / f"{name}-{language}.html")
            paths[-1].write_text(text, encoding="utf-8")
    return paths


def _large(report: Report, folder: Path, wanted: int) -> Path:
    living = [one for one in report.cards if one.group is not Group.KEPT]
    cards = [replace(living[i % len(living)], subject=f"S-{i + 1}", organisations=()) for i in range(wanted)]
    began = time.process_time()
    text = report_page(replace(report, cards=tuple(cards), attention=()), "en")
    seconds = time.process_time() - began
    path = folder / f"large-{wanted}.html"
    path.write_text(text, encoding="utf-8")
    print(f"large page: {wanted} cards, {path.stat().st_size / 1e6:.1f} MB, rendered in {seconds:.1f} CPU s")
    return path


def _look(folder: Path, pages: list[Path], large: list[str]) -> int:
    jar = folder / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    valid = subprocess.run(  # noqa: S603
        ["java", "-jar", str(jar), "--errors-only", *map(str, pages)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    print(f"HTML: {len(valid.stderr.splitlines())} errors", valid.stderr.strip())
    script = Path(__file__).with_name("look.mjs")
    seen = subprocess.run(  # noqa: S603
        ["node", str(script), str(folder), *map(str, pages), *large],  # noqa: S607
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    bad = len(valid.stderr.splitlines())
    for line in seen.stdout.splitlines():
        view = json.loads(line)
        bad += len(view.get("violations", ())) + view["too_wide"]
        print(Path(view.pop("file")).name, " ".join(f"{name}={value}" for name, value in view.items()))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

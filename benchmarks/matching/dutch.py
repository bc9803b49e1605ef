"""A Dutch set with its truth: made-up people and companies in three systems, one scene per class.

Every scene holds one to forty subjects that are easily taken for one another, or one subject whose records do not
look alike. It knows nothing of the program; from one seed comes one set.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

from benchmarks.matching.alike import HARD_NEGATIVES
from benchmarks.matching.otherwise import TRUE_PAIRS
from benchmarks.matching.people import Maker, Row

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = (
    "id", "kind", "name", "given_name", "family_name", "email", "phone", "kvk", "vat", "iban", "street",
    "house_number", "postcode", "city", "country", "birth_date",
)  # fmt: skip
SYSTEMS = ("books", "crm", "news")


@dataclass
class Labelled:
    """The rows of every system, and of every row the class of its scene and its true subject."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: {system: [] for system in SYSTEMS})
    subject_of: dict[str, int] = field(default_factory=dict)
    class_of: dict[str, str] = field(default_factory=dict)

    def true_pairs(self) -> dict[tuple[str, str], str]:
        """Give every pair of rows of one subject, ids ascending, with its class."""
        together: dict[int, list[str]] = defaultdict(list)
        for row, subject in self.subject_of.items():
            together[subject].append(row)
        return {
            (a, b): self.class_of[a] for some in together.values() for a, b in combinations(sorted(some), 2)
        }

    def write(self, folder: Path) -> list[Path]:
        """Write one CSV per system."""
        files = []
        for system, rows in self.rows.items():
            files.append(folder / f"{system}.csv")
            with files[-1].open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, COLUMNS, restval="")
                writer.writeheader()
                writer.writerows(rows)
        return files


def make(seed: int, scenes: int) -> Labelled:
    """Make so many scenes of every class, fewer of the largest."""
    maker = Maker(seed)
    made = Labelled()
    subjects = 0
    for name, play in {**HARD_NEGATIVES, **TRUE_PAIRS}.items():
        for _ in range(max(1, scenes // 10) if name == "bookkeepers_address" else scenes):
            for views in play(maker):
                subjects += 1
                for system, row in views:
                    # Neither the order of ids nor the ids themselves tell anything.
                    key = f"{system[0]}{maker.random.randrange(16**8):08x}"
                    made.rows[system].append({"id": key} | row)
                    made.subject_of[key] = subjects
                    made.class_of[key] = name
    for rows in made.rows.values():
        maker.random.shuffle(rows)
    return made

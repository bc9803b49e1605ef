"""A second opinion on who resembles whom: Splink's, where the extra `match` is installed.

Splink learns from the rows at hand what an agreement is worth, so it finds pairs that fixed weights do not. It also
errs where they do not, so its pairs are only ever proposed, below what resembles by the rules, and never against a
contradiction.
"""

from __future__ import annotations

import importlib
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from syncd.identity import normalise
from syncd.model import IdentifierKind, RecordRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from syncd.model import Record

LEAST = 0.9
"""Probability by Splink's reckoning from which a pair is worth listing."""

_KINDS: Final = (
    IdentifierKind.NAME, IdentifierKind.GIVEN_NAME, IdentifierKind.FAMILY_NAME, IdentifierKind.BIRTH_DATE,
    IdentifierKind.STREET, IdentifierKind.HOUSE_NUMBER, IdentifierKind.POSTCODE, IdentifierKind.CITY,
    IdentifierKind.EMAIL, IdentifierKind.PHONE, IdentifierKind.KVK, IdentifierKind.VAT, IdentifierKind.IBAN,
    IdentifierKind.CUSTOMER_NUMBER,
)  # fmt: skip
_WORDS: Final = frozenset({"name", "given_name", "family_name", "street", "city"})
_BLOCKS: Final = (
    ("given_name", "family_name"), ("given_name", "city"), ("family_name", "city"), ("given_name", "postcode"),
    ("family_name", "postcode"), ("street", "house_number"), ("postcode", "house_number"), ("birth_date",),
    ("email",), ("phone",), ("name",), ("street", "family_name"), ("street", "given_name"),
)  # fmt: skip
_TRAINED_ON: Final = (
    ("given_name", "family_name"), ("birth_date",), ("postcode",), ("city", "street"), ("email",), ("name",),
)  # fmt: skip
_SEED: Final = 1
_PAIRS_TO_LEARN_FROM: Final = 1e6

Opinions = dict[tuple[RecordRef, RecordRef], float]


class NotInstalledError(Exception):
    """Splink is not installed."""


def opinions(records: Sequence[Record]) -> Opinions:
    """Give every pair of one kind that Splink takes for one with probability `LEAST` or more.

    Raises `NotInstalledError`.
    """
    found: Opinions = {}
    for kind in sorted({one.kind for one in records}):
        rows = [one for one in records if one.kind is kind]
        found |= _of_one_kind(rows) if len(rows) > 1 else {}
    return found


def _of_one_kind(records: Sequence[Record]) -> Opinions:
    try:
        splink, comparisons, duckdb, arrow = map(
            importlib.import_module, ("splink", "splink.comparison_library", "duckdb", "pyarrow")
        )
    except ImportError:
        raise NotInstalledError from None
    rows = [_row(str(i), record) for i, record in enumerate(records)]
    filled = {kind.value for kind in _KINDS if any(row[kind.value] for row in rows)}
    blocks = [splink.block_on(*names) for names in _BLOCKS if set(names) <= filled]
    if not blocks or len(filled) < 2:  # noqa: PLR2004 - one column alone teaches nothing
        return {}
    logging.getLogger("splink").setLevel(logging.CRITICAL)
    connection = duckdb.connect()
    columns = ["unique_id", *sorted(filled)]
    connection.register("rows", arrow.table({name: [row[name] for row in rows] for name in columns}))
    api = splink.DuckDBAPI(connection=connection)
    linker = splink.Linker(
        api.register("rows"),
        splink.SettingsCreator(
            link_type="dedupe_only",
            comparisons=[_comparison(comparisons, name) for name in columns[1:]],
            blocking_rules_to_generate_predictions=blocks,
            probability_two_random_records_match=1 / len(rows),
        ),
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=_PAIRS_TO_LEARN_FROM, seed=_SEED)
    for names in _TRAINED_ON:
        if set(names) <= filled:
            # What no pair has cannot be learnt from these rows; the rest still can.
            with suppress(ValueError):
                linker.training.estimate_parameters_using_expectation_maximisation(splink.block_on(*names))
    scored = linker.inference.predict(threshold_match_probability=LEAST)
    pairs = connection.table(scored.physical_name).select("unique_id_l, unique_id_r, match_probability")
    return dict(_named(records, pairs.fetchall()))


def _named(
    records: Sequence[Record], pairs: Iterable[tuple[str, str, float]]
) -> Iterable[tuple[tuple[RecordRef, RecordRef], float]]:
    for a, b, probability in pairs:
        first, second = sorted((records[int(a)].ref, records[int(b)].ref))
        yield (first, second), probability


def _row(number: str, record: Record) -> dict[str, str | None]:
    """Give a record's identifiers in one spelling, the first of each kind."""
    row: dict[str, str | None] = dict.fromkeys((kind.value for kind in _KINDS), None)
    for one in sorted(record.identifiers, key=lambda each: (each.kind, each.value), reverse=True):
        if one.kind in _KINDS:
            row[one.kind.value] = normalise(one) or row[one.kind.value]
    return row | {"unique_id": number}


def _comparison(library: Any, name: str) -> Any:
    if name in _WORDS:
        return library.JaroWinklerAtThresholds(name, [0.95, 0.88])
    return library.LevenshteinAtThresholds(name, [1])

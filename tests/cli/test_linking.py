"""`syncd contact link|unlink`: the answer holds, the other undoes it, and the ledger tells it without a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from syncd.service import clock
from syncd.service.simulation import simulate, write_configuration
from tests.cli.kit import syncd

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with simulate(5, 30, clock.today()) as simulation:
        written: Path = write_configuration(simulation, tmp_path_factory.mktemp("linking"), mode="observe")
        assert syncd("run-once", "--config", str(written)).code == 0
        yield str(written)


def subjects(config: str) -> list[list[str]]:
    """Give the records of each subject."""
    return [
        [f"{each['account']}:{each['kind']}:{each['key']}" for each in one["records"]]
        for one in syncd("contact", "list", "--format", "json", "--config", config).values
    ]


def test_linking_joins_and_unlinking_restores(config: str) -> None:
    before = subjects(config)
    a, b = [name for some in before for name in some if name.startswith("books:contact:")][:2]
    assert not any({a, b} <= set(some) for some in before)
    said = syncd("contact", "link", a, b, "--reason", "legal-form-changed", "--by", "Ann", "--config", config)
    assert (said.code, said.err) == (0, "")
    assert any({a, b} <= set(some) for some in subjects(config))
    assert syncd("contact", "unlink", a, b, "--by", "Ann", "--config", config).code == 0
    assert sorted(map(sorted, subjects(config))) == sorted(map(sorted, before))
    ledger = syncd("ledger", "export", "--config", config).out
    assert '"identity.same"' in ledger
    assert "legal-form-changed" in ledger
    assert '"identity.different"' in ledger
    assert "Ann" not in ledger


@pytest.mark.parametrize("command", ["link", "unlink"])
def test_what_cannot_be_meant(config: str, command: str) -> None:
    a = next(name for some in subjects(config) for name in some if name.startswith("books:contact:"))
    for arguments in (
        [a, a],
        [a, "books:contact:0"],
        [a, "x"],
        [a, "books:contact:1", "--reason", "because"],
    ):
        said = syncd("contact", command, *arguments, "--config", config)
        assert said.code == 2
        assert len(said.complaints) == 1

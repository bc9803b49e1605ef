"""Every subject as it is decided about, read from the index a few hundred at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, ValuesView
from typing import TYPE_CHECKING

from syncd.cycle.subject import AT_ONCE
from syncd.index import decisions
from syncd.index.many import in_parts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement

    from syncd.cycle.decide import Judge, Judged


class Everybody(Mapping[int, "Judged"]):
    """Every subject by number, read from the index and decided about when it is asked for."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge

    def __getitem__(self, number: int) -> Judged:
        """Decide about one subject. Raises `KeyError` for a number that no record has."""
        with self._judge.app.index.look() as connection:
            return self._judge.decided(connection, [number])[number]

    def __iter__(self) -> Iterator[int]:
        """Give the numbers of all subjects."""
        with self._judge.app.index.look() as connection:
            return iter(decisions.everybody(connection))

    def __len__(self) -> int:
        """Count the subjects."""
        with self._judge.app.index.look() as connection:
            return len(decisions.everybody(connection))

    def some(self, numbers: Iterable[int]) -> Iterator[Judged]:
        """Decide about some subjects, in this order, a few hundred in memory at once."""
        for part in in_parts(numbers, AT_ONCE):
            with self._judge.app.index.look() as connection:
                found = self._judge.decided(connection, part)
            yield from (found[number] for number in part if number in found)

    def that(self, *fit: ColumnElement[bool]) -> Iterator[Judged]:
        """Decide about those who still exist and whose stored decision fits, in the order of their numbers."""
        with self._judge.app.index.look() as connection:
            numbers = sorted(decisions.chosen(connection, *fit))
        return self.some(numbers)

    def values(self) -> ValuesView[Judged]:
        """Give everybody, in the order of their numbers."""
        return _All(self)


class _All(ValuesView["Judged"]):
    """Everybody, a few hundred in memory at once."""

    def __init__(self, everybody: Everybody) -> None:
        super().__init__(everybody)
        self._everybody = everybody

    def __iter__(self) -> Iterator[Judged]:
        return self._everybody.some(self._everybody)

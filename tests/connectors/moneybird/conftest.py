from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from tests.connectors.moneybird.bench import Bench, bench_of, world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def make_bench() -> Iterator[Callable[..., Bench]]:
    with ExitStack() as stack:
        yield lambda *args: stack.enter_context(bench_of(world(*args)))

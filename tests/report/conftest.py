"""One world for all that looks at a report: it is made once in each process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.report.kit import Made, made

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    with made(tmp_path_factory.mktemp("report"), size=90) as one:
        yield one

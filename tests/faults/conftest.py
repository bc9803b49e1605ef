"""What many faults happen to."""

from __future__ import annotations

import pytest

from tests.faults.kit import Ready, made_ready


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Ready:
    """Give a small world that was looked at once, with everything approved that is due."""
    return made_ready(tmp_path_factory.mktemp("ready"))

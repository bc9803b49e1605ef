"""What every test shares."""

from __future__ import annotations

import pytest

from syncd import log


@pytest.fixture(autouse=True)
def _quiet_log() -> None:
    """Let the program say only what went wrong; a test that looks at the log configures it itself."""
    log.configure(level="critical")

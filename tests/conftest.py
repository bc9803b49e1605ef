"""What every test shares."""

from __future__ import annotations

import signal

import pytest

from syncd import log

# Whoever started the tests in the background may have Ctrl-C ignored, and every program they start inherits that.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _quiet_log() -> None:
    """Let the program say only what went wrong; a test that looks at the log configures it itself."""
    log.configure(level="critical")

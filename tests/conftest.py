"""What every test shares."""

from __future__ import annotations

import signal

import pytest
from hypothesis import HealthCheck, settings

from syncd import log

# Whoever started the tests in the background may have Ctrl-C ignored, and every program they start inherits that.
signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes says how busy the machine is, and nothing about the program. Continuous integration has
# the library's own profile for it, with the same examples each time: what fails there, the change has broken.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
if settings.get_current_profile_name() == "default":
    settings.load_profile("any machine")


@pytest.fixture(autouse=True)
def _quiet_log() -> None:
    """Let the program say only what went wrong; a test that looks at the log configures it itself."""
    log.configure(level="critical")

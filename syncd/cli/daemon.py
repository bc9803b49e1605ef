"""`syncd daemon`: run by itself at planned times, until told to stop."""

from __future__ import annotations

import os

from syncd import log
from syncd.cli import common
from syncd.service.daemon import Daemon
from syncd.service.notify import Notifier
from syncd.settings import DEFAULT_PATH


def daemon(config: common.ConfigOption = None) -> None:
    """Run at the planned times, and send what may be sent. Tells people what needs them; ends with SIGTERM."""
    log.configure()
    common.leave(Daemon(config or DEFAULT_PATH, os.environ, Notifier(os.environ)).serve())

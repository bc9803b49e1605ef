"""The program under a clock that another process moves: `python -m tests.year.clocked MOMENT ARGUMENTS…`.

Nothing of the program is replaced: the interpreter's own clock is. Each line on standard input moves it to a
moment; in between it goes on as a clock does. What measures durations (deadlines, budgets) is left alone.
"""

from __future__ import annotations

import signal
import sys
import threading
from datetime import datetime
from typing import TYPE_CHECKING

import time_machine

from syncd.cli import run_command
from syncd.service.daemon import SIGNALS

if TYPE_CHECKING:
    from time_machine import Traveller


def _follow(traveller: Traveller) -> None:
    for line in sys.stdin:
        traveller.move_to(datetime.fromisoformat(line.strip()))


def main() -> None:
    if "daemon" in sys.argv:
        # As the daemon does before it starts threads: signals are for its main thread alone.
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    with time_machine.travel(datetime.fromisoformat(sys.argv[1]), tick=True) as traveller:
        if "daemon" in sys.argv:
            threading.Thread(target=_follow, args=(traveller,), daemon=True).start()
        sys.exit(run_command(sys.argv[2:]))


if __name__ == "__main__":
    main()

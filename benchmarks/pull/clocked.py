"""Says what a piece of work took, without the start of the interpreter: records, seconds and CPU seconds."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def report(work: Callable[[], int]) -> None:
    began, used = time.monotonic(), time.process_time()
    count = work()
    print(count, time.monotonic() - began, time.process_time() - used)

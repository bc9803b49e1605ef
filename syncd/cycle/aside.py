"""Work for several accounts side by side: none waits for another, and none is waited for without an end."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from syncd.http import Halt

GRACE = 120.0
"""Seconds that an account may take beyond its limit: the call under way has a deadline of its own."""

_LOOK = 0.5


def side_by_side(work: Mapping[str, Callable[[], None]], halts: Mapping[str, Halt]) -> frozenset[str]:
    """Do the work of each account in a thread of its own; gives those that did not end in their time.

    Whatever a thread raises is raised here once all have ended: it is a fault of ours, not of an account.
    """
    faults: list[BaseException] = []

    def guarded(task: Callable[[], None]) -> None:
        try:
            task()
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is raised where it is waited for
            faults.append(error)

    threads = {
        name: threading.Thread(target=guarded, args=(task,), name=f"syncd-{name}", daemon=True)
        for name, task in work.items()
    }
    for thread in threads.values():
        thread.start()
    hung = frozenset(name for name, thread in threads.items() if not _ended(thread, halts[name]))
    if faults:
        raise faults[0]
    return hung


def _ended(thread: threading.Thread, halt: Halt) -> bool:
    """Wait for a thread; gives whether it ended. The time of one account passes while another is waited for."""
    while thread.is_alive():
        left = halt.left()
        if left is not None and left < -GRACE:
            return False
        thread.join(_LOOK)
    return True

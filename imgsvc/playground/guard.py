"""Starts the playground, starts it again whenever it ends, and goes when the arbiter goes.

What the playground looks at are strangers' pictures, and whatever one of them does to it ends with it.
"""

import os
import subprocess
import sys
import threading
import time
from contextlib import suppress

from imgsvc.observer.guard import is_over

_SHORTEST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 5.0
# One that lived so long did not fail at its start.
_LIVED_SECONDS = 10.0


def guard(arbiter: int, listener: str) -> None:
    """Keep one playground running for as long as the arbiter lives."""
    process = _process(arbiter)
    if process is None:
        return
    threading.Thread(target=_end_with, args=(process,), daemon=True).start()
    pause = _SHORTEST_PAUSE_SECONDS
    while True:
        began = time.monotonic()
        start(listener).wait()
        lived = time.monotonic() - began > _LIVED_SECONDS
        pause = _SHORTEST_PAUSE_SECONDS if lived else min(pause * 2, _LONGEST_PAUSE_SECONDS)
        time.sleep(pause)


def start(listener: str) -> subprocess.Popen[bytes]:
    """Start the playground; it ends with this process."""
    command = [sys.executable, "-m", "imgsvc.playground.serving", str(os.getpid()), listener]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL)


def end_with(guardian: int) -> None:
    """In the playground: end as soon as its guard has."""
    process = _process(guardian)
    if process is None:
        os._exit(0)
    threading.Thread(target=_end_with, args=(process,), daemon=True).start()


def _end_with(process: int) -> None:
    while not is_over(process, 60.0):
        pass
    os._exit(0)


def _process(pid: int) -> int | None:
    with suppress(OSError):
        return os.pidfd_open(pid)
    return None

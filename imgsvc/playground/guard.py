"""Starts the playground, starts it again whenever it ends, and goes when the arbiter goes.

What the playground looks at are strangers' pictures, and whatever one of them does to it ends with it.
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from imgsvc.observer.guard import is_over

_SHORTEST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 5.0
# One that lived so long did not fail at its start.
_LIVED_SECONDS = 10.0


def guard(arbiter: int, listener: str) -> None:
    """Keep one playground running for as long as the arbiter lives, and the folder of its files no longer."""
    process = _process(arbiter)
    if process is None:
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    threading.Thread(target=_end_with, args=(process, _end_this_process), daemon=True).start()
    pause = _SHORTEST_PAUSE_SECONDS
    with tempfile.TemporaryDirectory(prefix="imgsvc-playground-") as folder:
        while True:
            began = time.monotonic()
            _run(listener, folder)
            lived = time.monotonic() - began > _LIVED_SECONDS
            pause = _SHORTEST_PAUSE_SECONDS if lived else min(pause * 2, _LONGEST_PAUSE_SECONDS)
            time.sleep(pause)


def _run(listener: str, folder: str) -> None:
    """Run a playground until it ends, and end what it has started, however it did."""
    command = [sys.executable, "-m", "imgsvc.playground.serving", str(os.getpid()), listener, folder]
    playground = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        playground.wait()
    finally:
        with suppress(ProcessLookupError):
            os.killpg(playground.pid, signal.SIGTERM)
        playground.wait()


def end_with(guardian: int) -> None:
    """In the playground: end as soon as its guard has, with whatever was started here."""
    process = _process(guardian)
    if process is None:
        _end_group()
    else:
        threading.Thread(target=_end_with, args=(process, _end_group), daemon=True).start()


def _end_with(process: int, end: Callable[[], object]) -> None:
    while not is_over(process, 60.0):
        pass
    end()


def _end_this_process() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def _end_group() -> None:
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpgrp(), signal.SIGTERM)
    os._exit(0)


def _process(pid: int) -> int | None:
    with suppress(OSError):
        return os.pidfd_open(pid)
    return None

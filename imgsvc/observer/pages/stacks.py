"""The Python stack of every worker, now.

A signal makes the worker's faulthandler write it from C: no lock of the interpreter is needed, so a worker that is deep
in native code, or deadlocked, answers as well as any. Only one that is stopped cannot.
"""

import faulthandler
import os
import signal
import threading
import time
from collections.abc import Iterable
from contextlib import suppress

from imgsvc.observer.watching.kernel import catches, is_running

# gunicorn leaves it alone in workers, but ends the server with it in the arbiter.
SIGNAL = signal.SIGUSR2
_PATIENCE_SECONDS = 0.5
_LOOK_SECONDS = 0.01
# A hundred threads of fifty frames; the main thread is the last of them.
_LARGEST_BYTES = 1_048_576
# One writer at a time into one file.
_turn = threading.Lock()


def register(descriptor: int) -> None:
    """In a worker: write all threads' stacks to the descriptor when the signal comes."""
    faulthandler.register(SIGNAL, file=descriptor, all_threads=True)


def stacks(pids: Iterable[int], descriptor: int) -> dict[int, str]:
    """What each worker is doing, or why that cannot be said."""
    with _turn:
        return {pid: _stack(pid, descriptor) for pid in pids}


def _stack(pid: int, descriptor: int) -> str:
    if not is_running(pid):
        return "does not run: stopped, or gone"
    if not catches(pid, SIGNAL):
        return "has no handler yet: it is being started"
    os.ftruncate(descriptor, 0)
    with suppress(ProcessLookupError):
        os.kill(pid, SIGNAL)
    _await_quiet(descriptor)
    text = os.pread(descriptor, _LARGEST_BYTES, 0).decode("utf-8", "replace").strip()
    return text or f"did not answer within {_PATIENCE_SECONDS} s: the kernel holds it"


def _await_quiet(descriptor: int) -> None:
    """Until something was written and nothing more comes."""
    end, size = time.monotonic() + _PATIENCE_SECONDS, 0
    while time.monotonic() < end:
        time.sleep(_LOOK_SECONDS)
        before, size = size, os.fstat(descriptor).st_size
        if size and size == before:
            return

"""What an answer costs its worker: processor time of the thread that makes it, and the most memory meanwhile.

The kernel keeps the most that a process had (VmHWM); it is told to begin anew with each picture.
"""

import os
import resource
import time
from contextlib import suppress
from functools import cache
from typing import NamedTuple

from imgsvc.runtime import kernel

_NANO = 1_000_000_000
_CLEAR_REFS, _ANEW = "/proc/self/clear_refs", b"5"


class Cost(NamedTuple):
    """Of one answer; `peak_bytes` is the whole worker's, other requests' sources included, and 0 if nobody can tell."""

    cpu_seconds: float
    peak_bytes: int


class Meter:
    """Measures from when it is made."""

    __slots__ = ("_began", "_can_tell")

    def __init__(self) -> None:
        self._can_tell = _begin_anew()
        self._began = time.thread_time_ns()

    def read(self) -> Cost:
        """So far."""
        seconds = (time.thread_time_ns() - self._began) / _NANO
        return Cost(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 if self._can_tell else 0)


def _begin_anew() -> bool:
    descriptor = _clear_refs()
    with suppress(OSError):
        return descriptor is not None and kernel.tell(descriptor, _ANEW)
    return False


@cache
def _clear_refs() -> int | None:
    """PERF: opened once in each process."""
    try:
        return os.open(_CLEAR_REFS, os.O_WRONLY | os.O_CLOEXEC)
    except OSError:
        return None


# It is the opener's own.
os.register_at_fork(after_in_child=_clear_refs.cache_clear)

"""A worker's memory: how much it takes, that it cannot take all, and that it gives back what it no longer needs."""

import ctypes
import math
import os
import resource
import time
from collections.abc import Callable
from contextlib import closing, suppress

from imgsvc.runtime import kernel

_PAGE = resource.getpagesize()
_STATM = "/proc/self/statm"
# Worth a walk through the heap, which takes a millisecond or so, and that the kernel clears these pages anew later.
_WORTH_IDLE_BYTES, _WORTH_BUSY_BYTES = 4 << 20, 32 << 20
# What was in use when it was given back the last time may not be any more.
_AGAIN_SECONDS = 1.0
# Of an idle moment: threads and connections without work have gone by then, and what lay beside them is free.
_AGAIN_IDLE_SECONDS = 12.0
# glibc's malloc.h
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
# What libwebp reserves for an animation's canvas, and does not touch for a still, must not come from a used heap.
_TRIM_BYTES = 1 << 30
# What is as large has pages of its own.
MMAP_BYTES = 32 << 20


class Resident:
    """How much memory this process takes; made after the fork, for it is the maker's that is told."""

    def __init__(self) -> None:
        # PERF: asked after every request, and opened once.
        self._descriptor = os.open(_STATM, os.O_RDONLY | os.O_CLOEXEC)

    def __call__(self) -> int:
        """Just now, in bytes."""
        return int(kernel.beginning(self._descriptor, 128).split()[1]) * _PAGE

    def close(self) -> None:
        """Ask no more."""
        os.close(self._descriptor)


def resident_bytes() -> int:
    """How much memory this process takes just now."""
    with closing(Resident()) as resident:
        return resident()


def limit_addresses(megabytes: int) -> None:
    """Let an allocation beyond so much fail in this process (MemoryError), and not the whole machine."""
    if megabytes:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, hard))


def keep_heap() -> None:
    """Have what is freed stay with the process until `release_heap`.

    PERF: glibc would give the pixels of every picture back to the kernel, which clears each page when it is touched
    again: a third of the time that a picture of six megapixels takes.
    """
    with suppress(AttributeError):
        libc = ctypes.CDLL(None)
        libc.mallopt(_M_TRIM_THRESHOLD, _TRIM_BYTES)
        libc.mallopt(_M_MMAP_THRESHOLD, MMAP_BYTES)
        # Each thread that fetches would keep a heap of its own.
        libc.mallopt(_M_ARENA_MAX, 1)


def release_heap() -> None:
    """Give the free parts of the heap back to the kernel: glibc keeps what lies between two pieces in use."""
    with suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


class Housekeeping:
    """Gives memory back whenever much has come together since the last time."""

    def __init__(
        self,
        measure: Callable[[], int] | None = None,
        release: Callable[[], None] = release_heap,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._measure = measure or Resident()
        self._release = release
        self._clock = clock
        self._least = self._kept = self._rested = self._measure()
        self._released = clock()
        self._again_at = math.inf

    def tidy(self, *, is_idle: bool = False) -> int:
        """Give back what can be, if that is much, or there is time for it; how much is taken now, in bytes."""
        size = self._measure()
        if self._is_worth_it(size, is_idle):
            self._release()
            size, self._released = self._measure(), self._clock()
            self._kept = size
            if is_idle:
                is_again = self._released > self._again_at
                self._again_at = math.inf if is_again else self._released + _AGAIN_IDLE_SECONDS
                self._rested = size
        self._least, self._kept, self._rested = (min(each, size) for each in (self._least, self._kept, self._rested))
        return size

    def _is_worth_it(self, size: int, is_idle: bool) -> bool:
        # What an idle moment could not free is not tried again at each, but once, and with what has come since.
        if is_idle:
            return size > self._rested + _WORTH_IDLE_BYTES or self._clock() > self._again_at
        is_due = self._clock() > self._released + _AGAIN_SECONDS
        return size > (self._least if is_due else self._kept) + _WORTH_BUSY_BYTES

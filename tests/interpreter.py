"""Threads: many at once, one that keeps the interpreter's lock, one that wakes up too often."""

import ctypes
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from resource import RUSAGE_THREAD, getrusage
from typing import TypeVar

T = TypeVar("T")


def at_once(work: Callable[[int], T], times: int) -> list[Future[T]]:
    """What so many threads get, each of which does `work` with its own number."""
    with ThreadPoolExecutor(times) as pool:
        return [pool.submit(work, number) for number in range(times)]


def holds_the_interpreter(seconds: float, after_seconds: float = 0.05) -> threading.Thread:
    """A thread that keeps the interpreter's lock for so long, as native code that does not give it back does."""
    # PyDLL, unlike CDLL, gives no lock back.
    sleep = ctypes.PyDLL(None).usleep
    holder = threading.Timer(after_seconds, sleep, [int(seconds * 1e6)])
    holder.start()
    return holder


@contextmanager
def wakes_up_less_than(times: int) -> Iterator[None]:
    """This thread gives the processor up so often only: each wait of its own is one time."""
    before = getrusage(RUSAGE_THREAD).ru_nvcsw
    try:
        yield
    finally:
        found = getrusage(RUSAGE_THREAD).ru_nvcsw - before
    assert found < times

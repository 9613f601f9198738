"""Makes a page ten times a second at most, once for all who ask at the same time: a crowd is one asker's work."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

_FRESH_SECONDS = 0.1

T = TypeVar("T")


class Shared(Generic[T]):
    """What `make` made last, if that was just now; else made again, by one asker while the others wait for it."""

    def __init__(self, make: Callable[[], T], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._make, self._clock = make, clock
        self._lock = threading.Lock()
        self._made: tuple[float, T] | None = None

    def __call__(self) -> T:
        """The page; no older than a tenth of a second when it was looked at."""
        with self._lock:
            if self._made is None or self._clock() - self._made[0] >= _FRESH_SECONDS:
                page = self._make()
                self._made = self._clock(), page
            return self._made[1]

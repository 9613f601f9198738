"""Requests that were put aside until their origin has a worker free: they cost no worker meanwhile."""

import time
from collections import deque
from collections.abc import Callable

from imgsvc.runtime.connection import Connection

# Between two tries of the same request.
RETRY_SECONDS = 0.01
_MAX_ASIDE = 256


class Turns:
    """One worker's requests that wait for their turn, in the order of their next try."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._aside: deque[tuple[float, Connection]] = deque()

    def __len__(self) -> int:
        return len(self._aside)

    def put_aside(self, connection: Connection) -> bool:
        """Keep it for another try; whether there was room."""
        if len(self._aside) >= _MAX_ASIDE:
            return False
        self._aside.append((self._clock() + RETRY_SECONDS, connection))
        return True

    def due(self) -> Connection | None:
        """The one whose turn it may be now."""
        if self._aside and self._aside[0][0] <= self._clock():
            return self._aside.popleft()[1]
        return None

    def next_wait(self, longest: float) -> float:
        """Seconds until the next try, at most `longest`."""
        if not self._aside:
            return longest
        return min(longest, max(0.0, self._aside[0][0] - self._clock()))

"""Requests that were put aside until their origin has a worker free: they cost no worker meanwhile."""

import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from imgsvc.runtime.connection import Connection

# Between two tries of the same request.
RETRY_SECONDS = 0.01
# No origin that is waited for gets more patience than this: admission.py.
LONGEST_SECONDS = 1.0
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
        now = self._clock()
        connection.aside_since = connection.aside_since or now
        self._aside.append((now + RETRY_SECONDS, connection))
        return True

    def due(self) -> Connection | None:
        """The one whose turn it may be now."""
        # The connection thread may take one away between two lines.
        with suppress(IndexError):
            if self._aside[0][0] <= self._clock():
                return self._aside.popleft()[1]
        return None

    def overdue(self) -> list[Connection]:
        """Take away those who have waited too long; for the connection thread, while the worker is busy elsewhere."""
        limit, late = self._clock() - LONGEST_SECONDS, []
        for _ in range(len(self._aside)):
            with suppress(IndexError):
                entry = self._aside.popleft()
                if entry[1].aside_since < limit:
                    late.append(entry[1])
                else:
                    self._aside.append(entry)
        return late

    def next_wait(self, longest: float) -> float:
        """Seconds until the next try, at most `longest`."""
        with suppress(IndexError):
            return min(longest, max(0.0, self._aside[0][0] - self._clock()))
        return longest

"""Requests that were put aside until their origin has a worker free: they cost no worker meanwhile."""

import math
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from imgsvc.runtime.connection import Connection

# Between two tries of the same request: a tenth of how long it has waited, within these.
RETRY_SECONDS, MOST_RETRY_SECONDS = 0.01, 0.05
# A worker that fetches and has not come back to its requests for so long is held by an origin. No origin that is waited
# for gets more patience than this: admission.py.
LONGEST_SECONDS = 1.0
_MOST = 256


class Turns:
    """One worker's requests that wait for their turn, in the order of their next try."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._most = _MOST
        # With the moment of the last try.
        self._aside: deque[tuple[float, Connection]] = deque()

    def __len__(self) -> int:
        return len(self._aside)

    def limit(self, most: int = _MOST) -> None:
        """Take in no more than so many from now on."""
        self._most = most

    def put_aside(self, connection: Connection) -> bool:
        """Keep it for another try; whether there was room."""
        if len(self._aside) >= self._most:
            return False
        self._aside.append((self._clock(), connection))
        return True

    def due(self) -> Connection | None:
        """The one whose turn it may be now."""
        # The connection thread may take one away between two lines.
        with suppress(IndexError):
            if self._due_at() <= self._clock():
                return self._aside.popleft()[1]
        return None

    def _due_at(self) -> float:
        """When the one that was tried longest ago is tried again; a try costs a tenth of what a small picture does."""
        tried, connection = self._aside[0]
        return tried + min(max(RETRY_SECONDS, 0.1 * (tried - connection.arrived)), MOST_RETRY_SECONDS)

    def overdue(self, oldest: float, *, is_held: bool) -> list[Connection]:
        """Take away who waits since before `oldest`, and, where an origin holds the worker, who is not tried now."""
        limit, late = self._clock() - LONGEST_SECONDS if is_held else -math.inf, []
        for _ in range(len(self._aside)):
            with suppress(IndexError):
                tried, connection = self._aside.popleft()
                if tried < limit or connection.queued < oldest:
                    late.append(connection)
                else:
                    self._aside.append((tried, connection))
        return late

    def give_up(self) -> list[Connection]:
        """Take all of them away: nobody tries them any more."""
        return self.overdue(math.inf, is_held=False)

    def next_wait(self, longest: float) -> float:
        """Seconds until the next try, at most `longest`."""
        with suppress(IndexError):
            return min(longest, max(0.0, self._due_at() - self._clock()))
        return longest

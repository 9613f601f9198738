"""Requests that were put aside until their origin has a worker free: they cost no worker meanwhile.

Of each origin the one that has waited longest is next. Whether it would get in is read from the scoreboard, in a tenth
of a millisecond; only then is the request tried, which means to read it anew.
"""

import math
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from imgsvc.runtime.clients.connection import Connection

# Between two looks at the scoreboard; behind one that found a turn the next is at once, or many would be refused late.
LOOK_SECONDS = 0.01
# A worker that fetches and has not looked for so long is held by an origin. No origin that is waited for gets more
# patience than this: admission.py.
LONGEST_SECONDS = 1.0
_MOST = 256


class Gate(Protocol):
    """Who knows of origins: admission.py."""

    def may_try(self, origin: int, queued: float) -> bool:
        """Whether a request for the origin with this hash, waiting since then, need not wait any more."""

    def waits(self, origin: int, count: int, since: float) -> None:
        """So many of this worker's requests wait for it, the first of them since then."""


class Open:
    """A gate for a worker that has no scoreboard: nobody waits there."""

    def may_try(self, origin: int, queued: float) -> bool:
        """At once."""
        return True

    def waits(self, origin: int, count: int, since: float) -> None:
        """Nobody wants to know."""


class Turns:
    """One worker's requests that wait for their turn, in the order in which they came."""

    def __init__(self, gate: Gate = Open(), clock: Callable[[], float] = time.monotonic) -> None:
        self._gate = gate
        self._clock = clock
        self._most = _MOST
        self._looked = self._next_look = -math.inf
        self._aside: deque[Connection] = deque()
        self._tried: Connection | None = None

    def __len__(self) -> int:
        return len(self._aside)

    def limit(self, most: int = _MOST) -> None:
        """Take in no more than so many from now on."""
        self._most = most

    def put_aside(self, connection: Connection) -> bool:
        """Keep it until the origin that it waits for has a worker free; whether there was room."""
        if len(self._aside) >= self._most:
            return False
        # One that was tried in vain is still the first, and is tried no sooner than after the next look.
        was_tried = connection is self._tried
        (self._aside.appendleft if was_tried else self._aside.append)(connection)
        if was_tried:
            self._next_look = self._clock() + LOOK_SECONDS
        self._tell(connection.waits_for)
        return True

    def due(self) -> Connection | None:
        """One whose turn it may be now; asked for by the worker alone."""
        if not self._aside or self._clock() < self._next_look:
            return None
        self._looked, self._tried = self._clock(), None
        self._next_look = self._looked + LOOK_SECONDS
        first: dict[int, Connection] = {}
        for connection in list(self._aside):
            first.setdefault(connection.waits_for, connection)
        for origin, connection in first.items():
            taken = self._gate.may_try(origin, connection.queued) and self._take(connection)
            self._tell(origin)
            if taken:
                self._tried, self._next_look = connection, self._looked
                return connection
        return None

    def overdue(self, oldest: float, *, is_held: bool) -> list[Connection]:
        """Take away who waits since before `oldest`, and, where an origin holds the worker, who is not looked at."""
        is_left = is_held and self._looked < self._clock() - LONGEST_SECONDS
        late = [each for each in list(self._aside) if is_left or each.queued < oldest]
        return [each for each in late if self._take(each)]

    def give_up(self) -> list[Connection]:
        """Take all of them away: nobody tries them any more."""
        return self.overdue(math.inf, is_held=False)

    def next_wait(self, longest: float) -> float:
        """Seconds until the next look, at most `longest`."""
        if not self._aside:
            return longest
        return min(longest, max(0.0, self._next_look - self._clock()))

    def _take(self, connection: Connection) -> bool:
        """Whether it is still there; then it is the caller's, the worker's or the connection thread's."""
        with suppress(ValueError):
            self._aside.remove(connection)
            return True
        return False

    def _tell(self, origin: int) -> None:
        queued = [each.queued for each in list(self._aside) if each.waits_for == origin]
        self._gate.waits(origin, len(queued), min(queued, default=0.0))

"""Lets go of what lies idle: who keeps something for the next request is asked now and then whether it still should.

A connection to a source, a process that draws: a worker would otherwise hold each of them until its own end.
"""

import time
from collections.abc import Callable
from typing import Protocol
from weakref import WeakSet

# Between two looks.
_EVERY_SECONDS = 1.0


class Keeper(Protocol):
    """Whoever keeps something open between requests."""

    def let_go(self, now: float) -> None:
        """Give up what may not be used again, or has not been for long; `now` is that of time.monotonic()."""


_keepers: WeakSet[Keeper] = WeakSet()


def keeps(keeper: Keeper) -> None:
    """Have it asked from now on, as long as somebody needs it."""
    _keepers.add(keeper)


class Idle:
    """A worker's looks at all keepers, in its main thread, between two requests."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._looked = clock()

    def look(self) -> None:
        """Ask them all, if it is time."""
        now = self._clock()
        if now < self._looked + _EVERY_SECONDS:
            return
        self._looked = now
        for keeper in list(_keepers):
            keeper.let_go(now)

"""Looks after those who wait for a worker while that one is busy: they are refused when it is time, and not after it.

The connection thread calls it. A worker that is held for seconds would otherwise hold whoever it has put aside.
"""

import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from imgsvc.runtime.connection import Connection
from imgsvc.runtime.door import Door
from imgsvc.runtime.layout import Counter
from imgsvc.runtime.overload import Overload
from imgsvc.runtime.turns import Turns

_TICK_SECONDS = 0.05
_OVERLOAD_TICK_SECONDS = 0.01


class Doorkeeper:
    """Of one worker; `complete` are its requests that are there whole, `turns` those that it has put aside."""

    def __init__(
        self,
        door: Door,
        complete: deque[Connection],
        turns: Turns,
        overload: Overload | None,
        queue_seconds: float,
    ) -> None:
        self._door = door
        self._complete = complete
        self._turns = turns
        self._overload = overload
        self._queue_seconds = queue_seconds

    def look(self, take_in: Callable[[Connection], None]) -> float:
        """Refuse whose time is over; seconds until it is time to look again."""
        oldest = time.monotonic() - self._queue_seconds
        for _ in range(len(self._complete)):
            # The worker may take one between two lines.
            with suppress(IndexError):
                connection = self._complete.popleft()
                if connection.arrived < oldest:
                    self._door.refuse(connection)
                else:
                    self._complete.append(connection)
        for connection in self._turns.overdue():
            self._door.refuse(connection, Counter.ORIGIN_BUSY)
        return self._keep_queue_empty(take_in)

    def _keep_queue_empty(self, take_in: Callable[[Connection], None]) -> float:
        """In an overload, take one request in hand, and refuse the others."""
        overload = self._overload
        if overload is None or not overload.look():
            return _TICK_SECONDS
        if not self._complete and (connection := self._door.open()):
            take_in(connection)
        if self._complete and overload.hands_are_full():
            while connection := self._door.open():
                overload.goes_on()
                self._door.refuse(connection, Counter.OVERLOAD)
        return _OVERLOAD_TICK_SECONDS

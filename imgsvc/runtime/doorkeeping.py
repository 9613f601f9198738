"""Looks after those who wait for a worker while that one is busy: they are refused when it is time, and not after it.

The connection thread calls it. A worker that is held for seconds would otherwise hold whoever it has put aside.
"""

import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from imgsvc.runtime.connection import Connection
from imgsvc.runtime.door import Door
from imgsvc.runtime.health_checks import HealthChecks
from imgsvc.runtime.layout import Counter
from imgsvc.runtime.overload import Overload
from imgsvc.runtime.turns import LONGEST_SECONDS, Turns

_TICK_SECONDS = 0.05
_OVERLOAD_TICK_SECONDS = 0.01
_MOST_HEALTH_CHECKS = 4
# Enough to find one whose origin is free among those whose origin has its share.
_ASIDE_IN_OVERLOAD = 4
# At a time; then those are looked after who are sending and reading.
_ROUND_SECONDS = 0.01


class Doorkeeper:
    """Of one worker; `complete` are its requests that are there whole, `turns` those that it has put aside.

    `fetching_seconds`: for how long the worker has waited for an origin; 0 where it is busy with a picture.
    """

    def __init__(
        self,
        door: Door,
        complete: deque[Connection],
        turns: Turns,
        overload: Overload | None,
        health: HealthChecks,
        queue_seconds: float,
        fetching_seconds: Callable[[], float],
    ) -> None:
        self._door = door
        self._complete = complete
        self._turns = turns
        self._overload = overload
        self._health = health
        self._queue_seconds = queue_seconds
        self._fetching_seconds = fetching_seconds
        # Requests that it may have in hand in this overload; 0 while there is none.
        self._most_in_hand = 0

    def look(self, take_in: Callable[[Connection], None]) -> float:
        """Refuse whose time is over; seconds until it is time to look again."""
        oldest = time.monotonic() - self._queue_seconds
        for _ in range(len(self._complete)):
            # The worker may take one between two lines.
            with suppress(IndexError):
                connection = self._complete.popleft()
                if connection.queued < oldest:
                    self._door.refuse(connection)
                else:
                    self._complete.append(connection)
        is_held = self._fetching_seconds() >= LONGEST_SECONDS
        for connection in self._turns.overdue(oldest, is_held=is_held):
            self._door.refuse(connection, Counter.ORIGIN_BUSY)
        return self._keep_queue_empty(take_in)

    def _keep_queue_empty(self, take_in: Callable[[Connection], None]) -> float:
        """In an overload, keep who was there when it began, later one request, and refuse the others."""
        overload = self._overload
        if overload is None or not overload.look():
            self._most_in_hand = 0
            self._turns.limit()
            return _TICK_SECONDS
        # Who comes later would wait behind these: nobody takes the place of one that is served.
        goes_on = max(1, min(self._most_in_hand, len(self._complete)))
        self._most_in_hand = goes_on if self._most_in_hand else overload.servable()
        self._turns.limit(max(_ASIDE_IN_OVERLOAD, self._most_in_hand))
        while len(self._complete) < self._most_in_hand and (connection := self._door.open()):
            take_in(connection)
        if self._complete and overload.hands_are_full():
            self._refuse_the_others(overload, take_in)
        return _OVERLOAD_TICK_SECONDS

    def _refuse_the_others(self, overload: Overload, take_in: Callable[[Connection], None]) -> None:
        """Health checks cost no more than a refusal does, and an overload is no illness: a few of them come in."""
        until = time.monotonic() + _ROUND_SECONDS
        while time.monotonic() < until and (connection := self._door.open()):
            if self._health.is_asked_by(connection) and len(self._complete) < self._most_in_hand + _MOST_HEALTH_CHECKS:
                take_in(connection)
                continue
            overload.goes_on()
            self._door.refuse(connection, Counter.OVERLOAD)

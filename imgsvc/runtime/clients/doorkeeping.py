"""Looks after those who wait for a worker while that one is busy: they are refused when it is time, and not after it.

The connection thread calls it. A worker that is held for seconds would otherwise hold whoever it has put aside, and
whoever asks for health would wait behind everybody else.
"""

import time
from collections.abc import Callable, Iterator

from imgsvc.runtime.board.layout import Counter
from imgsvc.runtime.clients.complete import CompleteRequests
from imgsvc.runtime.clients.connection import Connection
from imgsvc.runtime.clients.door import Door
from imgsvc.runtime.clients.health import HealthDesk
from imgsvc.runtime.clients.overload import Overload
from imgsvc.runtime.clients.turns import LONGEST_SECONDS, Turns

_TICK_SECONDS = 0.05
_OVERLOAD_TICK_SECONDS = 0.01
# Enough to find one whose origin is free among those whose origin has its share.
_ASIDE_IN_OVERLOAD = 4
# At a time; then those are looked after who are sending and reading.
_ROUND_SECONDS = 0.01
# A worker that is busy for less, and a queue that is shorter than the other, keep nobody waiting who asks for health.
_BUSY_SECONDS = 0.05
_LONG_WAIT_SECONDS = 0.2


class Doorkeeper:
    """Of one worker; `complete` are its requests that are there whole, `turns` those that it has put aside.

    `fetching_seconds`: for how long the worker has waited for an origin; 0 where it is busy with a picture.
    """

    def __init__(
        self,
        door: Door,
        complete: CompleteRequests,
        turns: Turns,
        overload: Overload | None,
        health: HealthDesk,
        queue_seconds: float,
        fetching_seconds: Callable[[], float],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._door = door
        self._complete = complete
        self._turns = turns
        self._overload = overload
        self._health = health
        self._queue_seconds = queue_seconds
        self._fetching_seconds = fetching_seconds
        self._clock = clock
        # Requests that it may have in hand in this overload; 0 while there is none.
        self._most_in_hand = 0

    def look(
        self, take_in: Callable[[Connection], None], busy_seconds: float = 0.0, *, leaves_queue: bool = False
    ) -> float:
        """Refuse whose time is over; seconds until it is time to look again.

        `busy_seconds`: since the worker began its request; `leaves_queue`: the accept queue is for others.
        """
        oldest = self._clock() - self._queue_seconds
        for connection in self._complete.overdue(oldest):
            self._door.refuse(connection)
        is_held = self._fetching_seconds() >= LONGEST_SECONDS
        for connection in self._turns.overdue(oldest, is_held=is_held):
            self._door.refuse(connection, Counter.ORIGIN_BUSY)
        if self._overload is None or leaves_queue:
            return _TICK_SECONDS
        return self._look_after_queue(self._overload, take_in, busy_seconds)

    def _look_after_queue(
        self, overload: Overload, take_in: Callable[[Connection], None], busy_seconds: float
    ) -> float:
        until = self._clock() + _ROUND_SECONDS
        if overload.look():
            self._keep_queue_empty(overload, take_in, until)
        else:
            self._most_in_hand = 0
            self._turns.limit()
            if busy_seconds >= _BUSY_SECONDS or overload.wait_seconds() > _LONG_WAIT_SECONDS:
                self._hand_on(take_in, until)
        overload.tell_shared()
        if self._clock() >= until:
            return 0.0
        return _OVERLOAD_TICK_SECONDS if self._most_in_hand else _TICK_SECONDS

    def _hand_on(self, take_in: Callable[[Connection], None], until: float) -> None:
        """Look who asks for health, and leave all others to whichever worker is free first."""
        newcomers = self._newcomers(until)
        while self._door.has_room() and (connection := next(newcomers, None)):
            if not (connection.is_complete() and self._door.hand_on(connection)) and self._door.enter(connection):
                take_in(connection)

    def _keep_queue_empty(self, overload: Overload, take_in: Callable[[Connection], None], until: float) -> None:
        """In an overload, keep who was there when it began, later one request, and refuse the others."""
        # Who comes later would wait behind these: nobody takes the place of one that is served.
        goes_on = max(1, min(self._most_in_hand, len(self._complete)))
        self._most_in_hand = goes_on if self._most_in_hand else overload.servable()
        self._turns.limit(max(_ASIDE_IN_OVERLOAD, self._most_in_hand))
        waiting = self._waiting(until)
        while len(self._complete) < self._most_in_hand and (connection := next(waiting, None)):
            take_in(connection)
        if self._complete and overload.hands_are_full():
            for connection in waiting:
                overload.goes_on()
                self._door.refuse(connection, Counter.OVERLOAD)
        else:
            self._hand_on(take_in, until)

    def _waiting(self, until: float) -> Iterator[Connection]:
        """Who waits for any worker, the longest first; an overload is no illness: who asks for health is answered."""
        while self._clock() < until and (connection := self._door.open_shared()):
            yield connection
        for connection in self._newcomers(until):
            if self._door.enter(connection):
                yield connection

    def _newcomers(self, until: float) -> Iterator[Connection]:
        """Who is in the accept queue, still unread, less those who ask for health."""
        while self._clock() < until and (connection := self._door.look()):
            if self._health.is_asked_by(connection) and connection.is_complete():
                self._serve_health(connection)
            else:
                yield connection

    def _serve_health(self, connection: Connection) -> None:
        if self._health.is_canary(connection):
            if not self._door.hand_on(connection, goes_first=True) and self._door.enter(connection):
                self._door.refuse(connection, Counter.OVERLOAD)
        elif self._door.enter(connection):
            self._health.answer(connection)
            self._door.see_off(connection)

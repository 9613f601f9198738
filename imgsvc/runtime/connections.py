"""The one thread of a worker that waits for clients: it reads slow requests, sends slow answers, and says good-bye.

It does no image work, takes no lock, and outlives every error of a single connection; it holds so many sockets and
bytes and no more: over that, the oldest connection is reset. A worker whose thread is dead must go (`is_alive`).
"""

import logging
import math
import os
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress

from imgsvc.runtime.connection import Connection
from imgsvc.runtime.door import Door
from imgsvc.runtime.doorkeeping import Doorkeeper
from imgsvc.runtime.guests import Fate, Guest, Phase, bid_farewell
from imgsvc.runtime.health_checks import HealthChecks
from imgsvc.runtime.layout import Counter, Gauge
from imgsvc.runtime.overload import Overload
from imgsvc.runtime.settings import RuntimeSettings
from imgsvc.runtime.slot import Slot
from imgsvc.runtime.turns import Turns

_LOG = logging.getLogger("imgsvc.runtime")

# Between two looks at the clock while anybody is there.
_TICK_SECONDS = 0.1
# With nobody there and nothing to do, until it sleeps.
_AWAKE_SECONDS = 1.0
# In files, of all answers together.
_MOST_SPOOLED_BYTES = 4 << 30

_COUNTED = {
    Fate.HEADER_TIMEOUT: Counter.HEADER_TIMEOUT,
    Fate.HEADER_GONE: Counter.HEADER_GONE,
    Fate.WRITE_TIMEOUT: Counter.WRITE_TIMEOUT,
    Fate.WRITE_GONE: Counter.WRITE_GONE,
}
# Not all that was sent was taken: nobody may think that it was all.
_BROKEN = frozenset({Fate.WRITE_TIMEOUT, Fate.WRITE_GONE})


class ConnectionThread(threading.Thread):
    """Start it after the fork; `take` gives back the requests that are complete."""

    def __init__(
        self,
        settings: RuntimeSettings,
        slot: Slot,
        max_connections: int,
        listeners: Sequence[socket.socket] = (),
        overload: Overload | None = None,
        turns: Turns | None = None,
        opened: float = -math.inf,
        health: HealthChecks | None = None,
    ) -> None:
        super().__init__(name="connections", daemon=True)
        self._settings = settings
        self._slot = slot
        self._max_connections = max_connections
        self._inbox: deque[tuple[Connection, Phase]] = deque()
        self._complete: deque[Connection] = deque()
        self._wake, self.complete_descriptor = (os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC) for _ in range(2))
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._wake, selectors.EVENT_READ)
        door = Door(listeners, settings, slot, self._turn_away, opened)
        turns = Turns() if turns is None else turns
        self._health = health or HealthChecks()
        self._doorkeeper = Doorkeeper(
            door, self._complete, turns, overload, self._health, settings.queue_timeout, slot.fetching_seconds
        )
        # In the order in which they came.
        self._guests: dict[int, Guest] = {}
        self._most_held = settings.max_unsent_megabytes << 20
        self._stops_at = math.inf
        self._looked = 0.0
        self._minds_door = False
        self._sleeps = False
        self._wanted_at = 0.0

    def read_on(self, connection: Connection) -> None:
        """Wait for the rest of a request."""
        self._hand_over(connection, Phase.READING)

    def see_off(self, connection: Connection) -> None:
        """Send the rest of an answer, and close."""
        self._hand_over(connection, Phase.SENDING)

    def take(self) -> Connection | None:
        """A request that is complete now."""
        with suppress(BlockingIOError):
            os.eventfd_read(self.complete_descriptor)
        # The doorkeeper may take one away between two lines.
        with suppress(IndexError):
            return self._complete.popleft()
        return None

    @property
    def is_empty(self) -> bool:
        """Whether nobody is here, and nobody on the way in."""
        return not (self._guests or self._inbox)

    @property
    def has_requests(self) -> bool:
        """Whether a request is here that is complete, or may become so."""
        coming = any(phase is Phase.READING for _, phase in list(self._inbox))
        return coming or bool(self._complete) or any(g.phase is Phase.READING for g in list(self._guests.values()))

    def finish(self, seconds: float) -> bool:
        """Let those who are here finish, within `seconds`, and end; whether all of them could."""
        self._stops_at = time.monotonic() + seconds
        os.eventfd_write(self._wake, 1)
        self.join(seconds + 2 * _TICK_SECONDS)
        return not self._guests

    @property
    def _is_stopping(self) -> bool:
        return self._stops_at != math.inf

    def run(self) -> None:
        """Serve everybody a little, again and again."""
        try:
            while time.monotonic() < self._stops_at and not (self._is_stopping and self.is_empty):
                self._turn()
        except Exception:  # noqa: BLE001 (whatever it is, the worker must learn of it)
            _LOG.exception("the connection thread failed; its worker goes")
        finally:
            for connection in [guest.connection for guest in self._guests.values()] + [new for new, _ in self._inbox]:
                connection.reset()
            os.eventfd_write(self.complete_descriptor, 1)

    def mind_the_door(self, *, is_minded: bool) -> None:
        """While its worker is busy, nobody else looks after the queue."""
        self._minds_door = is_minded
        # PERF: under load it looks up by itself, and need not be woken for each request.
        if is_minded and self._sleeps:
            os.eventfd_write(self._wake, 1)

    def _turn(self) -> None:
        timeout: float | None = self._look_after_queue() if self._minds_door else _TICK_SECONDS
        if self._is_wanted():
            self._wanted_at = time.monotonic()
        elif time.monotonic() > self._wanted_at + _AWAKE_SECONDS:
            timeout, self._sleeps = None, True
            if self._is_wanted():
                timeout = 0.0
        events = self._selector.select(timeout)
        self._sleeps = False
        for key, _ in events:
            if key.fd == self._wake:
                with suppress(BlockingIOError):
                    os.eventfd_read(self._wake)
            elif guest := self._guests.get(key.fd):
                self._settle(key.fd, guest, guest.advance())
        self._let_in()
        self._look_at_the_clock()

    def _is_wanted(self) -> bool:
        return bool(self._guests or self._inbox or self._is_stopping or self._minds_door)

    def _hand_over(self, connection: Connection, phase: Phase) -> None:
        self._inbox.append((connection, phase))
        os.eventfd_write(self._wake, 1)

    def _let_in(self) -> None:
        while self._inbox:
            self._take_in(*self._inbox.popleft())

    def _take_in(self, connection: Connection, phase: Phase) -> None:
        guest = Guest(connection, phase, self._seconds(phase), self._settings.min_write_rate)
        fate = guest.advance()
        if fate is not Fate.STAYS:
            self._leave(guest, fate)
            return
        try:
            self._selector.register(connection.fileno(), guest.events, guest.phase)
        except (OSError, ValueError):
            connection.discard()
            return
        self._guests[connection.fileno()] = guest
        self._make_room()

    def _seconds(self, phase: Phase) -> float:
        reads = phase is Phase.READING
        return self._settings.read_request_timeout if reads else self._settings.write_response_timeout

    def _look_after_queue(self) -> float:
        pause = self._doorkeeper.look(lambda connection: self._take_in(connection, Phase.READING))
        self._slot.gauge(Gauge.IN_HAND, len(self._complete))
        if self._complete:
            # The worker may have looked just while they were looked through.
            os.eventfd_write(self.complete_descriptor, 1)
        return pause

    def _turn_away(self, connection: Connection) -> None:
        if not bid_farewell(connection):
            self._take_in(connection, Phase.SENDING)

    def _settle(self, descriptor: int, guest: Guest, fate: Fate) -> None:
        """Keep the guest, with what it waits for now, or let it go."""
        if fate is not Fate.STAYS:
            self._forget(descriptor)
            self._leave(guest, fate)
        elif (key := self._selector.get_key(descriptor)).data is not guest.phase:
            with suppress(OSError, ValueError, KeyError):
                self._selector.modify(key.fd, guest.events, guest.phase)

    def _forget(self, descriptor: int) -> None:
        self._guests.pop(descriptor, None)
        with suppress(OSError, ValueError, KeyError):
            self._selector.unregister(descriptor)

    def _leave(self, guest: Guest, fate: Fate) -> None:
        if fate is Fate.COMPLETE:
            goes_first = self._health.is_asked_by(guest.connection)
            (self._complete.appendleft if goes_first else self._complete.append)(guest.connection)
            os.eventfd_write(self.complete_descriptor, 1)
            return
        if counter := _COUNTED.get(fate):
            self._slot.count(counter)
        if fate is Fate.HEADER_TIMEOUT:
            self._slot.count_status(408)
        if fate is Fate.WRITE_TIMEOUT:
            _LOG.warning("A client did not take its answer in time, and was cut off")
        self._slot.count(Counter.BYTES_SENT_LATER, guest.connection.sent_bytes)
        if fate in _BROKEN:
            guest.connection.reset()
        else:
            guest.connection.discard()

    def _make_room(self) -> None:
        while len(self._guests) > self._max_connections:
            self._evict(next(iter(self._guests)))
        self._bound({number: each.connection.held_bytes for number, each in self._guests.items()}, self._most_held)
        files = {number: each.connection.unsent_bytes for number, each in self._guests.items()}
        self._bound(files, self._most_held + _MOST_SPOOLED_BYTES)

    def _bound(self, sizes: dict[int, int], limit: int) -> None:
        """Reset the oldest ones until the others together have no more than `limit`; the newest one stays."""
        total = sum(sizes.values())
        for number in [number for number, size in sizes.items() if size][:-1]:
            if total <= limit:
                return
            total -= sizes[number]
            self._evict(number)

    def _evict(self, descriptor: int) -> None:
        guest = self._guests[descriptor]
        self._forget(descriptor)
        self._slot.count(Counter.EVICTED)
        guest.connection.reset()

    def _look_at_the_clock(self) -> None:
        now = time.monotonic()
        if now < self._looked + _TICK_SECONDS:
            return
        self._looked = now
        for descriptor, guest in list(self._guests.items()):
            self._settle(descriptor, guest, guest.expire(now))
        self._report()

    def _report(self) -> None:
        reading = sum(guest.phase is Phase.READING for guest in self._guests.values())
        self._slot.gauge(Gauge.READING, reading)
        self._slot.gauge(Gauge.IN_HAND, len(self._complete))
        self._slot.gauge(Gauge.SENDING, len(self._guests) - reading)
        self._slot.gauge(Gauge.UNSENT_BYTES, sum(guest.connection.unsent_bytes for guest in self._guests.values()))

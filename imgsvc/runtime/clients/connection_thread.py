"""The one thread of a worker that waits for clients: it reads slow requests, sends slow answers, and says good-bye.

It does no image work, takes no lock, and outlives every error of a single connection; it holds so many sockets and
bytes and no more (guest_list.py). A worker whose thread is dead must go (`is_alive`).
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

from imgsvc.runtime.board.layout import Counter, Gauge
from imgsvc.runtime.board.slot import Slot
from imgsvc.runtime.clients.complete import CompleteRequests
from imgsvc.runtime.clients.connection import Connection
from imgsvc.runtime.clients.door import Door
from imgsvc.runtime.clients.doorkeeping import Doorkeeper
from imgsvc.runtime.clients.guest_list import GuestList
from imgsvc.runtime.clients.guests import Fate, Guest, Phase, bid_farewell
from imgsvc.runtime.clients.health import HealthDesk
from imgsvc.runtime.clients.overload import Overload
from imgsvc.runtime.clients.refusals import Refusals
from imgsvc.runtime.clients.shared_queue import SharedQueue
from imgsvc.runtime.clients.turns import Turns
from imgsvc.runtime.http.health_checks import HealthChecks
from imgsvc.runtime.settings import RuntimeSettings

_LOG = logging.getLogger("imgsvc.runtime")

# Between two looks at the clock while anybody is there.
_TICK_SECONDS = 0.1
# With nobody there and nothing to do, until it sleeps.
_AWAKE_SECONDS = 1.0


class ConnectionThread(threading.Thread):
    """Start it after the fork; `take` gives back the requests that are complete."""

    def __init__(
        self,
        settings: RuntimeSettings,
        slot: Slot,
        refusals: Refusals,
        max_connections: int,
        listeners: Sequence[socket.socket] = (),
        overload: Overload | None = None,
        turns: Turns | None = None,
        opened: float = -math.inf,
        health: HealthChecks | None = None,
        shared: SharedQueue | None = None,
    ) -> None:
        super().__init__(name="connections", daemon=True)
        self._settings = settings
        self._slot = slot
        self._refusals = refusals
        self._inbox: deque[tuple[Connection, Phase]] = deque()
        self._complete = CompleteRequests()
        self.complete_descriptor = self._complete.descriptor
        self._wake = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._wake, selectors.EVENT_READ)
        self._turns = Turns() if turns is None else turns
        self._health = HealthDesk(health or HealthChecks(), refusals)
        door = Door(listeners, settings, slot, refusals, self._turn_away, opened, health, shared)
        self._doorkeeper = Doorkeeper(
            door, self._complete, self._turns, overload, self._health, settings.queue_timeout, slot.fetching_seconds
        )
        self._guests = GuestList(self._selector, settings, max_connections)
        self._stops_at = math.inf
        self._looked = 0.0
        self._minds_door, self._busy_since = False, 0.0
        self._leaves_queue = False
        self._sleeps = False
        self._wanted_at = 0.0

    def read_on(self, connection: Connection) -> None:
        """Wait for the rest of a request."""
        self._hand_over(connection, Phase.READING)

    def see_off(self, connection: Connection) -> None:
        """Send the rest of an answer, and close."""
        self._hand_over(connection, Phase.SENDING)

    def take(self) -> Connection | None:
        """A request that is complete now; while there is another one, `complete_descriptor` stays readable."""
        return self._complete.take()

    @property
    def is_empty(self) -> bool:
        """Whether nobody is here, and nobody on the way in."""
        return not (self._guests or self._inbox)

    @property
    def has_requests(self) -> bool:
        """Whether a request is here that is complete, or may become so."""
        coming = any(phase is Phase.READING for _, phase in list(self._inbox))
        return coming or bool(len(self._complete)) or any(guest.phase is Phase.READING for guest in self._guests)

    def finish(self, seconds: float) -> bool:
        """Refuse whose requests nobody will serve, let the others finish within `seconds`; whether all could."""
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
            while time.monotonic() < self._stops_at and not (self._is_stopping and self._is_done):
                self._turn()
        except Exception:  # noqa: BLE001 (whatever it is, the worker must learn of it)
            _LOG.exception("the connection thread failed; its worker goes")
        finally:
            with suppress(Exception):
                self._refuse_all()
            for guest in self._guests:
                self._slot.count(Counter.BYTES_SENT, guest.connection.count_sent())
                # Of who lingers the kernel has all, and goes on sending.
                (guest.connection.discard if guest.phase is Phase.LINGERING else guest.connection.reset)()
            self._complete.wake()

    def mind_the_door(self, *, is_minded: bool) -> None:
        """While its worker is busy, nobody else looks after the queue."""
        self._busy_since, self._minds_door = time.monotonic(), is_minded
        # PERF: under load it looks up by itself, and need not be woken for each request.
        if is_minded and self._sleeps:
            os.eventfd_write(self._wake, 1)

    def leave_queue(self) -> None:
        """Let nobody in any more: others go on listening, and the accept queue is theirs."""
        self._leaves_queue = True

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
            elif guest := self._guests.of(key.fd):
                self._settle(guest, guest.advance())
        self._let_in()
        if self._is_stopping:
            self._refuse_all()
        self._look_at_the_clock()

    def _let_in(self) -> None:
        while self._inbox:
            self._take_in(*self._inbox.popleft())

    @property
    def _is_done(self) -> bool:
        return self.is_empty and not len(self._complete) and not len(self._turns)

    def _is_wanted(self) -> bool:
        return bool(self._guests or self._inbox or self._is_stopping or self._minds_door)

    def _hand_over(self, connection: Connection, phase: Phase) -> None:
        self._inbox.append((connection, phase))
        os.eventfd_write(self._wake, 1)

    def _take_in(self, connection: Connection, phase: Phase) -> None:
        guest = Guest(connection, phase, self._seconds(phase), self._settings.min_write_rate)
        fate = guest.advance()
        if fate is not Fate.STAYS:
            self._leave(guest, fate)
        elif self._guests.admit(guest):
            self._make_room()
        else:
            connection.discard()

    def _seconds(self, phase: Phase) -> float:
        reads = phase is Phase.READING
        return self._settings.read_request_timeout if reads else self._settings.write_response_timeout

    def _look_after_queue(self) -> float:
        if self._is_stopping:
            return _TICK_SECONDS
        pause = self._doorkeeper.look(
            lambda connection: self._take_in(connection, Phase.READING),
            time.monotonic() - self._busy_since,
            leaves_queue=self._leaves_queue,
        )
        self._slot.gauge(Gauge.IN_HAND, len(self._complete))
        return pause

    def _turn_away(self, connection: Connection) -> None:
        if not bid_farewell(connection, self._slot):
            self._take_in(connection, Phase.SENDING)

    def _refuse_all(self) -> None:
        """The worker goes, and serves nobody any more; who has a request here may come again."""
        self._let_in()
        waiting = [guest for guest in self._guests if guest.phase is Phase.READING]
        for guest in waiting:
            self._guests.forget(guest)
        connections = [guest.connection for guest in waiting]
        for connection in [*connections, *self._complete.overdue(math.inf), *self._turns.give_up()]:
            if not connection.received:
                connection.discard()
            elif self._refusals.refuse(connection, Counter.WORKER_ENDED):
                self._turn_away(connection)

    def _settle(self, guest: Guest, fate: Fate) -> None:
        """Keep the guest, with what it waits for now, or let it go."""
        if fate is not Fate.STAYS:
            self._guests.forget(guest)
            self._leave(guest, fate)
        else:
            self._guests.update(guest)

    def _leave(self, guest: Guest, fate: Fate) -> None:
        connection = guest.connection
        if fate is Fate.COMPLETE:
            self._settle_complete(connection)
            return
        self._slot.count(Counter.BYTES_SENT, connection.count_sent())
        if fate is Fate.HEADER_TIMEOUT:
            self._refusals.refuse(connection, Counter.HEADER_TIMEOUT, 408)
            self._turn_away(connection)
        elif fate is Fate.HEADER_GONE:
            self._refusals.let_go(connection, Counter.HEADER_GONE)
            connection.discard()
        elif fate is Fate.LEFT:
            connection.discard()
        else:
            self._cut_off(guest, Counter.WRITE_GONE if fate is Fate.WRITE_GONE else Counter.WRITE_TIMEOUT)

    def _settle_complete(self, connection: Connection) -> None:
        """Leave the request to the worker, but for health checks: they wait for nobody."""
        is_canary = self._health.is_canary(connection)
        if self._health.is_asked_by(connection) and not is_canary:
            self._health.answer(connection)
            self._turn_away(connection)
        else:
            self._complete.add(connection, goes_first=is_canary)

    def _cut_off(self, guest: Guest, why: Counter) -> None:
        """Not all that was sent was taken: nobody may think that it was all."""
        if why is Counter.WRITE_TIMEOUT:
            _LOG.warning("A client did not take its answer in time, and was cut off: %s", guest.connection.title)
        self._slot.count(why)
        guest.connection.reset()

    def _make_room(self) -> None:
        for guest in self._guests.surplus():
            self._guests.forget(guest)
            self._slot.count(Counter.BYTES_SENT, guest.connection.count_sent())
            if guest.phase is Phase.READING and guest.connection.received:
                self._refusals.refuse(guest.connection, Counter.EVICTED)
                guest.connection.discard()
            elif guest.phase is Phase.SENDING:
                _LOG.warning("There was no room for an answer, and it was cut off: %s", guest.connection.title)
                self._cut_off(guest, Counter.EVICTED)
            else:
                self._slot.count(Counter.EVICTED)
                guest.connection.discard()

    def _look_at_the_clock(self) -> None:
        now = time.monotonic()
        if now < self._looked + _TICK_SECONDS:
            return
        self._looked = now
        for guest in self._guests:
            self._settle(guest, guest.expire(now))
        self._make_room()
        self._refusals.tell()
        self._report()

    def _report(self) -> None:
        reading = sum(guest.phase is Phase.READING for guest in self._guests)
        self._slot.gauge(Gauge.READING, reading)
        self._slot.gauge(Gauge.IN_HAND, len(self._complete))
        self._slot.gauge(Gauge.SENDING, len(self._guests) - reading)
        self._slot.gauge(Gauge.UNSENT_BYTES, sum(guest.connection.unsent_bytes for guest in self._guests))

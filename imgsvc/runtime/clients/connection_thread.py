"""The one thread of a worker that waits for clients: it reads requests, sends slow answers, and lingers.

While the main thread is at a picture that takes, it accepts as well (newcomers.py).

It does no image work, waits for no lock, and outlives every error of a single connection; it holds so many sockets and
bytes and no more (client_list.py). A worker whose thread is dead must go (`is_alive`).
"""

import logging
import math
import os
import selectors
import threading
import time
from collections import deque
from contextlib import suppress

from imgsvc.runtime.board.layout import Counter, Gauge
from imgsvc.runtime.board.slot import Slot
from imgsvc.runtime.clients.client import Client, Phase, Progress, close_if_taken
from imgsvc.runtime.clients.client_list import ClientList
from imgsvc.runtime.clients.connection import Connection
from imgsvc.runtime.clients.newcomers import Newcomers
from imgsvc.runtime.clients.passing import Passing
from imgsvc.runtime.clients.refusals import Refusals
from imgsvc.runtime.clients.requests import Requests
from imgsvc.runtime.settings import RuntimeSettings

_LOG = logging.getLogger("imgsvc.runtime")

# Between two looks at the clock while anybody is there.
_TICK_SECONDS = 0.1
# PERF: for so long after the main thread was busy it is looked after, and this thread needs not be woken each time; a
# canary a second keeps nobody awake.
_ATTENDS_SECONDS = 0.1
# PERF: between two looks at it, whatever it is at: of many small pictures each would move that moment.
_ATTENDS_EVERY_SECONDS = 0.01
_LISTENER = object()


class ConnectionThread(threading.Thread):
    """Start it after the fork, with what accepts connections and with what serves requests."""

    def __init__(
        self, settings: RuntimeSettings, slot: Slot, refusals: Refusals, max_connections: int, passing: Passing | None
    ) -> None:
        super().__init__(name="connections", daemon=True)
        self._settings = settings
        self._slot = slot
        self._refusals = refusals
        self._passing = passing
        self._inbox: deque[tuple[Connection, Phase]] = deque()
        self._wake = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._wake, selectors.EVENT_READ)
        self._clients = ClientList(self._selector, settings, max_connections)
        self._stops_at = math.inf
        self._looked = 0.0
        self._looks_at = 0.0
        self._is_registered = self._sleeps = False
        self._attends_until = -math.inf

    def serve(self, newcomers: Newcomers, requests: Requests) -> None:
        """Begin."""
        self._newcomers, self._requests = newcomers, requests
        self._register(is_ours=newcomers.is_main_away)
        self.start()

    def attend(self) -> None:
        """The main thread begins something, and may be away for longer; a look of it at newcomers ends that."""
        self._attends_until = time.monotonic() + _ATTENDS_SECONDS
        self._newcomers.go_away()
        # Not before: what this thread sees when it wakes up is what it waits by.
        if self._sleeps:
            os.eventfd_write(self._wake, 1)

    def read(self, connection: Connection) -> None:
        """Read the rest of its request."""
        self._put(connection, Phase.READING)

    def _put(self, connection: Connection, phase: Phase) -> None:
        self._inbox.append((connection, phase))
        os.eventfd_write(self._wake, 1)

    def see_off(self, connection: Connection) -> None:
        """Send the rest of an answer, and close; any thread may say so."""
        if not close_if_taken(connection, self._slot):
            self._put(connection, Phase.SENDING)

    @property
    def is_empty(self) -> bool:
        """Whether nobody is here, and nobody on the way in."""
        return not (self._clients or self._inbox)

    @property
    def has_requests(self) -> bool:
        """Whether a request is here that may become whole."""
        return any(client.phase is Phase.READING for client in self._clients)

    def stop_accepting(self) -> None:
        """Let nobody in any more: others go on listening, and the accept queue is theirs."""
        self._newcomers.is_open = False
        os.eventfd_write(self._wake, 1)

    def finish(self, seconds: float) -> bool:
        """Pass on whose requests nobody will serve here, let the others finish within `seconds`; whether all could."""
        self._stops_at = time.monotonic() + seconds
        os.eventfd_write(self._wake, 1)
        self.join(seconds + 2 * _TICK_SECONDS)
        return not self._clients

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
                self._pass_on_all()
                self._let_in()
            for client in self._clients:
                self._slot.count(Counter.BYTES_SENT, client.connection.count_sent())
                # Of who lingers the kernel has all, and goes on sending.
                (client.connection.discard if client.phase is Phase.LINGERING else client.connection.reset)()

    def _turn(self) -> None:
        for key, _ in self._selector.select(self._longest_wait()):
            if key.fd == self._wake:
                with suppress(BlockingIOError):
                    os.eventfd_read(self._wake)
            elif key.data is not _LISTENER and (client := self._clients.of(key.fd)):
                self._settle(client, client.advance())
        self._sleeps = False
        self._let_in()
        if self._is_stopping:
            self._pass_on_all()
        else:
            self._accept()
            if len(self._requests) and time.monotonic() >= self._looks_at:
                self._looks_at = time.monotonic() + self._requests.look()
        self._look_at_the_clock()

    def _longest_wait(self) -> float | None:
        """Seconds until something has to be done; None while there is nobody."""
        # Asked once: it may go away meanwhile, and whoever is to be called must be registered.
        is_ours = self._newcomers.is_main_away
        self._register(is_ours=is_ours)
        if (wait := self._wait(is_ours=is_ours)) == math.inf:
            self._sleeps = True
            # Whoever came since did not see it sleep.
            wait = self._wait(is_ours=is_ours)
        return None if wait == math.inf else wait

    def _wait(self, *, is_ours: bool) -> float:
        now = time.monotonic()
        wait = math.inf if self.is_empty and not self._is_stopping else _TICK_SECONDS
        if len(self._requests):
            wait = min(wait, max(0.0, self._looks_at - now))
        if is_ours:
            return min(wait, self._newcomers.left_seconds())
        return min(wait, _ATTENDS_EVERY_SECONDS if now < self._attends_until else self._newcomers.away_seconds())

    def _accept(self) -> None:
        """Take newcomers in, where the main thread does not."""
        while self._newcomers.is_main_away and self._newcomers.let_in(self._begin):
            pass

    def _register(self, *, is_ours: bool) -> None:
        """Be called when somebody is there, unless he is the main thread's, or left to others for now."""
        found = self._newcomers
        wants = found.is_open and is_ours and found.left_seconds() == math.inf and not self._is_stopping
        if wants == self._is_registered:
            return
        self._is_registered = wants
        for descriptor in self._newcomers.descriptors:
            if wants:
                self._selector.register(descriptor, selectors.EVENT_READ, _LISTENER)
            else:
                self._selector.unregister(descriptor)

    def _begin(self, connection: Connection) -> None:
        """A connection that was just accepted."""
        if connection.is_complete():
            self._requests.take_in(connection)
        else:
            self._take_in(connection, Phase.READING)

    def _let_in(self) -> None:
        while self._inbox:
            self._take_in(*self._inbox.popleft())

    @property
    def _is_done(self) -> bool:
        return self.is_empty and not len(self._requests)

    def _take_in(self, connection: Connection, phase: Phase) -> None:
        client = Client(connection, phase, self._seconds(phase), self._settings.min_write_rate)
        progress = client.advance()
        if progress is not Progress.STAYS:
            self._leave(client, progress)
        elif self._clients.admit(client):
            self._make_room()
        else:
            connection.discard()

    def _seconds(self, phase: Phase) -> float:
        reads = phase is Phase.READING
        return self._settings.read_request_timeout if reads else self._settings.write_response_timeout

    def _pass_on_all(self) -> None:
        """The worker goes: another one serves who has a request here, or he may come again."""
        self._let_in()
        waiting = [client for client in self._clients if client.phase is Phase.READING]
        for client in waiting:
            self._clients.forget(client)
        for connection in [*(client.connection for client in waiting), *self._requests.give_up()]:
            if not connection.received:
                connection.discard()
            elif not (self._passing and self._requests.is_another_there() and self._passing.put(connection)):
                self._refusals.refuse(connection, Counter.WORKER_ENDED)
                self.see_off(connection)

    def _settle(self, client: Client, progress: Progress) -> None:
        """Keep the client, with what it waits for now, or let it go."""
        if progress is not Progress.STAYS:
            self._clients.forget(client)
            self._leave(client, progress)
        else:
            self._clients.update(client)

    def _leave(self, client: Client, progress: Progress) -> None:
        connection = client.connection
        if progress is Progress.COMPLETE:
            self._requests.take_in(connection)
            return
        self._slot.count(Counter.BYTES_SENT, connection.count_sent())
        if progress is Progress.HEADER_TIMEOUT:
            self._refusals.refuse(connection, Counter.HEADER_TIMEOUT, 408)
            self.see_off(connection)
        elif progress is Progress.HEADER_GONE:
            self._refusals.let_go(connection, Counter.HEADER_GONE)
            connection.discard()
        elif progress is Progress.LEFT:
            connection.discard()
        else:
            self._cut_off(client, Counter.WRITE_GONE if progress is Progress.WRITE_GONE else Counter.WRITE_TIMEOUT)

    def _cut_off(self, client: Client, why: Counter) -> None:
        """Not all that was sent was taken: nobody may think that it was all."""
        if why is Counter.WRITE_TIMEOUT:
            _LOG.warning("A client did not take its answer in time, and was cut off: %s", client.connection.title)
        self._slot.count(why)
        client.connection.reset()

    def _make_room(self) -> None:
        for client in self._clients.surplus():
            self._clients.forget(client)
            self._slot.count(Counter.BYTES_SENT, client.connection.count_sent())
            if client.phase is Phase.READING and client.connection.received:
                self._refusals.refuse(client.connection, Counter.EVICTED)
                client.connection.discard()
            elif client.phase is Phase.SENDING:
                _LOG.warning("There was no room for an answer, and it was cut off: %s", client.connection.title)
                self._cut_off(client, Counter.EVICTED)
            else:
                self._slot.count(Counter.EVICTED)
                client.connection.discard()

    def _look_at_the_clock(self) -> None:
        now = time.monotonic()
        if now < self._looked + _TICK_SECONDS:
            return
        self._looked = now
        for client in self._clients:
            self._settle(client, client.expire(now))
        self._make_room()
        self._refusals.tell()
        self._report()

    def _report(self) -> None:
        reading = sum(client.phase is Phase.READING for client in self._clients)
        self._slot.gauge(Gauge.READING, reading)
        self._slot.gauge(Gauge.SENDING, len(self._clients) - reading)
        self._slot.gauge(Gauge.UNSENT_BYTES, sum(client.connection.unsent_bytes for client in self._clients))

"""Takes connections out of the accept queue: who left is dropped, who waited too long is refused, without any work."""

import errno
import logging
import math
import socket
import time
from collections.abc import Callable, Sequence

from imgsvc.runtime.board.layout import Counter
from imgsvc.runtime.board.slot import Slot
from imgsvc.runtime.clients.connection import Connection
from imgsvc.runtime.clients.disconnect import arrival, is_gone
from imgsvc.runtime.clients.refusals import Refusals
from imgsvc.runtime.clients.shared_queue import SharedQueue
from imgsvc.runtime.http.health_checks import HealthChecks
from imgsvc.runtime.settings import RuntimeSettings

_LOG = logging.getLogger("imgsvc.runtime")

_NOBODY = frozenset({errno.EAGAIN, errno.EWOULDBLOCK, errno.ECONNABORTED, errno.EINTR})
# There is somebody, but nothing to take him with: the queue would wake the worker again at once.
_PAUSE_SECONDS = 0.05
# Who left or is refused in one go; then whoever opened it looks after others first.
_MOST_TURNED_AWAY = 256


class Door:
    """A worker's way to its listeners; `see_off` sends the rest of a refusal.

    `opened` is when the server began to serve a queue that was there before it, by time.monotonic().
    """

    def __init__(
        self,
        listeners: Sequence[socket.socket],
        settings: RuntimeSettings,
        slot: Slot,
        refusals: Refusals,
        see_off: Callable[[Connection], None],
        opened: float = -math.inf,
        health: HealthChecks | None = None,
        shared: SharedQueue | None = None,
    ) -> None:
        self._listeners = listeners
        self._settings = settings
        self._slot = slot
        self._refusals = refusals
        self.see_off = see_off
        self._opened = opened
        self._health = health or HealthChecks()
        self._shared = shared

    def open(self) -> Connection | None:
        """The next connection, complete or not, whose client still waits and has not waited too long.

        None: nobody is there, or so many were turned away that it is time for something else.
        """
        if connection := self.open_shared():
            return connection
        for _ in range(_MOST_TURNED_AWAY):
            if not (connection := self._accept_any()):
                break
            if self.enter(connection):
                return connection
        return None

    def open_shared(self, *, first: bool = False) -> Connection | None:
        """As `open`, of those whom another worker has let in: of those who go `first`, or of the others."""
        if self._shared is None or self._shared.is_empty():
            return None
        for _ in range(_MOST_TURNED_AWAY):
            if not (found := self._shared.take(first=first)):
                break
            connection, since = found
            if self.enter(connection, since):
                return connection
        return None

    def look(self) -> Connection | None:
        """The next connection of the accept queue, with all that it said still unread."""
        connection = self._accept_any()
        if connection:
            connection.peek()
        return connection

    def has_room(self) -> bool:
        """Whether there is somewhere to hand them on to."""
        return self._shared is not None and self._shared.has_room()

    def hand_on(self, connection: Connection, *, goes_first: bool = False) -> bool:
        """Leave a connection of which nothing is read to whichever worker is free first; whether there is room."""
        since = time.monotonic() - arrival(connection).waited_seconds
        return bool(self._shared and self._shared.put(connection, since, goes_first=goes_first))

    def may_pass(self, connection: Connection) -> bool:
        """Whether a request that waited on our side may still be served; if not, it is refused or dropped here."""
        if is_gone(connection):
            return self._has_left(connection)
        return self._is_in_time(connection)

    def refuse(self, connection: Connection, why: Counter = Counter.QUEUE_TOO_OLD) -> None:
        """Answer 503 at once."""
        self._refusals.refuse(connection, why)
        self.see_off(connection)

    def _is_in_time(self, connection: Connection) -> bool:
        """Whether it has not waited for too long; who has not said all has not begun, and health checks may wait."""
        if not connection.is_complete() or time.monotonic() - connection.queued <= self._settings.queue_timeout:
            return True
        if self._health.is_asked_by(connection.received):
            return True
        self.refuse(connection)
        return False

    def _has_left(self, connection: Connection) -> bool:
        self._refusals.let_go(connection, Counter.QUEUE_CLIENT_GONE)
        connection.discard()
        return False

    def enter(self, connection: Connection, since: float = math.inf) -> bool:
        """Read what it said; whether it still waits, and not for too long, `since` its moment where that is known."""
        found = arrival(connection)
        waited = found.waited_seconds or max(0.0, connection.arrived - since)
        try:
            connection.fill()
        except OSError:
            return self._has_left(connection)
        if found.is_gone:
            return self._has_left(connection)
        # Who came while the server was being replaced has not waited for this one, and has a whole request's time.
        connection.has_waited(waited, self._opened)
        connection.limit(self._settings.write_response_timeout)
        return self._is_in_time(connection)

    def _accept_any(self) -> Connection | None:
        for listener in self._listeners:
            if connection := self._accept(listener):
                self._slot.count(Counter.CONNECTIONS)
                return connection
        return None

    def _accept(self, listener: socket.socket) -> Connection | None:
        try:
            client, peer = listener.accept()
        except OSError as error:
            if error.errno not in _NOBODY:
                _LOG.error("no connection can be accepted: %s", error)
                time.sleep(_PAUSE_SECONDS)
            return None
        return Connection.adopt(client, peer, listener.getsockname())

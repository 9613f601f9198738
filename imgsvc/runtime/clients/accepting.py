"""Takes connections out of the accept queue: who left is dropped, who waited too long is refused, without any work."""

import errno
import logging
import math
import select
import socket
import time
from collections.abc import Callable, Sequence

from imgsvc.runtime import kernel
from imgsvc.runtime.board.layout import Counter
from imgsvc.runtime.board.slot import Slot
from imgsvc.runtime.clients.connection import Connection
from imgsvc.runtime.clients.disconnect import arrival
from imgsvc.runtime.clients.passing import Passing
from imgsvc.runtime.clients.refusals import Refusals
from imgsvc.runtime.http.health_checks import HealthChecks
from imgsvc.runtime.settings import RuntimeSettings

_LOG = logging.getLogger("imgsvc.runtime")

_NOBODY = frozenset({errno.EAGAIN, errno.EWOULDBLOCK, errno.ECONNABORTED, errno.EINTR})
# There is somebody, but nothing to take him with: the queue would wake the worker again at once.
_PAUSE_SECONDS = 0.05


class Acceptor:
    """A worker's way to its listeners, and to what others pass on; `see_off` sends the rest of a refusal.

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
        passing: Passing | None = None,
    ) -> None:
        self._listeners = listeners
        self._settings = settings
        self._slot = slot
        self._refusals = refusals
        self._see_off = see_off
        self._opened = opened
        self._health = health or HealthChecks()
        self._passing = passing
        self.descriptors = [*listeners, *([passing.readable] if passing else [])]

    def is_wanted(self) -> bool:
        """Whether anybody is there."""
        return any(kernel.ready(each.fileno(), select.POLLIN) for each in self.descriptors)

    def accept(self, take_in: Callable[[Connection], None]) -> bool:
        """Take in the next one, read as far as it has come, unless it has left or waited too long; whether one came."""
        if (passed := self._passing.take() if self._passing else None) is not None:
            take_in(passed)
        elif (connection := self._accept_any()) is None:
            return False
        elif self._enter(connection):
            take_in(connection)
        return True

    def _enter(self, connection: Connection) -> bool:
        """Read what it said; whether it still waits, and not for too long."""
        found = arrival(connection)
        try:
            connection.fill()
        except OSError:
            return self._has_left(connection)
        if found.is_gone:
            return self._has_left(connection)
        # Who came while the server was being replaced has not waited for this one, and has a whole request's time.
        connection.has_waited(found.waited_seconds, self._opened)
        connection.limit(self._settings.write_response_timeout)
        return self._is_in_time(connection)

    def _is_in_time(self, connection: Connection) -> bool:
        """Whether it has not waited for too long; who has not said all has not begun, and health checks may wait."""
        if not connection.is_complete() or time.monotonic() - connection.queued <= self._settings.queue_timeout:
            return True
        if self._health.is_asked_by(connection.received):
            return True
        self._refusals.refuse(connection, Counter.QUEUE_TOO_OLD)
        self._see_off(connection)
        return False

    def _has_left(self, connection: Connection) -> bool:
        self._refusals.let_go(connection, Counter.QUEUE_CLIENT_GONE)
        connection.discard()
        return False

    def _accept_any(self) -> Connection | None:
        for listener in self._listeners:
            if connection := self._accept(listener):
                self._slot.count(Counter.CONNECTIONS)
                return connection
        return None

    def _accept(self, listener: socket.socket) -> Connection | None:
        # PERF: asked once more after each newcomer.
        if not kernel.ready(listener.fileno(), select.POLLIN):
            return None
        try:
            client, peer = listener.accept()
        except OSError as error:
            if error.errno not in _NOBODY:
                _LOG.error("no connection can be accepted: %s", error)
                time.sleep(_PAUSE_SECONDS)
            return None
        return Connection.adopt(client, peer, listener.getsockname())

"""Takes connections out of the accept queue: who left is dropped, who waited too long is refused, without any work."""

import errno
import logging
import math
import socket
import time
from collections.abc import Callable, Sequence

from imgsvc.runtime.connection import Connection
from imgsvc.runtime.disconnect import arrival, is_gone
from imgsvc.runtime.layout import Counter
from imgsvc.runtime.refusals import Refusals
from imgsvc.runtime.settings import RuntimeSettings
from imgsvc.runtime.slot import Slot

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
    ) -> None:
        self._listeners = listeners
        self._settings = settings
        self._slot = slot
        self._refusals = refusals
        self._see_off = see_off
        self._opened = opened

    def open(self) -> Connection | None:
        """The next connection, complete or not, whose client still waits and has not waited too long.

        None: nobody is there, or so many were turned away that it is time for something else.
        """
        for listener in self._listeners:
            for _ in range(_MOST_TURNED_AWAY):
                if not (connection := self._accept(listener)):
                    break
                if self._enters(connection):
                    return connection
        return None

    def may_pass(self, connection: Connection) -> bool:
        """Whether a request that waited on our side may still be served; if not, it is refused or dropped here."""
        if is_gone(connection):
            return self._has_left(connection)
        return self._is_in_time(connection)

    def refuse(self, connection: Connection, why: Counter = Counter.QUEUE_TOO_OLD) -> None:
        """Answer 503 at once."""
        self._refusals.refuse(connection, why)
        self._see_off(connection)

    def _is_in_time(self, connection: Connection) -> bool:
        """Whether it has not waited for too long; who has not said all has not begun to wait."""
        if connection.is_complete() and time.monotonic() - connection.queued > self._settings.queue_timeout:
            self.refuse(connection)
            return False
        return True

    def _has_left(self, connection: Connection) -> bool:
        self._refusals.let_go(connection, Counter.QUEUE_CLIENT_GONE)
        connection.discard()
        return False

    def _enters(self, connection: Connection) -> bool:
        self._slot.count(Counter.CONNECTIONS)
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

    def _accept(self, listener: socket.socket) -> Connection | None:
        try:
            client, peer = listener.accept()
        except OSError as error:
            if error.errno not in _NOBODY:
                _LOG.error("no connection can be accepted: %s", error)
                time.sleep(_PAUSE_SECONDS)
            return None
        return Connection.adopt(client, peer, listener.getsockname())

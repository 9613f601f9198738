"""Takes connections out of the accept queue: who left is dropped, who waited too long is refused, without any work."""

import errno
import logging
import math
import socket
import time
from collections.abc import Callable, Sequence

from imgsvc.runtime.answers import answer
from imgsvc.runtime.connection import Connection
from imgsvc.runtime.disconnect import arrival, is_gone
from imgsvc.runtime.layout import Counter
from imgsvc.runtime.settings import RuntimeSettings
from imgsvc.runtime.slot import Slot

_LOG = logging.getLogger("imgsvc.runtime")

_NOBODY = frozenset({errno.EAGAIN, errno.EWOULDBLOCK, errno.ECONNABORTED, errno.EINTR})
# There is somebody, but nothing to take him with: the queue would wake the worker again at once.
_PAUSE_SECONDS = 0.05


class Door:
    """A worker's way to its listeners; `see_off` sends the rest of a refusal.

    `opened` is when the server began to serve a queue that was there before it, by time.monotonic().
    """

    def __init__(
        self,
        listeners: Sequence[socket.socket],
        settings: RuntimeSettings,
        slot: Slot,
        see_off: Callable[[Connection], None],
        opened: float = -math.inf,
    ) -> None:
        self._listeners = listeners
        self._settings = settings
        self._slot = slot
        self._see_off = see_off
        self._opened = opened

    def open(self) -> Connection | None:
        """The next connection, complete or not, whose client still waits and has not waited too long."""
        for listener in self._listeners:
            while connection := self._accept(listener):
                if self._enters(connection):
                    return connection
        return None

    def may_pass(self, connection: Connection) -> bool:
        """Whether a request that waited on our side may still be served; if not, it is refused or dropped here."""
        if is_gone(connection):
            self._slot.count(Counter.QUEUE_CLIENT_GONE)
            connection.discard()
            return False
        if time.monotonic() - connection.arrived > self._settings.queue_timeout:
            self.refuse(connection)
            return False
        return True

    def refuse(self, connection: Connection, why: Counter = Counter.QUEUE_TOO_OLD) -> None:
        """Answer 503 at once."""
        self._slot.count(why)
        self._slot.count_status(503)
        try:
            connection.sendall(answer(503))
            connection.flush()
        except OSError:
            connection.discard()
        self._see_off(connection)

    def _enters(self, connection: Connection) -> bool:
        self._slot.count(Counter.CONNECTIONS)
        found = arrival(connection)
        # Who came while the server was being replaced has not waited for this one, and has a whole request's time.
        waited = min(found.waited_seconds, connection.arrived - self._opened)
        connection.arrived -= waited
        try:
            if found.is_gone:
                raise ConnectionResetError(errno.ECONNRESET, "the client left while it was in the queue")
            connection.fill()
        except OSError:
            self._slot.count(Counter.QUEUE_CLIENT_GONE)
            connection.discard()
            return False
        connection.limit(self._settings.write_response_timeout)
        if waited > self._settings.queue_timeout:
            self.refuse(connection)
            return False
        return True

    def _accept(self, listener: socket.socket) -> Connection | None:
        try:
            client, peer = listener.accept()
        except OSError as error:
            if error.errno not in _NOBODY:
                _LOG.error("no connection can be accepted: %s", error)
                time.sleep(_PAUSE_SECONDS)
            return None
        return Connection.adopt(client, peer, listener.getsockname())

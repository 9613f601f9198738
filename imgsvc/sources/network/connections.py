"""Connections to sources, and those to one host that are kept: urllib3's own, dialed through the guard.

What is overridden here, in response.py and in pool.py is all that the program relies on inside of requests and urllib3.
"""

import math
import queue
import select
import time
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPResponse, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util import SKIP_HEADER

from imgsvc.runtime import kernel
from imgsvc.runtime.scope import NotAtOnceError
from imgsvc.sources.budget import current
from imgsvc.sources.network.dialing import Dialer
from imgsvc.sources.network.response import FinalResponse
from imgsvc.sources.network.sockets import PatientSocket


class GuardedConnection(HTTPConnection):
    """A connection that its dialer opens, and that is not used again after lying idle."""

    response_class = FinalResponse

    dialer: Dialer
    idle_seconds: float
    used_at = 0.0
    has_answered = False
    # Its request was sent by who could not wait for the answer, of which nothing has been read: it was handed over.
    is_sent = False
    _is_kept = False

    def _new_conn(self) -> PatientSocket:
        return self.dialer.dial(self._dns_host, self.port)

    @property
    def is_connected(self) -> bool:
        """Whether it may be used again: of one that is closed, or has something to say unasked, nobody knows what."""
        if self.sock is None or time.monotonic() - self.used_at >= self.idle_seconds:
            return False
        return not kernel.ready(self.sock.fileno(), select.POLLIN)

    def putrequest(self, method: str, url: str, skip_host: bool = False, skip_accept_encoding: bool = False) -> None:
        """As the parent's, for the target that was checked: urllib3 has written some of it in another way."""
        super().putrequest(method, current().target or url, skip_host, skip_accept_encoding)

    def putheader(self, header: str, *values: Any) -> None:  # type: ignore[override]
        """As the parent's.

        PERF: which looks through each name and value with a regular expression or two, 3 us for a header; whatever is
        no plain line is still the parent's to refuse.
        """
        line = f"{header}: {values[0]}"
        if len(values) > 1 or not isinstance(values[0], str) or values[0] == SKIP_HEADER or not _is_one(line):
            super().putheader(header, *values)
        else:
            self._output(line.encode("latin-1"))  # type: ignore[attr-defined]  # typeshed leaves it out

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # urllib3 says so of its own
        """As the parent's; whoever cannot wait for it leaves it to who can, as long as nothing of it is there."""
        self.used_at = time.monotonic()
        # Of a TLS connection within another, nobody knows: what is no number is not equal to itself.
        came = getattr(self.sock, "came", math.nan)
        asked = self._response_options
        try:
            response = super().getresponse()
        except NotAtOnceError:
            if came == getattr(self.sock, "came", math.nan):
                self.is_sent = self._is_kept = True
                # What urllib3 remembers of a request that waits for its answer.
                self._response_options = asked
                current().hand_over(self)
            raise
        self.has_answered, self.is_sent = True, False
        return response

    def request(self, *args: Any, **keywords: Any) -> None:
        """As the parent's, unless it was sent before."""
        if not self.is_sent:
            super().request(*args, **keywords)

    def close(self) -> None:
        """As the parent's; but urllib3, which does so after any error, does not close what was handed over."""
        if not self._is_kept:
            super().close()
        self._is_kept = False


def _is_one(line: str) -> bool:
    return "\r" not in line and "\n" not in line


class GuardedTLSConnection(GuardedConnection, HTTPSConnection):
    """The same over TLS."""


class GuardedPool(HTTPConnectionPool):
    """The connections to one host."""

    ConnectionCls = GuardedConnection

    def __init__(self, dialer: Dialer, idle_seconds: float, *args: Any, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self._dialer = dialer
        self._idle_seconds = idle_seconds
        # The parent's placeholders are for those who wait for a connection. Here nobody does.
        self._idle.queue.clear()

    @property
    def _idle(self) -> Any:
        """A stack of the connections that nobody uses, the one that was used last on top."""
        return self.pool

    def _new_conn(self) -> Any:
        connection: Any = super()._new_conn()
        connection.dialer = self._dialer
        connection.idle_seconds = self._idle_seconds
        return connection

    def _get_conn(self, timeout: float | None = None) -> Any:
        """As the parent's; or the one that was handed over, and none of those kept for a fetch that had a dead one.

        Those that had lain idle longer than that one are no better. All others stay: they are other threads', or were
        seen alive since.
        """
        budget = current()
        if (connection := budget.handed_over()) is not None:
            budget.dials += not connection.has_answered
            return connection
        if budget.reuses:
            return super()._get_conn(timeout)
        self.close_idle(budget.began)
        return self._new_conn()

    def connected(self) -> GuardedConnection | None:
        """The one that was used last, if it may be used again."""
        try:
            connection: GuardedConnection = self._idle.get(block=False)
        except queue.Empty:
            return None
        if connection.is_connected:
            return connection
        connection.close()
        return None

    def _put_conn(self, conn: Any) -> None:
        """Keep it, or close what is too many; the parent warns of that."""
        if conn is None:
            return
        try:
            self._idle.put(conn, block=False)
        except queue.Full:
            conn.close()

    def idle_since(self) -> list[float]:
        """When the connections that nobody uses were used last."""
        with self._idle.mutex:
            return [each.used_at for each in self._idle.queue]

    def close_idle(self, used_before: float = -math.inf) -> None:
        """Close the connections that would not be used again: idle for too long, left by the other side, or older.

        A thread that wants one meanwhile finds all the others.
        """
        with self._idle.mutex:
            found = list(self._idle.queue)
            kept = [each for each in found if each.used_at >= used_before and each.is_connected]
            self._idle.queue[:] = kept
        for each in found:
            if each not in kept:
                each.close()


class GuardedTLSPool(GuardedPool, HTTPSConnectionPool):
    """The same over TLS."""

    ConnectionCls = GuardedTLSConnection

    def _validate_conn(self, conn: Any) -> None:
        # The parent also warns of each unverified certificate; here the operator has said that none is.
        if conn.is_closed:
            conn.connect()

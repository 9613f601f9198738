"""A client's connection that never makes its worker wait: what came in is read from memory, what cannot be sent stays.

Reading and sending take what the kernel gives at once. Who waits for the rest is the connection thread.
"""

import errno
import re
import select
import socket
import struct
import threading
import time
from collections import deque
from contextlib import suppress
from typing import Any, Self

from imgsvc.runtime.spool import Spool

# The request line and all headers, without what is behind them; more is answered 431.
MAX_HEAD_BYTES = 64 * 1024
HEAD_END = b"\r\n\r\n"
# RFC 9112 2.2: those before a request are passed over.
_EMPTY_LINES = re.compile(rb"(?:\r\n)+")
# A streamed answer may be ahead of its client by so much in memory, and by so much in a file; only then does its
# producer wait.
MAX_AHEAD_BYTES = 8 * 1024 * 1024
MAX_SPOOLED_BYTES = 1 << 30
# Of the file, in memory at a time.
_REFILL_BYTES = 1024 * 1024
# Buffers that one sendmsg may take, well under the kernel's 1024.
_PIECES = 64
_SLICE_SECONDS = 0.1
_AT_ONCE = int(socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)

# SO_LINGER, on, 0 s: close() resets, and the kernel drops what it still holds.
_RESET = struct.pack("ii", 1, 0)


class AnswerNotTakenError(ConnectionResetError):
    """The client did not take its answer in time; the connection is reset."""


class Connection(socket.socket):
    """An accepted socket with the request that it sent and the answer that it has yet to take.

    It belongs to one thread at a time: the worker's, then the connection thread's, and back.
    """

    received: bytes
    peer: Any
    listener: Any
    # What its request is called in the log; nothing that may be secret.
    title: str
    arrived: float
    # How long its producer may wait for it, on time.monotonic(); the request's own deadline.
    deadline: float
    # Whether the client may still be sending when it gets its answer: to close then could take that from it.
    has_more_to_come: bool
    # By how much its answer may be ahead of it.
    most_ahead_bytes: int
    sent_bytes: int
    unsent_bytes: int
    _unsent: deque[memoryview]
    # Behind `_unsent`.
    _spool: Spool | None
    _claim: threading.Lock

    @classmethod
    def adopt(cls, client: socket.socket, peer: Any = None, listener: Any = None) -> Self:
        """Take over `client`, just accepted."""
        family = client.family
        connection = cls(family, client.type, client.proto, fileno=client.detach())
        connection.setblocking(False)
        connection.received = b""
        connection.peer = peer
        connection.listener = listener
        connection.arrived = time.monotonic()
        connection.title = "a request without a name"
        connection.deadline = float("inf")
        connection.has_more_to_come = False
        connection.most_ahead_bytes = MAX_SPOOLED_BYTES
        connection.sent_bytes = connection.unsent_bytes = 0
        connection._unsent, connection._spool = deque(), None
        connection._claim = threading.Lock()
        return connection

    def limit(self, unacknowledged_seconds: float) -> None:
        """Set what the kernel shall do for it; a socket that is gone already says so later."""
        if self.family != socket.AF_UNIX:
            with suppress(OSError):
                self.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(unacknowledged_seconds * 1000))

    def fill(self) -> bool:
        """Read what has come; whether the head of the request is whole, or too long to be one.

        ConnectionResetError if the client has left instead.
        """
        try:
            data = super().recv(MAX_HEAD_BYTES)
        except BlockingIOError:
            return self.is_complete()
        if not data:
            raise ConnectionResetError(errno.ECONNRESET, "the client left before its request was whole")
        self.received += data
        if lines := _EMPTY_LINES.match(self.received):
            self.received = self.received[lines.end() :]
        return self.is_complete()

    def is_complete(self) -> bool:
        """Whether the worker can read the request without waiting."""
        return HEAD_END in self.received or len(self.received) >= MAX_HEAD_BYTES

    @property
    def head_bytes(self) -> int:
        """How long the head is, as far as it is here; what is behind it does not count."""
        end = self.received.find(HEAD_END)
        return len(self.received) if end < 0 else end + len(HEAD_END)

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        """Give gunicorn's parser what was received; behind that comes nothing: the application reads no bodies."""
        data, self.received = self.received[:bufsize], self.received[bufsize:]
        return data

    def drain(self) -> int:
        """Throw away what has come; how much it was, -1 if nothing has, 0 if the client closed."""
        try:
            return len(super().recv(MAX_HEAD_BYTES))
        except BlockingIOError:
            return -1

    def sendall(self, data: Any, flags: int = 0, /) -> None:
        """Take `data` into the answer, and send what the kernel takes now; the head waits for what follows it."""
        if self.unsent_bytes > self.most_ahead_bytes:
            self._wait_for_room()
        is_head = not (self.sent_bytes or self._unsent)
        view = memoryview(data).cast("B")
        if self._spooled_bytes() or self.unsent_bytes > MAX_AHEAD_BYTES:
            self._spool = Spool() if self._spool is None else self._spool
            self._spool.put(view)
        elif view:
            self._unsent.append(view)
        self.unsent_bytes += len(view)
        if not is_head:
            self.flush()

    def send(self, data: Any, flags: int = 0, /) -> int:
        """As sendall: what the kernel does not take is kept."""
        self.sendall(data)
        return len(memoryview(data))

    def flush(self) -> bool:
        """Send what the kernel takes; whether that is everything. OSError: the client is gone."""
        try:
            while self._unsent or self._refill():
                pieces = [piece for _, piece in zip(range(_PIECES), self._unsent, strict=False)]
                self._sent(self.sendmsg(pieces, (), _AT_ONCE))
        except BlockingIOError:
            return False
        return True

    def forget(self) -> None:
        """Drop an answer of which nothing is sent, to make another one."""
        self._unsent.clear()
        self.unsent_bytes = 0
        if self._spool is not None:
            self._spool.close()
            self._spool = None

    def claim(self) -> bool:
        """Take the right to answer, which the worker and its watchdog both want; only the first one gets it."""
        return self._claim.acquire(blocking=False)

    def reset(self) -> None:
        """Break the connection off, so that nobody takes what was sent for the whole."""
        with suppress(OSError):
            self.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.discard()

    def discard(self) -> None:
        """Close it, whatever it says."""
        with suppress(OSError):
            self.close()

    def close(self) -> None:
        """Close it, and let its answer go."""
        self.forget()
        super().close()

    @property
    def held_bytes(self) -> int:
        """What of the unsent bytes takes memory."""
        return self.unsent_bytes - self._spooled_bytes()

    def _spooled_bytes(self) -> int:
        return 0 if self._spool is None else len(self._spool)

    def _refill(self) -> bool:
        """Go on with what is in the file; whether there is anything."""
        if self._spool is None or not len(self._spool):
            return False
        self._unsent.append(memoryview(self._spool.take(_REFILL_BYTES)))
        return True

    def _sent(self, count: int) -> None:
        self.sent_bytes += count
        self.unsent_bytes -= count
        while count:
            piece = self._unsent[0]
            if count < len(piece):
                self._unsent[0] = piece[count:]
                return
            count -= len(piece)
            self._unsent.popleft()

    def _wait_for_room(self) -> None:
        """Only a streamed answer gets here, and it waits no longer than its request may take."""
        waiting = select.poll()
        waiting.register(self, select.POLLOUT)
        while not self.flush() and self.unsent_bytes > self.most_ahead_bytes // 2:
            left = self.deadline - time.monotonic()
            if left <= 0:
                raise AnswerNotTakenError(errno.ECONNRESET, "the client takes a streamed answer too slowly")
            waiting.poll(min(left, _SLICE_SECONDS) * 1000)

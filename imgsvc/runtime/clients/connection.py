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
from enum import Enum, auto
from typing import Any, Self

from imgsvc.runtime.board.layout import Counter
from imgsvc.runtime.clients.spool import AnswerNotTakenError, Spool
from imgsvc.runtime.http.heads import MAX_HEAD_BYTES, proxy_waited_seconds

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


class Claimant(Enum):
    """Who may answer a request."""

    WORKER = auto()  # its main thread, and the connection thread where it has the connection
    WATCHDOG = auto()


class Connection(socket.socket):
    """An accepted socket with the request that it sent and the answer that it has yet to take.

    It belongs to one thread at a time: the worker's, then the connection thread's, and back.
    """

    received: bytes
    _read: int
    peer: Any
    listener: Any
    # What its request is called in the log; nothing that may be secret.
    title: str
    # Once the application has given it one.
    request_id: str
    # When its first byte came, on time.monotonic(): its deadline counts from here.
    arrived: float
    # When its head was whole: its age in the queue counts from here.
    queued: float
    # How long its producer may wait for it, on time.monotonic(); the request's own deadline.
    deadline: float
    # Whether the client may still be sending when it gets its answer: to close then could take that from it.
    has_more_to_come: bool
    # By how much its answer may be ahead of it.
    most_ahead_bytes: int
    most_file_bytes: int
    sent_bytes: int
    unsent_bytes: int
    _unsent: deque[memoryview]
    # Behind `_unsent`.
    _spool: Spool | None
    _claim: threading.Lock
    _claimant: Claimant | None
    _counted_bytes: int

    @classmethod
    def adopt(cls, client: socket.socket, peer: Any = None, listener: Any = None) -> Self:
        """Take over `client`, just accepted."""
        family = client.family
        connection = cls(family, client.type, client.proto, fileno=client.detach())
        connection.setblocking(False)
        connection.received, connection._read = b"", 0
        connection.peer = peer
        connection.listener = listener
        connection.arrived = connection.queued = time.monotonic()
        connection.title, connection.request_id = "a request without a name", ""
        connection.deadline = float("inf")
        connection.has_more_to_come = False
        connection.most_ahead_bytes = connection.most_file_bytes = MAX_SPOOLED_BYTES
        connection.sent_bytes = connection.unsent_bytes = 0
        connection._unsent, connection._spool = deque(), None
        connection._claim, connection._claimant = threading.Lock(), None
        connection._counted_bytes = 0
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
        is_news = not self.is_complete()
        self.received += data
        if lines := _EMPTY_LINES.match(self.received):
            self.received = self.received[lines.end() :]
        if is_news and self.is_complete():
            self._begin_to_wait()
        return self.is_complete()

    def _begin_to_wait(self) -> None:
        """The head is whole: from now on it is the worker who is waited for; a proxy may have had it for longer."""
        self.queued = time.monotonic()
        # Over a unix socket only the proxy knows; nobody else can be on its other side.
        if self.family == socket.AF_UNIX:
            self.queued -= proxy_waited_seconds(self.received, time.time())
            self.arrived = min(self.arrived, self.queued)

    def has_waited(self, seconds: float, opened: float) -> None:
        """Say that what is here was sent so long ago; nobody has waited for us since before we `opened`."""
        self.arrived = max(self.arrived - seconds, opened)
        if self.is_complete():
            self.queued = max(self.queued - seconds, opened)

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
        data = self.received[self._read : self._read + bufsize]
        self._read += len(data)
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
            if self._spool.file_bytes + len(view) > self.most_file_bytes:
                raise AnswerNotTakenError(Counter.EVICTED, "a streamed answer that is not taken needs too much room")
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

    def claim(self, who: Claimant) -> bool:
        """Whether the right to answer is `who`'s: the first one who asks gets it, and keeps it."""
        if self._claim.acquire(blocking=False):
            self._claimant = who
        return self._claimant is who

    def reset(self) -> None:
        """Break the connection off, so that nobody takes what was sent for the whole."""
        self.reset_when_closed()
        self.discard()

    def reset_when_closed(self) -> None:
        """Let the kernel break it off when the last holder of its socket goes."""
        with suppress(OSError):
            self.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)

    def count_sent(self) -> int:
        """Bytes that were handed to the kernel since this was asked the last time."""
        count = self.sent_bytes - self._counted_bytes
        self._counted_bytes += count
        return count

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

    @property
    def file_bytes(self) -> int:
        """What its file takes of the disk."""
        return 0 if self._spool is None else self._spool.file_bytes

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
                raise AnswerNotTakenError(Counter.WRITE_TIMEOUT, "the client takes a streamed answer too slowly")
            waiting.poll(min(left, _SLICE_SECONDS) * 1000)

"""Connections that one worker's thread has taken out of the accept queue, for whichever worker is free first.

Nobody can see what a connection in the accept queue asks for. A busy worker's thread takes it out, looks without
reading, answers it if it asks for health, and hands it on to here: a socket on which sockets are sent, that all
workers inherit. It is the kernel's, so that nobody's end takes anything with it, and first in is first out.
"""

import errno
import fcntl
import os
import socket
import struct
import termios
from contextlib import suppress

from imgsvc.runtime.clients.connection import Connection

# Behind them connections stay in the accept queue.
MOST_WAITING = 512
# Only the observer's canary goes first; who says to be one and is not keeps the others from nothing.
MOST_FIRST = 4
_BUFFER_BYTES = 1 << 20
_MOMENT, _DESCRIPTOR = struct.Struct("=d"), struct.Struct("=i")
_FLAGS = int(socket.MSG_DONTWAIT | socket.MSG_CMSG_CLOEXEC)


class _Lane:
    """One such socket; each message is a moment, and a connection."""

    def __init__(self, most: int) -> None:
        self._in, self.out = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self._in.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER_BYTES)
        self._most = most
        self._message_bytes = self._measure()

    def put(self, connection: socket.socket, since: float) -> bool:
        if self.count() >= self._most:
            return False
        with suppress(OSError):
            self._send(connection.fileno(), since)
            return True
        return False

    def take(self) -> tuple[socket.socket, float] | None:
        # Another worker may be faster.
        with suppress(OSError):
            descriptor, since = self._receive()
            return socket.socket(fileno=descriptor), since
        return None

    def count(self) -> int:
        """How many are in it: the kernel counts their bytes, and each is as large as any other."""
        return self._bytes() // self._message_bytes

    def oldest(self) -> float:
        """Since when the next one waits; 0 if there is none."""
        with suppress(OSError):
            return float(_MOMENT.unpack(self.out.recv(_MOMENT.size, int(socket.MSG_PEEK | socket.MSG_DONTWAIT)))[0])
        return 0.0

    def close(self) -> None:
        self._in.close()
        self.out.close()

    def _bytes(self) -> int:
        return int(struct.unpack("i", fcntl.ioctl(self._in.fileno(), termios.TIOCOUTQ, b"\0\0\0\0"))[0])

    def _measure(self) -> int:
        self._send(self._in.fileno(), 0.0)
        size = self._bytes()
        os.close(self._receive()[0])
        return size

    # NOTE: socket.send_fds and recv_fds take flags, and do nothing with them (Python 3.11).
    def _send(self, descriptor: int, since: float) -> None:
        passed = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, _DESCRIPTOR.pack(descriptor))]
        self._in.sendmsg([_MOMENT.pack(since)], passed, int(socket.MSG_DONTWAIT))

    def _receive(self) -> tuple[int, float]:
        data, passed, _, _ = self.out.recvmsg(_MOMENT.size, socket.CMSG_LEN(_DESCRIPTOR.size), _FLAGS)
        if not passed:
            raise OSError(errno.EMFILE, "the connection could not be taken in")
        return _DESCRIPTOR.unpack(passed[0][2])[0], _MOMENT.unpack(data)[0]


class SharedQueue:
    """Made by the arbiter, before any worker."""

    def __init__(self) -> None:
        self._first, self._usual = _Lane(MOST_FIRST), _Lane(MOST_WAITING)
        # Readable while anybody is in it.
        self.readable = (self._first.out, self._usual.out)

    def is_empty(self) -> bool:
        """Whether nobody is in it; asked by the worker and by its thread, which may not share one poll object."""
        return not (self._first.count() or self._usual.count())

    def put(self, connection: Connection, since: float, *, goes_first: bool = False) -> bool:
        """Hand on a connection of which nothing is read, and since when it waits; whether there was room."""
        if not (self._first if goes_first else self._usual).put(connection, since):
            return False
        connection.discard()
        return True

    def take(self, *, first: bool) -> tuple[Connection, float] | None:
        """The next connection with its moment: of those that go `first`, or of the others."""
        found = (self._first if first else self._usual).take()
        if found is None:
            return None
        client, since = found
        try:
            return Connection.adopt(client, client.getpeername(), client.getsockname()), since
        except OSError:
            # It was reset; whoever looks after it will see that too.
            return Connection.adopt(client), since

    def has_room(self) -> bool:
        """Whether one more may wait here."""
        return self.count() < MOST_WAITING

    def count(self) -> int:
        """How many wait here, but for those that go first."""
        return self._usual.count()

    def oldest(self) -> float:
        """Since when the next one waits, on time.monotonic(); 0 if nobody does."""
        return self._usual.oldest()

    def close(self) -> None:
        """Drop it, and who is in it."""
        self._first.close()
        self._usual.close()

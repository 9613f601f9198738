"""Connections that a worker passes on to another one, for it cannot serve them any more: it ends, or it is stuck.

A socket on which sockets are sent, that all workers inherit. It is the kernel's, so that nobody's end takes anything
with it, and first in is first out. What was read of a request goes along in a file in memory.
"""

import errno
import fcntl
import os
import select
import socket
import struct
import termios
from contextlib import suppress

from imgsvc.runtime import kernel
from imgsvc.runtime.clients.connection import Connection

# More are not passed on.
MOST_WAITING = 512
_BUFFER_BYTES = 1 << 20
_MOMENT, _DESCRIPTORS = struct.Struct("=d"), struct.Struct("=ii")
_FLAGS = int(socket.MSG_DONTWAIT | socket.MSG_CMSG_CLOEXEC)


class Passing:
    """Made by the arbiter, before any worker."""

    def __init__(self) -> None:
        self._in, self.readable = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self._in.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER_BYTES)
        self._message_bytes = self._measure()

    # NOTE: no __len__: one in which nobody waits would be false.
    def count(self) -> int:
        """How many wait here: the kernel counts their bytes, and each is as large as any other."""
        return self._bytes() // self._message_bytes

    def put(self, connection: Connection) -> bool:
        """Pass a connection on, of whose answer nothing is sent; whether there was room."""
        if self.count() >= MOST_WAITING:
            return False
        with suppress(OSError):
            head = _in_memory(connection.received)
            try:
                self._send(connection.fileno(), head, connection.arrived)
            finally:
                os.close(head)
            connection.discard()
            return True
        return False

    def take(self) -> Connection | None:
        """The next one, with what it said and when it arrived; its age in the queue begins anew."""
        # PERF: asked before each newcomer, and hardly ever is anybody there.
        if not kernel.ready(self.readable.fileno(), select.POLLIN):
            return None
        # Another worker may be faster.
        with suppress(OSError):
            client, head, arrived = self._receive()
            with open(head, "rb") as file:  # noqa: PTH123 (a descriptor)
                received = file.read()
            connection = _adopted(socket.socket(fileno=client))
            connection.received, connection.arrived = received, arrived
            return connection
        return None

    def close(self) -> None:
        """Drop it, and who is in it."""
        self._in.close()
        self.readable.close()

    def _bytes(self) -> int:
        return int(struct.unpack("i", fcntl.ioctl(self._in.fileno(), termios.TIOCOUTQ, b"\0\0\0\0"))[0])

    def _measure(self) -> int:
        self._send(self._in.fileno(), self._in.fileno(), 0.0)
        size = self._bytes()
        for descriptor in self._receive()[:2]:
            os.close(descriptor)
        return size

    # NOTE: socket.send_fds and recv_fds take flags, and do nothing with them (Python 3.11).
    def _send(self, client: int, head: int, arrived: float) -> None:
        passed = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, _DESCRIPTORS.pack(client, head))]
        self._in.sendmsg([_MOMENT.pack(arrived)], passed, int(socket.MSG_DONTWAIT))

    def _receive(self) -> tuple[int, int, float]:
        data, passed, _, _ = self.readable.recvmsg(_MOMENT.size, socket.CMSG_LEN(_DESCRIPTORS.size), _FLAGS)
        found = [each for _, _, packed in passed for (each,) in struct.iter_unpack("=i", packed)]
        if len(found) < 2:
            # There was no room for all of them.
            for each in found:
                os.close(each)
            raise OSError(errno.EMFILE, "the connection could not be taken in")
        return found[0], found[1], _MOMENT.unpack(data)[0]


def _in_memory(data: bytes) -> int:
    descriptor = os.memfd_create("imgsvc-head", os.MFD_CLOEXEC)
    os.pwrite(descriptor, data, 0)
    return descriptor


def _adopted(client: socket.socket) -> Connection:
    try:
        return Connection.adopt(client, client.getpeername(), client.getsockname())
    except OSError:
        # It was reset; whoever looks after it will see that too.
        return Connection.adopt(client)

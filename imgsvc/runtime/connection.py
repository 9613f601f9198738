"""A client's connection whose every phase has a budget: reading the request, sending the answer, the good-bye."""

import errno
import socket
import struct
import time
from typing import Any, Self

# A close that a client may answer; gunicorn waits 2 s, and a worker with it.
LINGER_SECONDS = 0.2

# SO_LINGER, on, 0 s: close() resets, and the kernel drops what it still holds.
_RESET = struct.pack("ii", 1, 0)


class RequestReadTimeoutError(Exception):
    """The request's headers were not complete in time."""


class AnswerNotTakenError(ConnectionResetError):
    """The client did not take its answer in time; the connection is reset."""


class Connection(socket.socket):
    """An accepted socket that a client cannot hold for longer than its budgets, each counted as a whole.

    A timeout for each read or write is no bound: one byte a second keeps it from ever passing.
    """

    _read_by: float
    _is_closing: bool
    _send_seconds: float
    _send_by: float | None

    @classmethod
    def adopt(cls, client: socket.socket, *, read_seconds: float, send_seconds: float) -> Self:
        """Take over `client`; its time for reading begins now, that for sending with the first byte sent."""
        family = client.family
        connection = cls(family, client.type, client.proto, fileno=client.detach())
        connection._is_closing = False
        connection._read_by = time.monotonic() + read_seconds
        connection._send_seconds = send_seconds
        connection._send_by = None
        if family != socket.AF_UNIX:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        """Read, within what is left of the time for reading."""
        try:
            self.settimeout(_left(self._read_by))
            return super().recv(bufsize, flags)
        except TimeoutError as error:
            if self._is_closing:
                raise
            raise RequestReadTimeoutError("the request's headers took too long") from error

    def shutdown(self, how: int, /) -> None:
        """Begin the good-bye: from now on reading has the time for lingering."""
        self._is_closing = True
        self._read_by = time.monotonic() + LINGER_SECONDS
        super().shutdown(how)

    def sendall(self, data: Any, flags: int = 0, /) -> None:
        """Send, within what is left of the time for the whole answer."""
        if self._send_by is None:
            self._send_by = time.monotonic() + self._send_seconds
        try:
            self.settimeout(_left(self._send_by))
            super().sendall(data, flags)
        except TimeoutError as error:
            self.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            raise AnswerNotTakenError(errno.ECONNRESET, "the client did not take its answer in time") from error


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left

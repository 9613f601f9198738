"""Sockets that wait in slices, and ask the current budget between them.

The waiting is below http.client's buffers and below TLS, so that giving up a slice loses no data.
"""

import errno
import socket
import ssl
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from imgsvc.errors import SourceTimeoutError
from imgsvc.sources.budget import current

T = TypeVar("T")


def _patiently(sock: socket.socket, operation: Callable[[], T]) -> T:
    budget = current()
    while True:
        sock.settimeout(budget.next_wait())
        try:
            return operation()
        except TimeoutError as error:
            # The kernel's own: the peer acknowledges nothing any more (TCP_USER_TIMEOUT).
            if error.errno == errno.ETIMEDOUT:
                raise ConnectionAbortedError(errno.ETIMEDOUT, "the peer acknowledges nothing") from error


def _within_budget(sock: socket.socket, operation: Callable[[], None]) -> None:
    """A send cannot be taken up again where it stopped: it has the whole rest of the budget at once."""
    budget = current()
    budget.check()
    sock.settimeout(max(budget.remaining(), 0.001))
    try:
        operation()
    except TimeoutError as error:
        budget.check()
        raise SourceTimeoutError("the source does not take the request") from error


class PatientSocket(socket.socket):
    """A plain socket that reads and writes on the current budget."""

    def recv(self, *args: Any) -> bytes:
        """As socket.recv."""
        return _patiently(self, partial(super().recv, *args))

    def recv_into(self, *args: Any) -> int:
        """As socket.recv_into: http.client's file reads through this one."""
        return _patiently(self, partial(super().recv_into, *args))

    def sendall(self, *args: Any) -> None:
        """As socket.sendall."""
        _within_budget(self, partial(super().sendall, *args))


class PatientSSLSocket(ssl.SSLSocket):
    """The same over TLS; an SSLContext makes them once it is told to by `sslsocket_class`."""

    def recv(self, *args: Any) -> bytes:
        """As SSLSocket.recv."""
        return _patiently(self, partial(super().recv, *args))

    def recv_into(self, *args: Any) -> int:
        """As SSLSocket.recv_into."""
        return _patiently(self, partial(super().recv_into, *args))

    def sendall(self, *args: Any) -> None:
        """As SSLSocket.sendall."""
        _within_budget(self, partial(super().sendall, *args))

    def do_handshake(self, block: bool = False) -> None:
        """As SSLSocket.do_handshake: OpenSSL goes on where the last slice ended."""
        try:
            _patiently(self, partial(super().do_handshake, block))
        except BaseException:
            # The ssl module closes it after an OSError alone, and a spent budget is none.
            self.close()
            raise

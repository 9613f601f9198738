"""Sockets that never block: what they cannot do at once, they wait for on the current budget.

The waiting is below http.client's buffers and below TLS, so that no data is lost where it is given up; and what OpenSSL
has read ahead is taken before anything is waited for.
"""

import errno
import select
import socket
import ssl
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from imgsvc.sources.budget import current

T = TypeVar("T")


def _patiently(sock: socket.socket, operation: Callable[[], T]) -> T:
    budget = current()
    budget.check()
    while True:
        try:
            return operation()
        except (BlockingIOError, ssl.SSLWantReadError):
            events = select.POLLIN
        except ssl.SSLWantWriteError:
            events = select.POLLOUT
        except TimeoutError as error:
            # The kernel's own: the peer acknowledges nothing any more (TCP_USER_TIMEOUT).
            raise ConnectionAbortedError(errno.ETIMEDOUT, "the peer acknowledges nothing") from error
        budget.wait(sock.fileno(), events)


def _send_all(sock: socket.socket, send: Callable[[memoryview], int], data: bytes) -> None:
    left = memoryview(data).cast("B")
    while left:
        left = left[_patiently(sock, partial(send, left)) :]


class PatientSocket(socket.socket):
    """A plain socket that reads and writes on the current budget; whoever makes it has it never block."""

    # Bytes that were read into a buffer.
    came = 0

    def settimeout(self, value: float | None, /) -> None:
        """Nothing: urllib3 sets one before each request, and the budget is what counts."""

    def recv(self, *args: Any) -> bytes:
        """As socket.recv."""
        return _patiently(self, partial(super().recv, *args))

    def recv_into(self, *args: Any) -> int:
        """As socket.recv_into: http.client's file reads through this one."""
        count = _patiently(self, partial(super().recv_into, *args))
        self.came += count
        return count

    def sendall(self, data: Any, flags: int = 0) -> None:
        """As socket.sendall."""
        _send_all(self, super().send, data)


class PatientSSLSocket(ssl.SSLSocket):
    """The same over TLS; an SSLContext makes them once it is told to by `sslsocket_class`."""

    came = 0

    def settimeout(self, value: float | None, /) -> None:
        """Nothing, as above."""

    def recv(self, *args: Any) -> bytes:
        """As SSLSocket.recv."""
        return _patiently(self, partial(super().recv, *args))

    def recv_into(self, *args: Any) -> int:
        """As SSLSocket.recv_into."""
        count = _patiently(self, partial(super().recv_into, *args))
        self.came += count
        return count

    def sendall(self, data: Any, flags: int = 0) -> None:
        """As SSLSocket.sendall."""
        _send_all(self, super().send, data)

    def do_handshake(self, block: bool = False) -> None:
        """As SSLSocket.do_handshake: OpenSSL goes on where it had to wait."""
        # Only now: one that did not block would have to be told to shake hands.
        super().settimeout(0)
        try:
            _patiently(self, partial(super().do_handshake, block))
        except BaseException:
            # The ssl module closes it after an OSError alone, and a spent budget is none.
            self.close()
            raise

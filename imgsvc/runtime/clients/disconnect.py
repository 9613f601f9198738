"""Has the client gone, and how long did it wait? Asked of the kernel, without reading a byte and without waiting."""

import select
import socket
import struct
import termios
from collections.abc import Callable
from dataclasses import dataclass

from imgsvc.runtime import kernel
from imgsvc.runtime.scope import PollFd, never_gone

# A TCP client that only closes its sending side looks like one that left, as it does to nginx.
# A unix socket tells the two apart: HUP comes when both sides are closed.
_GONE = select.POLLRDHUP | select.POLLHUP | select.POLLERR | select.POLLNVAL
_GONE_UNIX = select.POLLHUP | select.POLLERR | select.POLLNVAL

# Of struct tcp_info, linux/tcp.h: eight bytes, of which the first is the state, and then words.
_TCP_INFO_BYTES = 104
_LAST_DATA_RECEIVED = 8 + 11 * 4
_ESTABLISHED = 1


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a connection was found when it was accepted; 0 s where the socket cannot tell."""

    is_gone: bool
    waited_seconds: float


def arrival(connection: socket.socket) -> Arrival:
    """Whether its client still waits, and for how long by now: since its last byte came."""
    if connection.family == socket.AF_UNIX:
        return Arrival(is_gone(connection), 0.0)
    try:
        info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO_BYTES)
    except OSError:
        return Arrival(True, 0.0)
    (milliseconds,) = struct.unpack_from("=I", info, _LAST_DATA_RECEIVED)
    return Arrival(info[0] != _ESTABLISHED, milliseconds / 1000)


def watcher(connection: socket.socket | None) -> Callable[[], bool]:
    """The question that a scope asks at each boundary, put to the client of `connection`, gunicorn's socket.

    None: the server does not hand its socket over, and the client never seems gone.
    """
    if connection is None:
        return never_gone
    return ClientWatch(connection)


class ClientWatch:
    """Whether the client of this connection has gone; `pollfd` tells of it in a poll() for something else."""

    __slots__ = ("pollfd",)

    def __init__(self, connection: socket.socket) -> None:
        self.pollfd = PollFd(connection.fileno(), _signs(connection))

    def __call__(self) -> bool:
        """Ask the kernel."""
        return kernel.ready(*self.pollfd) != 0


def is_gone(connection: socket.socket) -> bool:
    """Whether the peer closed or reset the connection; a socket that cannot be asked is gone."""
    # A closed one has no descriptor, and of such a one poll() says nothing.
    descriptor = connection.fileno()
    try:
        return descriptor < 0 or kernel.ready(descriptor, _signs(connection)) != 0
    except OSError:
        return True


def _signs(connection: socket.socket) -> int:
    return _GONE_UNIX if connection.family == socket.AF_UNIX else _GONE


def unread_bytes(connection: socket.socket) -> int:
    """What the peer sent and nobody read."""
    return kernel.count_of(connection.fileno(), termios.FIONREAD)


def untaken_bytes(connection: socket.socket) -> int:
    """What was sent and the peer's kernel (on a unix socket: the peer) has not taken."""
    return kernel.count_of(connection.fileno(), termios.TIOCOUTQ)

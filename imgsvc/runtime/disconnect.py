"""Has the client gone? Asked of the kernel, without reading a byte and without waiting."""

import select
import socket
from collections.abc import Callable

from imgsvc.runtime.scope import never_gone

# A TCP client that only closes its sending side looks like one that left, as it does to nginx.
# A unix socket tells the two apart: HUP comes when both sides are closed.
_GONE = select.POLLRDHUP | select.POLLHUP | select.POLLERR | select.POLLNVAL
_GONE_UNIX = select.POLLHUP | select.POLLERR | select.POLLNVAL


def watcher(connection: socket.socket | None) -> Callable[[], bool]:
    """The question that a scope asks at each boundary, put to the client of `connection`, gunicorn's socket.

    None: the server does not hand its socket over, and the client never seems gone.
    """
    if connection is None:
        return never_gone
    return lambda: is_gone(connection)


def is_gone(connection: socket.socket) -> bool:
    """Whether the peer closed or reset the connection; a socket that cannot be asked is gone."""
    signs = _GONE_UNIX if connection.family == socket.AF_UNIX else _GONE
    try:
        poll = select.poll()
        poll.register(connection, signs)
        return any(event & signs for _, event in poll.poll(0))
    except (OSError, ValueError):
        return True

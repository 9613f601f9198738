"""Asks the server for pictures, as any client would, and lets go of one that nobody waits for any more."""

import http.client
import select
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from imgsvc import __version__

_MARGIN_SECONDS = 30.0
# None of them is about the connection, and none is a cookie.
PASSED = frozenset(
    {
        "content-type",
        "content-length",
        "content-disposition",
        "cache-control",
        "etag",
        "last-modified",
        "vary",
        "x-request-id",
        "retry-after",
    }
)


class GoneError(Exception):
    """Whoever asked has gone."""


class UnreachableError(Exception):
    """The server does not answer."""


class Asker(Protocol):
    """The connection of whoever waits for the answer."""

    def fileno(self) -> int:
        """Its descriptor."""

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """What it has sent."""


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


@dataclass(frozen=True, slots=True)
class Upstream:
    """The server's main listener, as settings write its address."""

    listener: str
    secret: str = ""
    timeout_seconds: float = 10.0

    def ask(self, target: str, accept: str, asker: Asker) -> http.client.HTTPResponse:
        """Its answer, whose body is still to be read; GoneError once the asker has hung up."""
        connection = self._connection()
        headers = {"Accept": accept or "*/*", "User-Agent": f"imgsvc-playground/{__version__}", "Connection": "close"}
        if self.secret:
            headers["Authorization"] = f"Bearer {self.secret}"
        try:
            connection.request("GET", target, headers=headers)
            _wait(connection.sock, asker, self.timeout_seconds + _MARGIN_SECONDS)
            return connection.getresponse()
        except GoneError:
            # So the server notices, and does not make what nobody wants.
            connection.close()
            raise
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise UnreachableError(f"{self.listener} does not answer: {error}") from error

    def _connection(self) -> http.client.HTTPConnection:
        timeout = self.timeout_seconds + _MARGIN_SECONDS
        if self.listener.startswith("unix:"):
            return _UnixConnection(self.listener.removeprefix("unix:"), timeout)
        host, _, port = self.listener.rpartition(":")
        # What listens on all addresses does so on loopback.
        host = {"0.0.0.0": "127.0.0.1", "[::]": "::1"}.get(host, host.strip("[]"))
        return http.client.HTTPConnection(host, int(port), timeout=timeout)


def _wait(server: socket.socket, asker: Asker, seconds: float) -> None:
    """Until the server says something."""
    poll = select.poll()
    poll.register(server, select.POLLIN)
    poll.register(asker.fileno(), select.POLLIN | select.POLLRDHUP)
    while True:
        events = dict(poll.poll(seconds * 1000))
        if not events:
            raise TimeoutError("it says nothing")
        if server.fileno() in events:
            return
        if events.get(asker.fileno(), 0) & (select.POLLRDHUP | select.POLLHUP | select.POLLERR) or _has_left(asker):
            raise GoneError
        # It has sent its next request already, which waits.
        poll.unregister(asker.fileno())


def _has_left(asker: Asker) -> bool:
    with suppress(OSError):
        return not asker.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    return True

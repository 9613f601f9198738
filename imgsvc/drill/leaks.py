"""Connections that ask and then do nothing more: they do not read, and they do not close."""

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from imgsvc.drill.client import Target, request

# So little that the rest of an answer stays on the server's side.
_RECEIVE_BYTES = 4096
_SIP_BYTES = 1024
_CONNECT_SECONDS = 5.0
_LOOK_SECONDS = 0.25
# The first byte of struct tcp_info, linux/tcp.h.
_ESTABLISHED = 1


@dataclass(slots=True)
class Leak:
    """One connection, since when it is left alone, and when a process of the server was last seen to hold it."""

    connection: socket.socket
    since: float
    last_held: float


@dataclass(slots=True)
class Leaks:
    """All connections that were leaked in one scene."""

    target: Target
    all: list[Leak] = field(default_factory=list)
    refused: int = 0
    held_now: int = 0

    def longest_seconds(self) -> float:
        """The longest that a process of the server held one, as far as was seen."""
        return max((leak.last_held - leak.since for leak in self.all), default=0.0)

    async def open(self, message: bytes, *, sips: bool = False) -> None:
        """Open one more, send `message`, take a sip of the answer if told to, and leave it alone."""
        connection = socket.socket(socket.AF_INET6 if ":" in self.target.host else socket.AF_INET)
        connection.setblocking(False)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BYTES)
        opened = time.monotonic()
        leak = Leak(connection, opened, opened)
        self.all.append(leak)
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                await self._speak(connection, message, sips=sips)
        except (OSError, TimeoutError):
            self.refused += 1
        leak.since = leak.last_held = time.monotonic()

    async def _speak(self, connection: socket.socket, message: bytes, *, sips: bool) -> None:
        loop = asyncio.get_running_loop()
        await loop.sock_connect(connection, (self.target.host, self.target.port))
        if message:
            await loop.sock_sendall(connection, message)
        if sips:
            await loop.sock_recv(connection, _SIP_BYTES)

    async def ask(self, path: str) -> None:
        """Leak one request for a picture, a little of which is read."""
        await self.open(request(path), sips=True)

    def look(self) -> None:
        """Note which of them a process of the server holds now."""
        ports = _held_ports(self.target.port)
        held = [leak for leak in self.all if _port(leak.connection) in ports]
        now = time.monotonic()
        for leak in held:
            leak.last_held = max(leak.since, now)
        self.held_now = len(held)

    def close(self) -> None:
        """Give all of them up."""
        for leak in self.all:
            leak.connection.close()


@contextmanager
def leaking(target: Target) -> Iterator[Leaks]:
    """Leaks that are looked at now and then, and closed in the end."""
    leaks = Leaks(target)
    watch = asyncio.create_task(_watch(leaks))
    try:
        yield leaks
        leaks.look()
    finally:
        watch.cancel()
        leaks.close()


async def _watch(leaks: Leaks) -> None:
    while True:
        # A look at all connections of the machine costs its part of what is measured meanwhile.
        if any(_is_open(leak.connection) for leak in leaks.all):
            leaks.look()
        await asyncio.sleep(_LOOK_SECONDS)


def _is_open(connection: socket.socket) -> bool:
    """Whether the server has not yet ended it, as far as it has been told here."""
    with suppress(OSError):
        return connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == _ESTABLISHED
    return False


def _port(connection: socket.socket) -> int:
    with suppress(OSError):
        return int(connection.getsockname()[1])
    return 0


def _held_ports(server_port: int) -> frozenset[int]:
    """Clients' ports of the connections to `server_port` that a process of this machine holds.

    The kernel keeps connections that wait for accept, and those that were closed with data unsent: they have no inode.
    """
    ports = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with suppress(OSError):
            for line in Path(table).read_text("ascii").splitlines()[1:]:
                words = line.split()
                if int(words[1].rpartition(":")[2], 16) == server_port and words[9] != "0":
                    ports.add(int(words[2].rpartition(":")[2], 16))
    return frozenset(ports)

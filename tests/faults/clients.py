"""Clients that behave badly in ways that are known to stop servers, and one that behaves well, many times over."""

import random
import re
import socket
import struct
import threading
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass

_RESET = struct.pack("ii", 1, 0)
SMALL_BUFFER = 4096


@dataclass(frozen=True)
class Answer:
    """What one request came to; status 0: no answer, or a broken one."""

    status: int
    seconds: float
    started: float = 0.0
    head: str = ""
    body: bytes = b""
    fault: str = ""

    def header(self, name: str) -> str:
        found = re.search(rf"(?im)^{name}: *(.*?)\r?$", self.head)
        return found[1] if found else ""


def request(path: str, *headers: str) -> bytes:
    """A GET, byte for byte."""
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: x", *headers, "", ""]).encode("latin-1")


def ask(port: int, path: str, *headers: str, timeout: float = 20, source: str = "127.0.0.1") -> Answer:
    """One request on a connection of its own, from this address; a body shorter than announced is no answer."""
    return send(port, request(path, *headers, "Connection: close"), timeout=timeout, source=source)


def send(port: int, message: bytes, *, timeout: float = 20, source: str = "127.0.0.1") -> Answer:
    """Send bytes as they are, read until the other side closes."""
    started = time.monotonic()
    data = b""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout, (source, 0)) as client:
            client.sendall(message)
            data = _everything(client, started + timeout)
    except OSError as error:
        return Answer(0, time.monotonic() - started, started, fault=f"{type(error).__name__} {error}")
    return _answer(data, started)


def _everything(client: socket.socket, end: float) -> bytes:
    parts = []
    while True:
        client.settimeout(max(0.001, end - time.monotonic()))
        part = client.recv(1 << 16)
        if not part:
            return b"".join(parts)
        parts.append(part)


def _answer(data: bytes, started: float) -> Answer:
    seconds = time.monotonic() - started
    head, _, body = data.partition(b"\r\n\r\n")
    status = re.match(rb"HTTP/1\.[01] (\d{3})", head)
    if not status:
        return Answer(0, seconds, started, fault=f"no answer: {data[:60]!r}")
    length = re.search(rb"(?im)^content-length: (\d+)", head)
    text = head.decode("latin-1")
    if length and int(length[1]) != len(body) and int(status[1]) != 304:
        return Answer(0, seconds, started, text, body, f"{len(body)} bytes of {int(length[1])}")
    return Answer(int(status[1]), seconds, started, text, body)


def ask_all(port: int, paths, *headers: str, at_once: int = 64, timeout: float = 20) -> list[Answer]:
    """Many requests at a time, each on a thread and a connection of its own; answers in the order of `paths`."""
    paths = list(paths)
    found: list[Answer | None] = [None] * len(paths)
    waiting = iter(enumerate(paths))
    lock = threading.Lock()

    def work() -> None:
        while True:
            with lock:
                each = next(waiting, None)
            if each is None:
                return
            found[each[0]] = ask(port, each[1], *headers, timeout=timeout)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(min(at_once, len(paths)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout + 60)
    return [each or Answer(0, timeout, fault="never came back") for each in found]


def counted(answers) -> dict[int, int]:
    """How many of each status."""
    found: dict[int, int] = {}
    for each in answers:
        found[each.status] = found.get(each.status, 0) + 1
    return dict(sorted(found.items()))


class Crowd(ExitStack):
    """Connections that stay open until the end of the test; a context manager."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.port = port
        self.sockets: list[socket.socket] = []

    def connect(self, *, small: bool = False) -> socket.socket:
        """One more connection; `small`: it can hold little that it does not read."""
        client = self.enter_context(socket.socket())
        if small:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
        client.settimeout(10)
        client.connect(("127.0.0.1", self.port))
        self.sockets.append(client)
        return client

    def leak(self, path: str, *, reads: int = 0) -> socket.socket:
        """Ask, read a little, and neither read nor close any more: the incident's proxy."""
        client = self.connect(small=True)
        client.sendall(request(path))
        if reads:
            with suppress(TimeoutError):
                client.settimeout(2)
                client.recv(reads)
        return client

    def say_nothing(self) -> socket.socket:
        """Connect, and that is all."""
        return self.connect()

    def begin(self, path: str = "/health") -> socket.socket:
        """Half a header."""
        client = self.connect()
        client.sendall(request(path)[:-10])
        return client

    def ask_and_stay(self, path: str) -> socket.socket:
        """Ask, and wait on the open connection."""
        client = self.connect()
        client.sendall(request(path))
        return client


def ended_by_server(client: socket.socket, seconds: float) -> str:
    """How the other side ended a connection within `seconds`: "closed", "reset", or "" if it did not."""
    end = time.monotonic() + seconds
    try:
        while (left := end - time.monotonic()) > 0:
            client.settimeout(left)
            if not client.recv(1 << 16):
                return "closed"
    except ConnectionResetError:
        return "reset"
    except OSError:
        return ""
    return ""


def has_been_reset(client: socket.socket) -> bool:
    """Whether the other side has reset the connection, without taking anything off it."""
    return client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) != 0 or tcp_state(client) == 7


def tcp_state(client: socket.socket) -> int:
    """The kernel's number: 1 established, 7 closed, 8 closed by the peer."""
    return client.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]


def abort(port: int, path: str, *, how: str, after: float) -> None:
    """Ask, wait a moment, leave: by "fin", by "rst", or by closing only the sending "half" and reading on."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 10) as client:
        client.sendall(request(path))
        time.sleep(after)
        if how == "rst":
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        elif how == "half":
            client.shutdown(socket.SHUT_WR)
            client.settimeout(15)
            while client.recv(1 << 16):
                pass


def abort_many(port: int, path, count: int, *, how: str, within: float, at_once: int = 8, seed: int = 1294) -> None:
    """`count` aborts at random moments, a few at a time; `path` is called with each one's number."""
    dice = random.Random(seed)
    moments = iter([(number, dice.uniform(0, within)) for number in range(count)])
    lock = threading.Lock()

    def work() -> None:
        while True:
            with lock:
                each = next(moments, None)
            if each is None:
                return
            abort(port, path(each[0]), how=how, after=each[1])

    threads = [threading.Thread(target=work, daemon=True) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(within * count + 30)

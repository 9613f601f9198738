"""An origin as far away as is wished: python -m bench.origins.paced FOLDER PORT:SECONDS:BITS:CHUNKED:BUCKET...

Each port of loopback serves the files of FOLDER so many seconds after it is asked, and no faster than so many bits a
second on each connection (0: as fast as it goes); in chunks, without its length, where CHUNKED is 1. Where BUCKET is 1
it answers as S3 does, with the files as the objects of one bucket; it looks at no signature.
One process and one thread for all connections, which are kept open as real origins keep them. At /-/count it tells what
it did since it was last asked, and how late it was: an origin that is late measures itself.
"""

import gc
import heapq
import itertools
import json
import os
import select
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

COUNT_PATH = "/-/count"
# What the bucket is called.
BUCKET = "bench"
_VALIDATORS = 'ETag: "5d41402abc4b2a76b9719d911017c592"\r\nLast-Modified: Sat, 28 Nov 2026 12:00:00 GMT'
_TICK_SECONDS = 0.01
_BACKLOG = 1024
_READ_BYTES = 65536
_NICE = -10
_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Pace:
    """How an origin answers: so long after it is asked, and no faster than that on each connection."""

    seconds: float = 0.0
    bits_per_second: int = 0
    # Then nobody knows how long an answer is before it is there.
    is_chunked: bool = False
    # Then it is a store, and its objects are asked for by signed requests.
    is_bucket: bool = False

    def __str__(self) -> str:
        words = ["a bucket"] if self.is_bucket else []
        words += [f"{self.seconds * 1000:g} ms"] if self.seconds else []
        words += [f"{self.bits_per_second / 1e6:g} Mbit/s"] if self.bits_per_second else []
        return ", ".join(words + ["chunked"] * self.is_chunked) or "at once"


AT_ONCE = Pace()


@dataclass(frozen=True, slots=True)
class Told:
    """What an origin did since it was last asked; late is how long after its time a step was taken."""

    answers: int
    most_at_once: int
    late_ms_p95: float
    late_ms_most: float
    cpu_seconds: float


@dataclass(slots=True)
class _Answer:
    """What is on its way to a client, and since when."""

    content: memoryview
    pace: Pace
    began: float
    sent: int = 0
    is_stalled: bool = False

    def allowed(self, now: float) -> int:
        """How far it may be sent by now: a tick ahead of what the line carries."""
        if not self.pace.bits_per_second:
            return len(self.content)
        return min(len(self.content), int((now - self.began + _TICK_SECONDS) * self.pace.bits_per_second / 8))


@dataclass(slots=True)
class _Client:
    """A connection, what it has asked so far, and what it gets."""

    socket: socket.socket
    pace: Pace
    asked: bytes = b""
    answer: _Answer | None = None


@dataclass(slots=True)
class _Counts:
    answers: int = 0
    most_at_once: int = 0
    late: list[float] = field(default_factory=list)
    cpu_before: float = field(default_factory=time.process_time)

    def told(self) -> Told:
        late = sorted(self.late) or [0.0]
        cpu = time.process_time() - self.cpu_before
        return Told(self.answers, self.most_at_once, 1000 * late[int(0.95 * (len(late) - 1))], 1000 * late[-1], cpu)


class Origin:
    """All ports and connections, in one loop."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._answers: dict[tuple[str, Pace], memoryview] = {}
        self._poll = select.epoll()
        self._listeners: dict[int, tuple[socket.socket, Pace]] = {}
        self._clients: dict[int, _Client] = {}
        self._due: list[tuple[float, int, _Client]] = []
        self._order = itertools.count()
        self._at_once, self._counts = 0, _Counts()

    def listen(self, port: int, pace: Pace) -> int:
        """Answer there at this pace; the port, which is a free one for 0."""
        listener = socket.create_server(("127.0.0.1", port), backlog=_BACKLOG)
        listener.setblocking(False)
        self._listeners[listener.fileno()] = (listener, pace)
        self._poll.register(listener, select.EPOLLIN)
        return int(listener.getsockname()[1])

    def serve(self, is_over: Callable[[], bool] = lambda: False) -> None:
        """Until it is over, which is asked twice a second and after every event."""
        while not is_over():
            for number, event in self._poll.poll(self._patience()):
                if number in self._listeners:
                    self._accept(*self._listeners[number])
                elif client := self._clients.get(number):
                    self._serve(client, event)
            self._take_steps()

    def close(self) -> None:
        """Everything; what is on its way is cut off."""
        for client in list(self._clients.values()):
            self._drop(client)
        for listener, _ in self._listeners.values():
            listener.close()
        self._poll.close()

    def _patience(self) -> float:
        return min(0.5, max(0.0, self._due[0][0] - time.monotonic())) if self._due else 0.5

    def _accept(self, listener: socket.socket, pace: Pace) -> None:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._clients[connection.fileno()] = _Client(connection, pace)
        self._poll.register(connection, select.EPOLLIN)

    def _serve(self, client: _Client, event: int) -> None:
        if event & select.EPOLLOUT and client.answer:
            self._poll.modify(client.socket, select.EPOLLIN)
            self._send(client, client.answer)
        if event & ~select.EPOLLOUT:
            self._read(client)

    def _read(self, client: _Client) -> None:
        try:
            found = client.socket.recv(_READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            found = b""
        if not found:
            self._drop(client)
            return
        client.asked += found
        if client.answer is None:
            self._begin(client)

    def _begin(self, client: _Client) -> None:
        """The next request in what the client asked, if it is whole."""
        head, end, rest = client.asked.partition(_END)
        if not end:
            return
        client.asked = rest
        path = head.split(b" ", 2)[1].decode("ascii", "replace")
        is_count = path == COUNT_PATH
        content = self._count() if is_count else self._content(path.lstrip("/"), client.pace)
        pace = AT_ONCE if is_count else client.pace
        due = time.monotonic() + pace.seconds
        client.answer = _Answer(content, pace, began=due)
        self._at_once += 1
        self._counts.most_at_once = max(self._counts.most_at_once, self._at_once)
        self._await(due, client)

    def _await(self, due: float, client: _Client) -> None:
        heapq.heappush(self._due, (due, next(self._order), client))

    def _take_steps(self) -> None:
        """What is due by now."""
        while self._due and self._due[0][0] <= (now := time.monotonic()):
            due, _, client = heapq.heappop(self._due)
            if client.answer and client.socket.fileno() >= 0:
                self._counts.late.append(now - due)
                self._send(client, client.answer)

    def _send(self, client: _Client, answer: _Answer) -> None:
        now = time.monotonic()
        if answer.is_stalled:
            # A thin line does not make up for what its reader did not take.
            answer.is_stalled = False
            answer.began = now - answer.sent * 8 / answer.pace.bits_per_second if answer.pace.bits_per_second else now
        end = answer.allowed(now)
        try:
            while answer.sent < end:
                answer.sent += client.socket.send(answer.content[answer.sent : end])
        except BlockingIOError:
            answer.is_stalled = True
            self._poll.modify(client.socket, select.EPOLLIN | select.EPOLLOUT)
            return
        except OSError:
            self._drop(client)
            return
        if answer.sent < len(answer.content):
            self._await(answer.began + answer.sent * 8 / answer.pace.bits_per_second, client)
            return
        self._counts.answers += 1
        self._at_once -= 1
        client.answer = None
        self._begin(client)

    def _drop(self, client: _Client) -> None:
        self._at_once -= client.answer is not None
        client.answer = None
        self._clients.pop(client.socket.fileno(), None)
        client.socket.close()

    def _content(self, name: str, pace: Pace) -> memoryview:
        """Head and body, read once."""
        if pace.is_bucket:
            # SDKs put what they call the request behind the key.
            name = name.partition("?")[0].removeprefix(f"{BUCKET}/")
        key, file = (name, pace), self._folder / name
        if key not in self._answers:
            if "/" in name or not file.is_file():
                return memoryview(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            self._answers[key] = _whole(file, pace)
        return self._answers[key]

    def _count(self) -> memoryview:
        body = json.dumps(asdict(self._counts.told())).encode()
        self._counts = _Counts()
        return memoryview(_head("application/json", f"Content-Length: {len(body)}") + body)


def _whole(file: Path, pace: Pace) -> memoryview:
    body, type_ = file.read_bytes(), f"image/{file.suffix[1:].replace('jpg', 'jpeg')}"
    if pace.is_bucket:
        return memoryview(_head(type_, f"Content-Length: {len(body)}\r\n{_VALIDATORS}") + body)
    if not pace.is_chunked:
        return memoryview(_head(type_, f"Content-Length: {len(body)}") + body)
    return memoryview(_head(type_, "Transfer-Encoding: chunked") + b"".join(_chunks(body)))


def _head(type_: str, framing: str) -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Type: {type_}\r\n{framing}\r\n\r\n".encode()


def _chunks(body: bytes) -> Iterator[bytes]:
    for at in range(0, len(body), _READ_BYTES):
        part = body[at : at + _READ_BYTES]
        yield b"%x\r\n%b\r\n" % (len(part), part)
    yield b"0\r\n\r\n"


def arguments(folder: Path, ports: Mapping[Pace, int]) -> list[str]:
    """The command line that serves `folder` at these paces."""
    return [
        *(sys.executable, "-m", "bench.origins.paced", str(folder)),
        *(
            f"{port}:{pace.seconds}:{pace.bits_per_second}:{pace.is_chunked:d}:{pace.is_bucket:d}"
            for pace, port in ports.items()
        ),
    ]


def main(folder: str, *places: str) -> None:
    """For ever."""
    origin = Origin(Path(folder))
    for place in places:
        port, seconds, bits, chunked, bucket = place.split(":")
        origin.listen(int(port), Pace(float(seconds), int(bits), chunked == "1", bucket == "1"))
    # Nothing here is a cycle, and a collection would make everybody late.
    gc.disable()
    # A real origin has cores of its own.
    with suppress(PermissionError):
        os.nice(_NICE)
    origin.serve()


if __name__ == "__main__":
    main(*sys.argv[1:])

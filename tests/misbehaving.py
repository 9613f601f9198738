"""A real TCP server that misbehaves as it is told to: for everything that fetches.

`Origin` runs one answer for each request it reads; an answer is a function of the Exchange. What it
has seen (connections, request heads) is for the assertions. All waits end when the server is closed.
"""

import ctypes
import gzip
import re
import socket
import ssl
import struct
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from imgsvc.runtime.board.verdict import CANARY_HEADER

SO_ATTACH_FILTER = 26


@dataclass(slots=True)
class Exchange:
    """One request as it was read, and the socket that its answer goes to."""

    sock: socket.socket
    head: str
    closing: threading.Event
    is_last: bool = False
    body: bytes = b""

    @property
    def target(self) -> str:
        """The request target."""
        return self.head.split(" ", 2)[1]

    @property
    def headers(self) -> dict[str, str]:
        """The request's headers, names in lower case."""
        lines = (line.partition(":") for line in self.head.split("\r\n")[1:] if line)
        return {name.lower(): value.strip() for name, _, value in lines}

    def send(self, data: bytes) -> None:
        """Send now; a peer that has left ends the answer."""
        self.sock.sendall(data)

    def wait(self, seconds: float = 30) -> None:
        """Do nothing, until the server is closed."""
        if self.closing.wait(seconds):
            raise ConnectionAbortedError("the server is closed")

    def hang_up(self) -> None:
        """Close after this answer."""
        self.is_last = True

    def reset(self) -> None:
        """Close with RST."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.is_last = True


Answer = Callable[[Exchange], None]


def is_canary(head: bytes) -> bool:
    """Whether an observer asks: that of a service which had this port before may still do so."""
    return f"\r\n{CANARY_HEADER}: 1\r\n".encode() in head


# That an origin of this process has had.
_PORTS: set[int] = set()


@dataclass(slots=True)
class Origin:
    """Answers by path, or with "*"; use it as a context manager."""

    answers: Mapping[str, Answer]
    family: socket.AddressFamily = socket.AF_INET
    host: str = "127.0.0.1"
    tls: ssl.SSLContext | None = None
    # Where it has to have a port that is free at other addresses too; 0: any.
    at: int = 0
    heads: list[str] = field(default_factory=list)
    connections: int = 0
    listener: socket.socket = field(init=False)
    closing: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Self:
        # On "::" it hears IPv4 too.
        is_dual = self.family == socket.AF_INET6
        with ExitStack() as known:
            self.listener = socket.create_server((self.host, self.at), family=self.family, dualstack_ipv6=is_dual)
            # What a server remembers of an origin that had this port before is not to be said of this one.
            while not self.at and self.port in _PORTS:
                known.enter_context(self.listener)
                self.listener = socket.create_server((self.host, 0), family=self.family, dualstack_ipv6=is_dual)
        _PORTS.add(self.port)
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for thread in self.threads:
            thread.join(5)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.listener.getsockname()[1])

    def url(self, path: str = "/", host: str = "") -> str:
        """A URL of this server, under any name for its host."""
        return f"{'https' if self.tls else 'http'}://{host or self.host}:{self.port}{path}"

    @property
    def targets(self) -> list[str]:
        """What was asked for, in order."""
        return [head.split(" ", 2)[1] for head in self.heads]

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self.threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self.closing.is_set():
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            self._start(self._serve, sock)

    def _serve(self, sock: socket.socket) -> None:
        with suppress(OSError), self._wrapped(sock) as sock:
            while request := _read_request(sock, self.closing):
                head = request[0]
                if is_canary(head.encode("latin-1")):
                    return
                self.heads.append(head)
                exchange = Exchange(sock, head, self.closing, body=request[1])
                path = exchange.target.partition("?")[0]
                self.answers.get(path, self.answers.get("*", not_found))(exchange)
                if exchange.is_last:
                    return

    def _wrapped(self, sock: socket.socket) -> socket.socket:
        sock.settimeout(5)
        return self.tls.wrap_socket(sock, server_side=True) if self.tls else sock


def _read_request(sock: socket.socket, closing: threading.Event) -> tuple[str, bytes] | None:
    """One request's head, and a body whose length it names; None when the peer has closed or the server is closing."""
    sock.settimeout(0.02)
    data = b""
    while not closing.is_set() and b"\r\n\r\n" not in data:
        try:
            got = sock.recv(65536)
        except TimeoutError:
            continue
        if not got:
            return None
        data += got
    sock.settimeout(5)
    head, _, body = data.partition(b"\r\n\r\n")
    named = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    while named and len(body) < int(named[1]) and (got := sock.recv(65536)):
        body += got
    return (head.decode("latin-1"), body) if head else None


@contextmanager
def elsewhere(answers: str) -> Iterator[str]:
    """The URL of an Origin of these answers (an expression) in a process of its own, which nothing here holds up."""
    code = (
        f"from tests.misbehaving import *\nwith Origin({answers}) as origin: print(origin.url(''), flush=True); input()"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with process:
        yield process.stdout.readline().strip()
        process.stdin.write("\n")


# Answers


def response(body: bytes = b"", status: int = 200, **headers: str) -> bytes:
    """A whole HTTP/1.1 message; a header's name is written with _ for -."""
    lines = {"Content-Length": str(len(body))} | {name.replace("_", "-"): value for name, value in headers.items()}
    head = [f"HTTP/1.1 {status} x", *(f"{name}: {value}" for name, value in lines.items() if value)]
    return "\r\n".join([*head, "", ""]).encode() + body


def says(body: bytes = b"", status: int = 200, **headers: str) -> Answer:
    """A well-behaved answer; an empty header is left out."""
    return lambda exchange: exchange.send(response(body, status, **headers))


def serves(body: bytes, etag: str = '"tag"', modified: str = "Sat, 28 Nov 2026 12:00:00 GMT") -> Answer:
    """A body with validators, of which one range may be had (RFC 9110 13 and 14)."""
    validators = {"ETag": etag, "Last-Modified": modified}

    def answer(exchange: Exchange) -> None:
        asked = exchange.headers
        known = asked.get("if-none-match", "") or asked.get("if-modified-since", "")
        span = re.fullmatch(r"bytes=(\d+)-(\d*)", asked.get("range", ""))
        if known in (etag, modified):
            exchange.send(response(b"", 304, Content_Length="", **validators))
        elif span and int(span[1]) >= len(body):
            exchange.send(response(b"", 416, Content_Range=f"bytes */{len(body)}"))
        elif span:
            part = body[int(span[1]) : int(span[2] or len(body)) + 1]
            whole = f"bytes {span[1]}-{int(span[1]) + len(part) - 1}/{len(body)}"
            exchange.send(response(part, 206, Content_Range=whole, **validators))
        else:
            exchange.send(response(body, Content_Type="image/png", **validators))

    return answer


def not_found(exchange: Exchange) -> None:
    """404."""
    exchange.send(response(b"no", 404, Content_Type="text/plain"))


def redirects(to: str, status: int = 302, **headers: str) -> Answer:
    """A redirect."""
    return says(b"", status, Location=to, **headers)


def never_answers(exchange: Exchange) -> None:
    """Reads the request and says nothing."""
    exchange.wait()


def waits(seconds: float, body: bytes) -> Answer:
    """Answers well, after a while."""

    def answer(exchange: Exchange) -> None:
        exchange.wait(seconds)
        exchange.send(response(body))

    return answer


def pauses(seconds: float, body: bytes) -> Answer:
    """Sends its head, and its body after a while."""

    def answer(exchange: Exchange) -> None:
        exchange.send(response(body)[: -len(body)])
        exchange.wait(seconds)
        exchange.send(body)

    return answer


def closes_at_once(exchange: Exchange) -> None:
    """Closes in place of an answer."""
    exchange.hang_up()


def drips(body: bytes, every_seconds: float) -> Answer:
    """One byte of the body at a time."""

    def answer(exchange: Exchange) -> None:
        exchange.send(response(body)[: -len(body)])
        for byte in body:
            exchange.send(bytes([byte]))
            exchange.wait(every_seconds)

    return answer


def drips_head(every_seconds: float) -> Answer:
    """An endless head, a byte at a time."""

    def answer(exchange: Exchange) -> None:
        exchange.send(b"HTTP/1.1 200 OK\r\nX: ")
        while True:
            exchange.send(b"x")
            exchange.wait(every_seconds)

    return answer


def stalls_at(share: float, body: bytes) -> Answer:
    """Sends a share of the body, and then nothing more."""

    def answer(exchange: Exchange) -> None:
        exchange.send(response(body)[: -len(body)] + body[: int(len(body) * share)])
        exchange.wait()

    return answer


def cuts_at(share: float, body: bytes, *, with_reset: bool = False, **headers: str) -> Answer:
    """Sends a share of the body, and closes or resets."""

    def answer(exchange: Exchange) -> None:
        whole = response(body, 200, **headers)
        exchange.send(whole[: len(whole) - len(body) + int(len(body) * share)])
        if with_reset:
            exchange.wait(0.1)
            exchange.reset()
        exchange.hang_up()

    return answer


def chunked(*chunks: bytes, ends: bool = True, **headers: str) -> Answer:
    """Transfer-Encoding: chunked; closed without the last chunk where it does not end."""

    def answer(exchange: Exchange) -> None:
        exchange.send(response(b"", 200, Content_Length="", Transfer_Encoding="chunked", **headers))
        for chunk in chunks:
            exchange.send(b"%x\r\n%b\r\n" % (len(chunk), chunk))
        exchange.send(b"0\r\n\r\n" if ends else b"")
        if not ends:
            exchange.hang_up()

    return answer


def endless(exchange: Exchange) -> None:
    """Chunks for ever."""
    exchange.send(response(b"", Content_Length="", Transfer_Encoding="chunked"))
    chunk = b"10000\r\n" + bytes(65536) + b"\r\n"
    while not exchange.closing.is_set():
        exchange.send(chunk)


def gzip_bomb(mebibytes: int) -> bytes:
    """Zeros, a thousandth of their size."""
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(mebibytes)) + packer.flush()


def zipped(body: bytes) -> bytes:
    """`body` in gzip."""
    return gzip.compress(body, mtime=0)


def in_turn(*answers: Answer) -> Answer:
    """The first answer to the first request, and so on; the last one repeats."""
    left = list(answers)

    def answer(exchange: Exchange) -> None:
        now = left.pop(0) if len(left) > 1 else left[0]
        now(exchange)

    return answer


def goes_dark(sock: socket.socket) -> None:
    """Let every packet that comes for `sock` be dropped without a word.

    A socket filter that accepts nothing: the kernel acknowledges nothing either, as behind a firewall
    that has forgotten the connection.
    """
    refuse_all = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0))
    filter_ = struct.pack("HxxxxxxP", 1, ctypes.addressof(refuse_all))
    sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, filter_)


def then_goes_dark(body: bytes) -> Answer:
    """Answers well, and goes dark."""

    def answer(exchange: Exchange) -> None:
        exchange.send(response(body))
        exchange.wait(0.05)
        goes_dark(exchange.sock)
        exchange.wait()

    return answer


def echoes_head(exchange: Exchange) -> None:
    """Sends the request's head back as its body."""
    exchange.send(response(exchange.head.encode("latin-1")))


def redirects_down(exchange: Exchange) -> None:
    """/3 redirects to /2, that to /1, and that to /0, which answers."""
    number = int(re.sub(r"\D", "", exchange.target) or 0)
    exchange.send(response(status=302, Location=f"/{number - 1}") if number else response(b"here"))

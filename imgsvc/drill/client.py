"""One request on a connection of its own, and what it came to."""

import asyncio
import re
import time
from contextlib import suppress
from dataclasses import dataclass

_HEAD_BYTES = 65_536
_SAID_BYTES = 200


@dataclass(frozen=True, slots=True)
class Target:
    """Where the server under drill listens."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request came to; status 0: no answer, or a broken one. Times are in seconds, monotonic.

    `said` is the beginning of an answer that is not good.
    """

    status: int
    started: float
    seconds: float
    size: int = 0
    may_retry: bool = False
    said: str = ""
    request_id: str = ""

    @property
    def is_good(self) -> bool:
        """Whether the client got what it asked for."""
        return self.status == 200


def request(path: str) -> bytes:
    """A GET of one answer."""
    return f"GET {path} HTTP/1.1\r\nHost: drill\r\nConnection: close\r\n\r\n".encode()


async def ask(target: Target, path: str, timeout: float = 20.0) -> Answer:
    """Ask, and take the answer whole."""
    started = time.monotonic()
    try:
        async with asyncio.timeout(timeout):
            return await _exchange(target, path, started)
    except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        return Answer(0, started, time.monotonic() - started)


async def _exchange(target: Target, path: str, started: float) -> Answer:
    reader, writer = await asyncio.open_connection(target.host, target.port, limit=_HEAD_BYTES)
    try:
        writer.write(request(path))
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        body = await reader.read(-1)
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
    return _answer(head, body, started)


def _answer(head: str, body: bytes, started: float) -> Answer:
    status = re.match(r"HTTP/1\.[01] (\d{3})", head)
    request_id = re.search(r"(?im)^x-request-id: *(\S+)", head)
    length = re.search(r"(?im)^content-length: *(\d+)", head)
    is_whole = status is not None and (length is None or int(length[1]) == len(body))
    return Answer(
        int(status[1]) if status and is_whole else 0,
        started,
        time.monotonic() - started,
        len(body),
        re.search(r"(?im)^retry-after:", head) is not None,
        "" if status and status[1] == "200" else body[:_SAID_BYTES].decode("utf-8", "replace"),
        request_id[1] if request_id else "",
    )

"""Servers to drill that need no gunicorn: one that behaves well, and one that does one thing at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from imgsvc.drill.client import Target
from imgsvc.drill.health import Question
from imgsvc.drill.stage import Stage

GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood"


@asynccontextmanager
async def serving(answer: bytes = GOOD, *, pinned_by_silence: bool = False) -> AsyncIterator[Target]:
    """Answers everything; pinned_by_silence: one connection at a time, however long it says nothing."""
    turn = asyncio.Lock() if pinned_by_silence else None

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            if turn:
                await turn.acquire()
            try:
                await reader.readuntil(b"\r\n\r\n")
                writer.write(answer)
                await writer.drain()
            finally:
                if turn:
                    turn.release()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield Target("127.0.0.1", server.sockets[0].getsockname()[1])
    finally:
        server.close()


def stage(target: Target, seconds: float = 0.5) -> Stage:
    """A short scene on that server."""
    questions = (Question("/health", target, "/health"),)
    return Stage(target, "/small", "/large", seconds, questions, lambda path: f"/unsafe{path}")

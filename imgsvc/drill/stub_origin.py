"""An origin of the drill's own: it hangs, drips, or serves a small picture, at once or late, as the path says."""

import asyncio
import struct
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

_DRIP_SECONDS = 0.5
# What another continent takes, and an object store on a bad day.
FAR_SECONDS = 0.2
_SIDE = 64


@asynccontextmanager
async def stub_origin() -> AsyncIterator[int]:
    """Run it on loopback; gives its port. Paths: /good.png, /hang/..., /drip/..., /far/..."""
    open_tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task:
            open_tasks.add(task)
            task.add_done_callback(open_tasks.discard)
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await _answer(reader, writer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tuple(open_tasks):
            task.cancel()
        await asyncio.gather(*open_tasks, return_exceptions=True)


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    path = head.split(b" ", 2)[1]
    if path.startswith(b"/hang"):
        await reader.read()
        return
    if path.startswith(b"/far"):
        await asyncio.sleep(FAR_SECONDS)
    body = picture()
    writer.write(f"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: {len(body)}\r\n\r\n".encode())
    for byte in body if path.startswith(b"/drip") else ():
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(_DRIP_SECONDS)
    if not path.startswith(b"/drip"):
        writer.write(body)
        await writer.drain()


def picture() -> bytes:
    """A gray PNG, made without a library of pictures: the drill needs none."""
    rows = b"".join(b"\x00" + bytes((x + y) % 256 for x in range(_SIDE)) for y in range(_SIDE))
    header = struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, chunks))


def _chunk(named: tuple[bytes, bytes]) -> bytes:
    kind, data = named
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

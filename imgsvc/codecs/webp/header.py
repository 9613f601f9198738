"""Walks through the chunks of a WebP: its canvas, and the pictures on it."""

import struct

from imgsvc.codecs.headers.extent import Bound, Extent, Survey
from imgsvc.options.geometry import Size

# libwebp goes through those before a frame to find it.
CHUNKS = Bound(50_000, "webp chunks")

_CHUNK = struct.Struct("<4sI")
_FRAME_HEADER_BYTES = 16


def survey(data: bytes, extent: Extent) -> Survey:
    """Hold the canvas and every picture against the limit."""
    walk = _Walk(data, extent)
    walk.chunks(12, len(data))
    return Survey(walk.canvas or walk.first, max(1, walk.frames))


def is_lossless(data: bytes) -> bool:
    """Whether the picture of a file that is surveyed, and no animation, is."""
    at = 12
    while at + 8 <= len(data):
        kind, length = _CHUNK.unpack_from(data, at)
        if kind in (b"VP8 ", b"VP8L"):
            return bool(kind == b"VP8L")
        at += 8 + length + length % 2
    return False


class _Walk:
    def __init__(self, data: bytes, extent: Extent) -> None:
        self._data, self._extent = data, extent
        self.canvas: Size | None = None
        self.first: Size | None = None
        self.frames = self._count = 0

    def chunks(self, at: int, end: int) -> None:
        while at + 8 <= end:
            kind, length = _CHUNK.unpack_from(self._data, at)
            self._count += 1
            CHUNKS.hold(self._count)
            self._look(kind, at + 8, min(end, at + 8 + length))
            at += 8 + length + length % 2

    def _look(self, kind: bytes, at: int, end: int) -> None:
        if kind == b"VP8X":
            size = self._extent.admit(1 + self._three(at + 4), 1 + self._three(at + 7))
            self.canvas = self.canvas or size
        elif kind == b"ANMF":
            self._extent.admit(1 + self._three(at + 6), 1 + self._three(at + 9), "frame")
            self.frames += 1
            self.chunks(at + _FRAME_HEADER_BYTES, end)
        elif kind == b"VP8 ":
            self._picture(self._number(at + 6, 2) & 0x3FFF, self._number(at + 8, 2) & 0x3FFF)
        elif kind == b"VP8L":
            sides = self._number(at + 1, 4)
            self._picture(1 + (sides & 0x3FFF), 1 + (sides >> 14 & 0x3FFF))

    def _picture(self, width: int, height: int) -> None:
        size = self._extent.admit(width, height, "picture")
        self.first = self.first or size

    def _number(self, at: int, length: int) -> int:
        return int.from_bytes(self._data[at : at + length], "little")

    def _three(self, at: int) -> int:
        return self._number(at, 3)

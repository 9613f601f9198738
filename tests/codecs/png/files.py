"""PNG files chunk by chunk."""

import struct
import zlib
from collections.abc import Sequence

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_PLAIN = ((0, 0, 1, 1),)
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))

Pixels = Sequence[Sequence[Sequence[int]]]


def chunk(kind: bytes, content: bytes, *, is_sound: bool = True) -> bytes:
    """A chunk, whose checksum may be wrong."""
    checksum = zlib.crc32(kind + content) ^ (not is_sound)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def head(width: int, height: int, *, depth: int = 8, color_type: int = 2, tail: bytes = b"\0\0\0") -> bytes:
    """The signature and the first chunk; its last bytes say how it is packed, filtered and interlaced."""
    return SIGNATURE + chunk(b"IHDR", struct.pack(">IIBB", width, height, depth, color_type) + tail)


def png(width: int, height: int, *chunks: bytes, depth: int = 8, color_type: int = 2) -> bytes:
    """A PNG of raw chunks after its header."""
    return head(width, height, depth=depth, color_type=color_type) + b"".join(chunks) + chunk(b"IEND", b"")


def packed(rows: bytes) -> bytes:
    """The chunk of pixels whose rows these are, each with the number of its filter."""
    return chunk(b"IDAT", zlib.compress(rows))


def red(*before: bytes, behind: bytes = b"") -> bytes:
    """A PNG of 8x8 in one color, with chunks before and behind its pixels."""
    return png(8, 8, *before, packed((b"\0" + bytes(RED) * 8) * 8), behind)


RED = (200, 60, 60)


def samples(pixels: Pixels, *before: bytes, depth: int, color_type: int, is_interlaced: bool = False) -> bytes:
    """A PNG of these samples."""
    height, width = len(pixels), len(pixels[0])
    rows = [
        b"\0" + _row([pixels[y][x] for x in range(left, width, across)], depth)
        for left, top, across, down in (_PASSES if is_interlaced else _PLAIN)
        for y in range(top, height, down)
        if left < width
    ]
    first = head(width, height, depth=depth, color_type=color_type, tail=bytes((0, 0, is_interlaced)))
    return b"".join((first, *before, packed(b"".join(rows)), chunk(b"IEND", b"")))


def _row(pixels: Sequence[Sequence[int]], depth: int) -> bytes:
    bits = "".join(f"{sample:0{depth}b}" for pixel in pixels for sample in pixel)
    return int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8), "big")

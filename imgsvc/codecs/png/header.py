"""Walks through the chunks of a PNG: the one header that it begins with, and frames of an animation."""

import struct
import zlib
from collections.abc import Iterator

from imgsvc.codecs.headers.extent import Bound, Extent, Survey
from imgsvc.errors import UndecodableImageError

# 3 us each in Pillow. At 8 KiB, as encoders write them, these are 400 MB of pixels.
CHUNKS = Bound(50_000, "png chunks")
# Unpacked at once, to 1 MiB each; libpng keeps no more chunks than this either.
COMPRESSED_TEXTS = Bound(100, "png compressed texts")

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHUNK, _SIDES = struct.Struct(">I4s"), struct.Struct(">II")
# By type of color; 1 for gray and palettes.
_CHANNELS = {2: 3, 4: 2, 6: 4}
# Of what is unpacked, as much at once.
_STEP = 1 << 20
_PACKED_HEADER_BYTES = 2
_COMPRESSED = frozenset({b"zTXt", b"iTXt", b"iCCP"})


def survey(data: bytes | memoryview, extent: Extent) -> Survey:
    """Hold header and frames against the limit; it must begin with IHDR and have no other."""
    length, kind = _CHUNK.unpack_from(data, len(SIGNATURE))
    if kind != b"IHDR" or length < 13:
        raise UndecodableImageError(f"a PNG that begins with {kind!r}")
    size = extent.admit(*_SIDES.unpack_from(data, 16))
    chunks, compressed, at, end = 1, 0, 20 + length, len(data)
    while at + 8 <= end:
        length, kind = _CHUNK.unpack_from(data, at)
        if kind == b"IEND":
            break
        chunks += 1
        if kind != b"IDAT":
            compressed += kind in _COMPRESSED
            _check(data, kind, at + 8, extent)
        at += 12 + length
    CHUNKS.hold(chunks)
    COMPRESSED_TEXTS.hold(compressed)
    return Survey(size)


def has_row(data: bytes) -> bool:
    """Whether it only ends early: its first row is there, and nothing of what follows is wrong."""
    width, height, depth, color_type, *_, interlaced = struct.unpack_from(">IIBBBBB", data, 16)
    row = 1 + -(-width * depth * _CHANNELS.get(color_type, 1) // 8)
    # An interlaced picture begins with a row of every eighth pixel.
    least, whole = (1 + row // 8, row * height) if interlaced else (row, row * height)
    # Without what is around the packed data: of a picture that is all there a wrong checksum does not matter.
    unpacker, length, skipped = zlib.decompressobj(-zlib.MAX_WBITS), 0, _PACKED_HEADER_BYTES
    try:
        for content in _contents(data):
            length += len(unpacker.decompress(content[skipped:], _STEP))
            skipped = max(0, skipped - len(content))
            while unpacker.unconsumed_tail and length < whole:
                length += len(unpacker.decompress(unpacker.unconsumed_tail, _STEP))
    except zlib.error:
        return bool(length >= whole)
    return bool(length >= least)


def _contents(data: bytes) -> Iterator[bytes]:
    at = len(SIGNATURE)
    while at + 8 <= len(data):
        length, kind = _CHUNK.unpack_from(data, at)
        if kind == b"IDAT":
            yield data[at + 8 : at + 8 + length]
        at += 12 + length


def _check(data: bytes | memoryview, kind: bytes, at: int, extent: Extent) -> None:
    if kind == b"IHDR":
        raise UndecodableImageError("a PNG with two headers")
    if kind == b"fcTL" and at + 12 <= len(data):
        width, height = _SIDES.unpack_from(data, at + 4)
        extent.admit(width, height, "frame")

"""Makes a PNG interlaced, which Pillow cannot: it shows coarsely at once and sharpens while it loads.

The file's header and metadata stay; its pixels are laid out anew in seven passes (PNG specification, §8.2 and §9).
"""

import struct
import zlib
from collections.abc import Iterator
from typing import Any

import numpy
import numpy.typing
from PIL import Image

_SIGNATURE_BYTES = 8
# Column and row of each pass's first pixel, then the steps to the next.
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_NO_FILTER, _PAETH = 0, 4
# Pillow's choice for the same image, so that interlacing costs as few bytes as it can.
_COMPRESSION = 6

_Bytes = numpy.typing.NDArray[Any]


def interlaced(body: bytes, image: Image.Image, bits: int = 8) -> bytes:
    """The PNG `body` of `image`, interlaced; `bits` are those of a palette index."""
    pixels = numpy.asarray(image)
    pixels = pixels.reshape(pixels.shape[0], pixels.shape[1], -1)
    packed = b"".join(_rows(pixels[y::down, x::right], bits) for x, y, right, down in _PASSES)
    parts, is_written = [body[:_SIGNATURE_BYTES]], False
    for kind, content in _chunks(body):
        if kind == b"IHDR":
            parts.append(_chunk(kind, content[:12] + b"\1"))
        elif kind != b"IDAT":
            parts.append(_chunk(kind, content))
        elif not is_written:
            parts.append(_chunk(kind, zlib.compress(packed, _COMPRESSION)))
            is_written = True
    return b"".join(parts)


def _chunks(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = _SIGNATURE_BYTES
    while at < len(body):
        length, kind = struct.unpack_from(">I4s", body, at)
        yield kind, body[at + 8 : at + 8 + length]
        at += 12 + length


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _rows(pixels: _Bytes, bits: int) -> bytes:
    """The rows of one pass, each after the number of its filter; nothing for a pass without pixels."""
    height, width, channels = pixels.shape
    if not (width and height):
        return b""
    if bits < 8:
        # Neighboring indices say nothing about each other.
        return _numbered(_packed(pixels[..., 0], bits), _NO_FILTER)
    return _numbered(_paeth(pixels).reshape(height, width * channels), _PAETH)


def _numbered(rows: _Bytes, filter_type: int) -> bytes:
    return numpy.pad(rows, ((0, 0), (1, 0)), constant_values=filter_type).tobytes()


def _packed(indices: _Bytes, bits: int) -> _Bytes:
    """Several indices to a byte, the first in its highest bits."""
    per_byte = 8 // bits
    padded = numpy.pad(indices, ((0, 0), (0, -indices.shape[1] % per_byte)))
    grouped = padded.reshape(padded.shape[0], -1, per_byte)
    shifts = numpy.arange(8 - bits, -1, -bits, dtype=numpy.uint8)
    packed: _Bytes = (grouped << shifts).sum(axis=2, dtype=numpy.uint8)
    return packed


def _paeth(pixels: _Bytes) -> _Bytes:
    """Each byte less that of the neighbor which the slope of the other two points to."""
    framed = numpy.pad(pixels.astype(numpy.int16), ((1, 0), (1, 0), (0, 0)))
    left, above, corner = framed[1:, :-1], framed[:-1, 1:], framed[:-1, :-1]
    to_left, to_above, to_corner = (abs(above - corner), abs(left - corner), abs(left + above - 2 * corner))
    nearest = numpy.where(to_above <= to_corner, above, corner)
    predicted = numpy.where((to_left <= to_above) & (to_left <= to_corner), left, nearest)
    filtered: _Bytes = (framed[1:, 1:] - predicted).astype(numpy.uint8)
    return filtered

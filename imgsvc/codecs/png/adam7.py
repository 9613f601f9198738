"""Makes a PNG interlaced, which Pillow cannot: it shows coarsely at once and sharpens while it loads.

The file's header and metadata stay; its pixels are laid out anew in seven passes (PNG specification, §8.2 and §9).
Rows may also stay as they are, without a filter, which in flat drawings is smaller.
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
_NO_FILTER = 0
# Pillow's choice for the same image, so that interlacing costs as few bytes as it can.
_COMPRESSION = 6

_Bytes = numpy.typing.NDArray[Any]


def interlaced(body: bytes, image: Image.Image, bits: int = 8, level: int = _COMPRESSION) -> bytes:
    """The PNG `body` of `image`, interlaced; `bits` are those of a palette index."""
    pixels = _pixels(image)
    indices = bits if image.mode == "P" else None
    rows = b"".join(_rows(pixels[y::down, x::right], indices) for x, y, right, down in _PASSES)
    return _with_rows(body, rows, level, 1)


def unfiltered(body: bytes, image: Image.Image, bits: int = 8, level: int = _COMPRESSION) -> bytes:
    """The PNG `body` of `image` with rows as they are; `bits` are those of a palette index."""
    pixels = _pixels(image)
    rows = _packed(pixels[..., 0], bits) if bits < 8 else pixels.reshape(len(pixels), -1)
    return _with_rows(body, _numbered(rows, _NO_FILTER), level, 0)


def _pixels(image: Image.Image) -> _Bytes:
    return numpy.asarray(image).reshape(image.height, image.width, -1)


def _with_rows(body: bytes, rows: bytes, level: int, interlacing: int) -> bytes:
    parts, is_written = [body[:_SIGNATURE_BYTES]], False
    for kind, content in chunks(body):
        if kind == b"IHDR":
            parts.append(chunk(kind, content[:12] + bytes([interlacing])))
        elif kind != b"IDAT":
            parts.append(chunk(kind, content))
        elif not is_written:
            parts.append(chunk(kind, zlib.compress(rows, level)))
            is_written = True
    return b"".join(parts)


def chunks(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of each, of a file that is sound."""
    at = _SIGNATURE_BYTES
    while at < len(body):
        length, kind = struct.unpack_from(">I4s", body, at)
        yield kind, body[at + 8 : at + 8 + length]
        at += 12 + length


def chunk(kind: bytes, content: bytes) -> bytes:
    """One, with its checksum."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _rows(pixels: _Bytes, bits: int | None) -> bytes:
    """The rows of one pass, each after the number of its filter; nothing for a pass without pixels."""
    height, width, channels = pixels.shape
    if not (width and height):
        return b""
    if bits is not None:
        # Neighboring indices say nothing about each other.
        return _numbered(_packed(pixels[..., 0], bits) if bits < 8 else pixels[..., 0], _NO_FILTER)
    return filtered(pixels).reshape(height, 1 + width * channels).tobytes()


def _numbered(rows: _Bytes, filter_type: int) -> bytes:
    return _numbered_rows(rows, filter_type).tobytes()


def _numbered_rows(rows: _Bytes, filter_type: int) -> _Bytes:
    return numpy.pad(rows, ((0, 0), (1, 0)), constant_values=filter_type)


def _packed(indices: _Bytes, bits: int) -> _Bytes:
    """Several indices to a byte, the first in its highest bits."""
    per_byte = 8 // bits
    padded = numpy.pad(indices, ((0, 0), (0, -indices.shape[1] % per_byte)))
    grouped = padded.reshape(padded.shape[0], -1, per_byte)
    shifts = numpy.arange(8 - bits, -1, -bits, dtype=numpy.uint8)
    packed: _Bytes = (grouped << shifts).sum(axis=2, dtype=numpy.uint8)
    return packed


def filtered(pixels: _Bytes) -> _Bytes:
    """Each row after the number of the filter that leaves the least of it, as libpng chooses."""
    height = len(pixels)
    found, least = _numbered_rows(pixels.reshape(height, -1), _NO_FILTER), numpy.full(height, numpy.inf)
    for number, predicted in _predictions(pixels):
        rest = (pixels - predicted).astype(numpy.uint8).reshape(height, -1)
        cost = numpy.minimum(rest, 0 - rest).sum(axis=1, dtype=numpy.uint64)
        is_better = cost < least
        least[is_better] = cost[is_better]
        found[is_better] = _numbered_rows(rest[is_better], number)
    return found


def _predictions(pixels: _Bytes) -> Iterator[tuple[int, _Bytes]]:
    """What each filter expects of a byte, by those to its left, above it, and above that."""
    framed = numpy.pad(pixels.astype(numpy.int16), ((1, 0), (1, 0), (0, 0)))
    left, above, corner = framed[1:, :-1], framed[:-1, 1:], framed[:-1, :-1]
    yield from ((_NO_FILTER, numpy.zeros_like(left)), (1, left), (2, above), (3, (left + above) // 2))
    to_left, to_above, to_corner = (abs(above - corner), abs(left - corner), abs(left + above - 2 * corner))
    nearest = numpy.where(to_above <= to_corner, above, corner)
    yield 4, numpy.where((to_left <= to_above) & (to_left <= to_corner), left, nearest)

"""Unpacks the merged picture of a PSD: one channel after the other, each row by row."""

import struct
import zlib
from collections.abc import Iterator
from enum import IntEnum
from itertools import pairwise
from typing import Protocol

import numpy
import numpy.typing
from PIL import Image

from imgsvc.codecs.native.unpacking import Ending, unpack
from imgsvc.codecs.psd.header import Document
from imgsvc.errors import UndecodableImageError

Rows = numpy.typing.NDArray[numpy.uint8]

# PERF: as much is worked on at once.
_BAND_BYTES = 4 << 20
_FLOAT_BITS, _FLOAT_BYTES = 32, 4


class Packing(IntEnum):
    """How rows are packed."""

    NONE = 0
    PACK_BITS = 1
    ZIP = 2
    # Each sample as its difference from the one before it.
    ZIP_OF_DIFFERENCES = 3


class _Reader(Protocol):
    """Gives the rows of all channels in their order, so many at a time."""

    def __call__(self, count: int) -> Rows:
        """The next rows; UndecodableImageError if they are not there."""


def has_picture(data: bytes, document: Document) -> bool:
    """Whether there is anything at all where the merged picture should be."""
    return len(data) >= document.offset + 2


def bands_of(data: bytes, document: Document, channels: int) -> Iterator[tuple[int, int, Rows]]:
    """Channel, number of the first row, and rows of bytes, for so many channels from the first on."""
    read = _reader(data, document)
    height = document.size.height
    step = max(1, _BAND_BYTES // row_bytes(document))
    edges = [*range(0, height, step), height]
    for channel in range(channels):
        for top, bottom in pairwise(edges):
            yield channel, top, read(bottom - top)


def row_bytes(document: Document) -> int:
    """How many bytes a row of one channel takes."""
    return (document.size.width * document.bits + 7) // 8


def _reader(data: bytes, document: Document) -> _Reader:
    (packing,) = struct.unpack_from(">H", data, document.offset)
    body = memoryview(data)[document.offset + 2 :]
    width = row_bytes(document)
    if packing == Packing.NONE:
        return _Raw(body, width)
    if packing == Packing.PACK_BITS:
        return _PackBits(body, width, document)
    if packing == Packing.ZIP:
        return _Zip(body, width)
    if packing == Packing.ZIP_OF_DIFFERENCES:
        return _Differences(_Zip(body, width), document.bits)
    raise UndecodableImageError(f"psd: packed in way {packing}")


class _Raw:
    def __init__(self, body: memoryview, width: int) -> None:
        self._body, self._width, self._at = body, width, 0

    def __call__(self, count: int) -> Rows:
        begin, self._at = self._at, self._at + count * self._width
        return _rows(self._body[begin : self._at], count, self._width)


class _PackBits:
    """Before all rows of all channels stand their lengths."""

    def __init__(self, body: memoryview, width: int, document: Document) -> None:
        kind, total = (">u4" if document.is_big else ">u2"), document.channels * document.size.height
        lengths = numpy.frombuffer(body[: total * numpy.dtype(kind).itemsize], kind)
        if len(lengths) < total:
            raise UndecodableImageError("psd: it ends before its rows")
        self._ends = numpy.concatenate([[0], lengths.cumsum(dtype=numpy.int64)]) + lengths.nbytes
        self._body, self._width, self._row = body, width, 0

    def __call__(self, count: int) -> Rows:
        first, self._row = self._row, self._row + count
        packed = self._body[int(self._ends[first]) : int(self._ends[self._row])]
        # NOTE: its own memory: Pillow makes room for the rows of an image as it likes.
        image = Image.new("L", (self._width, count))
        if unpack(image, bytes(packed), "packbits", "L") is not Ending.WHOLE:
            raise UndecodableImageError("psd: rows are damaged, or not there")
        return numpy.asarray(image)


class _Zip:
    def __init__(self, body: memoryview, width: int) -> None:
        self._packed, self._width, self._unpacker = bytes(body), width, zlib.decompressobj()

    def __call__(self, count: int) -> Rows:
        wanted, parts = count * self._width, list[bytes]()
        while wanted > 0:
            # SECURITY: no more than is asked for, whatever it would grow to.
            part = self._unpacker.decompress(self._packed, wanted)
            self._packed = self._unpacker.unconsumed_tail
            if not part:
                break
            parts.append(part)
            wanted -= len(part)
        return _rows(b"".join(parts), count, self._width)


class _Differences:
    def __init__(self, read: _Reader, bits: int) -> None:
        self._read, self._bits = read, bits

    def __call__(self, count: int) -> Rows:
        rows = self._read(count)
        if self._bits == _FLOAT_BITS:
            # The first bytes of all numbers of a row, then their second ones, and so on.
            summed = rows.cumsum(axis=1, dtype=numpy.uint8)
            return numpy.ascontiguousarray(summed.reshape(count, _FLOAT_BYTES, -1).swapaxes(1, 2)).reshape(count, -1)
        if self._bits == 16:
            return rows.view(">u2").cumsum(axis=1, dtype=numpy.uint16).astype(">u2").view(numpy.uint8)
        return rows.cumsum(axis=1, dtype=numpy.uint8)


def _rows(data: bytes | memoryview, count: int, width: int) -> Rows:
    if len(data) < count * width:
        raise UndecodableImageError("psd: it ends before its last row")
    return numpy.frombuffer(data, numpy.uint8).reshape(count, width)

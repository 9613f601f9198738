"""Takes unpacked bytes apart into samples."""

from typing import Any

import numpy
import numpy.typing

from imgsvc.codecs.tiff.layout import Layout, Numbers
from imgsvc.codecs.tiff.libtiff import Bytes

Samples = numpy.typing.NDArray[Any]

_UNSIGNED = {8: numpy.uint8, 16: numpy.uint16, 32: numpy.uint32, 64: numpy.uint64}
_SIGNED = {8: numpy.int8, 16: numpy.int16, 32: numpy.int32, 64: numpy.int64}
_FLOATS = {16: numpy.float16, 32: numpy.float32, 64: numpy.float64}
_WITHIN_BYTES = frozenset({1, 2, 4})


def row_bytes(layout: Layout, width: int) -> int:
    """How many bytes a row of so many pixels takes; of blocks, a row of these."""
    across, down = layout.subsampling
    if layout.has_blocks:
        return -(-width // across) * (across * down + 2)
    return -(-width * _stored(layout) * layout.bits // 8)


def samples_of(rows: Bytes, layout: Layout, width: int) -> Samples:
    """Rows of bytes as rows of pixels of samples; of blocks, as rows of these."""
    bits, height, count = layout.bits, len(rows), _stored(layout)
    if layout.has_blocks:
        across, down = layout.subsampling
        return rows.reshape(height, -1, across * down + 2)
    if layout.numbers is Numbers.FLOAT:
        return rows.view(_FLOATS[bits]).reshape(height, width, count)
    if bits in _UNSIGNED:
        kinds = _SIGNED if layout.numbers is Numbers.SIGNED else _UNSIGNED
        return rows.view(kinds[bits]).reshape(height, width, count)
    values = _from_bits(rows, bits, width * count).reshape(height, width, count)
    # Below zero is what has its highest bit.
    return numpy.where(values >> (bits - 1), 0, values) if layout.numbers is Numbers.SIGNED else values


def _stored(layout: Layout) -> int:
    return 1 if layout.in_planes else layout.samples


def _from_bits(rows: Bytes, bits: int, count: int) -> Samples:
    """Whole numbers that do not end where bytes do; or of three bytes, the lowest first, as libtiff has turned them."""
    if bits == 24:
        three = rows.reshape(len(rows), count, 3).astype(numpy.uint32)
        return three[..., 0] | three[..., 1] << 8 | three[..., 2] << 16
    if bits in _WITHIN_BYTES:
        shifts = numpy.arange(8 - bits, -1, -bits, dtype=numpy.uint8)
        spread = rows[..., None] >> shifts & numpy.uint8((1 << bits) - 1)
        return spread.reshape(len(rows), -1)[:, :count]
    places = numpy.unpackbits(rows, axis=1, count=count * bits).reshape(len(rows), count, bits)
    values: Samples = numpy.zeros((len(rows), count), numpy.uint32)
    for place in range(bits):
        values = values << 1 | places[..., place]
    return values

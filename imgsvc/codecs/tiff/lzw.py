"""Unpacks strips and tiles of LZW, in half of libtiff's time (Lzw.c in requirements/pillow-simd.patch).

What is not as it should be is left to libtiff: it says how much of it there is.
"""

from PIL import _imaging

from imgsvc.codecs.tiff.layout import Layout
from imgsvc.codecs.tiff.libtiff import Bytes, LibTiff

_FILL_ORDER, _PREDICTOR = 266, 317
_LZW, _HIGHEST_FIRST = 5, 1
_NO_PREDICTOR, _DIFFERENCES = 1, 2
# Of more bits libtiff turns the bytes round as well.
_MOST_BITS, _OF_TIFF = 8, 0


class Lzw:
    """The packed parts of a file of such a kind."""

    def __init__(self, data: bytes, tiff: LibTiff, layout: Layout) -> None:
        """Nothing is unpacked yet."""
        self._data, self._tiff = memoryview(data), tiff
        samples = 1 if layout.in_planes else layout.samples
        self._differences = samples if tiff.short(_PREDICTOR) == _DIFFERENCES else 0

    def unpack(self, number: int, into: Bytes) -> bool:
        """Fill rows with a strip or a tile; false if it is damaged, or not of this kind."""
        begin, count = self._tiff.place(number)
        packed = self._data[begin : begin + count]
        if len(packed) != count or not _imaging.unpack_lzw(into, packed, _OF_TIFF):
            return False
        if self._differences:
            _imaging.sum_rows(into, into.shape[1], self._differences)
        return True


def lzw_of(data: bytes, tiff: LibTiff, layout: Layout) -> Lzw | None:
    """What unpacks it, if it is of a kind that is unpacked here."""
    predictor = tiff.short(_PREDICTOR) or _NO_PREDICTOR
    is_read = predictor == _NO_PREDICTOR or (predictor == _DIFFERENCES and layout.bits == _MOST_BITS)
    is_plain = layout.compression == _LZW and layout.bits <= _MOST_BITS and not layout.has_blocks
    return Lzw(data, tiff, layout) if is_plain and is_read and tiff.short(_FILL_ORDER) == _HIGHEST_FIRST else None

"""Unpacks strips and tiles: LZW in half of libtiff's time (Lzw.c in requirements/pillow-simd.patch), others by libtiff.

What of LZW is not as it should be is left to libtiff: it says how much of it there is. Where samples of eight bits are
differences to those beside them, they are added up here, in a fifth of libtiff's time.
"""

from PIL import _imaging

from imgsvc.codecs.tiff.layout import Layout
from imgsvc.codecs.tiff.libtiff import Bytes, LibTiff

_FILL_ORDER = 266
_LZW, _HIGHEST_FIRST = 5, 1
_NO_PREDICTOR, _DIFFERENCES = 1, 2
# Of more bits libtiff turns the bytes round as well.
_MOST_BITS, _OF_TIFF = 8, 0


class Unpacker:
    """The packed parts of a file, as rows of bytes."""

    def __init__(self, data: bytes, tiff: LibTiff, layout: Layout) -> None:
        """Nothing is unpacked yet."""
        self._data, self._tiff = memoryview(data), tiff
        samples = 1 if layout.in_planes else layout.samples
        is_summed = tiff.predictor == _DIFFERENCES and layout.bits == _MOST_BITS and not layout.has_blocks
        self._differences = samples if is_summed else 0
        if is_summed:
            tiff.leave_differences()
        self.unpacks_lzw = _is_lzw(tiff, layout) and (is_summed or tiff.predictor == _NO_PREDICTOR)

    def strip(self, number: int, into: Bytes) -> bool:
        """Fill rows with a strip; false if it is not there whole."""
        return self._part(number, into) or self._summed(into, self._tiff.read_strip(number, into) == into.nbytes)

    def tile(self, number: int, into: Bytes) -> bool:
        """Fill rows with a tile; false if it is not there whole."""
        return self._part(number, into) or self._summed(into, self._tiff.read_tile(number, into) == into.nbytes)

    def rows(self, top: int, into: Bytes) -> int:
        """Fill rows of strips from the one at `top` on; how many can be unpacked before one cannot."""
        tiff = self._tiff
        came = next((at for at, target in enumerate(into) if not tiff.read_row(top + at, target)), len(into))
        self._summed(into[:came], came > 0)
        return came

    def _part(self, number: int, into: Bytes) -> bool:
        """The same of a strip or a tile that is unpacked here."""
        if not self.unpacks_lzw:
            return False
        begin, count = self._tiff.place(number)
        packed = self._data[begin : begin + count]
        return self._summed(into, len(packed) == count and _imaging.unpack_lzw(into, packed, _OF_TIFF))

    def _summed(self, rows: Bytes, is_there: bool) -> bool:
        if is_there and self._differences:
            _imaging.sum_rows(rows, rows.shape[1], self._differences)
        return is_there


def _is_lzw(tiff: LibTiff, layout: Layout) -> bool:
    """Whether it is LZW of a kind that is unpacked here."""
    is_plain = layout.compression == _LZW and layout.bits <= _MOST_BITS and not layout.has_blocks
    return is_plain and tiff.short(_FILL_ORDER) == _HIGHEST_FIRST

"""Unpacks the indices of a frame in a third of Pillow's time (Lzw.c in requirements/pillow-simd.patch).

What is not whole, or not as it should be, is left to Pillow: it says how much of it there is.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy
import numpy.typing
from PIL import Image, _imaging

from imgsvc.codecs.gif.header import MOST_INDEX_BITS, Frame
from imgsvc.options.geometry import Size

_LEAST_INDEX_BITS = 2
# Where each pass over an interlaced frame begins, and how far apart its rows are.
_PASSES = ((0, 8), (4, 8), (2, 4), (1, 2))


@dataclass(frozen=True, slots=True)
class Rows:
    """The indices of a frame in the order of the file, a byte each."""

    size: Size
    indices: numpy.typing.NDArray[numpy.uint8]
    is_interlaced: bool

    def __iter__(self) -> Iterator[memoryview]:
        """From the top."""
        return (memoryview(self.indices[at]) for at in self._order())

    def image(self) -> Image.Image:
        """In mode L, for reading alone: it is the same memory, unless rows have to be put in order."""
        pixels = self.indices[self._order()] if self.is_interlaced else self.indices
        return Image.frombuffer("L", self.size, pixels, "raw", "L", 0, 1)

    def _order(self) -> list[int]:
        """Which of the rows in the file is the first of the picture, and so on."""
        height = self.size.height
        if not self.is_interlaced:
            return list(range(height))
        came = [row for first, step in _PASSES for row in range(first, height, step)]
        return [int(at) for at in numpy.argsort(came)]


def rows_of(frame: Frame, data: bytes) -> Rows | None:
    """All of its rows, or None."""
    if not (frame.is_whole and _LEAST_INDEX_BITS <= frame.code_bits <= MOST_INDEX_BITS):
        return None
    size = frame.box.size
    indices = numpy.empty((size.height, size.width), numpy.uint8)
    is_whole = indices.size > 0 and _imaging.unpack_lzw(indices, frame.codes(data), frame.code_bits)
    return Rows(size, indices, frame.is_interlaced) if is_whole else None

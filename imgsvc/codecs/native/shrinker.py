"""Makes a smaller picture of rows that come one after the other: the pixels that the resampler makes of it whole.

Native, ResampleRows.h in requirements/pillow-simd.patch. Transparent pixels weigh nothing: colors are multiplied by
alpha, here or, in linear light, there.
"""

from collections.abc import Iterable

import numpy
import numpy.typing
from PIL import Image, _imaging

from imgsvc.options.geometry import Box, Shrinking, Size

_PREMULTIPLIED = {"LA": "La", "RGBA": "RGBa"}
# Modes whose samples may be put as they lie in memory, one after the other.
PUT_AS_SAMPLES = frozenset({"L", "RGB"})
_Samples = numpy.typing.NDArray[numpy.uint8]


class Shrinker:
    """Of a picture of `size` in mode L, LA, RGB or RGBA what `shrinking` says."""

    def __init__(self, mode: str, size: Size, shrinking: Shrinking) -> None:
        """No row has come yet."""
        self._mode = mode
        self._premultiplied = {} if shrinking.linear else _PREMULTIPLIED
        self.made = Image.new(self._premultiplied.get(mode, mode), shrinking.size)
        self.native = _imaging.shrinker(self.made.im, size, *shrinking.native)

    def put(self, rows: Image.Image) -> None:
        """Those that come next, as wide as the picture."""
        premultiplied = self._premultiplied.get(rows.mode)
        self.native.put((rows.convert(premultiplied) if premultiplied else rows).im)

    def put_samples(self, rows: _Samples) -> None:
        """Those that come next, of gray or RGB, in one piece of memory."""
        self.native.put_samples(rows)

    def put_indices(self, row: memoryview, colors: bytes) -> None:
        """The row that comes next, of RGB or RGBA, as indices of 256 colors of four bytes; nothing is all zero."""
        self.native.put_indices(row, colors)

    def image(self) -> Image.Image:
        """What has been made of the rows, in their mode."""
        return self.made if self.made.mode == self._mode else self.made.convert(self._mode)


def shrunk(image: Image.Image, shrinking: Shrinking) -> Image.Image:
    """The same of an image that is there."""
    mode = None if shrinking.linear else _PREMULTIPLIED.get(image.mode)
    pixels = image.convert(mode) if mode else image
    made = pixels._new(pixels.im.shrink(*shrinking.native))
    return made.convert(image.mode) if mode else made


def assembled(bands: Iterable[Image.Image], mode: str, size: Size, shrinking: Shrinking | None) -> Image.Image:
    """The picture of `size` that bands of rows come to, from its top; or that shrunk."""
    if shrinking:
        shrinker = Shrinker(mode, size, shrinking)
        for band in bands:
            shrinker.put(band if band.mode == mode else band.convert(mode))
        return shrinker.image()
    image, top = Image.new(mode, size), 0
    for band in bands:
        image.paste(band, (0, top))
        top += band.height
    return image


def reduced(image: Image.Image, box: Box | None, shrinking: Shrinking | None) -> Image.Image:
    """What lies in a box of an image that is there, or all of it; or that shrunk."""
    part = image.crop(box) if box else image
    return shrunk(part, shrinking) if shrinking else part

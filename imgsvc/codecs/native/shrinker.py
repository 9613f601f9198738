"""Makes a smaller picture of rows that come one after the other: the pixels that the resampler makes of it whole.

Native, ResampleRows.h in requirements/pillow-simd.patch. Transparent pixels weigh nothing.
"""

from PIL import Image, _imaging

from imgsvc.options.geometry import Shrinking, Size

_PREMULTIPLIED = {"LA": "La", "RGBA": "RGBa"}


class Shrinker:
    """Of a picture of `size` in mode L, LA, RGB or RGBA what `shrinking` says."""

    def __init__(self, mode: str, size: Size, shrinking: Shrinking) -> None:
        """No row has come yet."""
        self._mode = mode
        self.made = Image.new(_PREMULTIPLIED.get(mode, mode), shrinking.size)
        self.native = _imaging.shrinker(self.made.im, size, *shrinking)

    def put(self, rows: Image.Image) -> None:
        """Those that come next, as wide as the picture."""
        premultiplied = _PREMULTIPLIED.get(rows.mode)
        self.native.put((rows.convert(premultiplied) if premultiplied else rows).im)

    def image(self) -> Image.Image:
        """What has been made of the rows, in their mode."""
        return self.made if self.made.mode == self._mode else self.made.convert(self._mode)


def shrunk(image: Image.Image, shrinking: Shrinking) -> Image.Image:
    """The same of an image that is there."""
    mode = _PREMULTIPLIED.get(image.mode)
    pixels = image.convert(mode) if mode else image
    made = pixels._new(pixels.im.shrink(*shrinking))
    return made.convert(image.mode) if mode else made

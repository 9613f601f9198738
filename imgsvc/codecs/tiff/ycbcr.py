"""Makes RGB of light and two differences of color, of which there may be fewer: TIFF 6.0, section 21."""

from dataclasses import dataclass
from typing import Any

import numpy
import numpy.typing

from imgsvc.codecs.tiff.libtiff import LibTiff

Levels = numpy.typing.NDArray[numpy.uint8]

_COEFFICIENTS, _BLACK_AND_WHITE = 529, 532
_USUAL = (0.299, 0.587, 0.114)
_FULL_RANGE = (0.0, 255.0, 128.0, 255.0, 128.0, 255.0)


@dataclass(frozen=True, slots=True)
class YCbCr:
    """What a file says of its own."""

    coefficients: tuple[float, ...] = _USUAL
    black_and_white: tuple[float, ...] = _FULL_RANGE

    def in_rgb(self, levels: Levels) -> Levels:
        """Rows of columns of Y, Cb and Cr in RGB."""
        red, green, blue = self.coefficients
        floor, white, *_ = self.black_and_white
        light = (levels[..., 0] - numpy.float32(floor)) * numpy.float32(255 / (white - floor))
        blues, reds = (self._difference(levels[..., each], each) for each in (1, 2))
        r = light + reds * numpy.float32(2 - 2 * red)
        b = light + blues * numpy.float32(2 - 2 * blue)
        g = (light - numpy.float32(red) * r - numpy.float32(blue) * b) / numpy.float32(green)
        return (numpy.stack([r, g, b], axis=-1) + 0.5).clip(0, 255).astype(numpy.uint8)

    def _difference(self, levels: Levels, channel: int) -> numpy.typing.NDArray[Any]:
        floor, most = self.black_and_white[2 * channel : 2 * channel + 2]
        return (levels - numpy.float32(floor)) * numpy.float32(127 / (most - floor))


def ycbcr_of(tiff: LibTiff) -> YCbCr:
    """What the file says; in place of what makes no sense what is usual, as in libtiff."""
    coefficients = tiff.floats(_COEFFICIENTS, 3) or _USUAL
    black_and_white = tiff.floats(_BLACK_AND_WHITE, 6) or _FULL_RANGE
    pairs = zip(black_and_white[::2], black_and_white[1::2], strict=True)
    return YCbCr(
        coefficients if numpy.isfinite(coefficients).all() and coefficients[1] > 0 else _USUAL,
        black_and_white
        if numpy.isfinite(black_and_white).all() and all(low < high for low, high in pairs)
        else _FULL_RANGE,
    )


def spread(blocks: Levels, subsampling: tuple[int, int]) -> Levels:
    """Blocks of several Y, one Cb and one Cr as rows of columns of all three."""
    across, down = subsampling
    rows, columns, _ = blocks.shape
    light = blocks[..., :-2].reshape(rows, columns, down, across).swapaxes(1, 2).reshape(rows * down, columns * across)
    colors = blocks[..., -2:].repeat(down, axis=0).repeat(across, axis=1)
    return numpy.concatenate([light[..., None], colors], axis=2)

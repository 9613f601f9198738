"""How near one picture is to another, as a look at both would have it."""

import numpy
import numpy.typing
from PIL import Image

# Pixels on a side.
BLOCK = 8
# Of 255, that the means of a block may differ by.
LEVELS = 16
# Of the blocks, that may differ by more.
SHARE = 0.01


def far_blocks(one: Image.Image, other: Image.Image) -> float:
    """The share of blocks that differ by more than is allowed; 1 for pictures of two sizes.

    Colors are multiplied by alpha, so that what is invisible counts for nothing.
    """
    if one.size != other.size:
        return 1.0
    distances = numpy.abs(_means(one) - _means(other)).max(axis=2)
    return float((distances > LEVELS).mean())


def is_near(one: Image.Image, other: Image.Image) -> bool:
    """Whether they show the same."""
    return far_blocks(one, other) <= SHARE


def _means(image: Image.Image) -> numpy.typing.NDArray[numpy.float64]:
    """Of each block; those at the right and at the bottom may be smaller."""
    pixels = numpy.asarray(image.convert("RGBa"), dtype=numpy.float64)
    rows, columns = (numpy.arange(0, side, BLOCK) for side in pixels.shape[:2])
    sums = numpy.add.reduceat(numpy.add.reduceat(pixels, rows, axis=0), columns, axis=1)
    heights, widths = (
        numpy.diff(numpy.append(starts, side)) for starts, side in zip((rows, columns), pixels.shape[:2], strict=True)
    )
    means: numpy.typing.NDArray[numpy.float64] = sums / (heights[:, None, None] * widths[None, :, None])
    return means

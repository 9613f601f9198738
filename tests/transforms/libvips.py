"""What libvips (resample/) makes of 8-bit pixels that become fewer: slowly, and by its arithmetic written out.

Whole numbers, 4096 to one, of a kernel at 64 places between two pixels; blocks are averaged first. Compared with 8.18.7
itself it is the same in every pixel.
"""

import math
from collections.abc import Sequence
from functools import reduce
from operator import add

import numpy as np
from numpy.typing import NDArray

from imgsvc.options.geometry import Size
from imgsvc.transforms.planning.resampling import Resampling, Span

Bytes = NDArray[np.uint8]

_GAP = 2
_LOBES = 3
_PLACES = 64
_ONE = 4096


def shrunk(pixels: Bytes, how: Resampling) -> Bytes:
    """An array of rows, columns and channels at another size, no larger on either axis: rows first, then columns."""
    return _along_rows(_along_rows(pixels, how.down).swapaxes(0, 1), how.across).swapaxes(0, 1)


def averaged(pixels: Bytes, block: Size) -> Bytes:
    """The mean of each block; rows first, then columns. What is missing of the last ones is the edge repeated."""
    return _means(_means(pixels, block.height).swapaxes(0, 1), block.width).swapaxes(0, 1)


def _along_rows(pixels: Bytes, span: Span) -> Bytes:
    side, shrink = len(pixels), (span.end - span.start) / span.pixels
    if shrink == 1:
        return pixels
    block = max(1, side // span.pixels // _GAP)
    means = _means(pixels, block)
    # How much the result stands for beside the image; negative for what is left out.
    extra = -2 * span.start / block
    return np.stack([_weighed(means, place, shrink / block) for place in _places(span.pixels, shrink / block, extra)])


def _means(pixels: Bytes, block: int) -> Bytes:
    """The mean of each `block` rows; the reciprocal of 24 bits is a little too small: a mean of 127.6 becomes 127."""
    missing = -len(pixels) % block
    whole = np.concatenate([pixels, np.repeat(pixels[-1:], missing, axis=0)]).astype(np.uint64)
    sums = whole.reshape(-1, block, *pixels.shape[1:]).sum(axis=1) + block // 2
    means: Bytes = (sums * ((1 << 24) // block) >> 24).astype(np.uint8)
    return means


def _places(count: int, shrink: float, extra: float) -> list[float]:
    offset = (1 + extra) / 2 - 1
    return [(number + 0.5) * shrink - 0.5 - offset for number in range(count)]


def _weighed(rows: Bytes, place: float, shrink: float) -> Bytes:
    step = (math.trunc(place * _PLACES * 2) % (_PLACES * 2) + 1) // 2
    weights = _kernel(2 * round(_LOBES * shrink) + 1, shrink, step)
    first = math.trunc(place) - len(weights) // 2
    at = np.arange(first, first + len(weights)).clip(0, len(rows) - 1)
    sums = np.tensordot(np.array(weights), rows[at].astype(np.int64), 1)
    levels: Bytes = ((sums + _ONE // 2) // _ONE).clip(0, 255).astype(np.uint8)
    return levels


def _kernel(points: int, shrink: float, step: int) -> Sequence[int]:
    """Lanczos at so many points, from the place `step` between two pixels; rounded towards nothing."""
    middle = step / _PLACES + points / 2 - 1
    values = [_lanczos((number - middle) / shrink) for number in range(points)]
    # One after the other; `sum` itself is more exact than libvips since Python 3.12.
    total = reduce(add, values)
    return [math.trunc(value / total * _ONE) for value in values]


def _lanczos(x: float) -> float:
    return _sinc(x) * _sinc(x / _LOBES) if abs(x) <= _LOBES else 0.0


def _sinc(x: float) -> float:
    return math.sin(x * math.pi) / (x * math.pi) if x else 1.0

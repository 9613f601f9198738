"""Shrinking to the level, as libvips does: where one level more or less decides what is seen.

COMPAT: libvips (resample/) weighs 8-bit pixels with whole numbers, 4096 to one, takes its kernel at 64 places between
two pixels only, and averages blocks first. Pillow's result differs by a level here and there; it is far faster.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from imgsvc.options.geometry import Size
from imgsvc.transforms.resampling import Resampling, Span

Bytes = NDArray[np.uint8]

_GAP = 2.0
_REACH = 3
_PLACES = 64
_ONE = 4096
# Of the result, made at a time: what they are made of stays in a core's cache.
_ROWS = 64


def shrunk(pixels: Bytes, how: Resampling) -> Bytes:
    """An array of rows, columns and channels at another size, no larger on either axis: rows first, then columns."""
    return _along_rows(_along_rows(pixels, how.down).swapaxes(0, 1), how.across).swapaxes(0, 1)


def averaged(pixels: Bytes, block: Size) -> Bytes:
    """The mean of each block; rows first, then columns. What is missing of the last ones is the edge repeated."""
    return _averaged(_averaged(pixels, block.height).swapaxes(0, 1), block.width).swapaxes(0, 1)


def _along_rows(pixels: Bytes, span: Span) -> Bytes:
    side = len(pixels)
    # How many pixels the result stands for beside the image; negative for those that are left out.
    extra = span.end - span.start - side
    shrink = (span.end - span.start) / span.pixels
    block = max(1, math.floor(side / span.pixels / _GAP))
    pixels = _averaged(pixels, block)
    if shrink == block:
        return pixels[: span.pixels]
    flat = pixels.reshape(len(pixels), -1)
    result = np.empty((span.pixels, flat.shape[1]), np.uint8)
    band = _band(span.pixels, shrink / block, extra / block)
    for begin in range(0, span.pixels, _ROWS):
        result[begin : begin + _ROWS] = _weighed(flat, band.part(begin, begin + _ROWS))
    return result.reshape(-1, *pixels.shape[1:])


def _averaged(pixels: Bytes, block: int) -> Bytes:
    """The mean of each `block` rows; the last one is filled up with the last row.

    COMPAT: libvips' reciprocal of 24 bits is a little too small, so that a mean of 127.6 becomes 127.
    """
    if block == 1:
        return pixels
    whole = len(pixels) // block * block
    # PERF: row by row; numpy's own sum over the middle axis takes five times as long.
    sums = np.full((-(-len(pixels) // block), *pixels.shape[1:]), block // 2, np.uint32)
    for row in range(block):
        sums[: whole // block] += pixels[row:whole:block]
    if whole < len(pixels):
        rest = pixels[whole:]
        sums[-1] += rest.sum(axis=0, dtype=np.uint32) + (block - len(rest)) * rest[-1].astype(np.uint32)
    means: Bytes = (sums * np.uint32((1 << 24) // block) >> 24).astype(np.uint8)
    return means


@dataclass(frozen=True, slots=True)
class _Band:
    """For each row of the result, the first of the rows that it is made of, and what these weigh."""

    first: NDArray[np.int64]
    weights: NDArray[np.float32]

    def part(self, begin: int, end: int) -> "_Band":
        """The rows from `begin` to before `end`."""
        return _Band(self.first[begin:end], self.weights[begin:end])

    def table(self, side: int) -> tuple[int, NDArray[np.float32]]:
        """What each of the rows between the outermost of `side` weighs, and which the first of these is.

        The outermost rows stand for what lies beside them.
        """
        count, points = self.weights.shape
        at = (self.first[:, None] + np.arange(points)).clip(0, side - 1)
        begin = int(at.min())
        table = np.zeros((count, int(at.max()) - begin + 1), np.float32)
        np.add.at(table, (np.arange(count)[:, None], at - begin), self.weights)
        return begin, table


def _weighed(rows: Bytes, band: _Band) -> NDArray[np.int32]:
    """The rows that `band` makes of `rows`, as levels."""
    begin, table = band.table(len(rows))
    # PERF: floating point has the faster product; of whole numbers below 2**24 it is exact.
    sums = table @ rows[begin : begin + table.shape[1]].astype(np.float32)
    levels: NDArray[np.int32] = ((sums.astype(np.int32) + _ONE // 2) // _ONE).clip(0, 255)
    return levels


# Two axes of one picture.
@lru_cache(maxsize=2)
def _band(count: int, shrink: float, extra: float) -> _Band:
    """What each of `count` rows is made of: some thirteen rows, and never more than twenty-five."""
    points = 2 * round(_REACH * shrink) + 1
    offset = (1 + extra) / 2 - 1
    places = (np.arange(count) + 0.5) * shrink - 0.5 - offset
    steps = (np.trunc(places * _PLACES * 2).astype(np.int64) % (_PLACES * 2) + 1) // 2
    kernels = np.stack([_kernel(points, shrink, step) for step in range(_PLACES + 1)]).astype(np.float32)
    return _Band(np.trunc(places).astype(np.int64) - (math.ceil(points / 2) - 1), kernels[steps])


def _kernel(points: int, shrink: float, step: int) -> NDArray[np.float64]:
    """Lanczos at so many points, from the place `step` between two pixels; rounded towards nothing."""
    places = (np.arange(points) - (step / _PLACES + points / 2 - 1)) / shrink
    values = np.where(abs(places) <= _REACH, np.sinc(places) * np.sinc(places / _REACH), 0)
    weights: NDArray[np.float64] = np.trunc(values / values.sum() * _ONE)
    return weights

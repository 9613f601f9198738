"""Shrinking to the level, as libvips does: where one level more or less decides what is seen.

COMPAT: libvips (resample/) weighs 8-bit pixels with whole numbers, 4096 to one, takes its kernel at 64 places between
two pixels only, and averages blocks first. Pillow's result differs by a level here and there; it is far faster.
"""

import math
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
    weights = _weights(span.pixels, len(pixels), shrink / block, extra / block)
    flat = pixels.reshape(len(pixels), -1).astype(np.float32)
    # PERF: floating point has the faster product; of whole numbers below 2**24 it is exact.
    sums = (weights @ flat).astype(np.int32) + _ONE // 2
    return (sums // _ONE).clip(0, 255).astype(np.uint8).reshape(-1, *pixels.shape[1:])


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


@lru_cache(maxsize=16)
def _weights(count: int, side: int, shrink: float, extra: float) -> NDArray[np.float32]:
    """What each of `side` pixels weighs in each of `count`; the outermost ones stand for what lies beside them."""
    points = 2 * round(_REACH * shrink) + 1
    offset = (1 + extra) / 2 - 1
    table = np.zeros((count, side), np.float32)
    for number in range(count):
        place = (number + 0.5) * shrink - 0.5 - offset
        first = int(place)
        step = (int(place * _PLACES * 2) % (_PLACES * 2) + 1) // 2
        at = np.clip(np.arange(points) + first - (math.ceil(points / 2) - 1), 0, side - 1)
        np.add.at(table[number], at, _kernel(points, shrink, step))
    return table


def _kernel(points: int, shrink: float, step: int) -> NDArray[np.float64]:
    """Lanczos at so many points, from the place `step` between two pixels; rounded towards nothing."""
    places = (np.arange(points) - (step / _PLACES + points / 2 - 1)) / shrink
    values = np.where(abs(places) <= _REACH, np.sinc(places) * np.sinc(places / _REACH), 0)
    weights: NDArray[np.float64] = np.trunc(values / values.sum() * _ONE)
    return weights

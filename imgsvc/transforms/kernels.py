"""Kernels: resampling as `resizing_algorithm` asks for it, each axis by itself.

COMPAT: those of libvips: cubic is Catmull-Rom, lanczos is a sinc of so many lobes. What is enlarged by any of the
last three is enlarged by cubic.
"""

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imgsvc.options.geometry import Box, ResizingAlgorithm
from imgsvc.transforms.pixels.alpha import premultiplied
from imgsvc.transforms.planning.resampling import Resampling, Span

_PILLOW = {
    ResizingAlgorithm.LINEAR: Image.Resampling.BILINEAR,
    ResizingAlgorithm.CUBIC: Image.Resampling.BICUBIC,
    ResizingAlgorithm.LANCZOS3: Image.Resampling.LANCZOS,
}
_LOBES = 2
# Of the result, made at a time: more of them have more weights that are nothing.
_ROWS = 8

_Floats = NDArray[np.float32]
_Levels = NDArray[np.uint8] | _Floats
_Axis = tuple[Span, bool]


def by_kernel(image: Image.Image, how: Resampling, part: Box | None, algorithm: ResizingAlgorithm) -> Image.Image:
    """The image at another size, or a part of that, transparent pixels weighing nothing."""
    scaled = premultiplied(image, lambda pixels: _passes(pixels, how, algorithm))
    return scaled.crop(part) if part else scaled


def _passes(image: Image.Image, how: Resampling, algorithm: ResizingAlgorithm) -> Image.Image:
    """Columns first, as libvips."""
    axes: list[_Axis] = [(how.down, True), (how.across, False)]
    if algorithm is ResizingAlgorithm.LANCZOS2 and not any(span.enlarges for span, _ in axes):
        return _lanczos2(image, axes)
    for span, is_down in axes:
        if algorithm is ResizingAlgorithm.NEAREST:
            image = _picked(image, span, is_down)
        elif algorithm is ResizingAlgorithm.LANCZOS2 and not span.enlarges:
            image = _lanczos2(image, [(span, is_down)])
        else:
            image = _by_pillow(image, span, is_down, algorithm)
    return image


def _by_pillow(image: Image.Image, span: Span, is_down: bool, algorithm: ResizingAlgorithm) -> Image.Image:
    linear = algorithm is ResizingAlgorithm.LINEAR
    enlarging = Image.Resampling.BILINEAR if linear else Image.Resampling.BICUBIC
    kernel = enlarging if span.enlarges else _PILLOW[algorithm]
    if is_down:
        return image.resize((image.width, span.pixels), kernel, box=(0, span.start, image.width, span.end))
    return image.resize((span.pixels, image.height), kernel, box=(span.start, 0, span.end, image.height))


def _picked(image: Image.Image, span: Span, is_down: bool) -> Image.Image:
    """The row, or column, in which the middle of each one of the result lies."""
    pixels = np.asarray(image)
    axis = 0 if is_down else 1
    found = pixels.take(np.floor(_middles(span)).astype(np.int64), axis=axis, mode="clip")
    return Image.frombytes(image.mode, (found.shape[1], found.shape[0]), found.tobytes())


def _lanczos2(image: Image.Image, axes: Sequence[_Axis]) -> Image.Image:
    """PERF: a channel at a time, in bands that a few rows of the source make; each by one product of matrices."""
    return Image.merge(image.mode, [_band(band, axes) for band in image.split()])


def _band(band: Image.Image, axes: Sequence[_Axis]) -> Image.Image:
    levels: _Levels = np.asarray(band)
    for span, is_down in axes:
        levels = _product(levels, span, is_down)
        # COMPAT: whole levels after each pass.
        np.rint(levels, out=levels)
        np.clip(levels, 0, 255, out=levels)
    return Image.fromarray(levels.astype(np.uint8))


def _product(levels: _Levels, span: Span, is_down: bool) -> _Floats:
    result = np.empty((span.pixels, levels.shape[1]) if is_down else (levels.shape[0], span.pixels), np.float32)
    for begin, first, weights in _banded(span, levels.shape[0 if is_down else 1]):
        end, last = begin + weights.shape[0], first + weights.shape[1]
        # Of a large picture all of it would be four times as large.
        if is_down:
            np.matmul(weights, levels[first:last].astype(np.float32, copy=False), out=result[begin:end])
        else:
            np.matmul(levels[:, first:last].astype(np.float32, copy=False), weights.T, out=result[:, begin:end])
    return result


# As many as are in use at a time: results have few sizes.
@lru_cache(maxsize=8)
def _banded(span: Span, side: int) -> tuple[tuple[int, int, _Floats], ...]:
    """Of each band where it begins in the result, and in what there is, and the weights; for a side of so many pixels.

    What lies beside the image is its outermost row, or column.
    """
    shrink = (span.end - span.start) / span.pixels
    middles = _middles(span)
    places = np.floor(middles - _LOBES * shrink).astype(np.int64)[:, None] + np.arange(
        math.ceil(2 * _LOBES * shrink) + 2
    )
    weights = _weights(middles, places, shrink)
    places = places.clip(0, side - 1)
    bands = []
    for begin in range(0, span.pixels, _ROWS):
        some = places[begin : begin + _ROWS]
        first = int(some[0, 0])
        band = np.zeros((len(some), int(some[-1, -1]) + 1 - first), np.float32)
        np.add.at(band, (np.arange(len(some))[:, None], some - first), weights[begin : begin + _ROWS])
        bands.append((begin, first, band))
    return tuple(bands)


def _weights(middles: NDArray[np.float64], places: NDArray[np.int64], shrink: float) -> _Floats:
    """For each middle what each of its places weighs; all of them together weigh 1."""
    distances = (places + 0.5 - middles[:, None]) / shrink
    values = np.where(np.abs(distances) < _LOBES, np.sinc(distances) * np.sinc(distances / _LOBES), 0)
    found: _Floats = (values / values.sum(axis=1, keepdims=True)).astype(np.float32)
    return found


def _middles(span: Span) -> NDArray[np.float64]:
    """Of the result's pixels, on the source."""
    step = (span.end - span.start) / span.pixels
    return np.arange(0.5, span.pixels, dtype=np.float64) * step + span.start

"""Kernels: resampling as `resizing_algorithm` asks for it, each axis by itself.

COMPAT: those of libvips: cubic is Catmull-Rom, lanczos is a sinc of so many lobes. What is enlarged by any of the
last three is enlarged by cubic.
"""

import math
from collections.abc import Callable

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
# Of the result, made at a time: what they are made of stays in the cache.
_ROWS = 64

_Levels = NDArray[np.uint8]
_Weights = NDArray[np.float32]


def by_kernel(image: Image.Image, how: Resampling, part: Box | None, algorithm: ResizingAlgorithm) -> Image.Image:
    """The image at another size, or a part of that, transparent pixels weighing nothing."""
    scaled = premultiplied(image, lambda pixels: _passes(pixels, how, algorithm))
    return scaled.crop(part) if part else scaled


def _passes(image: Image.Image, how: Resampling, algorithm: ResizingAlgorithm) -> Image.Image:
    """Columns first, as libvips."""
    for span, is_down in ((how.down, True), (how.across, False)):
        if algorithm is ResizingAlgorithm.NEAREST:
            image = _along(image, span, is_down, _nearest)
        elif algorithm is ResizingAlgorithm.LANCZOS2 and not span.enlarges:
            image = _along(image, span, is_down, _lanczos2)
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


def _along(image: Image.Image, span: Span, is_down: bool, function: Callable[[_Levels, Span], _Levels]) -> Image.Image:
    pixels = np.asarray(image)
    turned = pixels if is_down else pixels.swapaxes(0, 1)
    found = function(np.ascontiguousarray(turned), span)
    result = found if is_down else found.swapaxes(0, 1)
    return Image.frombytes(image.mode, (result.shape[1], result.shape[0]), result.tobytes())


def _nearest(rows: _Levels, span: Span) -> _Levels:
    """The row in which the middle of each row of the result lies."""
    found: _Levels = rows[np.floor(_middles(span)).astype(np.int64).clip(0, len(rows) - 1)]
    return found


def _lanczos2(rows: _Levels, span: Span) -> _Levels:
    """What lies beside the image is its outermost row."""
    flat = rows.reshape(len(rows), -1)
    shrink = (span.end - span.start) / span.pixels
    reach = _LOBES * shrink
    middles = _middles(span)
    result = np.empty((span.pixels, flat.shape[1]), np.uint8)
    for begin in range(0, span.pixels, _ROWS):
        some = middles[begin : begin + _ROWS]
        first, last = math.floor(some[0] - reach), math.ceil(some[-1] + reach)
        weights = _weights(some, np.arange(first, last + 1) + 0.5, shrink)
        places = np.arange(first, last + 1).clip(0, len(rows) - 1)
        result[begin : begin + _ROWS] = np.rint(weights @ flat[places].astype(np.float32)).clip(0, 255)
    return result.reshape(-1, *rows.shape[1:])


def _weights(middles: NDArray[np.float64], places: NDArray[np.float64], shrink: float) -> _Weights:
    """For each middle what each place weighs; all of them together weigh 1."""
    distances = (places[None, :] - middles[:, None]) / shrink
    values = np.where(np.abs(distances) < _LOBES, np.sinc(distances) * np.sinc(distances / _LOBES), 0)
    found: _Weights = (values / values.sum(axis=1, keepdims=True)).astype(np.float32)
    return found


def _middles(span: Span) -> NDArray[np.float64]:
    """Of the result's pixels, on the source."""
    step = (span.end - span.start) / span.pixels
    return np.arange(0.5, span.pixels, dtype=np.float64) * step + span.start

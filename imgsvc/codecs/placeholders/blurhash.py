"""BlurHash: a picture's first few cosines, in 83 characters' digits. The algorithm is Wolt's, published."""

from functools import cache

import numpy
from numpy.typing import NDArray
from PIL import Image

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"

_Floats = NDArray[numpy.float64]


def blurhash(image: Image.Image, across: int, down: int) -> str:
    """The hash of an RGB image with so many components, 1 to 9, each way."""
    factors = _factors(_linear_levels()[numpy.asarray(image)], across, down)
    mean, others = factors[0], factors[1:]
    # What is all of one color has no others.
    most = min(82, max(0, int(abs(others).max(initial=0) * 166 - 0.5)))
    levels = numpy.floor(_signed_root(others / ((most + 1) / 166)) * 9 + 9.5).clip(0, 18).astype(int)
    head = _digits((across - 1) + (down - 1) * 9, 1) + _digits(most, 1) + _digits(_packed(mean), 4)
    return head + "".join(_digits(int(red * 361 + green * 19 + blue), 2) for red, green, blue in levels)


@cache
def _linear_levels() -> _Floats:
    """The curve of sRGB, by level."""
    levels = numpy.arange(256) / 255
    return numpy.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)


def _factors(pixels: _Floats, across: int, down: int) -> _Floats:
    """Of each component, row by row, the red, green and blue."""
    height, width, _ = pixels.shape
    x, y = _cosines(width, across), _cosines(height, down)
    found: _Floats = numpy.einsum("jy,yxc,ix->jic", y, pixels, x, optimize=True).reshape(-1, 3) / (width * height)
    found[1:] *= 2
    return found


def _cosines(length: int, count: int) -> _Floats:
    waves: _Floats = numpy.cos(numpy.pi * numpy.outer(numpy.arange(count), numpy.arange(length)) / length)
    return waves


def _signed_root(values: _Floats) -> _Floats:
    roots: _Floats = numpy.sign(values) * numpy.sqrt(abs(values))
    return roots


def _packed(color: _Floats) -> int:
    """As three bytes of sRGB."""
    linear = color.clip(0, 1)
    levels = numpy.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    red, green, blue = (int(level * 255 + 0.5) for level in levels)
    return red << 16 | green << 8 | blue


def _digits(number: int, count: int) -> str:
    return "".join(_DIGITS[number // 83**place % 83] for place in reversed(range(count)))

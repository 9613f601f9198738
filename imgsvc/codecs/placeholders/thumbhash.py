"""ThumbHash: a picture's first few cosines in some 20 bytes, with its shape and alpha. The algorithm is Evan Wallace's.

Lightness and two differences of color are transformed each for itself; how many cosines of lightness there are says
the shape.
"""

from typing import Any, NamedTuple

import numpy
from numpy.typing import NDArray
from PIL import Image

_WHITE, _HALF = numpy.float32(255), numpy.float32(0.5)

_Floats = NDArray[numpy.floating[Any]]


class _Channel(NamedTuple):
    """Its mean, how far its cosines go at most, and each of them from 0 to 1 of that."""

    mean: numpy.float32
    scale: numpy.float32
    waves: tuple[numpy.float32, ...]


def thumbhash(image: Image.Image) -> bytes:
    """The hash of an RGBA image of no more than 100 pixels a side."""
    lightness, yellow, red, alpha = _planes(numpy.asarray(image, dtype=numpy.float32))
    has_alpha = bool(alpha.min() < 1)
    across, down = _counts(image.width, image.height, 5 if has_alpha else 7)
    channels = [
        _channel(lightness, max(3, across), max(3, down)),
        _channel(yellow, 3, 3),
        _channel(red, 3, 3),
        *([_channel(alpha, 5, 5)] if has_alpha else []),
    ]
    is_wide = image.width > image.height
    head = _head(channels, down if is_wide else across, is_wide=is_wide)
    return head + _nibbles([_level(wave, 15) for channel in channels for wave in channel.waves])


def _planes(pixels: _Floats) -> tuple[_Floats, ...]:
    """Lightness, yellow against blue, red against green, and alpha; what is transparent has the mean color."""
    alpha = pixels[..., 3] / _WHITE
    weighted = [alpha / _WHITE * pixels[..., each] for each in range(3)]
    weight = _sum(alpha)
    red, green, blue = ((_sum(each) / weight if weight else weight) * (1 - alpha) + each for each in weighted)
    return (red + green + blue) / numpy.float32(3), (red + green) / numpy.float32(2) - blue, red - green, alpha


def _counts(width: int, height: int, most: int) -> tuple[int, int]:
    longest = max(width, height)
    return max(1, int(most * width / longest + 0.5)), max(1, int(most * height / longest + 0.5))


def _channel(plane: _Floats, across: int, down: int) -> _Channel:
    """The cosines of a triangle: those that change fast both ways are left out."""
    height, width = plane.shape
    x, y = _cosines(width, across), _cosines(height, down)
    kept = [(i, j) for j in range(down) for i in range(across) if i * down < across * (down - j)]
    mean, *others = (_sum(plane * x[i] * y[j][:, None]) / numpy.float32(width * height) for i, j in kept)
    scale = max(map(abs, others))
    return _Channel(mean, scale, tuple(_HALF + _HALF / scale * wave if scale else wave for wave in others))


def _cosines(length: int, count: int) -> _Floats:
    steps = numpy.float32(numpy.pi) / numpy.float32(length) * numpy.arange(count, dtype=numpy.float32)
    angles = steps[:, None] * (numpy.arange(length, dtype=numpy.float32) + _HALF)
    return numpy.cos(angles.astype(numpy.float64)).astype(numpy.float32)


def _sum(plane: _Floats) -> numpy.float32:
    """From the first to the last: a wave that is not there is nearly 0, and on which side of it decides of a level."""
    return numpy.float32(plane.cumsum(dtype=numpy.float32)[-1])


def _head(channels: list[_Channel], shorter: int, *, is_wide: bool) -> bytes:
    lightness, yellow, red, *alpha = channels
    first = _level(lightness.mean, 63) | _level(_HALF + _HALF * yellow.mean, 63) << 6
    first |= _level(_HALF + _HALF * red.mean, 63) << 12 | _level(lightness.scale, 31) << 18 | bool(alpha) << 23
    second = shorter | _level(yellow.scale, 63) << 3 | _level(red.scale, 63) << 9 | is_wide << 15
    opacity = bytes(_level(each.mean, 15) | _level(each.scale, 15) << 4 for each in alpha)
    return first.to_bytes(3, "little") + second.to_bytes(2, "little") + opacity


def _level(share: numpy.float32, most: int) -> int:
    return int(share * numpy.float32(most) + _HALF)


def _nibbles(levels: list[int]) -> bytes:
    even = levels + [0] * (len(levels) % 2)
    return bytes(low | high << 4 for low, high in zip(even[::2], even[1::2], strict=True))

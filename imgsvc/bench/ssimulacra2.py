"""SSIMULACRA2: how alike two pictures look, as people judged 22,000 of them.

100 is the same, from 90 on nothing is seen, 70 is high quality, 50 medium, 30 low; 2 points are seen.
Made from its definition, for what PyPI has of it asks for `pillow`, which overwrites Pillow-SIMD, and for scipy, and is
up to two points off; from the Rust crate 0.5.1 this differs by a fiftieth of a point, where hardly anything is seen by
0.3, which is how exactly that counts.
"""

from collections.abc import Iterator
from itertools import chain

import numpy
from numpy.typing import NDArray
from PIL import Image

from imgsvc.options.modes import has_alpha

_Floats = NDArray[numpy.float64]

# From red, green and blue light to what the three cones of an eye answer, beside a little light that is always there.
_CONES = numpy.array(
    [
        [0.30, 0.622, 0.078],
        [0.23, 0.692, 0.078],
        [0.24342268924547819, 0.20476744424496821, 0.5518098665095536],
    ],
    numpy.float64,
)
_REST = 0.0037930732552754493
_SIGMA, _RADIUS = 1.5, 5
_STABLE = 0.0009
_LEAST_SIDE = 8
# For red against green, light, and blue against light, each of them in the whole picture and five halves of halves.
# There what structures, new edges and lost edges count that differ: by their mean, and by their fourth-power mean.
_NOTHING = (0.0,) * 6
# fmt: off
_WEIGHTS = (
    (0.0, 0.0007376607, 0.0, 0.0, 0.0007793482, 0.0),
    (0.0, 0.0004371156, 0.0, 1.104172643, 0.0006628483, 0.0001523163),
    (0.0, 0.001640644, 0.0, 1.842245552, 11.4411726, 0.0),
    (0.0007989109, 0.0001768164, 0.0, 1.878759498, 10.94906991, 0.0),
    (0.0007289347, 0.9677937081, 0.0, 0.0001400342, 0.9981766978, 0.0003194976),
    (0.0004550992, 0.0, 0.0, 0.001364877, 0.0, 0.0),
    (0.0, 0.0, 0.0, 7.466890328, 0.0, 17.44583398),
    (0.0006235602, 0.0, 0.0, 6.683678146, 0.0003772441, 1.027889938),
    (225.205153, 0.0, 0.0, 19.21323819, 0.001140152, 0.001237756),
    (176.393176, 0.0, 0.0, 24.43301, 0.2852080261, 0.0004485437),
    (0.0, 0.0, 0.0, 34.77906344, 44.83562533, 0.0),
    _NOTHING,
    (0.0, 0.0008680557, 0.0, 0.0, 0.0, 0.0),
    (0.0, 0.0005313192, 0.0, 0.0001653381, 0.0, 0.0),
    (0.0, 0.0, 0.0, 0.0004179172, 0.001729083, 0.0),
    (0.002082701, 0.0, 0.0, 8.826982765, 23.19243344, 0.0),
    (95.10804988, 0.9863978034, 0.9834382792, 0.001228641, 171.2667256, 0.9807858872),
    (0.0, 0.0, 0.0, 0.0005130065, 0.0, 0.0001085406),
)
# fmt: on
_HALVES = 5
_GRAY = (128, 128, 128, 255)


class Reference:
    """A picture that others are compared with."""

    def __init__(self, image: Image.Image) -> None:
        self._scales = tuple(map(_Plane, _scales(_light(image))))

    def score(self, image: Image.Image) -> float:
        """At most 100, and below 0 for one that is another picture; of an image of the same size."""
        others = map(_Plane, _scales(_light(image)))
        found = [one.differences(other) for one, other in zip(self._scales, others, strict=True)]
        # NOTE: of a picture with fewer scales channels are weighed by those of others, in every implementation.
        by_channel = [differences for channel in zip(*found, strict=True) for differences in channel]
        unlike = 0.9562382616834844 * float(sum(map(numpy.dot, _WEIGHTS, by_channel)))
        curved = 2.326765642916932 * unlike - 0.020884521182843837 * unlike**2 + 6.248496625763138e-05 * unlike**3
        return 100.0 - 10.0 * float(max(curved, 0.0) ** 0.6276336467831387)


class _Plane:
    """One scale of a picture: its three channels, their means around each pixel, and those of their squares."""

    def __init__(self, light: _Floats) -> None:
        self.channels = _channels(light)
        self.means, self.squares = _around(self.channels), _around(self.channels**2)

    def differences(self, other: "_Plane") -> Iterator[tuple[float, ...]]:
        """For each channel: structures, new edges, lost edges."""
        shared = _around(self.channels * other.channels) - self.means * other.means
        spread = self.squares - self.means**2 + other.squares - other.means**2
        alike = (1 - (self.means - other.means) ** 2) * (2 * shared + _STABLE) / (spread + _STABLE)
        edges = (1 + abs(other.channels - other.means)) / (1 + abs(self.channels - self.means)) - 1
        found = [numpy.maximum(each, 0) for each in (1 - alike, edges, -edges)]
        means = [each.mean(axis=(1, 2)) for each in found]
        fourths = [(each**4).mean(axis=(1, 2)) ** 0.25 for each in found]
        return zip(*chain(means, fourths), strict=True)


def _light(image: Image.Image) -> _Floats:
    """Linear light of what is seen on a middle gray; one array for each channel."""
    if has_alpha(image.mode):
        image = Image.alpha_composite(Image.new("RGBA", image.size, _GRAY), image.convert("RGBA"))
    levels = numpy.arange(256) / 255
    linear = numpy.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    light: _Floats = linear.astype(numpy.float64)[numpy.asarray(image.convert("RGB")).transpose(2, 0, 1)]
    return light


def _scales(light: _Floats) -> Iterator[_Floats]:
    """The whole, and halves of halves until one is too small to be halved."""
    yield light
    for _ in range(_HALVES):
        if min(light.shape[1:]) < _LEAST_SIDE:
            return
        light = _halved(numpy.pad(light, [(0, 0), *((0, side % 2) for side in light.shape[1:])], mode="edge"))
        yield light


def _halved(light: _Floats) -> _Floats:
    """Means of squares of four pixels; of an even number of them along each side."""
    halved: _Floats = (light[:, ::2, ::2] + light[:, 1::2, ::2] + light[:, ::2, 1::2] + light[:, 1::2, 1::2]) / 4
    return halved


def _channels(light: _Floats) -> _Floats:
    """Red against green, light, and blue against light, none of them below 0."""
    cones = numpy.cbrt(numpy.tensordot(_CONES, light, axes=1) + numpy.float64(_REST)) - numpy.float64(_REST ** (1 / 3))
    x, y = (cones[0] - cones[1]) / 2, (cones[0] + cones[1]) / 2
    return numpy.stack((x * 14 + 0.42, y + 0.01, cones[2] - y + 0.55))


def _around(channels: _Floats) -> _Floats:
    """Means around each pixel, outside of the picture being 0."""
    for axis in (1, 2):
        padded = numpy.pad(channels, [(_RADIUS, _RADIUS) if each == axis else (0, 0) for each in range(3)])
        side = channels.shape[axis]
        parts = (numpy.take(padded, range(n, n + side), axis) * weight for n, weight in enumerate(_WINDOW))
        channels = sum(parts, start=numpy.zeros_like(channels))
    return channels


def _window() -> _Floats:
    """A Gaussian as the sum of three cosines (Charalampidis, 2016), as libjxl has it."""
    waves = numpy.array([1, 3, 5]) * numpy.pi / (2 * _RADIUS)
    sums = 1 / numpy.tan(waves / 2) * (1, -1, 1)
    moments = sums**2 / numpy.sin(waves) * (1, -1, 1)
    closing = numpy.cross(sums, moments)
    closing /= closing[2]
    decay = numpy.exp(-0.5 * (_SIGMA * waves) ** 2) / _RADIUS
    wanted = numpy.array([1.0, _RADIUS**2 - _SIGMA**2, closing @ decay])
    parts = numpy.linalg.solve(numpy.array([sums, moments, closing]), wanted)
    offsets = numpy.arange(-_RADIUS, _RADIUS + 1)
    return numpy.asarray(parts @ numpy.cos(numpy.outer(waves, offsets)), numpy.float64)


_WINDOW = _window()

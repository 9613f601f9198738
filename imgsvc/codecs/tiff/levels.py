"""Makes levels of 8 bits of samples of any kind of number.

COMPAT: as libvips does: the upper 8 bits of whole numbers, of which negative ones are black; floats are light, 0 is
none and 1 is all, and get sRGB's curve. Gray floats alone libvips takes for levels, so that light comes out black; here
they are levels where most of what is not black is above 1, and light otherwise.
"""

from functools import cache

import numpy
import numpy.typing

from imgsvc.codecs.tiff.layout import Alpha, Layout, Numbers, Photometric
from imgsvc.codecs.tiff.samples import Samples

Levels = numpy.typing.NDArray[numpy.uint8]

_STEPS = 65535
_WHITE = 255


def levels_of(samples: Samples, layout: Layout, *, white: float = 1) -> Levels:
    """The levels of all channels; colors are no longer multiplied with alpha. `white` is what white is in floats."""
    if layout.alpha is Alpha.ASSOCIATED:
        samples = _divided(samples, layout)
    if layout.numbers is not Numbers.FLOAT:
        levels = _of_integers(samples, layout)
        return _inverted(levels, layout) if layout.photometric is Photometric.WHITE_IS_ZERO else levels
    colors = samples[..., : layout.colors]
    if layout.photometric is Photometric.WHITE_IS_ZERO:
        colors = white - colors
    shown = levels_of_light(colors) if white == 1 else _of_fractions(colors / white)
    return numpy.concatenate([shown, _of_fractions(samples[..., layout.colors :])], axis=2) if layout.alpha else shown


def white_of(samples: list[Samples]) -> float:
    """What white is in gray floats: 1, or 255."""
    lit = sum(numpy.count_nonzero(each > 0) for each in samples)
    above = sum(numpy.count_nonzero(each > 1) for each in samples)
    return _WHITE if 2 * above > lit else 1


def _of_integers(samples: Samples, layout: Layout) -> Levels:
    bits = layout.bits
    if samples.dtype.kind == "f":
        # What was divided.
        values = samples * (256 / (1 << bits)) if bits > 8 else samples * (_WHITE / _most(layout)) + 0.5
        return values.clip(0, _WHITE).astype(numpy.uint8)
    if layout.numbers is Numbers.SIGNED:
        samples = samples.clip(0)
    if bits < 8:
        most = _most(layout)
        return numpy.array([(value * _WHITE + most // 2) // most for value in range(most + 1)], numpy.uint8)[samples]
    return (samples >> (bits - 8) if bits > 8 else samples).astype(numpy.uint8, copy=False)


def _most(layout: Layout) -> int:
    return int((1 << layout.bits) - 1)


def _inverted(levels: Levels, layout: Layout) -> Levels:
    if not layout.alpha:
        return _WHITE - levels
    return numpy.concatenate([_WHITE - levels[..., : layout.colors], levels[..., layout.colors :]], axis=2)


def _divided(samples: Samples, layout: Layout) -> Samples:
    """Colors as they were before they were multiplied with alpha, which is the last channel; all of them floats."""
    most = 1.0 if layout.numbers is Numbers.FLOAT else float(_most(layout))
    values = samples.astype(numpy.float32)
    alpha = values[..., -1:].clip(0, most)
    colors = values[..., :-1] * (numpy.float32(most) / numpy.where(alpha > 0, alpha, numpy.inf))
    # A color above white is one in light alone.
    colors = colors if layout.numbers is Numbers.FLOAT else colors.clip(0, most)
    return numpy.concatenate([colors, alpha], axis=2)


def _of_fractions(values: Samples) -> Levels:
    return (_clipped(values) * _WHITE + 0.5).astype(numpy.uint8)


def levels_of_light(values: Samples) -> Levels:
    """Those of sRGB for shares of the light of white."""
    return _curve()[(_clipped(values) * _STEPS + 0.5).astype(numpy.uint16)]


def _clipped(values: Samples) -> Samples:
    """From 0 to 1; what is not a number is 0."""
    # PERF: a third of what nan_to_num and clip take.
    clipped: Samples = numpy.fmin(
        numpy.fmax(values.astype(numpy.float32, copy=False), numpy.float32(0)), numpy.float32(1)
    )
    return clipped


@cache
def _curve() -> Levels:
    """The level in sRGB of each of 65,536 amounts of light."""
    light = numpy.arange(_STEPS + 1) / _STEPS
    encoded = numpy.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return (encoded * _WHITE + 0.5).astype(numpy.uint8)

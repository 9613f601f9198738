"""Tones: shades of one color, or between two, by how light a pixel is.

Light is Y of ITU-R BT.601, 0.299 R + 0.587 G + 0.114 B, of the levels as they are. Pixels are looked up in a table by
their light: native, Looks.c in requirements/pillow-simd.patch.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imgsvc.options.color import Color
from imgsvc.options.modes import in_color, without_alpha
from imgsvc.transforms.filters.levels import mapped
from imgsvc.transforms.pixels.alpha import is_gray
from imgsvc.transforms.pixels.portions import Made, banded
from imgsvc.transforms.planning.plan import Plan

_SHARES = (0.299, 0.587, 0.114)
# Steps for a level of Y: a color's slope may be steep.
_FINE = 16
_Floats = NDArray[np.float64]


def monochrome(image: Image.Image, plan: Plan) -> Made:
    """Mix in shades of the planned color."""
    intensity, color = plan.filters.monochrome
    return _mixed(image, intensity, [_Tone.over(luma(color), level) for level in color]) if intensity else image


def duotone(image: Image.Image, plan: Plan) -> Made:
    """Mix in shades between the planned colors."""
    intensity, dark, light = plan.filters.duotone
    tones = [_Tone(low, (high - low) / 255) for low, high in zip(dark, light, strict=True)]
    return _mixed(image, intensity, tones) if intensity else image


def luma(color: Color) -> float:
    """Y of a color."""
    return sum(share * level for share, level in zip(_SHARES, color, strict=True))


@dataclass(frozen=True, slots=True)
class _Tone:
    """A channel by Y: a straight line up to `knee`, and another behind it."""

    start: float
    slope: float
    knee: float = 255.0
    slope_behind: float = 0.0

    @classmethod
    def over(cls, knee: float, level: int) -> "_Tone":
        """From 0 over `level` at `knee` to 255."""
        if knee <= 0:
            return cls(0.0, 1.0)
        if knee >= 255:
            return cls(0.0, level / 255)
        return cls(0.0, level / knee, knee, (255 - level) / (255 - knee))

    def at(self, light: _Floats) -> _Floats:
        """The channel's levels."""
        below, behind = np.minimum(light, self.knee), np.maximum(light - self.knee, 0)
        found: _Floats = self.start + self.slope * below + self.slope_behind * behind
        return found


def _mixed(image: Image.Image, intensity: float, tones: Sequence[_Tone]) -> Made:
    if is_gray(image):
        # Where all channels are alike, so they stay.
        colored = image if len(set(tones)) == 1 else image.convert(in_color(image.mode))
        return mapped(colored, *(_curve(tone, intensity) for tone in tones[: len(without_alpha(colored.mode))]))
    share, sums = _sums(intensity, tuple(tones))
    return banded(image, lambda part: part._new(part.im.toned(sums, share)))


def _curve(tone: _Tone, intensity: float) -> Callable[[int], float]:
    return lambda level: level * (1 - intensity) + float(tone.at(np.array([level], np.float64))[0]) * intensity


# As many as a site is likely to use, 32 kB each.
@lru_cache(maxsize=8)
def _sums(intensity: float, tones: tuple[_Tone, ...]) -> tuple[int, NDArray[np.uint16]]:
    """What of a level stays, in parts of 256, and what is added to that, so that no sum exceeds 16 bits."""
    kept = 256 * (1 - intensity)
    share = round(kept)
    # What rounding the share leaves out, for a level in the middle.
    rest = (kept - share) * 128 + 128
    middles = (np.arange(255 * _FINE + 1) + 0.5) / _FINE
    sums = np.zeros((len(middles), 4), np.uint16)
    for channel, tone in enumerate(tones):
        sums[:, channel] = tone.at(middles).clip(0, 255) * intensity * 256 + rest
    return share, sums

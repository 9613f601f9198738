"""Tones: shades of one color, or between two, by how light a pixel is.

Light is Y of ITU-R BT.601, 0.299 R + 0.587 G + 0.114 B, of the levels as they are.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from imgsvc.options.color import Color
from imgsvc.options.modes import in_color, without_alpha
from imgsvc.transforms.filters.levels import LOST, mapped
from imgsvc.transforms.pixels.alpha import has_alpha, is_gray
from imgsvc.transforms.pixels.portions import Made, Portions
from imgsvc.transforms.planning.plan import Plan

_SHARES = (0.299, 0.587, 0.114)
# Steps for a level of Y: a color's slope may be steep.
_FINE = 16
# Pixels that are worked out at a time.
_PORTION = 1 << 20
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

    @property
    def is_straight(self) -> bool:
        """One line will do."""
        return self.knee >= 255 or abs(self.slope - self.slope_behind) < 1e-3

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
    if all(tone.is_straight for tone in tones):
        return image.filter(_plane(intensity, tones))
    return _curved(image, intensity, tuple(tones))


def _curve(tone: _Tone, intensity: float) -> Callable[[int], float]:
    return lambda level: level * (1 - intensity) + float(tone.at(np.array([level], np.float64))[0]) * intensity


def _plane(intensity: float, tones: Sequence[_Tone]) -> ImageFilter.Color3DLUT:
    """PERF: what is straight in red, green and blue is exactly what Pillow-SIMD makes of the eight corners alone."""

    def corner(*rgb: float) -> tuple[float, ...]:
        light = sum(share * level for share, level in zip(_SHARES, rgb, strict=True))
        return tuple(
            level * (1 - intensity) + (tone.start / 255 + tone.slope * light) * intensity + LOST
            for level, tone in zip(rgb, tones, strict=True)
        )

    return ImageFilter.Color3DLUT.generate(2, corner)


def _curved(image: Image.Image, intensity: float, tones: tuple[_Tone, ...]) -> Portions:
    rows = max(1, _PORTION // image.width)
    if rows >= image.height:
        return _toned(image, intensity, tones)
    found = image.copy()
    for top in range(0, image.height, rows):
        yield
        part = image.crop((0, top, image.width, min(top + rows, image.height)))
        found.paste(_toned(part, intensity, tones), (0, top))
    return found


def _toned(image: Image.Image, intensity: float, tones: tuple[_Tone, ...]) -> Image.Image:
    # Pillow has three channels in four bytes.
    raw = "RGBA" if has_alpha(image) else "RGBX"
    pixels = _replaced(image, tones) if intensity == 1 else _added(image, raw, intensity, tones)
    if has_alpha(image):
        pixels[3::4] = np.frombuffer(image.getchannel("A").tobytes(), np.uint8)
    return Image.frombuffer(raw, image.size, pixels, "raw", raw, 0, 1).convert(image.mode)


def _replaced(image: Image.Image, tones: tuple[_Tone, ...]) -> NDArray[np.uint8]:
    """PERF: whole pixels by one table, 0.4 ms for 0.16 megapixels; a channel at a time it takes four times as long."""
    return _pixels(tones).take(_places(image), mode="clip").view(np.uint8)


def _added(image: Image.Image, raw: str, intensity: float, tones: tuple[_Tone, ...]) -> NDArray[np.uint8]:
    """PERF: the same with four sums to a pixel, of 16 bits, in 0.6 ms."""
    share, table = _sums(intensity, tones)
    sums = table.take(_places(image), mode="clip").view(np.uint16)
    levels = np.frombuffer(image.tobytes("raw", raw), np.uint8)
    sums += np.multiply(levels, share, dtype=np.uint16)
    sums >>= 8
    return sums.astype(np.uint8)


def _places(image: Image.Image) -> NDArray[np.intp]:
    """Y of each pixel, in steps."""
    # NOTE: of mode F Pillow makes Y exactly, of mode L to the level.
    light = np.frombuffer(image.convert("F").tobytes(), np.float32)
    return np.multiply(light, np.float32(_FINE)).astype(np.intp)


# The middle of each step.
_GRID = (np.arange(255 * _FINE + 1) + 0.5) / _FINE


# As many as a site is likely to use, 16 kB each, and 32 kB.
@lru_cache(maxsize=8)
def _pixels(tones: tuple[_Tone, ...]) -> NDArray[np.uint32]:
    levels = np.full((len(_GRID), 4), 255, np.uint8)
    for channel, tone in enumerate(tones):
        levels[:, channel] = np.rint(tone.at(_GRID).clip(0, 255))
    return levels.view(np.uint32).ravel()


@lru_cache(maxsize=8)
def _sums(intensity: float, tones: tuple[_Tone, ...]) -> tuple[np.uint16, NDArray[np.uint64]]:
    """What of a level stays, in parts of 256, and what is added to that, so that no sum exceeds 16 bits."""
    kept = 256 * (1 - intensity)
    share = round(kept)
    # What rounding the share leaves out, for a level in the middle.
    rest = (kept - share) * 128 + 128
    sums = np.full((len(_GRID), 4), rest, np.uint16)
    for channel, tone in enumerate(tones):
        sums[:, channel] = tone.at(_GRID).clip(0, 255) * intensity * 256 + rest
    return np.uint16(share), sums.view(np.uint64).ravel()

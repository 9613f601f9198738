"""Tones: shades of one color, or between two, by how light a pixel is.

Light is Y of ITU-R BT.601, 0.299 R + 0.587 G + 0.114 B, of the levels as they are.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from imgsvc.options.color import Color
from imgsvc.options.modes import in_color
from imgsvc.transforms.filters.levels import LOST, mapped
from imgsvc.transforms.pixels.alpha import has_alpha, is_gray
from imgsvc.transforms.pixels.portions import Made, Portions
from imgsvc.transforms.planning.plan import Plan

_SHARES = (0.299, 0.587, 0.114)
# Steps for a level of Y, and of what is added up: a color's slope may be steep.
_FINE, _PARTS = 16, 128
# Pixels that are worked out at a time.
_PORTION = 1 << 22
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
        if len(set(tones)) == 1:
            return mapped(image, lambda level: _blend(level, tones[0], intensity))
        image = image.convert(in_color(image.mode))
    if all(tone.is_straight for tone in tones):
        return image.filter(_plane(intensity, tones))
    return _curved(image, intensity, tones)


def _blend(level: int, tone: _Tone, intensity: float) -> float:
    return level * (1 - intensity) + float(tone.at(np.array([level], np.float64))[0]) * intensity


def _plane(intensity: float, tones: Sequence[_Tone]) -> ImageFilter.Color3DLUT:
    """PERF: what is straight in red, green and blue is exactly what Pillow-SIMD makes of the eight corners alone."""

    def corner(*rgb: float) -> tuple[float, ...]:
        light = sum(share * level for share, level in zip(_SHARES, rgb, strict=True))
        return tuple(
            level * (1 - intensity) + (tone.start / 255 + tone.slope * light) * intensity + LOST
            for level, tone in zip(rgb, tones, strict=True)
        )

    return ImageFilter.Color3DLUT.generate(2, corner)


def _curved(image: Image.Image, intensity: float, tones: Sequence[_Tone]) -> Portions:
    found = image.copy()
    rows = max(1, _PORTION // image.width)
    changed = _replaced(tones) if intensity == 1 else _added(intensity, tones)
    for top in range(0, image.height, rows):
        yield
        part = image.crop((0, top, image.width, min(top + rows, image.height)))
        colors = changed(part.convert("RGB"))
        if has_alpha(part):
            colors.putalpha(part.getchannel("A"))
        found.paste(colors, (0, top))
    return found


def _places(colors: Image.Image) -> NDArray[np.uint16]:
    """Y of each pixel, in steps."""
    # NOTE: of mode F Pillow makes Y exactly, of mode L to the level.
    light = np.asarray(colors.convert("F"))
    return (light * np.float32(_FINE) + np.float32(0.5)).astype(np.uint16)


def _replaced(tones: Sequence[_Tone]) -> Callable[[Image.Image], Image.Image]:
    """PERF: by one table of whole pixels, 0.6 ms for 0.16 megapixels; a channel at a time, and mixed, it is 2.5 ms."""
    grid = np.arange(255 * _FINE + 1) / _FINE
    levels = np.full((len(grid), 4), 255, np.uint8)
    for channel, tone in enumerate(tones):
        levels[:, channel] = np.rint(tone.at(grid).clip(0, 255))
    pixels = levels.view(np.uint32).ravel()

    def change(colors: Image.Image) -> Image.Image:
        found = pixels.take(_places(colors))
        return Image.frombuffer("RGBX", colors.size, found, "raw", "RGBX", 0, 1).convert("RGB")

    return change


def _added(intensity: float, tones: Sequence[_Tone]) -> Callable[[Image.Image], Image.Image]:
    grid = np.arange(255 * _FINE + 1) / _FINE
    kept = (np.arange(256) * (1 - intensity) * _PARTS + _PARTS / 2).astype(np.uint16)
    added = [np.rint(tone.at(grid).clip(0, 255) * intensity * _PARTS).astype(np.uint16) for tone in tones]

    def change(colors: Image.Image) -> Image.Image:
        places = _places(colors)
        bands = [
            Image.fromarray(((table.take(places) + kept.take(np.asarray(band))) // _PARTS).astype(np.uint8))
            for band, table in zip(colors.split(), added, strict=True)
        ]
        return Image.merge("RGB", bands)

    return change

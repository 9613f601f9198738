"""The colors of a picture: their mean, the most frequent ones, and six swatches that stand out.

The swatches are those of the scheme that Android's Palette and Vibrant.js made known; their names are imgproxy's too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from PIL import Image

from imgsvc.codecs.color.palette import by_pillow
from imgsvc.transforms.planning.rounding import half_away

# PERF: of more pixels the most frequent colors are the same, and it takes a second.
_PALETTE_SIDE = 512
_SWATCH_SIDE, _SWATCH_COLORS = 160, 64
# What is less opaque has no color that anybody sees.
_SEEN_FROM = 125
_SATURATION_WEIGHT, _LUMA_WEIGHT, _COUNT_WEIGHT = 3.0, 6.0, 1.0

Channels = Mapping[str, int]


class Range(NamedTuple):
    """What is meant, and how far from it something may be."""

    target: float
    least: float
    most: float

    def holds(self, value: float) -> bool:
        """Whether a value is in it."""
        return self.least <= value <= self.most


class Target(NamedTuple):
    """What a swatch is to be like."""

    saturation: Range
    luma: Range


_VIBRANT, _MUTED = Range(1.0, 0.35, 1.0), Range(0.3, 0.0, 0.4)
_NORMAL, _LIGHT, _DARK = Range(0.5, 0.3, 0.7), Range(0.74, 0.55, 1.0), Range(0.26, 0.0, 0.45)
_TARGETS: Mapping[str, Target] = {
    "vibrant": Target(_VIBRANT, _NORMAL),
    "light_vibrant": Target(_VIBRANT, _LIGHT),
    "dark_vibrant": Target(_VIBRANT, _DARK),
    "muted": Target(_MUTED, _NORMAL),
    "light_muted": Target(_MUTED, _LIGHT),
    "dark_muted": Target(_MUTED, _DARK),
}


@dataclass(frozen=True, slots=True)
class Swatch:
    """A color, by its hue, saturation and lightness, and how often it is there."""

    hue: float
    saturation: float
    luma: float
    count: int = 0

    @classmethod
    def of(cls, color: Sequence[int], count: int) -> "Swatch":
        """That of red, green and blue from 0 to 255."""
        red, green, blue = (each / 255 for each in color)
        high, low = max(red, green, blue), min(red, green, blue)
        luma, spread = (high + low) / 2, high - low
        if not spread:
            return cls(0.0, 0.0, luma, count)
        saturation = spread / (2 - high - low if luma > 0.5 else high + low)
        if high == red:
            hue = (green - blue) / spread
        elif high == green:
            hue = (blue - red) / spread + 2
        else:
            hue = (red - green) / spread + 4
        return cls(hue / 6 % 1, saturation, luma, count)

    @property
    def rgb(self) -> tuple[int, int, int]:
        """Red, green and blue from 0 to 255."""
        high = self.luma * (1 + self.saturation) if self.luma < 0.5 else self.luma + self.saturation * (1 - self.luma)
        low = 2 * self.luma - high
        red, green, blue = (_channel(low, high, self.hue + third / 3) for third in (1, 0, -1))
        return red, green, blue


def _channel(low: float, high: float, hue: float) -> int:
    place = hue % 1 * 6
    rise = place if place < 1 else 1.0 if place < 3 else 4 - place if place < 4 else 0.0
    return half_away((low + (high - low) * rise) * 255)


def average(image: Image.Image, *, ignores_transparent: bool) -> Channels:
    """The mean of an RGBA image, its colors as they are, whatever is seen of them."""
    mask = image.getchannel("A").point([0] + [255] * 255) if ignores_transparent else None
    levels = image.histogram(mask)
    count = sum(levels[:256])
    sums = (sum(level * times for level, times in enumerate(levels[at : at + 256])) for at in range(0, 1024, 256))
    return dict(zip("RGBA", (half_away(each / count) if count else 0 for each in sums), strict=True))


def palette(image: Image.Image, most: int) -> list[Channels]:
    """At most so many colors of an RGBA image, the most frequent first; no more than it has."""
    found: Any = image.getcolors(most)
    if found is None:
        small = _small(image, _PALETTE_SIDE)
        found = by_pillow(small, most).convert("RGBA").getcolors(1 << 16) or []
    ordered = sorted(found, key=lambda pair: (-pair[0], pair[1]))[:most]
    return [dict(zip("RGBA", color, strict=True)) for _, color in ordered]


def dominant_colors(image: Image.Image, *, builds_missed: bool) -> dict[str, Channels]:
    """The swatches that an RGBA image has, each of a color of its own; those that it lacks are made if wanted."""
    swatches = _swatches(image)
    chosen: dict[str, Swatch] = {}
    for name, target in _TARGETS.items():
        left = [each for each in swatches if each not in chosen.values() and _fits(each, target)]
        if left:
            most = max(each.count for each in swatches)
            chosen[name] = max(left, key=lambda each: _score(each, target, most))
    if builds_missed:
        chosen |= _built(chosen)
    return {name: dict(zip("RGB", chosen[name].rgb, strict=True)) for name in _TARGETS if name in chosen}


def _swatches(image: Image.Image) -> list[Swatch]:
    small = _small(image, _SWATCH_SIDE)
    reduced = small.convert("RGB").quantize(_SWATCH_COLORS, method=Image.Quantize.MEDIANCUT)
    seen = small.getchannel("A").point([0] * _SEEN_FROM + [255] * (256 - _SEEN_FROM))
    counts, table = reduced.histogram(seen), reduced.getpalette() or []
    return [Swatch.of(table[3 * at : 3 * at + 3], count) for at, count in enumerate(counts) if count]


def _fits(swatch: Swatch, target: Target) -> bool:
    return target.saturation.holds(swatch.saturation) and target.luma.holds(swatch.luma)


def _score(swatch: Swatch, target: Target, most: int) -> float:
    saturation = 1 - abs(swatch.saturation - target.saturation.target)
    luma = 1 - abs(swatch.luma - target.luma.target)
    return _SATURATION_WEIGHT * saturation + _LUMA_WEIGHT * luma + _COUNT_WEIGHT * swatch.count / most


def _built(chosen: Mapping[str, Swatch]) -> dict[str, Swatch]:
    """Those that are missing: a sibling of the same saturation, else any, as light as they are meant to be."""
    made = {}
    for name, target in _TARGETS.items():
        siblings = sorted(chosen, key=lambda each: _TARGETS[each].saturation != target.saturation)
        if name not in chosen and siblings:
            sibling = chosen[siblings[0]]
            made[name] = Swatch(sibling.hue, sibling.saturation, target.luma.target)
    return made


def _small(image: Image.Image, side: int) -> Image.Image:
    return image if max(image.size) <= side else image.reduce(-(-max(image.size) // side))

"""Levels: brightness and contrast, a table for each."""

from collections.abc import Callable

from PIL import Image

from imgsvc.options import modes
from imgsvc.transforms.planning.plan import Plan

_MIDDLE = 128
_LEVELS = range(256)


def brightness(image: Image.Image, plan: Plan) -> Image.Image:
    """Add as many levels as are planned."""
    more = plan.filters.brightness
    return mapped(image, lambda level: level + more) if more else image


def contrast(image: Image.Image, plan: Plan) -> Image.Image:
    """Multiply the distance of each level from the middle."""
    # Beyond this there is nothing but black, the middle and white.
    factor = min(plan.filters.contrast, 256.0)
    return mapped(image, lambda level: (level - _MIDDLE) * factor + _MIDDLE) if factor != 1 else image


def mapped(image: Image.Image, *curves: Callable[[int], float]) -> Image.Image:
    """Each level of each channel by its curve, or by the only one; alpha stays."""
    colors = len(modes.without_alpha(image.mode))
    tables = [tabled(curve) for curve in curves] * (colors // len(curves))
    if modes.has_alpha(image.mode):
        tables.append(list(_LEVELS))
    return image.point([level for table in tables for level in table])


def tabled(curve: Callable[[int], float]) -> list[int]:
    """A level for each of the 256, the nearest to what the curve says."""
    return [max(0, min(255, int(curve(level) + 0.5))) for level in _LEVELS]

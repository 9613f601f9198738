"""Saturation: a and b of CIE Lab times a factor, L kept, each channel cut off where it leaves sRGB.

PERF: 0.16 megapixels take 20 ms by the formula. A table of 33 places a side, between which Pillow-SIMD goes on
straight, gives the nearest level where colors fade. Where they leave sRGB the formula has a bend: the table says
of each place whether one is near, and only the pixels there are worked out.
"""

from functools import lru_cache

import numpy as np
from PIL import Image, ImageFilter

from imgsvc.transforms.filters.levels import LOST
from imgsvc.transforms.pixels.alpha import has_alpha, is_gray
from imgsvc.transforms.pixels.cielab import Floats, saturated, with_chroma
from imgsvc.transforms.pixels.portions import Made, Portions
from imgsvc.transforms.planning.plan import Plan

_PLACES = 33
# Beyond this, all but gray has left sRGB.
_MOST = 100.0
# Of a level, between what the table says and what the formula does.
_NEAR = 0.5 / 255
# Pixels that are worked out at a time: up to 0.1 s.
_PORTION = 1 << 20


def saturation(image: Image.Image, plan: Plan) -> Made:
    """Make each pixel as colorful as is planned."""
    factor = min(plan.filters.saturation, _MOST)
    if factor == 1 or is_gray(image):
        return image
    table = _table(factor)
    if factor < 1:
        return image.filter(table)
    return _saturated(image, table, factor)


def _saturated(image: Image.Image, table: ImageFilter.Color3DLUT, factor: float) -> Portions:
    colors = image.convert("RGB")
    found = colors.filter(table)
    near = np.asarray(found.getchannel("A"))
    pixels = np.asarray(found.convert("RGB")).copy()
    before = np.asarray(colors)
    rows = max(1, _PORTION // image.width)
    for top in range(0, image.height, rows):
        yield
        some = slice(top, top + rows)
        bent = near[some] > 0
        pixels[some][bent] = saturated(before[some][bent], factor)
    result = Image.fromarray(pixels)
    if has_alpha(image):
        result.putalpha(image.getchannel("A"))
    return result


# As many as a site is likely to use; 0.3 MB each.
@lru_cache(maxsize=4)
def _table(factor: float) -> ImageFilter.Color3DLUT:
    levels = np.linspace(0, 1, _PLACES, dtype=np.float32)
    exact = _encoded(with_chroma(_lattice(levels), factor))
    if factor < 1:
        return ImageFilter.Color3DLUT(_PLACES, exact.ravel())
    flagged = np.concatenate([exact, _bends(exact, levels, factor)[..., None]], axis=-1)
    return ImageFilter.Color3DLUT(_PLACES, flagged.ravel(), channels=4, target_mode="RGBA")


def _lattice(levels: Floats) -> Floats:
    """Linear light at each place: blue outermost, red innermost, as Pillow has it."""
    light = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4).astype(np.float32)
    blue, green, red = np.meshgrid(light, light, light, indexing="ij")
    return np.stack([red, green, blue], axis=-1)


def _encoded(light: Floats) -> Floats:
    """As sRGB, and what is below black as far below it: a line between two places has to cross it at the right one."""
    size = np.abs(light)
    found = np.sign(light) * np.where(size <= 0.0031308, size * 12.92, 1.055 * size ** (1 / 2.4) - 0.055)
    return (found + LOST).clip(-2, 2).astype(np.float32)


def _bends(exact: Floats, levels: Floats, factor: float) -> Floats:
    """1 at the corners of each cell in whose middle, or on whose way to black, the table is wrong; else 0."""
    cells = [exact[a : _PLACES - 1 + a, b : _PLACES - 1 + b, c : _PLACES - 1 + c] for a, b, c in np.ndindex(2, 2, 2)]
    middle = _encoded(with_chroma(_lattice((levels[:-1] + levels[1:]) / np.float32(2)), factor))
    wrong = np.abs(np.mean(cells, axis=0).clip(0, 1) - middle.clip(0, 1)) > _NEAR
    lowest, highest = np.min(cells, axis=0), np.max(cells, axis=0)
    bent = (wrong | ((lowest < 0) & (highest > 0))).any(axis=-1)
    flags = np.zeros(exact.shape[:3], np.float32)
    for a, b, c in np.ndindex(2, 2, 2):
        corner = flags[a : _PLACES - 1 + a, b : _PLACES - 1 + b, c : _PLACES - 1 + c]
        np.maximum(corner, bent, out=corner)
    return flags

"""Saturation: a and b of CIE Lab times a factor, L kept, each channel cut off where it leaves sRGB.

PERF: 0.16 megapixels take 3 to 4 ms by the formula. A table of 33 places a side, between which Pillow-SIMD goes on
straight, takes less, and gives the nearest level where colors fade. Where they leave sRGB the formula has a bend: the
table says of each place whether one is near, and the pixels there are worked out. Of what is far more colorful most is.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from imgsvc.transforms.filters.levels import LOST
from imgsvc.transforms.pixels.alpha import is_gray
from imgsvc.transforms.pixels.cielab import Floats, saturated, with_chroma
from imgsvc.transforms.pixels.portions import Made, Portions
from imgsvc.transforms.planning.plan import Plan

_PLACES = 33
# Beyond this, all but gray has left sRGB.
_MOST = 100.0
# Of a level, between what the table says and what the formula does.
_NEAR = 0.25 / 255
# A pixel all of whose corners are flagged; one of a cell beside a bent one has fewer.
_IN_BENT = 254
# From here on a table does not pay.
_MOSTLY_BENT = 2.0
# Pixels that are worked out at a time: up to 0.1 s.
_PORTION = 1 << 20


def saturation(image: Image.Image, plan: Plan) -> Made:
    """Make each pixel as colorful as is planned."""
    factor = min(plan.filters.saturation, _MOST)
    if factor == 1 or is_gray(image):
        return image
    return image.filter(_table(factor)) if factor < 1 else _saturated(image, factor)


def _saturated(image: Image.Image, factor: float) -> Portions:
    rows = max(1, _PORTION // image.width)
    if rows >= image.height:
        return _portion(image, factor)
    found = image.copy()
    for top in range(0, image.height, rows):
        yield
        part = image.crop((0, top, image.width, min(top + rows, image.height)))
        found.paste(_portion(part, factor), (0, top))
    return found


def _portion(image: Image.Image, factor: float) -> Image.Image:
    before = _pixels(image)
    if factor < _MOSTLY_BENT:
        after = _pixels(image.convert("RGB").filter(_table(factor))).copy()
        bent = np.flatnonzero(_channels(after)[:, 3] >= _IN_BENT)
        some = before.take(bent)
        _channels(some)[:, :3] = saturated(_channels(some)[:, :3], factor)
        after[bent] = some
    else:
        after = before.copy()
        _channels(after)[:, :3] = saturated(_channels(before)[:, :3], factor)
    _channels(after)[:, 3] = _channels(before)[:, 3]
    # Pillow has three channels in four bytes.
    return Image.frombuffer("RGBA", image.size, after, "raw", "RGBA", 0, 1).convert(image.mode)


def _pixels(image: Image.Image) -> NDArray[np.uint32]:
    return np.frombuffer(image.tobytes("raw", "RGBX" if image.mode == "RGB" else "RGBA"), np.uint32)


def _channels(pixels: NDArray[np.uint32]) -> NDArray[np.uint8]:
    return pixels.view(np.uint8).reshape(-1, 4)


# As many as a site is likely to use; 0.3 MB each.
@lru_cache(maxsize=4)
def _table(factor: float) -> ImageFilter.Color3DLUT:
    levels = np.linspace(0, 1, _PLACES, dtype=np.float32)
    exact = _encoded(with_chroma(_lattice(levels), factor)).transpose(1, 2, 3, 0)
    if factor < 1:
        return ImageFilter.Color3DLUT(_PLACES, exact.ravel())
    flagged = np.concatenate([exact, _bends(exact, levels, factor)[..., None]], axis=-1)
    return ImageFilter.Color3DLUT(_PLACES, flagged.ravel(), channels=4, target_mode="RGBA")


def _lattice(levels: Floats) -> Floats:
    """Linear light at each place: blue outermost, red innermost, as Pillow has it."""
    light = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4).astype(np.float32)
    blue, green, red = np.meshgrid(light, light, light, indexing="ij")
    return np.stack([red, green, blue])


def _encoded(light: Floats) -> Floats:
    """As sRGB, and what is below black as far below it: a line between two places has to cross it at the right one."""
    size = np.abs(light)
    found = np.sign(light) * np.where(size <= 0.0031308, size * 12.92, 1.055 * size ** (1 / 2.4) - 0.055)
    return (found + LOST).clip(-2, 2).astype(np.float32)


def _bends(exact: Floats, levels: Floats, factor: float) -> Floats:
    """1 at the corners of each cell in whose middle, or on whose way to black, the table is wrong; else 0."""
    cells = [exact[a : _PLACES - 1 + a, b : _PLACES - 1 + b, c : _PLACES - 1 + c] for a, b, c in np.ndindex(2, 2, 2)]
    between = (levels[:-1] + levels[1:]) / np.float32(2)
    middle = _encoded(with_chroma(_lattice(between), factor)).transpose(1, 2, 3, 0)
    wrong = np.abs(np.mean(cells, axis=0).clip(0, 1) - middle.clip(0, 1)) > _NEAR
    lowest, highest = np.min(cells, axis=0), np.max(cells, axis=0)
    bent = (wrong | ((lowest < 0) & (highest > 0))).any(axis=-1)
    flags = np.zeros(exact.shape[:3], np.float32)
    for a, b, c in np.ndindex(2, 2, 2):
        corner = flags[a : _PLACES - 1 + a, b : _PLACES - 1 + b, c : _PLACES - 1 + c]
        np.maximum(corner, bent, out=corner)
    return flags

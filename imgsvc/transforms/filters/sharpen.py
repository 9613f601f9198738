"""Sharpen: raise the contrast of lightness against its surroundings, and leave flat areas and hues alone.

As libvips does it: on L of CIE Lab, with nothing below a threshold, a slope above it, and a limit for
brightening that is lower than that for darkening, as bright halos are seen first.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imgsvc.options.modes import in_color
from imgsvc.transforms.filters.blur import kernel, reach_of, weighed
from imgsvc.transforms.pixels.alpha import is_gray
from imgsvc.transforms.pixels.cielab import lightened, lightness
from imgsvc.transforms.pixels.portions import Made, Portions, premultiplied_portions
from imgsvc.transforms.planning.plan import Plan

# libvips' defaults, in units of L (0 to 100): x1, m1, m2, y2, y3.
_FLAT, _FLAT_SLOPE, _SLOPE, _MOST_BRIGHTER, _MOST_DARKER = 2.0, 0.0, 3.0, 10.0, 20.0
# COMPAT: libvips cuts this kernel off where it falls below this share of its peak.
_LEAST = 0.1
# COMPAT: libvips takes its own sigma for one that is larger than these.
_MOST, _USUAL = 10.0, 0.5
# PERF: rows are worked on in stretches of about this many pixels, so that the floats stay in the cache.
_STRETCH = 1 << 16


def sharpen(image: Image.Image, plan: Plan) -> Made:
    """Sharpen by the planned sigma, in pixels of the result."""
    sigma = plan.sharpen if plan.sharpen <= _MOST else _USUAL
    wanted = min(sigma, max(image.size))
    reach = reach_of(wanted, _LEAST)
    return _in_color(image, kernel(wanted, reach)) if reach else image


def _in_color(image: Image.Image, weights: bytes) -> Portions:
    colored = image.convert(in_color(image.mode)) if is_gray(image) else image
    found = yield from premultiplied_portions(colored, lambda pixels: _sharpened(pixels, weights))
    return found.convert(image.mode)


def _sharpened(image: Image.Image, weights: bytes) -> Portions:
    width, height = image.size
    pixels = np.frombuffer(image.tobytes(), np.uint8).reshape(height, width, -1).copy()
    light = np.empty((height, width), np.uint8)
    for rows in _stretches(width, height):
        light[rows] = lightness(pixels[rows, :, :3])
    around = np.asarray(weighed(Image.fromarray(light), weights))
    for rows in _stretches(width, height):
        yield
        gain = _gains()[light[rows].astype(np.int16) - around[rows]]
        changed = gain != 0
        pixels[rows, :, :3][changed] = lightened(pixels[rows, :, :3][changed], gain[changed])
    return Image.frombytes(image.mode, image.size, pixels.tobytes())


def _stretches(width: int, height: int) -> list[slice]:
    step = max(1, _STRETCH // width)
    return [slice(top, top + step) for top in range(0, height, step)]


@cache
def _gains() -> NDArray[np.float32]:
    """Change of L for each difference of two lightness levels; negative ones count from the end."""
    difference = np.concatenate([np.arange(256), np.arange(-255, 0)]) * (100 / 255)
    beyond = np.maximum(np.abs(difference) - _FLAT, 0)
    change = np.sign(difference) * (np.minimum(np.abs(difference), _FLAT) * _FLAT_SLOPE + beyond * _SLOPE)
    return change.clip(-_MOST_DARKER, _MOST_BRIGHTER).astype(np.float32)

"""Scale: resample to the planned size, in the pixels' own encoding or in linear light."""

import numpy as np
from PIL import Image

from imgsvc.options.geometry import Size
from imgsvc.transforms.alpha import has_alpha, premultiplied
from imgsvc.transforms.cielab import Floats, linear_levels, srgb_levels
from imgsvc.transforms.plan import Plan

# PERF: a box filter first, down to no less than this many times the result.
# libvips does the same with the same number, so the pictures agree as well.
_REDUCING_GAP = 2.0


def scale(image: Image.Image, plan: Plan) -> Image.Image:
    """Resample to the planned size, whatever size the decoder gave."""
    if image.size == plan.scaled_size:
        return image
    return _in_linear_light(image, plan.scaled_size) if plan.linear else resized(image, plan.scaled_size)


def fix_size(image: Image.Image, plan: Plan) -> Image.Image:
    """Shrink to what the result's format can hold."""
    size = plan.finish.fixed_size
    return resized(image, size) if size else image


def resized(image: Image.Image, size: Size) -> Image.Image:
    """Lanczos, with transparent pixels weighing nothing."""
    return premultiplied(
        image, lambda pixels: pixels.resize(size, Image.Resampling.LANCZOS, reducing_gap=_REDUCING_GAP)
    )


def _in_linear_light(image: Image.Image, size: Size) -> Image.Image:
    """As `resized`, on 32-bit floating point in which half as bright is half as much."""
    if not has_alpha(image):
        return Image.merge(image.mode, [_encoded(_resampled(_linear(band), size)) for band in image.split()])
    *colors, alpha = image.split()
    before = np.asarray(alpha, np.float32)
    after = _resampled(before, size).clip(0, 255)
    weight = np.where(after > 0, after, 1).astype(np.float32)
    bands = [_encoded(_resampled(_linear(band) * before, size) / weight) for band in colors]
    return Image.merge(image.mode, [*bands, Image.fromarray(np.rint(after).astype(np.uint8))])


def _resampled(values: Floats, size: Size) -> Floats:
    return np.asarray(Image.fromarray(values).resize(size, Image.Resampling.LANCZOS, reducing_gap=_REDUCING_GAP))


def _linear(band: Image.Image) -> Floats:
    light: Floats = linear_levels()[np.asarray(band)]
    return light


def _encoded(values: Floats) -> Image.Image:
    return Image.fromarray(srgb_levels(values))

"""Smart gravity: the area that draws attention, by edges, skin and saturated color.

libvips' "attention" strategy: three scores on a thumbnail of 32 x 32 pixels, summed, blurred, and the highest
point taken for the center.
"""

import math

import numpy as np
from PIL import Image

from imgsvc.options.color import Color
from imgsvc.options.geometry import Box, Size
from imgsvc.transforms.flatten import on_color
from imgsvc.transforms.pixels.alpha import has_alpha
from imgsvc.transforms.pixels.cielab import WHITE, Floats, compressed, relative_xyz
from imgsvc.transforms.planning.resampling import stretching
from imgsvc.transforms.scale import resampled

_SIDE = 32
_BLACK = Color(0, 0, 0)
# The direction of skin in XYZ, and the luminance below which color says nothing.
_SKIN = np.array([0.78, 0.57, 0.44])
_DARK = 5.0
# The kernel ends where it falls below this share of its peak.
_LEAST = 0.2


def smart_box(image: Image.Image, size: Size) -> Box:
    """The box of `size` around the most interesting point; `size` is no larger than the image."""
    width, height = image.size
    extent = math.hypot(size.width * _SIDE / width, size.height * _SIDE / height)
    score = _blurred(_interest(image), max(1.0, extent / 10))
    row, column = divmod(int(score.argmax()), _SIDE)
    left = min(max(0, column * width // _SIDE - size.width // 2), width - size.width)
    top = min(max(0, row * height // _SIDE - size.height // 2), height - size.height)
    return Box(left, top, left + size.width, top + size.height)


def _interest(image: Image.Image) -> Floats:
    relative = _thumbnail(image)
    xyz = relative * (100 * WHITE)
    luminance = xyz[..., 1]
    return _edges(luminance) + np.where(luminance > _DARK, _skin(xyz) + _saturation(relative), 0)


def _thumbnail(image: Image.Image) -> Floats:
    """XYZ relative to white, transparent parts black."""
    # COMPAT: several points may be nearly as interesting, and a level then moves the crop across the picture.
    small = resampled(image, stretching(Size(*image.size), Size(_SIDE, _SIDE)))
    opaque = on_color(small, _BLACK) if has_alpha(small) else small
    return relative_xyz(np.asarray(opaque.convert("RGB")))


def _edges(luminance: Floats) -> Floats:
    around = np.pad(luminance, 1, mode="edge")
    neighbors = around[:-2, 1:-1] + around[2:, 1:-1] + around[1:-1, :-2] + around[1:-1, 2:]
    edges: Floats = np.abs(5 * (4 * luminance - neighbors))
    return edges


def _skin(xyz: Floats) -> Floats:
    length = np.linalg.norm(xyz, axis=-1, keepdims=True)
    direction = xyz / np.where(length > 0, length, 1)
    likeness: Floats = 100 - 100 * np.linalg.norm(direction - _SKIN, axis=-1)
    return likeness


def _saturation(relative: Floats) -> Floats:
    """The a axis of CIE Lab: red is positive, green negative."""
    curve = compressed(relative)
    return 500 * (curve[..., 0] - curve[..., 1])


def _blurred(values: Floats, sigma: float) -> Floats:
    reach = int(sigma * np.sqrt(-2 * np.log(_LEAST)))
    # COMPAT: libvips' kernel is of whole numbers with a peak of 20.
    kernel = np.rint(20 * np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2))
    kernel /= kernel.sum()
    for axis in (0, 1):
        margins = [(reach, reach) if each == axis else (0, 0) for each in (0, 1)]
        windows = np.lib.stride_tricks.sliding_window_view(np.pad(values, margins, mode="edge"), len(kernel), axis=axis)
        values = windows @ kernel
    return values

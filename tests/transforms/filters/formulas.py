"""The filters in floating point, as docs/url.md says them: arrays of rows, columns, and R, G, B and alpha, 0 to 255."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Floats = NDArray[np.float64]
LUMA = np.array([0.299, 0.587, 0.114])


def pixels(image: Image.Image) -> Floats:
    """RGBA of any image."""
    return np.asarray(image.convert("RGBA"), np.float64)


def colors(image: Floats, changed: Floats) -> Floats:
    """`changed` within its range, with the alpha of `image`."""
    return np.concatenate([changed.clip(0, 255), image[..., 3:]], axis=-1)


def brightness(image: Floats, more: float) -> Floats:
    return colors(image, image[..., :3] + more)


def contrast(image: Floats, factor: float) -> Floats:
    return colors(image, (image[..., :3] - 128) * factor + 128)


def saturation(image: Floats, factor: float) -> Floats:
    """By way of CIE Lab under D65."""
    levels = image[..., :3] / 255
    light = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    white = to_xyz.sum(axis=1)
    ratio = light @ to_xyz.T / white
    curve = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    curve = curve[..., 1:2] + (curve - curve[..., 1:2]) * factor
    ratio = np.where(curve > 6 / 29, curve**3, (116 * curve - 16) * 27 / 24389)
    light = (ratio * white @ np.linalg.inv(to_xyz).T).clip(0, 1)
    return colors(image, np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055) * 255)


def monochrome(image: Floats, intensity: float, color: tuple[int, int, int]) -> Floats:
    light, knee = image[..., :3] @ LUMA, float(LUMA @ color)
    tone = np.stack([np.interp(light, [0, knee, 255], [0, level, 255]) for level in color], axis=-1)
    return colors(image, image[..., :3] * (1 - intensity) + tone * intensity)


def duotone(image: Floats, intensity: float, dark: tuple[int, int, int], light: tuple[int, int, int]) -> Floats:
    share = (image[..., :3] @ LUMA / 255)[..., None]
    tone = np.array(dark) * (1 - share) + np.array(light) * share
    return colors(image, image[..., :3] * (1 - intensity) + tone * intensity)


def over(image: Floats, color: tuple[int, int, int], opacity: Any) -> Floats:
    """A layer of `color` over the image, by the formula of Porter and Duff."""
    below = image[..., 3:] / 255
    above = np.broadcast_to(np.asarray(opacity, np.float64), image.shape[:2])[..., None]
    alpha = above + below * (1 - above)
    mixed = np.array(color) * above + image[..., :3] * below * (1 - above)
    return np.concatenate([mixed / np.where(alpha > 0, alpha, 1), alpha * 255], axis=-1)


def before(image: Floats, color: tuple[int, int, int], opacity: float) -> Floats:
    """The image over a layer of `color`."""
    height, width = image.shape[:2]
    layer = np.broadcast_to(np.array([*color, 255 * opacity], np.float64), (height, width, 4))
    above, below = image[..., 3:] / 255, layer[..., 3:] / 255
    alpha = above + below * (1 - above)
    mixed = image[..., :3] * above + layer[..., :3] * below * (1 - above)
    return np.concatenate([mixed / np.where(alpha > 0, alpha, 1), alpha * 255], axis=-1)


def ramp(width: int, height: int, degrees: float, start: float, stop: float) -> Floats:
    """What a pixel gets of an effect, 0 to 1."""
    angle = math.radians(degrees)
    across, down = -math.sin(angle), math.cos(angle)
    length = width * abs(across) + height * abs(down)
    y, x = np.mgrid[:height, :width] + 0.5
    place = 0.5 + ((x - width / 2) * across + (y - height / 2) * down) / length
    if stop <= start:
        return (place >= start).astype(np.float64)
    return ((place - start) / (stop - start)).clip(0, 1)


def corner(size: tuple[int, int], radius: float) -> Floats:
    """How much of each pixel lies in a rectangle with four corners of `radius`."""
    width, height = size
    y, x = np.mgrid[:height, :width] + 0.5
    right = np.maximum(radius - np.minimum(x, width - x), 0)
    down = np.maximum(radius - np.minimum(y, height - y), 0)
    return (radius + 0.5 - np.hypot(right, down)).clip(0, 1)

"""How alike two pictures look: SSIM of Wang, Bovik, Sheikh and Simoncelli (2004), on luma."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Plane = NDArray[np.float64]

_SIGMA = 1.5
_RADIUS = 5
_C1 = (0.01 * 255) ** 2
_C2 = (0.03 * 255) ** 2
# Neither black nor white: what is transparent must not hide in either.
_BACKDROP = (128, 128, 128)


def ssim(one: Image.Image, other: Image.Image) -> float:
    """1 for equal pictures of one size; transparency is seen before gray."""
    if one.size != other.size:
        raise ValueError(f"{one.size} cannot be compared with {other.size}")
    x, y = luma(one), luma(other)
    mean_x, mean_y = _blurred(x), _blurred(y)
    variance_x = _blurred(x * x) - mean_x**2
    variance_y = _blurred(y * y) - mean_y**2
    covariance = _blurred(x * y) - mean_x * mean_y
    likeness = ((2 * mean_x * mean_y + _C1) * (2 * covariance + _C2)) / (
        (mean_x**2 + mean_y**2 + _C1) * (variance_x + variance_y + _C2)
    )
    return float(likeness.mean())


def luma(image: Image.Image) -> Plane:
    """BT.601's luma, 0 to 255, over gray where the picture is transparent."""
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, (*_BACKDROP, 255)), rgba)
    rgb = np.asarray(image.convert("RGB"), dtype=np.float64)
    weighted: Plane = rgb @ np.array((0.299, 0.587, 0.114))
    return weighted


def _blurred(plane: Plane) -> Plane:
    """Through a Gaussian window of 11 x 11; only where the window fits."""
    offsets = np.arange(-_RADIUS, _RADIUS + 1)
    window = np.exp(-(offsets**2) / (2 * _SIGMA**2))
    window /= window.sum()
    return _along_rows(_along_rows(plane, window).T, window).T


def _along_rows(plane: Plane, window: Plane) -> Plane:
    width = plane.shape[1] - len(window) + 1
    blurred = np.zeros((plane.shape[0], width))
    for left, weight in enumerate(window):
        blurred += weight * plane[:, left : left + width]
    return blurred

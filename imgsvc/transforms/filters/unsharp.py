"""Unsharp masking: a pixel against its eight neighbors."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from imgsvc.transforms.filters.blur import with_edges_going_on
from imgsvc.transforms.pixels.alpha import has_alpha
from imgsvc.transforms.planning.plan import Plan

_NEIGHBORS = 4
# A weight that is divided by next to nothing must not make numbers that overflow.
_MOST = 1e4

_Floats = NDArray[np.float32]


def unsharp_masking(image: Image.Image, plan: Plan) -> Image.Image:
    """Each neighbor weighs less than nothing, the pixel itself so much that flat areas stay; alpha is kept."""
    mask = plan.filters.unsharp_masking
    if mask is None:
        return image
    share = min(mask.weight / mask.divider, _MOST)
    if has_alpha(image):
        return _by_alpha(image, share)
    kernel = ImageFilter.Kernel((3, 3), [*[-share] * _NEIGHBORS, 1 + 8 * share, *[-share] * _NEIGHBORS], 1)
    return with_edges_going_on(image, kernel, 1)


def _by_alpha(image: Image.Image, share: float) -> Image.Image:
    """The same, where a neighbor weighs as much as is seen of it: what is transparent makes no edge."""
    *bands, alpha = image.split()
    seen = np.asarray(alpha, np.float32) / np.float32(255)
    weight = _around(seen)
    sharpened = []
    for band in bands:
        levels = np.asarray(band, np.float32)
        more = (levels * weight - _around(levels * seen)) * np.float32(share)
        sharpened.append(Image.fromarray((levels + more + np.float32(0.5)).clip(0, 255).astype(np.uint8)))
    return Image.merge(image.mode, [*sharpened, alpha])


def _around(values: _Floats) -> _Floats:
    """The sum of each 3x3, as if the outermost ones went on."""
    wide = np.pad(values, 1, mode="edge")
    rows = wide[:-2] + wide[1:-1] + wide[2:]
    total: _Floats = rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]
    return total

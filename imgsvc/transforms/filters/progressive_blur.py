"""Progressive blur: more and more of it along a ramp."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imgsvc.options.geometry import Box, Size
from imgsvc.transforms.filters.blur import nearly_blurred
from imgsvc.transforms.filters.ramp import levels, mask
from imgsvc.transforms.pixels.portions import Made, Portions, premultiplied_portions
from imgsvc.transforms.planning.plan import Plan

# Pictures that are blurred for all; what lies between two is mixed of them.
_STEPS = 4
# Weight of one of them where no other is seen.
_FULL = 255
_Weights = NDArray[np.uint16]


def progressive_blur(image: Image.Image, plan: Plan) -> Made:
    """Blur by the planned sigma where the ramp ends, by a part of it on the way there."""
    sigma, ramp = plan.filters.progressive_blur
    if sigma <= 0:
        return image
    size = Size(*image.size)
    weights = levels(size, ramp, _FULL * _STEPS)
    return premultiplied_portions(image, lambda pixels: _grown(pixels, min(sigma, max(size)), weights))


def _grown(image: Image.Image, sigma: float, weights: _Weights) -> Portions:
    found = image.copy()
    for step in range(_STEPS):
        yield
        none = _FULL * step
        # PERF: where the next picture but one begins, this one is not seen any more.
        box = _where((weights > none) & (weights < none + 2 * _FULL), Size(*image.size))
        if box:
            level = nearly_blurred(image, sigma * (step + 1) / _STEPS, box)
            found.paste(level, box, mask(_of_step(_of_box(weights, box), none), Size(*box.size)))
    return found


def _of_box(weights: _Weights, box: Box) -> _Weights:
    rows = slice(box.top, box.bottom) if len(weights) > 1 else slice(None)
    return weights[rows, box.left : box.right] if weights.shape[1] > 1 else weights[rows]


def _of_step(weights: _Weights, none: int) -> _Weights:
    found: _Weights = weights.clip(none, none + _FULL)
    found -= np.uint16(none)
    return found


def _where(hit: NDArray[np.bool], size: Size) -> Box | None:
    """PERF: the smallest box outside which nothing changes: half the picture, as a rule."""
    if not hit.any():
        return None
    top, bottom = _ends(np.logical_or.reduce(hit, axis=1), size.height)
    left, right = _ends(np.logical_or.reduce(hit, axis=0), size.width)
    return Box(left, top, right, bottom)


def _ends(hit: NDArray[np.bool], side: int) -> tuple[int, int]:
    if len(hit) != side:
        return 0, side
    places = np.flatnonzero(hit)
    return int(places[0]), int(places[-1]) + 1

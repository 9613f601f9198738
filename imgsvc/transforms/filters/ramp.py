"""Ramp: how much of an effect each pixel gets."""

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imgsvc.options.filters import Ramp
from imgsvc.options.geometry import Size

# A ramp that is steeper is a step.
_LEAST = 1e-6
# Pixels whose floats stay in the cache.
_STRETCH = 1 << 14
Floats = NDArray[np.float32]
# Of a turn: here a sine is a whole number, which floating point does not know.
_QUARTERS = {0: (0, 1), 90: (-1, 0), 180: (0, -1), 270: (1, 0)}


def along(size: Size, ramp: Ramp) -> Floats:
    """0 to 1 for rows and columns of pixels; one row or one column where all others are like it."""
    rows, columns = _ends(size, ramp)
    return _shares(rows + columns, ramp)


def levels(size: Size, ramp: Ramp, most: float) -> NDArray[np.uint16]:
    """The same as whole numbers, 0 to `most`."""
    rows, columns = _ends(size, ramp)
    found = np.empty((len(rows), columns.shape[1]), np.uint16)
    # PERF: a stretch at a time, for floats of the whole picture are pages that the kernel gives on touch.
    step = max(1, _STRETCH // columns.shape[1])
    for top in range(0, len(rows), step):
        shares = _shares(rows[top : top + step] + columns, ramp)
        shares *= np.float32(most)
        shares += np.float32(0.5)
        found[top : top + step] = shares
    return found


def mask(levels: NDArray[np.uint16], size: Size) -> Image.Image:
    """Levels of 0 to 255 as a picture of `size`."""
    small = Image.fromarray(levels.astype(np.uint8))
    return small if small.size == size else small.resize(size, Image.Resampling.NEAREST)


def _ends(size: Size, ramp: Ramp) -> tuple[Floats, Floats]:
    """A column and a row, whose sum is the place of each pixel: 0 where the ramp starts, 1 where it stops."""
    across, down = _direction(ramp.degrees)
    length = size.width * abs(across) + size.height * abs(down)
    steepness = 1 if _is_step(ramp) else 1 / (ramp.stop - ramp.start)
    columns = (np.arange(size.width if across else 1) + 0.5 - size.width / 2) * (across / length * steepness)
    rows = (np.arange(size.height if down else 1) + 0.5 - size.height / 2) * (down / length * steepness)
    rows += (0.5 - ramp.start) * steepness
    # PERF: in 32 bits from here on, as CSS has gradients: a twentieth of a level.
    return rows.astype(np.float32)[:, None], columns.astype(np.float32)[None, :]


def _shares(places: Floats, ramp: Ramp) -> Floats:
    return (places >= 0).astype(np.float32) if _is_step(ramp) else places.clip(0, 1, out=places)


def _is_step(ramp: Ramp) -> bool:
    return ramp.stop - ramp.start < _LEAST


def _direction(degrees: float) -> tuple[float, float]:
    if degrees in _QUARTERS:
        return _QUARTERS[int(degrees)]
    return -math.sin(math.radians(degrees)), math.cos(math.radians(degrees))

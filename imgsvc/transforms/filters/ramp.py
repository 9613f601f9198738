"""Ramp: how much of an effect each pixel gets."""

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imgsvc.options.filters import Ramp
from imgsvc.options.geometry import Size

# A ramp that is steeper is a step.
_LEAST = 1e-6
Floats = NDArray[np.float32]
# Of a turn: here a sine is a whole number, which floating point does not know.
_QUARTERS = {0: (0, 1), 90: (-1, 0), 180: (0, -1), 270: (1, 0)}


def along(size: Size, ramp: Ramp) -> Floats:
    """0 to 1 for rows and columns of pixels; one row or one column where all others are like it."""
    across, down = _direction(ramp.degrees)
    length = size.width * abs(across) + size.height * abs(down)
    # PERF: in 32 bits from here on, as CSS has gradients: a twentieth of a level.
    columns = ((np.arange(size.width) + 0.5 - size.width / 2) * (across / length)).astype(np.float32)
    rows = ((np.arange(size.height) + 0.5 - size.height / 2) * (down / length) + 0.5).astype(np.float32)
    place = columns[None, :] + rows[:1, None] if not down else rows[:, None] + (columns[None, :] if across else 0)
    if ramp.stop - ramp.start < _LEAST:
        return (place >= ramp.start).astype(np.float32)
    found: Floats = ((place - np.float32(ramp.start)) / np.float32(ramp.stop - ramp.start)).clip(0, 1)
    return found


def mask(shares: Floats, size: Size) -> Image.Image:
    """Shares of 0 to 1 as levels of a picture of `size`."""
    small = Image.fromarray((shares * np.float32(255) + np.float32(0.5)).astype(np.uint8))
    return small if small.size == size else small.resize(size, Image.Resampling.NEAREST)


def _direction(degrees: float) -> tuple[float, float]:
    if degrees in _QUARTERS:
        return _QUARTERS[int(degrees)]
    return -math.sin(math.radians(degrees)), math.cos(math.radians(degrees))

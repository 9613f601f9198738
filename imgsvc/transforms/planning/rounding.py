"""The two roundings that geometry is made with: one for sizes, one for offsets."""

import math

from imgsvc.options.geometry import Size, Wanted


def half_away(value: float) -> int:
    """Round a size: a half goes away from zero."""
    whole = math.trunc(value)
    return whole + (1 if value > 0 else -1) if abs(value - whole) >= 0.5 else whole


def half_even(value: float) -> int:
    """Round an offset: a half goes to the even neighbor."""
    return round(value)


def scaled(size: Size, x: float, y: float) -> Size:
    """`size` by two factors; a side never vanishes."""
    return Size(max(1, half_away(size.width * x)), max(1, half_away(size.height * y)))


def smaller_of(wanted: Wanted, size: Size) -> Size:
    """What is asked for, where that is the smaller side."""
    return Size(*(side if wish is None else min(wish, side) for wish, side in zip(wanted, size, strict=True)))


def larger_of(wanted: Wanted, size: Size) -> Size:
    """What is asked for, where that is the larger side."""
    return Size(*(side if wish is None else max(wish, side) for wish, side in zip(wanted, size, strict=True)))

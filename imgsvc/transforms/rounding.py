"""The two roundings that geometry is made with: one for sizes, one for offsets."""

import math

from imgsvc.options.geometry import Size


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


def smaller_of(first: Size, second: Size) -> Size:
    """The smaller of each side, where 0 means that the side is not asked for."""
    return Size(*(min(a, b) if a and b else a or b for a, b in zip(first, second, strict=True)))


def larger_of(first: Size, second: Size) -> Size:
    """The larger of each side."""
    return Size(max(first.width, second.width), max(first.height, second.height))

"""Transforms of SVG as matrices: what they make of a point."""

import math
import re

Matrix = tuple[float, float, float, float, float, float]

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_FUNCTION = re.compile(r"(\w+)\s*\(([^)]*)\)")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.IGNORECASE)


def matrix_of(transform: str) -> Matrix:
    """All functions of a `transform`, one after the other."""
    found = IDENTITY
    for name, arguments in _FUNCTION.findall(transform):
        found = _times(found, _matrix(name, [float(each) for each in _NUMBER.findall(arguments)]))
    return found


def moved(point: tuple[float, float], matrix: Matrix) -> tuple[float, float]:
    """Where a point comes to be."""
    x, y = point
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _times(first: Matrix, second: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * m + e, b * k + d * m + f


def _matrix(name: str, numbers: list[float]) -> Matrix:
    """What SVG does not know changes nothing."""
    first, second, third, *_ = *numbers, 0.0, 0.0, 0.0
    if name == "matrix" and len(numbers) == 6:
        a, b, c, d, e, f = numbers
        return a, b, c, d, e, f
    if name == "translate":
        return 1.0, 0.0, 0.0, 1.0, first, second
    if name == "scale" and numbers:
        return first, 0.0, 0.0, second if len(numbers) > 1 else first, 0.0, 0.0
    if name == "rotate":
        across, down = math.cos(math.radians(first)), math.sin(math.radians(first))
        turned = (across, down, -down, across, 0.0, 0.0)
        return _times(_times((1, 0, 0, 1, second, third), turned), (1, 0, 0, 1, -second, -third))
    if name in ("skewX", "skewY"):
        lean = math.tan(math.radians(first))
        return (1.0, 0.0, lean, 1.0, 0.0, 0.0) if name == "skewX" else (1.0, lean, 0.0, 1.0, 0.0, 0.0)
    return IDENTITY

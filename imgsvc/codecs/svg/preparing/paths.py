"""Points of a path that hold its box: its ends, and where its curves turn back."""

import math
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

Point = tuple[float, float]

_TOKEN = re.compile(r"([MmZzLlHhVvCcSsQqTtAa])|([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)")
_COUNTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7}
_ZERO = 1e-12
_NOWHERE = (math.nan, math.nan)


def path_points(data: str) -> Iterator[Point]:
    """Of path data, up to what is no path, where its pieces end and where they are farthest out to a side."""
    at = start = control = (0.0, 0.0)
    before = ""
    for command, numbers in _segments(data):
        kind, is_relative = command.upper(), command.islower()
        if kind == "Z":
            at = control = start
            before = kind
            continue
        points = _absolute(kind, numbers, at if is_relative else (0.0, 0.0), at)
        if kind in ("S", "T"):
            mirrored = _mirrored(control, at) if before in (("C", "S") if kind == "S" else ("Q", "T")) else at
            points = [mirrored, *points]
        if kind == "M":
            start = points[-1]
        if kind == "A":
            try:
                yield from _arc(at, points[-1], numbers)
            except (ArithmeticError, ValueError):
                # Its numbers are too large, or too small, to be worked with.
                yield _NOWHERE
        elif len(points) > 1:
            yield from _turns([at, *points])
        control = points[-2] if len(points) > 1 else points[-1]
        at, before = points[-1], kind
        yield at


def _segments(data: str) -> Iterator[tuple[str, list[float]]]:
    command, numbers = "", list[float]()
    for found in _TOKEN.finditer(data):
        if found[1]:
            command, numbers = found[1], []
            if command in "Zz":
                yield command, []
            continue
        pieces = _flags(found[2], command, len(numbers))
        for piece in pieces:
            if piece[0] in "eE":
                # What is left of a number whose first digit is an arc's flag; a path ends where it is wrong.
                return
            numbers.append(float(piece))
            if len(numbers) == _COUNTS.get(command.upper(), 0):
                yield command, numbers
                numbers = []
                # What follows a move without a letter is a line.
                command = {"M": "L", "m": "l"}.get(command, command)


def _flags(number: str, command: str, count: int) -> Sequence[str]:
    """The flags of an arc may stand before each other, and before a number, without a blank."""
    pieces = list[str]()
    while command in "Aa" and command and (count + len(pieces)) % 7 in (3, 4) and len(number) > 1 and number[0] in "01":
        pieces.append(number[0])
        number = number[1:]
    return [*pieces, number] if number else pieces


def _absolute(kind: str, numbers: Sequence[float], base: Point, at: Point) -> list[Point]:
    x, y = base
    if kind == "H":
        return [(numbers[0] + x, at[1])]
    if kind == "V":
        return [(at[0], numbers[0] + y)]
    if kind == "A":
        return [(numbers[5] + x, numbers[6] + y)]
    return [(one + x, other + y) for one, other in zip(numbers[::2], numbers[1::2], strict=True)]


def _mirrored(point: Point, at: Point) -> Point:
    return 2 * at[0] - point[0], 2 * at[1] - point[1]


def _turns(points: Sequence[Point]) -> Iterator[Point]:
    """Where a curve is farthest out to a side."""
    for axis in (0, 1):
        for t in _extremes([point[axis] for point in points]):
            if 0 < t < 1:
                yield _at(points, t)


def _extremes(values: Sequence[float]) -> list[float]:
    """Where the derivative is zero."""
    if len(values) == 3:
        bend = values[0] - 2 * values[1] + values[2]
        return [(values[0] - values[1]) / bend] if abs(bend) > _ZERO else []
    a = -values[0] + 3 * values[1] - 3 * values[2] + values[3]
    b = 2 * (values[0] - 2 * values[1] + values[2])
    c = values[1] - values[0]
    if abs(a) <= _ZERO:
        return [-c / b] if abs(b) > _ZERO else []
    inside = b * b - 4 * a * c
    return [(-b + sign * math.sqrt(inside)) / (2 * a) for sign in (1, -1)] if inside >= 0 else []


def _at(points: Sequence[Point], t: float) -> Point:
    """De Casteljau's way."""
    while len(points) > 1:
        points = [
            (one[0] + (other[0] - one[0]) * t, one[1] + (other[1] - one[1]) * t) for one, other in pairwise(points)
        ]
    return points[0]


def _arc(begin: Point, end: Point, numbers: Sequence[float]) -> Iterator[Point]:
    """SVG 2, appendix B.2.4: the center is found from the ends."""
    across, down, turn = abs(numbers[0]), abs(numbers[1]), math.radians(numbers[2])
    if not (across and down) or begin == end:
        return
    cosine, sine = math.cos(turn), math.sin(turn)
    half = (begin[0] - end[0]) / 2, (begin[1] - end[1]) / 2
    x, y = cosine * half[0] + sine * half[1], -sine * half[0] + cosine * half[1]
    size = math.sqrt(max(1.0, (x / across) ** 2 + (y / down) ** 2))
    across, down = across * size, down * size
    rest = (across * down) ** 2 - (across * y) ** 2 - (down * x) ** 2
    factor = math.sqrt(max(0.0, rest / ((across * y) ** 2 + (down * x) ** 2)))
    factor = -factor if bool(numbers[3]) == bool(numbers[4]) else factor
    center = factor * across * y / down, -factor * down * x / across
    first = math.atan2((y - center[1]) / down, (x - center[0]) / across)
    span = math.atan2((-y - center[1]) / down, (-x - center[0]) / across) - first
    span = span % (2 * math.pi) if numbers[4] else span % (2 * math.pi) - 2 * math.pi
    middle = (begin[0] + end[0]) / 2, (begin[1] + end[1]) / 2
    # Where the ellipse is farthest out to the sides, and above and below.
    sideways, upright = math.atan2(-down * sine, across * cosine), math.atan2(down * cosine, across * sine)
    for angle in (sideways, sideways + math.pi, upright, upright + math.pi):
        if (angle - first) % math.copysign(2 * math.pi, span) / span < 1:
            u, v = center[0] + across * math.cos(angle), center[1] + down * math.sin(angle)
            yield cosine * u - sine * v + middle[0], sine * u + cosine * v + middle[1]

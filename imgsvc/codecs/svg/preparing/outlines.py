"""How far a shape reaches: the box around its fill, in its own units."""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import NamedTuple

from imgsvc.codecs.svg.css.bounds import Outlines as Left
from imgsvc.codecs.svg.preparing.matrices import matrix_of, moved
from imgsvc.codecs.svg.preparing.paths import path_points
from imgsvc.codecs.svg.xml_tree import Element

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_LENGTH = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?:px)?\s*")
_UNSEEN = frozenset({"defs", "symbol", "clipPath", "mask", "pattern", "marker", "filter", "title", "desc", "metadata"})

Point = tuple[float, float]


class Box(NamedTuple):
    """Its sides."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def size(self) -> Point:
        """Width and height."""
        return self.right - self.left, self.bottom - self.top

    def grown(self, by: float) -> "Box":
        """With so much more at each side."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)


class Outlines:
    """The boxes of elements, each worked out once."""

    def __init__(self, left: Left) -> None:
        self._left = left
        self._known: dict[int, Box | None] = {}

    def fill(self, element: Element) -> Box | None:
        """That of a shape, or of all shapes in a group; None if there are none, or some that are not known here."""
        if id(element) not in self._known:
            self._known[id(element)] = self._of(element)
        return self._known[id(element)]

    def stroke(self, element: Element) -> Box | None:
        """The same with its stroke, whose corners do not count; of a group without."""
        found = self.fill(element)
        if found is None or element.attributes.get("stroke", "none") == "none":
            return found
        return found.grown((_number(element, "stroke-width") if "stroke-width" in element.attributes else 1.0) / 2)

    def _of(self, element: Element) -> Box | None:
        name = element.local_name
        if name in _GROUPS:
            return _around(chain.from_iterable(map(self._moved, element.elements())))
        if name in _SHAPES:
            self._left.take(element.attributes.get("d", "") + element.attributes.get("points", ""))
            return _around(_SHAPES[name](element))
        return None

    def _moved(self, element: Element) -> Iterable[Point]:
        """The corners of a part of a group, where that is moved to."""
        box = None
        if element.local_name not in _UNSEEN and element.attributes.get("display") != "none":
            box = self.fill(element)
        if box is None:
            return ()
        matrix = matrix_of(element.attributes.get("transform", ""))
        corners = ((x, y) for x in (box.left, box.right) for y in (box.top, box.bottom))
        return (moved(corner, matrix) for corner in corners)


def _around(points: Iterable[Point]) -> Box | None:
    """None if there are none, or one is nowhere; of a long path the points are never held all at once."""
    left = top = math.inf
    right = bottom = -math.inf
    for x, y in points:
        if not (math.isfinite(x) and math.isfinite(y)):
            return None
        left, top, right, bottom = min(left, x), min(top, y), max(right, x), max(bottom, y)
    return Box(left, top, right, bottom) if left <= right else None


def _polygon(element: Element) -> Iterator[Point]:
    numbers = list(map(float, _NUMBER.findall(element.attributes.get("points", ""))))
    return zip(numbers[::2], numbers[1::2], strict=False)


def _ellipse(element: Element) -> tuple[Point, Point]:
    names = ("r", "r") if element.local_name == "circle" else ("rx", "ry")
    x, y, across, down = (_number(element, each) for each in ("cx", "cy", *names))
    return (x - across, y - down), (x + across, y + down)


def _line(element: Element) -> tuple[Point, Point]:
    x, y, right, bottom = (_number(element, each) for each in ("x1", "y1", "x2", "y2"))
    return (x, y), (right, bottom)


def _rectangle(element: Element) -> tuple[Point, Point]:
    x, y, width, height = (_number(element, each) for each in ("x", "y", "width", "height"))
    return (x, y), (x + width, y + height)


def _number(element: Element, name: str) -> float:
    found = _LENGTH.fullmatch(element.attributes.get(name, "0"))
    return float(found[1]) if found else 0.0


_GROUPS = frozenset({"g", "a", "switch"})
_SHAPES: Mapping[str, Callable[[Element], Iterable[Point]]] = {
    "path": lambda element: path_points(element.attributes.get("d", "")),
    **dict.fromkeys(("polygon", "polyline"), _polygon),
    **dict.fromkeys(("circle", "ellipse"), _ellipse),
    "line": _line,
    **dict.fromkeys(("rect", "image", "foreignObject", "svg"), _rectangle),
}

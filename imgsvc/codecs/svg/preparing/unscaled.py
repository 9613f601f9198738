"""Strokes that keep their width whatever scales them: `vector-effect`, which the drawing program does not know.

Widths are those of the drawing at its own size: a smaller picture of it has thinner ones, for it is the same picture.
A scale that differs by direction counts with its mean, and what a <use> adds to it does not count.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from imgsvc.codecs.svg.xml_tree import Element

_FUNCTION = re.compile(r"(\w+)\s*\(([^)]*)\)")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.IGNORECASE)
_LENGTHS = ("stroke-width", "stroke-dasharray", "stroke-dashoffset")
_INITIAL = {"stroke-width": "1"}


@dataclass(frozen=True, slots=True)
class Strokes:
    """The scale at a place of the drawing, and the stroke's lengths that are inherited there."""

    scale: float
    lengths: Mapping[str, str]

    @classmethod
    def at_root(cls, width: float, height: float, view_box: str) -> "Strokes":
        """Those outside of everything."""
        box = [float(each) for each in _NUMBER.findall(view_box)]
        scale = min(width / box[2], height / box[3]) if len(box) == 4 and box[2] > 0 and box[3] > 0 else 1.0
        return cls(scale, _INITIAL)

    def inside(self, element: Element) -> "Strokes":
        """Those in an element, and its own."""
        attributes = element.attributes
        own = {name: attributes[name] for name in _LENGTHS if name in attributes}
        transform = attributes.get("transform")
        if not (own or transform):
            return self
        scale = self.scale * (_scale(transform) if transform else 1.0)
        return Strokes(scale, {**self.lengths, **own} if own else self.lengths)

    def kept(self) -> dict[str, str]:
        """The lengths that come to those which are declared, once they are scaled."""
        if not (self.scale > 0 and math.isfinite(self.scale)):
            return {}
        return {name: _NUMBER.sub(self._unscaled, value) for name, value in self.lengths.items()}

    def _unscaled(self, found: "re.Match[str]") -> str:
        return f"{float(found[0]) / self.scale:.8g}"


def _scale(transform: str) -> float:
    area = 1.0
    for name, arguments in _FUNCTION.findall(transform):
        numbers = [float(each) for each in _NUMBER.findall(arguments)]
        if name == "matrix" and len(numbers) == 6:
            area *= numbers[0] * numbers[3] - numbers[1] * numbers[2]
        elif name == "scale" and numbers:
            area *= numbers[0] * numbers[-1]
    return math.sqrt(abs(area))

"""How large a drawing wants to be."""

import math
import re
from collections.abc import Mapping

_LENGTH = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*([a-z]*)\s*", re.IGNORECASE)
# At 96 dots an inch, and a font size of 16.
_UNITS = {"": 1, "px": 1, "pt": 4 / 3, "pc": 16, "in": 96, "cm": 96 / 2.54, "mm": 96 / 25.4, "em": 16, "ex": 8}
# CSS 2.1, 10.3.2: those of what says neither size nor shape.
_DEFAULT_WIDTH, _DEFAULT_HEIGHT = 300.0, 150.0


def natural_size(attributes: Mapping[str, str]) -> tuple[float, float]:
    """Width and height as given; what is missing follows from the view box."""
    width, height = (_length(attributes.get(name, "")) for name in ("width", "height"))
    box_width, box_height = view_box_size(attributes.get("viewBox", ""))
    if width and height:
        return width, height
    if not (box_width and box_height):
        return width or _DEFAULT_WIDTH, height or _DEFAULT_HEIGHT
    if width:
        return width, width * box_height / box_width
    if height:
        return height * box_width / box_height, height
    return box_width, box_height


def _length(text: str) -> float:
    """Pixels; 0 for what is relative to a page that there is none of, or no length."""
    found = _LENGTH.fullmatch(text)
    pixels = float(found[1]) * _UNITS.get(found[2].lower(), 0) if found else 0.0
    return pixels if 0 < pixels < math.inf else 0.0


def view_box_size(text: str) -> tuple[float, float]:
    """Its width and height; zeros where it says none."""
    numbers = text.replace(",", " ").split()
    if len(numbers) != 4:
        return 0.0, 0.0
    return _length(numbers[2]), _length(numbers[3])

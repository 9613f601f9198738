"""Finds out whether a drawing has strokes so thin that the drawing program makes lines of them.

NOTE: resvg draws a stroke of at most a pixel as a line without corners, caps or joins: findings/resvg-hairlines.sh.
"""

import math
import re
from collections.abc import Sequence

from imgsvc.codecs.svg.xml_tree import Element

# At this many times its size, to each side.
FINER = 2
# PERF: four times the pixels take 2 ms more at this size, 0.2 ms at an icon's. Beyond it a corner hardly shows.
_MOST_PIXELS = 128 * 128

_NUMBER = re.compile(r"\s*(\d*\.?\d+)")
_USUAL_WIDTH = 1.0


def fineness(width: float, pixels: int, scale: float) -> int:
    """How many times larger it is to be drawn than it is wanted.

    `width` is its thinnest stroke's; `scale` is what one of its units comes to in pixels.
    """
    return FINER if pixels <= _MOST_PIXELS and width * scale <= 1 else 1


def thinnest(elements: Sequence[Element]) -> float:
    """The least width of the strokes that these ask for; infinite where they ask for none.

    Widths are taken as attributes say them (the cascade has made all of them so), whatever a transform further inside
    makes of them.
    """
    if not any("stroke" in each.attributes for each in elements):
        return math.inf
    said = {each.attributes["stroke-width"] for each in elements if "stroke-width" in each.attributes}
    widths = (float(found[1]) for each in said if (found := _NUMBER.match(each)))
    return min(widths, default=_USUAL_WIDTH)

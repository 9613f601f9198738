"""Finds out whether a drawing has strokes so thin that the drawing program makes lines of them.

NOTE: resvg draws a stroke of at most a pixel as a line without corners, caps or joins: findings/resvg-hairlines.sh.
"""

import re
from collections.abc import Iterator

from imgsvc.codecs.svg.xml_tree import Element

# At this many times its size, to each side.
FINER = 2
# PERF: four times the pixels take 2 ms more at this size, 0.2 ms at an icon's. Beyond it a corner hardly shows.
_MOST_PIXELS = 128 * 128

_STROKE = re.compile(r"\bstroke\s*:")
_WIDTH = re.compile(r"\bstroke-width\s*:\s*(\d*\.?\d+)")
_NUMBER = re.compile(r"\s*(\d*\.?\d+)")
_USUAL_WIDTH = 1.0


def fineness(root: Element, pixels: int, scale: float) -> int:
    """How many times larger it is to be drawn than it is wanted; `scale` is what one of its units comes to in pixels.

    Widths are taken as they are said, whatever a transform further inside makes of them.
    """
    if pixels > _MOST_PIXELS:
        return 1
    return FINER if any(width * scale <= 1 for width in _widths(root)) else 1


def _widths(root: Element) -> Iterator[float]:
    """Of the strokes that elements, their styles and style sheets ask for."""
    widths, has_strokes = list[float](), False
    for each in root.walk():
        own = each.attributes
        style = each.text() if each.local_name == "style" else own.get("style", "")
        has_strokes = has_strokes or "stroke" in own or _STROKE.search(style) is not None
        widths += map(float, _WIDTH.findall(style))
        if found := _NUMBER.match(own.get("stroke-width", "")):
            widths.append(float(found[1]))
    if has_strokes:
        yield from widths or [_USUAL_WIDTH]

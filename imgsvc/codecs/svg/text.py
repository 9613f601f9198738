"""Text as a picture: written as an SVG of our own, and drawn as any other is.

SECURITY: of a client's markup there is text in it, escaped, and values of a known form; nothing is referred to.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from PIL import Image

from imgsvc.codecs.native.errors import decoder_errors
from imgsvc.codecs.svg.drawer import Kind, drawn
from imgsvc.codecs.svg.xml_tree import Element
from imgsvc.errors import BrokenSvgError, ResolutionError
from imgsvc.options.formats import Format
from imgsvc.options.markup import Run

# What fontconfig says on Debian.
_FAMILIES = {
    "sans": "DejaVu Sans",
    "sans-serif": "DejaVu Sans",
    "serif": "DejaVu Serif",
    "mono": "DejaVu Sans Mono",
    "monospace": "DejaVu Sans Mono",
}
_LAST = "DejaVu Sans"
_LINE = 1.2
# Widths of a character, in its size, that are tried until nothing touches the edge: most, wide ones, the widest.
_WIDTHS = (0.75, 1.5, 6.0)
_NAMESPACE = "http://www.w3.org/2000/svg"
_SHIFTS = {0: "", 1: "super", -1: "sub"}
Line = list[Run]


def draw_text(runs: Sequence[Run], max_pixels: int, timeout_seconds: float) -> Image.Image:
    """The text in RGBA, no larger than its ink, as libvips has it; ResolutionError for more than `max_pixels`."""
    lines = list(_lines(runs))
    edge = int(max((run.size for line in lines for run in line), default=1.0)) + 1
    height = 2 * edge + sum(map(_height, lines))
    with decoder_errors(Format.SVG):
        for share in _WIDTHS:
            width = 2 * edge + max(sum(len(run.text) * run.size * share for run in line) for line in lines)
            image = _drawn(lines, int(width) + 1, int(height) + 1, edge, max_pixels, timeout_seconds)
            box = image.getbbox()
            if box is None or box[2] < image.width:
                break
    if box is None and any(run.text.strip() for run in runs):
        raise BrokenSvgError("no font of this machine has the text's characters")
    return image.crop(box or (0, 0, 1, 1))


def _drawn(
    lines: list[Line], width: int, height: int, edge: int, max_pixels: int, timeout_seconds: float
) -> Image.Image:
    if width * height > max_pixels:
        raise ResolutionError(f"a text of {width}x{height} pixels, and the limit is {max_pixels}")
    root = Element("svg", {"xmlns": _NAMESPACE, "width": str(width), "height": str(height)})
    baseline = float(edge)
    for line in lines:
        baseline += _height(line)
        root.children.append(_line(line, edge, baseline))
    return drawn(root, Kind.WITH_NAMED_FONTS, timeout_seconds).frame


def _lines(runs: Sequence[Run]) -> Iterator[Line]:
    """The same, a list for each line; an empty one has a run without text."""
    pieces = ((i, piece) for run in runs for i, piece in _pieces(run))
    number = 0
    numbered = []
    for is_new, piece in pieces:
        number += is_new
        numbered.append((number, piece))
    for _, line in groupby(numbered, key=lambda each: each[0]):
        yield [run for _, run in line]
    if not numbered:
        yield []


def _pieces(run: Run) -> Iterator[tuple[bool, Run]]:
    """Each piece up to a line end, and whether it begins a line."""
    for i, text in enumerate(run.text.split("\n")):
        yield i > 0, run._replace(text=text)


def _height(line: Line) -> float:
    return _LINE * max((run.size for run in line), default=16.0)


def _line(line: Line, left: int, baseline: float) -> Element:
    attributes = {"x": str(left), "y": f"{baseline:.3f}", "xml:space": "preserve"}
    return Element("text", attributes, [_span(run) for run in line if run.text])


def _span(run: Run) -> Element:
    families = [_FAMILIES.get(name.strip().lower(), name.strip()) for name in run.family.split(",")]
    attributes = {
        # The names of families hold neither quotes nor backslashes.
        "font-family": ", ".join(f"'{name}'" for name in (*families, _LAST) if name),
        "font-size": f"{run.size:.3f}",
        "font-weight": str(run.weight),
        "font-style": "italic" if run.is_italic else "normal",
        "fill": f"#{run.color}",
        "fill-opacity": f"{run.alpha:.4f}",
    }
    if decoration := " ".join(_decorations(run)):
        attributes["text-decoration"] = decoration
    if run.shift:
        attributes["baseline-shift"] = _SHIFTS[run.shift]
    return Element("tspan", attributes, [run.text])


def _decorations(run: Run) -> Iterator[str]:
    if run.is_underlined:
        yield "underline"
    if run.is_struck:
        yield "line-through"

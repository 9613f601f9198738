"""Bounds the work of drawing an SVG before it begins, for it cannot be interrupted.

What is counted is what would be drawn, references included: ten lines that use each other tenfold are a billion shapes.
"""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote_to_bytes

from imgsvc.codecs.gate import survey
from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.native.errors import decoder_errors
from imgsvc.codecs.sniff import sniff
from imgsvc.codecs.svg.xml_tree import Element, local
from imgsvc.errors import BrokenSvgError, ImageError
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size

# Shapes, groups and whatever else is drawn, each time that it is.
MAX_SHAPES = 100_000
# Passes over all pixels that filters, masks and the like may take, times pixels. PERF: up to 50 ns each, so this is
# far more than the time limit allows; what it keeps out is not even tried.
MAX_PASSES = 2_000_000_000
# Pixels of an image embedded in the drawing.
MAX_EMBEDDED = 25_000_000

_EMBEDDED_FORMATS = frozenset({Format.JPEG, Format.PNG, Format.GIF, Format.WEBP})
_DATA = re.compile(r"data:image/[\w.+-]+(?:;[\w=.-]+)*?(;base64)?,", re.IGNORECASE)
_REFERENCE = re.compile(r"url\(\s*['\"]?\s*#([^'\")\s]+)")
# Drawn only where something refers to them.
_ON_DEMAND = frozenset(
    {"defs", "symbol", "pattern", "clipPath", "mask", "marker", "filter", "linearGradient", "radialGradient"}
)
_LAYERS = frozenset({"mask", "clip-path", "opacity", "filter", "mix-blend-mode", "style"})


def is_small_raster(reference: str) -> bool:
    """Whether this data URL holds a JPEG, PNG, GIF or WebP that may safely be decoded."""
    found = _DATA.match(reference)
    if not found:
        return False
    try:
        text = reference[found.end() :]
        data = base64.b64decode(unquote_to_bytes(text)) if found[1] else unquote_to_bytes(text)
        format_ = sniff(data)
        if format_ not in _EMBEDDED_FORMATS:
            return False
        with decoder_errors(format_):
            size = survey(data, format_, Extent(MAX_EMBEDDED)).size
    except (ImageError, binascii.Error, ValueError):
        return False
    return size is not None and min(size) > 0


def check_cost(root: Element, size: Size) -> None:
    """Raise BrokenSvgError if drawing `root` at `size` is more work than is done here."""
    shapes, passes = _Costs(root).of(root)
    if shapes > MAX_SHAPES:
        raise BrokenSvgError(f"{shapes} shapes to draw, limit {MAX_SHAPES}")
    work = passes * size.width * size.height
    if work > MAX_PASSES:
        raise BrokenSvgError(f"{passes:.0f} passes over {size.width}x{size.height} pixels, limit {MAX_PASSES} in all")


class _Costs:
    """Shapes and passes of every element with what it refers to, each worked out once."""

    def __init__(self, root: Element) -> None:
        self._targets: Mapping[str, Element] = {
            each.attributes["id"]: each for each in root.walk() if "id" in each.attributes
        }
        self._known: dict[int, tuple[int, float]] = {}

    def of(self, element: Element) -> tuple[int, float]:
        """An element that refers to itself, over whatever detour, is not drawn again."""
        if id(element) in self._known:
            return self._known[id(element)]
        self._known[id(element)] = (0, 0.0)
        shapes, passes = 1, _own_passes(element)
        for each in self._drawn_with(element):
            more_shapes, more_passes = self.of(each)
            shapes, passes = shapes + more_shapes, passes + more_passes
        self._known[id(element)] = (shapes, passes)
        return shapes, passes

    def _drawn_with(self, element: Element) -> Iterator[Element]:
        yield from (child for child in element.elements() if child.local_name not in _ON_DEMAND)
        names = {name for name in _references(element) if name in self._targets}
        yield from (self._targets[name] for name in names)


def _references(element: Element) -> Iterator[str]:
    for name, value in element.attributes.items():
        if local(name) == "href" and value.strip().startswith("#"):
            yield value.strip()[1:]
        elif "url(" in value:
            yield from _REFERENCE.findall(value)


def _own_passes(element: Element) -> float:
    """How often this element alone goes over all pixels; plain shapes cover little and count as nothing."""
    if element.local_name.startswith("fe"):
        return _FILTERS.get(element.local_name, _few)(element)
    return sum(2 for name in element.attributes if name in _LAYERS and not _is_plain_style(element, name))


def _is_plain_style(element: Element, name: str) -> bool:
    return name == "style" and not any(layer in element.attributes[name] for layer in _LAYERS - {"style"})


def _few(element: Element) -> float:
    return 6.0


def _turbulence(element: Element) -> float:
    return 25.0 * max(1.0, _largest(element, "numOctaves"))


def _convolution(element: Element) -> float:
    return max(3.0, _largest(element, "order")) ** 2


def _morphology(element: Element) -> float:
    return 4 * max(1.0, _largest(element, "radius")) ** 2


def _lighting(element: Element) -> float:
    return 30.0


def _largest(element: Element, name: str) -> float:
    try:
        return max(map(float, element.attributes.get(name, "1").replace(",", " ").split()), default=1.0)
    except ValueError:
        return 1.0


_FILTERS = {
    "feTurbulence": _turbulence,
    "feConvolveMatrix": _convolution,
    "feMorphology": _morphology,
    "feDiffuseLighting": _lighting,
    "feSpecularLighting": _lighting,
}

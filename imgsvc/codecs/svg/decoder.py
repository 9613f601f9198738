"""Knows how large an SVG wants to be, and draws it; it never fetches anything.

SECURITY: the drawing program would read files that an image names. So it gets a copy without foreign references, and
only if cost.py finds the work bounded.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from PIL import Image

from imgsvc.codecs.native.errors import decoder_errors
from imgsvc.codecs.opened import DecodeRequest, Header, Opened, SourceImage
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.svg.cost import check_cost, is_small_raster
from imgsvc.codecs.svg.css.cascade import cascade
from imgsvc.codecs.svg.drawer import Kind, drawn
from imgsvc.codecs.svg.strokes import fineness
from imgsvc.codecs.svg.xml_tree import Element, local, parse
from imgsvc.errors import BrokenSvgError
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size

_MAX_BYTES = 10_000_000
_NAMESPACE = "http://www.w3.org/2000/svg"

_LENGTH = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*([a-z]*)\s*", re.IGNORECASE)
# At 96 dots an inch, and a font size of 16.
_UNITS = {"": 1, "px": 1, "pt": 4 / 3, "pc": 16, "in": 96, "cm": 96 / 2.54, "mm": 96 / 25.4, "em": 16, "ex": 8}
# CSS 2.1, 10.3.2: those of what says neither size nor shape.
_DEFAULT_WIDTH, _DEFAULT_HEIGHT = 300.0, 150.0
_TEXT = frozenset({"text", "tspan"})


def open_svg(source: SourceImage) -> Opened:
    """Parse the document, and work out its size."""
    settings = source.settings
    drawing = open_drawing(source.data, is_unlimited=settings.svg_unlimited, timeout_seconds=settings.svg_timeout)

    def pixels(request: DecodeRequest) -> Picture:
        return Picture(frames=(drawing.draw(request.size),))

    return Opened(Header(source.format, drawing.size, has_alpha=True), pixels)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A parsed SVG; `width` and `height` are what it asks for, in pixels; drawing is ended after the timeout."""

    root: Element
    width: float
    height: float
    timeout_seconds: float

    @property
    def size(self) -> Size:
        """The natural size in whole pixels."""
        return Size(*(max(1, math.floor(side + 0.5)) for side in (self.width, self.height)))

    def draw(self, size: Size | None = None) -> Image.Image:
        """Draw it at exactly `size`, by default at its own; RGBA. BrokenSvgError if that is too much work."""
        size = size or self.size
        root = _self_contained(self.root)
        finer = fineness(root, size.width * size.height, self._scale(size))
        large = Size(size.width * finer, size.height * finer)
        check_cost(root, large)
        has_text = any(each.local_name in _TEXT for each in root.walk())
        kind = Kind.WITH_GENERIC_FONTS if has_text else Kind.WITHOUT_FONTS
        image = drawn(self._framed(root, large), kind, self.timeout_seconds)
        # What is transparent has no color that could count.
        return image if finer == 1 else image.convert("RGBa").reduce(finer).convert("RGBA")

    def _scale(self, size: Size) -> float:
        """Pixels for one of its own units."""
        width, height = _view_box(self.root.attributes.get("viewBox", ""))
        return min(size.width / (width or self.width), size.height / (height or self.height))

    def _framed(self, root: Element, size: Size) -> Element:
        """The drawing inside one of the wanted size: its own units and aspect ratio rules keep their meaning."""
        own = {name: value for name, value in root.attributes.items() if name not in ("x", "y")}
        own |= {"width": f"{self.width:.6f}", "height": f"{self.height:.6f}"}
        frame = {
            "xmlns": _NAMESPACE,
            "width": str(size.width),
            "height": str(size.height),
            "viewBox": f"0 0 {self.width:.6f} {self.height:.6f}",
            "preserveAspectRatio": "none",
        }
        return Element("svg", frame, [replace(root, attributes=own)])


def open_drawing(data: bytes, *, is_unlimited: bool = False, timeout_seconds: float = 5) -> Drawing:
    """Parse a document and work out its size; BrokenSvgError if it is none, or over 10 MB."""
    with decoder_errors(Format.SVG):
        if len(data) > _MAX_BYTES and not is_unlimited:
            raise BrokenSvgError(f"an SVG of {len(data)} bytes; SVG_UNLIMITED would allow it")
        root = parse(data)
        if root.local_name != "svg":
            raise BrokenSvgError(f"the document's root is <{root.name}>, not <svg>")
        cascade(root)
        return Drawing(root, *_natural_size(root.attributes), timeout_seconds)


def _natural_size(attributes: Mapping[str, str]) -> tuple[float, float]:
    """Width and height as given; what is missing follows from the view box."""
    width, height = (_length(attributes.get(name, "")) for name in ("width", "height"))
    box_width, box_height = _view_box(attributes.get("viewBox", ""))
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


def _view_box(text: str) -> tuple[float, float]:
    numbers = text.replace(",", " ").split()
    if len(numbers) != 4:
        return 0.0, 0.0
    return _length(numbers[2]), _length(numbers[3])


def _self_contained(element: Element) -> Element:
    """A copy that refers to nothing but itself and small images inside it."""
    attributes = {
        name: value
        for name, value in element.attributes.items()
        if local(name) != "href" or _is_inside(element.local_name, value)
    }
    children = [child if isinstance(child, str) else _self_contained(child) for child in element.children]
    return Element(element.name, attributes, children)


def _is_inside(element_name: str, reference: str) -> bool:
    target = reference.strip()
    return target.startswith("#") or (element_name in ("image", "feImage") and is_small_raster(target))

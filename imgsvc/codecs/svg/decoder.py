"""Knows how large an SVG wants to be, and draws it; it never fetches anything.

SECURITY: the drawing program gets what preparing/contained.py leaves, which refers to nothing but itself, and only
if preparing/cost.py finds the work bounded.
"""

import math
from dataclasses import dataclass, replace
from functools import cached_property

from PIL import Image

from imgsvc.codecs.native.errors import decoder_errors
from imgsvc.codecs.opened import DecodeRequest, Header, Opened, SourceImage
from imgsvc.codecs.picture import Compressed, Picture
from imgsvc.codecs.svg.css.bounds import Work
from imgsvc.codecs.svg.css.cascade import cascade
from imgsvc.codecs.svg.css.places import may_be_placed
from imgsvc.codecs.svg.drawer import Kind, drawn
from imgsvc.codecs.svg.preparing.contained import Contained, Shared, contain
from imgsvc.codecs.svg.preparing.cost import check_cost
from imgsvc.codecs.svg.preparing.families import installed
from imgsvc.codecs.svg.preparing.labels import write_labels
from imgsvc.codecs.svg.preparing.strokes import fineness
from imgsvc.codecs.svg.preparing.unscaled import Strokes
from imgsvc.codecs.svg.sizes import natural_size, view_box_size
from imgsvc.codecs.svg.xml_tree import Element, parse
from imgsvc.errors import BrokenSvgError
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size

_MAX_BYTES = 10_000_000
# PERF: of so many pixels and fewer its PNG is the result's; to compress it again takes 0.3 ms at 64x64, 0.8 at 200x200.
# Of icons it is 3 % longer than Pillow's at 48x48 and 5 % at 96x96; imgproxy's are a third longer than either.
_MOST_KEPT = 200 * 200
# None at all would be no limit.
_LEAST_SECONDS = 0.01
_NAMESPACE = "http://www.w3.org/2000/svg"


def open_svg(source: SourceImage) -> Opened:
    """Parse the document, and work out its size."""
    settings = source.settings
    drawing = open_drawing(source.data, is_unlimited=settings.svg_unlimited, timeout_seconds=settings.svg_timeout)

    def pixels(request: DecodeRequest) -> Picture:
        found = drawing.drawn(request.size, request.remaining())
        if isinstance(found, Compressed):
            return Picture(frames=(found.frame,), compressed=found)
        return Picture(frames=(found,))

    return Opened(Header(source.format, drawing.size, has_alpha=True), pixels)


@dataclass(frozen=True)
class Drawing:
    """A parsed SVG; `width` and `height` are what it asks for, in pixels; drawing is ended after the timeout."""

    root: Element
    width: float
    height: float
    timeout_seconds: float
    # What its CSS has left to that of the drawings in it.
    work: Work

    @property
    def size(self) -> Size:
        """The natural size in whole pixels."""
        return Size(*(max(1, math.floor(side + 0.5)) for side in (self.width, self.height)))

    def draw(self, size: Size | None = None, seconds: float = math.inf) -> Image.Image:
        """Draw it at exactly `size`, by default at its own, in no more than `seconds`; RGBA.

        BrokenSvgError if that is too much work, ChildError if it takes too long.
        """
        found = self.drawn(size, seconds)
        return found.frame if isinstance(found, Compressed) else found

    def drawn(self, size: Size | None = None, seconds: float = math.inf) -> Image.Image | Compressed:
        """The same, with its PNG where that is as good as one that is made of it."""
        size = size or self.size
        made = self._contained
        finer = fineness(made.thinnest, size.width * size.height, self._scale(size))
        large = Size(size.width * finer, size.height * finer)
        check_cost(made.cost, large)
        family = installed("") if made.has_text else None
        seconds = max(_LEAST_SECONDS, min(seconds, self.timeout_seconds))
        found = drawn(self._framed(made.root, large, family), _kind(made, family), seconds)
        if finer == 1:
            return found if size.width * size.height <= _MOST_KEPT else found.frame
        # What is transparent has no color that could count.
        return found.frame.convert("RGBa").reduce(finer).convert("RGBA")

    def _scale(self, size: Size) -> float:
        """Pixels for one of its own units."""
        width, height = view_box_size(self.root.attributes.get("viewBox", ""))
        return min(size.width / (width or self.width), size.height / (height or self.height))

    @cached_property
    def _contained(self) -> Contained:
        """What is handed to the drawing program at whatever size: made of the tree, in place."""
        own = {name: value for name, value in self.root.attributes.items() if name not in ("x", "y")}
        own |= {"width": f"{self.width:.6f}", "height": f"{self.height:.6f}"}
        if "transform" in own:
            # The root has a box of CSS, which is turned about its middle.
            own.setdefault("transform-origin", "50% 50%")
        strokes = Strokes.at_root(self.width, self.height, own.get("viewBox", ""))
        return contain(replace(self.root, attributes=own), strokes, Shared(self.work))

    def _framed(self, root: Element, size: Size, family: str | None) -> Element:
        """The drawing inside one of the wanted size: its own units and aspect ratio rules keep their meaning."""
        frame = {
            "xmlns": _NAMESPACE,
            "width": str(size.width),
            "height": str(size.height),
            "viewBox": f"0 0 {self.width:.6f} {self.height:.6f}",
            "preserveAspectRatio": "none",
        }
        if family:
            frame["font-family"] = f"'{family}'"
        behind = self.root.attributes.get("background-color")
        page = [Element("rect", {"width": "100%", "height": "100%", "fill": behind})] if behind else []
        return Element("svg", frame, [*page, root])


def _kind(made: Contained, family: str | None) -> Kind:
    """Where there is a family for a text without one, all lists of families have become names of fonts."""
    if not made.has_text:
        return Kind.WITH_WIDE_FILTERS if made.has_wide_filters else Kind.WITHOUT_FONTS
    is_named = family and not made.has_lists and not made.has_wide_filters
    return Kind.WITH_NAMED_FONTS if is_named else Kind.WITH_GENERIC_FONTS


def open_drawing(data: bytes, *, is_unlimited: bool = False, timeout_seconds: float = 5) -> Drawing:
    """Parse a document and work out its size; BrokenSvgError if it is none, or over 10 MB."""
    with decoder_errors(Format.SVG):
        if len(data) > _MAX_BYTES and not is_unlimited:
            raise BrokenSvgError(f"an SVG of {len(data)} bytes; SVG_UNLIMITED would allow it")
        root = parse(data)
        if root.local_name != "svg":
            raise BrokenSvgError(f"the document's root is <{root.name}>, not <svg>")
        if b"foreignObject" in data:
            write_labels(root)
        work = Work()
        cascade(root, work, is_placed=may_be_placed(data))
        return Drawing(root, *natural_size(root.attributes), timeout_seconds, work)

"""Makes of a drawing one that refers to nothing but itself, in words that the drawing program has.

SECURITY: it would read files that an image names.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from imgsvc.codecs.svg.css.bounds import Work
from imgsvc.codecs.svg.css.cascade import cascade
from imgsvc.codecs.svg.css.places import may_be_placed
from imgsvc.codecs.svg.preparing.cost import NOTHING, Cost, cost_of
from imgsvc.codecs.svg.preparing.embedded import data_url, embedded, is_plain
from imgsvc.codecs.svg.preparing.families import installed, with_generic
from imgsvc.codecs.svg.preparing.regions import has_wide_filters
from imgsvc.codecs.svg.preparing.shaped import is_shaped, shape
from imgsvc.codecs.svg.preparing.strokes import thinnest
from imgsvc.codecs.svg.preparing.unscaled import Strokes
from imgsvc.codecs.svg.xml_tree import Element, Left, XmlError, local, parse, serialize
from imgsvc.errors import BrokenSvgError
from imgsvc.options.formats import Format

# Drawings in drawings in the drawing.
MAX_DRAWINGS = 3

# Lists of font families that are looked up.
MAX_LISTS = 50

_TEXT = frozenset({"text", "tspan"})
_IMAGES = frozenset({"image", "feImage"})
_GROUPED = frozenset({"transform", "transform-origin", "opacity", "filter", "mask", "clip-path"})
_CHANGED = frozenset({"requiredFeatures", "font-family", "filter"})
_ONE_TARGET = re.compile(r"\s*url\(\s*['\"]?#([^'\")\s]+)['\"]?\s*\)\s*")


@dataclass(slots=True)
class Contained:
    """A drawing; whether it has text, names families that no font was found for, and has wide filters."""

    root: Element
    has_text: bool = False
    has_lists: bool = False
    has_wide_filters: bool = False
    # What it takes, and the width of its thinnest stroke.
    cost: Cost = NOTHING
    thinnest: float = math.inf


@dataclass(frozen=True, slots=True)
class Shared:
    """What a drawing has in common with those in it, and in how many it is itself.

    SECURITY: ten megabytes hold thousands of drawings, each of which may be as much work as a drawing may be.
    """

    work: Work = field(default_factory=Work)
    left: Left = field(default_factory=Left)
    families: set[str] = field(default_factory=set)
    depth: int = 0


def contain(root: Element, strokes: Strokes, shared: Shared) -> Contained:
    """Make it refer to nothing but itself, and to small images and drawings inside it; in place, and once."""
    elements = list(root.walk())
    names = {each.local_name for each in elements}
    made = Contained(root, not _TEXT.isdisjoint(names))
    # PERF: most drawings have none of the attributes that are changed here, which is known by their names.
    written = set[str]().union(*[each.attributes for each in elements])
    if is_shaped(written):
        elements += shape(root, elements, shared.work)
    hrefs = frozenset(each for each in written if local(each) == "href")
    filters = {each.attributes.get("id", "") for each in elements if each.local_name == "filter"}
    changing = _Changes(made, filters, hrefs, _sizes_of_symbols(elements), shared)
    changed = hrefs | _CHANGED.intersection(written)
    if "vector-effect" in written:
        _keep_strokes(root, strokes)
    if changed:
        for each in elements:
            if not changed.isdisjoint(each.attributes):
                changing.apply(each)
    # What its filters are scaled by in the one around is not known.
    made.has_wide_filters |= has_wide_filters(root, elements, written | {"transform"} if shared.depth else written)
    if "svg" in names and not _GROUPED.isdisjoint(written):
        made.root = _grouped(elements)
    made.cost = cost_of(made.root, elements, changing.embedded)
    made.thinnest = thinnest(elements) if "stroke" in written else math.inf
    return made


def _sizes_of_symbols(elements: list[Element]) -> Mapping[str, Mapping[str, str]]:
    symbols = (each.attributes for each in elements if each.local_name == "symbol")
    return {
        said["id"]: {name: said[name] for name in ("width", "height") if name in said}
        for said in symbols
        if "id" in said
    }


def _keep_strokes(element: Element, outside: Strokes) -> None:
    strokes = outside.inside(element)
    if element.attributes.get("vector-effect") == "non-scaling-stroke":
        element.attributes |= strokes.kept()
    for child in element.elements():
        _keep_strokes(child, strokes)


@dataclass(frozen=True, slots=True)
class _Changes:
    made: Contained
    filters: set[str]
    hrefs: frozenset[str]
    # The sizes that symbols say, by their ids.
    symbols: Mapping[str, Mapping[str, str]]
    shared: Shared
    # What the drawings in it take, by their elements' id().
    embedded: dict[int, Cost] = field(default_factory=dict)

    def apply(self, element: Element) -> None:
        attributes = element.attributes
        if not self.hrefs.isdisjoint(attributes):
            self._keep_inside(element)
        if "requiredFeatures" in attributes and element.local_name != "foreignObject":
            # SVG 2 has taken it back: what draw.io says to programs that know no foreignObject is not for this one,
            # which is given the text beside it.
            del attributes["requiredFeatures"]
        if element.local_name == "use":
            self._size(element)
        if "font-family" in attributes:
            attributes["font-family"] = self._family(attributes["font-family"])
        if "filter" in attributes and not self._is_there(attributes["filter"]):
            del attributes["filter"]

    def _keep_inside(self, element: Element) -> None:
        attributes = element.attributes
        found = [name for name in attributes if name in self.hrefs]
        is_image = element.local_name in _IMAGES
        # SVG 2: the one without a prefix holds.
        wanted = next((name for name in ("href", "xlink:href") if name in attributes), found[0])
        for name in found:
            is_read = name == wanted or not (is_image or wanted == "href")
            if is_read and _may_stay(element, attributes[name]):
                attributes[name] = attributes[name].strip()
            else:
                del attributes[name]
        if is_image and wanted in attributes:
            self._embed(element, wanted)

    def _size(self, use: Element) -> None:
        """SVG 2: a symbol says its size where who uses it does not."""
        target = next(
            (use.attributes[name].strip()[1:] for name in ("href", "xlink:href") if name in use.attributes), ""
        )
        for name, value in self.symbols.get(target, {}).items():
            use.attributes.setdefault(name, value)

    def _is_there(self, reference: str) -> bool:
        """A filter that is not there is none; the drawing program would leave out the element."""
        found = _ONE_TARGET.fullmatch(reference)
        return found is None or found[1] in self.filters

    def _family(self, families: str) -> str:
        if not self.made.has_text or families == "inherit":
            return families
        self.shared.families.add(families)
        # SECURITY: each list that is new takes a millisecond.
        found = installed(families) if len(self.shared.families) <= MAX_LISTS else None
        self.made.has_lists |= found is None
        return f"'{found}'" if found else with_generic(families)

    def _embed(self, image: Element, name: str) -> None:
        """Put what may be drawn in the place of a data URL, or nothing."""
        reference = image.attributes[name]
        if reference.startswith("#"):
            return
        found = embedded(reference)
        if found and found[0] is Format.SVG:
            url = self._drawing(image, found[1])
        elif found:
            url = reference if is_plain(reference, found[0]) else data_url(*found)
        if not found or url is None:
            del image.attributes[name]
        else:
            image.attributes[name] = url

    def _drawing(self, image: Element, data: bytes) -> str | None:
        if self.shared.depth >= MAX_DRAWINGS:
            raise BrokenSvgError(f"drawings in drawings, deeper than {MAX_DRAWINGS}")
        root = self._parsed(data)
        if root is None or root.local_name != "svg":
            return None
        cascade(root, self.shared.work, is_placed=may_be_placed(data))
        inside = replace(self.shared, depth=self.shared.depth + 1)
        inner = contain(root, Strokes(1.0, {"stroke-width": "1"}), inside)
        self.made.has_text |= inner.has_text
        self.made.has_lists |= inner.has_lists
        self.made.has_wide_filters |= inner.has_wide_filters
        self.embedded[id(image)] = inner.cost
        return data_url(Format.SVG, serialize(inner.root))

    def _parsed(self, data: bytes) -> Element | None:
        left = self.shared.left
        try:
            return parse(data, left)
        except XmlError as error:
            if left.elements < 0 or left.characters < 0:
                raise BrokenSvgError("the drawings in it hold more than a drawing may") from error
            return None


def _may_stay(element: Element, reference: str) -> bool:
    target = reference.strip()
    return target.startswith("#") or (element.local_name in _IMAGES and target[:5].lower() == "data:")


def _grouped(elements: list[Element]) -> Element:
    """The root, with a <g> around each drawing that has attributes which the drawing program would apply twice."""
    groups = {id(each): _group(each) for each in elements if each.local_name == "svg"}
    for each in elements if groups else ():
        each.children = [groups.get(id(child), child) for child in each.children]
    return groups.get(id(elements[0]), elements[0])


def _group(drawing: Element) -> Element:
    moved = {name: value for name, value in drawing.attributes.items() if name in _GROUPED}
    if not moved:
        return drawing
    drawing.attributes = {name: value for name, value in drawing.attributes.items() if name not in _GROUPED}
    prefix, colon, _ = drawing.name.rpartition(":")
    return Element(f"{prefix}{colon}g", moved, [drawing])

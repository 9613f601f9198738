"""Makes of a drawing one that refers to nothing but itself, in words that the drawing program has.

SECURITY: it would read files that an image names.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from imgsvc.codecs.svg.cost import Cost, cost_of
from imgsvc.codecs.svg.css.cascade import cascade
from imgsvc.codecs.svg.embedded import data_url, embedded, is_plain
from imgsvc.codecs.svg.families import installed, with_generic
from imgsvc.codecs.svg.unscaled import Strokes
from imgsvc.codecs.svg.xml_tree import Element, XmlError, local, parse, serialize
from imgsvc.errors import BrokenSvgError
from imgsvc.options.formats import Format

# Drawings in drawings in the drawing.
MAX_DRAWINGS = 3

# Lists of font families that are looked up.
MAX_LISTS = 50

_TEXT = frozenset({"text", "tspan"})
_IMAGES = frozenset({"image", "feImage"})
_GROUPED = frozenset({"transform", "transform-origin", "opacity", "filter", "mask", "clip-path"})
_ONE_TARGET = re.compile(r"\s*url\(\s*['\"]?#([^'\")\s]+)['\"]?\s*\)\s*")


@dataclass(slots=True)
class Contained:
    """A drawing; whether it has text, and names families that no font was found for; the cost of the drawings in it."""

    root: Element
    has_text: bool = False
    has_lists: bool = False
    # By their elements' id().
    embedded: dict[int, Cost] = field(default_factory=dict)


def self_contained(root: Element, strokes: Strokes, depth: int = 0) -> Contained:
    """A copy that refers to nothing but itself, and to small images and drawings inside it."""
    made = Contained(root, any(each.local_name in _TEXT for each in root.walk()))
    filters = {each.attributes.get("id") for each in root.walk() if each.local_name == "filter"}
    made.root = _Copy(made, filters, depth).of(root, strokes)
    return made


@dataclass(frozen=True, slots=True)
class _Copy:
    made: Contained
    filters: set[str | None]
    depth: int
    families: set[str] = field(default_factory=set)

    def of(self, element: Element, strokes: Strokes) -> Element:
        name = element.local_name
        strokes = strokes.inside(element)
        attributes = dict(self._attributes(element))
        if attributes.get("vector-effect") == "non-scaling-stroke":
            attributes |= strokes.kept()
        children = [child if isinstance(child, str) else self.of(child, strokes) for child in element.children]
        copy = Element(element.name, attributes, children)
        if name in _IMAGES and any(local(each) == "href" for each in attributes):
            self._embed(copy)
        moved = _GROUPED.intersection(attributes) if name == "svg" else None
        return _grouped(copy, moved) if moved else copy

    def _attributes(self, element: Element) -> Iterator[tuple[str, str]]:
        has_href = "href" in element.attributes
        for name, value in element.attributes.items():
            if local(name) == "href":
                # SVG 2: the one without a prefix holds.
                if (name == "href" or not has_href) and _may_stay(element, value):
                    yield name, value.strip()
            elif name == "requiredFeatures" and element.local_name != "foreignObject":
                # SVG 2 has taken it back: what draw.io says to programs that know no foreignObject is not for this one,
                # which is given the text beside it.
                continue
            elif name == "font-family":
                yield name, self._family(value)
            elif name != "filter" or self._is_there(value):
                yield name, value

    def _is_there(self, reference: str) -> bool:
        """A filter that is not there is none; the drawing program would leave out the element."""
        found = _ONE_TARGET.fullmatch(reference)
        return found is None or found[1] in self.filters

    def _family(self, families: str) -> str:
        if not self.made.has_text or families == "inherit":
            return families
        self.families.add(families)
        # SECURITY: each list that is new takes a millisecond.
        found = installed(families) if len(self.families) <= MAX_LISTS else None
        self.made.has_lists |= found is None
        return f"'{found}'" if found else with_generic(families)

    def _embed(self, image: Element) -> None:
        """Put what may be drawn in the place of a data URL, or nothing."""
        name = next(each for each in image.attributes if local(each) == "href")
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
        if self.depth >= MAX_DRAWINGS:
            raise BrokenSvgError(f"drawings in drawings, deeper than {MAX_DRAWINGS}")
        try:
            root = parse(data)
        except XmlError:
            return None
        if root.local_name != "svg":
            return None
        cascade(root)
        inner = self_contained(root, Strokes(1.0, {"stroke-width": "1"}), self.depth + 1)
        self.made.has_text |= inner.has_text
        self.made.has_lists |= inner.has_lists
        self.made.embedded[id(image)] = cost_of(inner.root, inner.embedded)
        return data_url(Format.SVG, serialize(inner.root))


def _may_stay(element: Element, reference: str) -> bool:
    target = reference.strip()
    return target.startswith("#") or (element.local_name in _IMAGES and target[:5].lower() == "data:")


def _grouped(drawing: Element, moved: frozenset[str]) -> Element:
    """A <g> around it that has these attributes: the drawing program applies those of a drawing in a drawing twice."""
    attributes = {name: value for name, value in drawing.attributes.items() if name in moved}
    rest = {name: value for name, value in drawing.attributes.items() if name not in moved}
    prefix, colon, _ = drawing.name.rpartition(":")
    return Element(f"{prefix}{colon}g", attributes, [replace(drawing, attributes=rest)])

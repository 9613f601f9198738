"""Works out which declaration holds for which element, and hands them on as attributes."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter

from imgsvc.codecs.svg.css.bounds import Steps, Work
from imgsvc.codecs.svg.css.declarations import Declaration, style_declarations
from imgsvc.codecs.svg.css.places import Place, settled
from imgsvc.codecs.svg.css.places import is_placed as is_placed_text
from imgsvc.codecs.svg.css.properties import GEOMETRY, KNOWN, Attributes, is_same, read
from imgsvc.codecs.svg.css.selectors import Node, Selector, matches
from imgsvc.codecs.svg.css.sheets import Rule, rules_of
from imgsvc.codecs.svg.css.variables import has_variable, inherited, substituted
from imgsvc.codecs.svg.sizes import natural_size
from imgsvc.codecs.svg.xml_tree import Element

_IS_IMPORTANT = itemgetter(Declaration._fields.index("is_important"))
# Attributes that may hold what the drawing program takes for black, or for another value than CSS does.
_CHECKED = frozenset({"fill", "stroke", "color", "stop-color", "flood-color", "lighting-color"})
_TOUCHED = _CHECKED | {"style"}
# These it reads in a `style` attribute alone.
_STYLED = ("mix-blend-mode", "isolation", "font-kerning", "image-rendering")
# What lengths and `currentColor` come to by.
_PLACING = ("font-size", "color")
_NO_PAGE = (1.0, 1.0)
_MOVES = frozenset({"translate", "rotate", "scale"})
# Attributes that are properties, or lengths that browsers read like them.
PLACED = (KNOWN | {"x1", "x2", "y1", "y2", "fx", "fy", "dx", "dy"}) - {"color", "font", "style", *_MOVES}
_TRANSFORMS = {
    "linearGradient": "gradientTransform",
    "radialGradient": "gradientTransform",
    "pattern": "patternTransform",
}


def cascade(root: Element, work: Work, *, is_placed: bool = False) -> None:
    """Put all that is declared into the elements' attributes, and take style sheets and `style` away; in place.

    Attributes may hold values that depend on where they stand if it `is_placed`. BrokenSvgError for more CSS than is
    read.
    """
    elements = list(root.walk())
    # PERF: what an element has no attribute of that is looked at here is not touched.
    sheets = [each for each in elements if each.local_name == "style"]
    styles = "".join([each.attributes["style"] for each in elements if "style" in each.attributes])
    css = "".join([each.text() for each in sheets]) + styles if sheets else styles
    is_styled = bool(css) and is_placed_text(css)
    working = _Cascade(root, sheets, work, has_places=is_placed or is_styled, has_placed_attributes=is_placed)
    if sheets or is_placed or is_styled or "--" in styles or "\\" in styles:
        working.descend(root, {}, working.place)
        return
    for each in elements:
        if not _TOUCHED.isdisjoint(each.attributes):
            working.apply(each, working.declared(each), {}, working.place)


class _Cascade:
    def __init__(
        self, root: Element, sheets: Sequence[Element], work: Work, *, has_places: bool, has_placed_attributes: bool
    ) -> None:
        self._steps, self._characters = work.steps, work.characters
        self._values: dict[tuple[str, str, bool], Attributes | None] = {}
        self._settled: dict[tuple[str, str, Place], str | None] = {}
        self._styles: dict[str, list[Declaration]] = {}
        self._pieces: dict[str, Declaration] = {}
        self._same: set[Declaration] = set()
        self._has_sheets, self._has_places = bool(sheets), has_places
        self._has_placed_attributes = has_placed_attributes
        # PERF: 2 µs of an icon, which asks for neither.
        page = natural_size(root.attributes) if sheets or has_places else _NO_PAGE
        self.place = Place(page, page)
        rules = rules_of(sheets, work.sheets, page) if sheets else []
        self._matched = _matched(root, rules, self._steps) if rules else {}

    def descend(self, element: Element, variables: Mapping[str, str], outside: Place) -> None:
        """Do it for this element and all in it, with what variables it and those around it declare."""
        declared = self.declared(element)
        if own := {name: value for name, value, _ in declared if name[:2] == "--"}:
            self._steps.take(len(variables) + len(own))
            variables = inherited(variables, own)
        place = self._inside(element, declared, variables, outside) if self._has_places else outside
        self.apply(element, declared, variables, place)
        if self._has_places:
            place = place.around(element.attributes.get("viewBox", "")) if "viewBox" in element.attributes else place
        if self._has_sheets:
            element.children = [
                each for each in element.children if isinstance(each, str) or each.local_name != "style"
            ]
        for child in element.children:
            if isinstance(child, Element):
                self.descend(child, variables, place)

    def _inside(
        self, element: Element, declared: Sequence[Declaration], variables: Mapping[str, str], outside: Place
    ) -> Place:
        """The place of an element, by the size of its font and its color."""
        said: dict[str, str] = {name: element.attributes[name] for name in _PLACING if name in element.attributes}
        said |= {name: value for name, value, _ in declared if name in _PLACING}
        known = {
            name: found for name, value in said.items() if (found := substituted(value, variables, self._characters))
        }
        for text in known.values():
            self._characters.take(text)
        place = outside.inside(known.get("font-size", ""), known.get("color", "")) if known else outside
        return place if outside is not self.place else place.as_root()

    def apply(
        self, element: Element, declared: Sequence[Declaration], variables: Mapping[str, str], place: Place
    ) -> None:
        """Do it for this element, where these variables hold."""
        attributes = element.attributes
        if self._has_placed_attributes:
            self._place_attributes(element, variables, place)
        if not _CHECKED.isdisjoint(attributes):
            for name in _CHECKED.intersection(attributes):
                value = attributes[name]
                if not self._is_same(Declaration(name, value)):
                    _put(element, self._read(name, value, variables, place, is_css=False) or {name: None})
        for each in declared:
            name, value, _ = each
            if each in self._same or self._is_same(each):
                attributes[name] = value
            elif name in KNOWN:
                _put(element, self._read(name, value, variables, place, is_css=True) or {})

    def _place_attributes(self, element: Element, variables: Mapping[str, str], place: Place) -> None:
        """Of attributes that are properties: variables, calculations and units of CSS."""
        for name, value in list(element.attributes.items()):
            if name not in _CHECKED and name in PLACED and (has_variable(value) or is_placed_text(value)):
                if name in GEOMETRY or name not in KNOWN:
                    text = substituted(value, variables, self._characters)
                    text = text and self._placed(name, text, place)
                    _put(element, {name: text})
                else:
                    _put(element, self._read(name, value, variables, place, is_css=False) or {name: None})

    def _is_same(self, declared: Declaration) -> bool:
        """PERF: found out once."""
        is_known = declared in self._same or is_same(declared.name, declared.value)
        if is_known:
            self._same.add(declared)
        return is_known

    def declared(self, element: Element) -> Sequence[Declaration]:
        """What is declared for it, the strongest last; its `style` is taken away."""
        text = element.attributes.pop("style", None)
        matched = self._matched.get(id(element)) if self._matched else None
        if not matched:
            return self._style(text) if text else ()
        return sorted([*matched, *(self._style(text) if text else ())], key=_IS_IMPORTANT)

    def _style(self, text: str) -> Sequence[Declaration]:
        if text not in self._styles:
            found = style_declarations(text, self._characters, self._pieces)
            self._styles[text] = sorted(found, key=_IS_IMPORTANT)
        return self._styles[text]

    def _read(
        self, name: str, value: str, variables: Mapping[str, str], place: Place, *, is_css: bool
    ) -> Attributes | None:
        text: str | None = value
        has_variables = has_variable(value)
        if has_variables:
            text = substituted(value, variables, self._characters)
        if text and self._has_places:
            text = self._placed(name, text, place)
        found = text and self._known(name, text, is_css)
        # CSS Variables, 3.1: what turns out to be no value is none, and not an earlier one.
        return found or ({name: None} if has_variables else None)

    def _placed(self, name: str, value: str, place: Place) -> str | None:
        """What it comes to there, worked out once."""
        if not is_placed_text(f"{name}:{value}"):
            return value
        key = name, value, place
        if key not in self._settled:
            self._characters.take(value)
            self._settled[key] = settled(name, value, place)
        return self._settled[key]

    def _known(self, name: str, value: str, is_css: bool) -> Attributes | None:
        """What it comes to, worked out once."""
        key = name, value, is_css
        if key not in self._values:
            self._characters.take(value)
            self._values[key] = read(name, value, is_css=is_css)
        return self._values[key]


def _put(element: Element, found: Attributes) -> None:
    for name, value in found.items():
        where, text = name, value
        if name in GEOMETRY and element.local_name not in GEOMETRY[name]:
            continue
        if name == "transform":
            where = _TRANSFORMS.get(element.local_name, name)
        elif name in _MOVES:
            # Not the attributes of these names: those turn letters.
            where = f":{name}"
        elif name in _STYLED and value is not None:
            before = element.attributes.get("style")
            where, text = "style", f"{before};{name}:{value}" if before else f"{name}:{value}"
        if text is None:
            element.attributes.pop(where, None)
        else:
            element.attributes[where] = text


def _matched(root: Element, rules: Iterable[Rule], steps: Steps) -> Mapping[int, list[Declaration]]:
    """What style sheets declare for each element, by its id(), the strongest last."""
    by_key: dict[str, list[_Candidate]] = {}
    for order, rule in enumerate(rules):
        for selector in rule.selectors:
            by_key.setdefault(selector.key, []).append((selector, order, rule))
    # What it takes at least is known at once, without a look at the tree's relations.
    names = Counter(each.local_name for each in root.walk())
    steps.check(sum(len(each) * (names[key] if key else names.total()) for key, each in by_key.items()))
    found = {}
    top = Node.of(root)
    for node in (top, *top.below()):
        candidates = [each for key in _keys(node) for each in by_key.get(key, ())]
        meant = [each for each in candidates if each[0].is_key or matches(each[0].tree, node, steps)]
        if meant:
            steps.take(sum(len(rule.declarations) for _, _, rule in meant))
            found[id(node.element)] = _in_order(meant)
    return found


def _in_order(meant: "list[_Candidate]") -> list[Declaration]:
    """The strongest last; what is important the other way around by its layers."""
    meant.sort(key=lambda each: (each[2].layer, each[0].specificity, each[1]))
    if all(rule.layer == meant[0][2].layer for _, _, rule in meant):
        return [each for _, _, rule in meant for each in rule.declarations]
    important = [(-rule.layer, each) for _, _, rule in meant for each in rule.declarations if each.is_important]
    normal = [each for _, _, rule in meant for each in rule.declarations if not each.is_important]
    return normal + [each for _, each in sorted(important, key=itemgetter(0))]


def _keys(node: Node) -> Iterator[str]:
    yield ""
    yield node.name
    yield from (f".{each}" for each in node.classes)
    if name := node.element.attributes.get("id"):
        yield f"#{name}"


_Candidate = tuple[Selector, int, Rule]

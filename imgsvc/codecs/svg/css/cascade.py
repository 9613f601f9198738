"""Works out which declaration holds for which element, and hands them on as attributes."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter

from imgsvc.codecs.svg.css.bounds import Steps, Work
from imgsvc.codecs.svg.css.declarations import Declaration, style_declarations
from imgsvc.codecs.svg.css.properties import GEOMETRY, KNOWN, Attributes, is_same, read
from imgsvc.codecs.svg.css.selectors import Node, Selector, matches
from imgsvc.codecs.svg.css.sheets import Rule, rules_of
from imgsvc.codecs.svg.css.variables import has_variable, substituted
from imgsvc.codecs.svg.xml_tree import Element

_IS_IMPORTANT = itemgetter(Declaration._fields.index("is_important"))
# Attributes that may hold what the drawing program takes for black, or for another value than CSS does.
_CHECKED = frozenset({"fill", "stroke", "color", "stop-color", "flood-color", "lighting-color"})
_TOUCHED = _CHECKED | {"style"}
# These it reads in a `style` attribute alone.
_STYLED = ("mix-blend-mode", "isolation", "font-kerning", "image-rendering")
_TRANSFORMS = {
    "linearGradient": "gradientTransform",
    "radialGradient": "gradientTransform",
    "pattern": "patternTransform",
}


def cascade(root: Element, work: Work) -> None:
    """Put all that is declared into the elements' attributes, and take style sheets and `style` away; in place.

    BrokenSvgError for more CSS than is read.
    """
    elements = list(root.walk())
    # PERF: what an element has no attribute of that is looked at here is not touched.
    sheets = [each for each in elements if each.local_name == "style"]
    working = _Cascade(root, sheets, work)
    if sheets or _may_have_variables(elements):
        working.descend(root, {})
        return
    for each in elements:
        if not _TOUCHED.isdisjoint(each.attributes):
            working.apply(each, working.declared(each), {})


class _Cascade:
    def __init__(self, root: Element, sheets: Sequence[Element], work: Work) -> None:
        self._steps, self._characters = work.steps, work.characters
        self._values: dict[tuple[str, str, bool], Attributes | None] = {}
        self._styles: dict[str, list[Declaration]] = {}
        self._pieces: dict[str, Declaration] = {}
        self._same: set[Declaration] = set()
        self._has_sheets = bool(sheets)
        rules = rules_of(sheets, work.sheets) if sheets else []
        self._matched = _matched(root, rules, self._steps) if rules else {}

    def descend(self, element: Element, variables: Mapping[str, str]) -> None:
        """Do it for this element and all in it, with what variables it and those around it declare."""
        declared = self.declared(element)
        if own := {name: value for name, value, _ in declared if name[:2] == "--"}:
            self._steps.take(len(variables) + len(own))
            variables = {**variables, **own}
        self.apply(element, declared, variables)
        if self._has_sheets:
            element.children = [
                each for each in element.children if isinstance(each, str) or each.local_name != "style"
            ]
        for child in element.children:
            if isinstance(child, Element):
                self.descend(child, variables)

    def apply(self, element: Element, declared: Sequence[Declaration], variables: Mapping[str, str]) -> None:
        """Do it for this element, where these variables hold."""
        attributes = element.attributes
        if not _CHECKED.isdisjoint(attributes):
            for name in _CHECKED.intersection(attributes):
                value = attributes[name]
                if not self._is_same(Declaration(name, value)):
                    _put(element, self._read(name, value, variables, is_css=False) or {name: None})
        for each in declared:
            name, value, _ = each
            if each in self._same or self._is_same(each):
                attributes[name] = value
            elif name in KNOWN:
                _put(element, self._read(name, value, variables, is_css=True) or {})

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

    def _read(self, name: str, value: str, variables: Mapping[str, str], *, is_css: bool) -> Attributes | None:
        if not has_variable(value):
            return self._known(name, value, is_css)
        text = substituted(value, variables, self._characters)
        # CSS Variables, 3.1: what turns out to be no value is none, and not an earlier one.
        return (text and self._known(name, text, is_css)) or {name: None}

    def _known(self, name: str, value: str, is_css: bool) -> Attributes | None:
        """What it comes to, worked out once."""
        key = name, value, is_css
        if key not in self._values:
            self._characters.take(value)
            self._values[key] = read(name, value, is_css=is_css)
        return self._values[key]


def _may_have_variables(elements: Sequence[Element]) -> bool:
    text = "".join([each.attributes["style"] for each in elements if "style" in each.attributes])
    return "--" in text or "\\" in text


def _put(element: Element, found: Attributes) -> None:
    for name, value in found.items():
        where, text = name, value
        if name in GEOMETRY and element.local_name not in GEOMETRY[name]:
            continue
        if name == "transform":
            where = _TRANSFORMS.get(element.local_name, name)
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
            by_key.setdefault(selector.key, []).append((selector, order, rule.declarations))
    # What it takes at least is known at once, without a look at the tree's relations.
    names = Counter(each.local_name for each in root.walk())
    steps.check(sum(len(each) * (names[key] if key else names.total()) for key, each in by_key.items()))
    found = {}
    top = Node.of(root)
    for node in (top, *top.below()):
        candidates = [each for key in _keys(node) for each in by_key.get(key, ())]
        meant = [each for each in candidates if each[0].is_key or matches(each[0].tree, node, steps)]
        if meant:
            meant.sort(key=lambda each: (each[0].specificity, each[1]))
            steps.take(sum(len(declared) for _, _, declared in meant))
            found[id(node.element)] = [each for _, _, declared in meant for each in declared]
    return found


def _keys(node: Node) -> Iterator[str]:
    yield ""
    yield node.name
    yield from (f".{each}" for each in node.classes)
    if name := node.element.attributes.get("id"):
        yield f"#{name}"


_Candidate = tuple[Selector, int, Sequence[Declaration]]

"""Works out which declaration holds for which element, and hands them on as attributes."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from imgsvc.codecs.svg.css.bounds import Characters, Steps
from imgsvc.codecs.svg.css.declarations import Declaration, style_declarations
from imgsvc.codecs.svg.css.properties import GEOMETRY, KNOWN, Attributes, is_same, read
from imgsvc.codecs.svg.css.selectors import Node, Selector, matches
from imgsvc.codecs.svg.css.sheets import Rule, rules_of
from imgsvc.codecs.svg.css.variables import has_variable, substituted
from imgsvc.codecs.svg.xml_tree import Element

# Attributes that may hold what the drawing program takes for black, or for another value than CSS does.
_CHECKED = frozenset({"fill", "stroke", "color", "stop-color", "flood-color", "lighting-color"})
# These it reads in a `style` attribute alone.
_STYLED = ("mix-blend-mode", "isolation", "font-kerning", "image-rendering")
_TRANSFORMS = {
    "linearGradient": "gradientTransform",
    "radialGradient": "gradientTransform",
    "pattern": "patternTransform",
}


def cascade(root: Element) -> None:
    """Put all that is declared into the elements' attributes, and take style sheets and `style` away; in place.

    BrokenSvgError for more CSS than is read.
    """
    _Cascade(root).apply(root, {})


class _Cascade:
    def __init__(self, root: Element) -> None:
        sheets = [each for each in root.walk() if each.name.endswith("style") and _is_sheet(each)]
        self._steps, self._characters = Steps(), Characters()
        self._values: dict[tuple[str, str, bool], Attributes | None] = {}
        self._styles: dict[str, list[Declaration]] = {}
        self._has_sheets = bool(sheets)
        rules = rules_of(sheets) if sheets else []
        self._matched = _matched(root, rules, self._steps) if rules else {}

    def apply(self, element: Element, variables: Mapping[str, str]) -> None:
        """Do it for this element and all in it."""
        declared = self._declared(element)
        if own := {each.name: each.value for each in declared if each.name.startswith("--")}:
            self._steps.take(len(variables) + len(own))
            variables = {**variables, **own}
        for name in _CHECKED.intersection(element.attributes):
            value = element.attributes[name]
            if not is_same(name, value):
                _put(element, self._read(name, value, variables, is_css=False) or {name: None})
        for each in declared:
            if is_same(each.name, each.value):
                element.attributes[each.name] = each.value
            else:
                _put(element, self._read(each.name, each.value, variables, is_css=True) or {})
        self._apply_inside(element, variables)

    def _declared(self, element: Element) -> list[Declaration]:
        """What is declared for it, the strongest last."""
        found = [*self._matched.get(id(element), ())]
        if "style" in element.attributes:
            text = element.attributes.pop("style")
            if text not in self._styles:
                self._styles[text] = style_declarations(text, self._characters)
            found += self._styles[text]
        found.sort(key=lambda each: each.is_important)
        return found

    def _apply_inside(self, element: Element, variables: Mapping[str, str]) -> None:
        if self._has_sheets:
            element.children = [each for each in element.children if isinstance(each, str) or not _is_sheet(each)]
        for child in element.children:
            if not isinstance(child, str):
                self.apply(child, variables)

    def _read(self, name: str, value: str, variables: Mapping[str, str], *, is_css: bool) -> Attributes | None:
        if name not in KNOWN:
            return None
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


def _is_sheet(element: Element) -> bool:
    return element.local_name == "style"


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
    Steps().take(sum(len(each) * (names[key] if key else names.total()) for key, each in by_key.items()))
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

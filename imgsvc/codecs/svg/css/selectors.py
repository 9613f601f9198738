"""Which elements a selector means.

SECURITY: cssselect2 reads selectors, and no more: it would match them with Python that it writes of the file's text and
runs, for as long as that takes. Here each look at an element is a step, and a drawing has so many of them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cssselect2 import parser as parsed
from tinycss2.ast import Node as Token
from tinycss2.nth import parse_nth

from imgsvc.codecs.svg.css.bounds import Steps
from imgsvc.codecs.svg.xml_tree import Element, local

Specificity = tuple[int, int, int]


@dataclass(slots=True)
class Node:
    """An element among its relatives."""

    element: Element
    parent: "Node | None" = None
    siblings: Sequence["Node"] = ()
    index: int = 0
    name: str = ""
    classes: frozenset[str] = frozenset()
    children: list["Node"] = field(default_factory=list)

    @classmethod
    def of(cls, element: Element, parent: "Node | None" = None) -> "Node":
        """The element and all that is in it."""
        node = cls(element, parent, name=element.local_name)
        node.classes = frozenset(element.attributes.get("class", "").split())
        node.children = [cls.of(child, node) for child in element.elements()]
        for index, child in enumerate(node.children):
            child.siblings, child.index = node.children, index
        return node

    def ancestors(self) -> Iterator["Node"]:
        """From its parent to the root."""
        above = self.parent
        while above:
            yield above
            above = above.parent

    def below(self) -> Iterator["Node"]:
        """All that is in it."""
        for child in self.children:
            yield child
            yield from child.below()


@dataclass(frozen=True, slots=True)
class Selector:
    """One of a rule's."""

    tree: Any
    specificity: Specificity

    @property
    def key(self) -> str:
        """An id, class or name that it needs, as `#id`, `.class` or `name`; empty where it needs none."""
        last = self.tree.right if isinstance(self.tree, parsed.CombinedSelector) else self.tree
        keys = {type(each): each for each in last.simple_selectors}
        if found := keys.get(parsed.IDSelector):
            return f"#{found.ident}"
        if found := keys.get(parsed.ClassSelector):
            return f".{found.class_name}"
        found = keys.get(parsed.LocalNameSelector)
        return found.local_name if found else ""

    @property
    def is_key(self) -> bool:
        """Whether it needs no more than that."""
        simple = getattr(self.tree, "simple_selectors", ())
        is_one = len([each for each in simple if not isinstance(each, parsed.NamespaceSelector)]) == 1
        return is_one and bool(self.key)


def selectors(tokens: Sequence[Token], namespaces: Mapping[str | None, str]) -> list[Selector]:
    """Those of a rule; none if one of them cannot be read, as CSS has it."""
    try:
        found = list(parsed.parse(tokens, dict(namespaces)))
        for each in found:
            _check(each.parsed_tree)
    except (parsed.SelectorError, AttributeError):
        return []
    return [Selector(each.parsed_tree, each.specificity) for each in found if each.pseudo_element is None]


def _check(tree: Any) -> None:
    """SelectorError for what nobody knows, which makes the whole rule none."""
    match tree:
        case parsed.CombinedSelector():
            _check(tree.left)
            _check(tree.right)
        case parsed.CompoundSelector():
            for each in tree.simple_selectors:
                _check(each)
        case parsed.PseudoClassSelector() if tree.name not in _STATES and tree.name not in _NEVER:
            raise parsed.SelectorError(tree, "unknown")
        case parsed.FunctionalPseudoClassSelector() if not _is_known(tree):
            raise parsed.SelectorError(tree, "unknown")


def _is_known(tree: Any) -> bool:
    if tree.name in _COUNTS:
        return parse_nth(tree.arguments) is not None
    return tree.name in ("lang", "dir") and bool(tree.arguments)


def matches(tree: Any, node: Node, steps: Steps) -> bool:
    """Whether the selector means this element."""
    steps.take()
    return _MATCHES[type(tree)](tree, node, steps)


def _combined(tree: Any, node: Node, steps: Steps) -> bool:
    return matches(tree.right, node, steps) and any(
        matches(tree.left, each, steps) for each in _RELATED[tree.combinator](node)
    )


def _compound(tree: Any, node: Node, steps: Steps) -> bool:
    return all(_MATCHES[type(each)](each, node, steps) for each in tree.simple_selectors)


def _any(tree: Any, node: Node, steps: Steps) -> bool:
    return any(matches(each.parsed_tree, node, steps) for each in tree.selector_list)


def _has(tree: Any, node: Node, steps: Steps) -> bool:
    return any(
        matches(each.selector.parsed_tree, other, steps)
        for each in tree.selector_list
        for other in _BELOW[each.combinator](node)
    )


def _has_attribute(simple: Any, node: Node, _: Steps) -> bool:
    found = next((v for name, v in node.element.attributes.items() if local(name) == simple.name), None)
    if found is None or simple.operator is None:
        return found is not None
    wanted = simple.value
    if simple.case_sensitive is False:
        found, wanted = found.lower(), wanted.lower()
    match simple.operator:
        case "=":
            return bool(found == wanted)
        case "~=":
            return wanted in found.split()
        case "|=":
            return bool(found == wanted or found.startswith(wanted + "-"))
    return bool(wanted) and {"^=": found.startswith, "$=": found.endswith, "*=": found.__contains__}[simple.operator](
        wanted
    )


def _has_function(simple: Any, node: Node, steps: Steps) -> bool:
    if simple.name in _COUNTS:
        return _is_counted(parse_nth(simple.arguments), _COUNTS[simple.name](node, steps))
    words = [str(token.value).lower() for token in simple.arguments if token.type in ("ident", "string")]
    if simple.name == "dir":
        return words == ["ltr"]
    language = _language(node, steps)
    return any(language == word or language.startswith(f"{word}-") for word in words)


def _language(node: Node, steps: Steps) -> str:
    """What the nearest around it says."""
    for each in (node, *node.ancestors()):
        steps.take()
        for name in ("xml:lang", "lang"):
            if name in each.element.attributes:
                return each.element.attributes[name].lower()
    return ""


def _is_counted(step_and_offset: tuple[int, int], count: int) -> bool:
    """Whether `count`, from 1, is an + b for an n from 0."""
    step, offset = step_and_offset
    if step == 0:
        return count == offset
    return (count - offset) % step == 0 and (count - offset) // step >= 0


def _of_type(nodes: Sequence[Node], node: Node, steps: Steps) -> int:
    steps.take(len(nodes))
    return sum(each.name == node.name for each in nodes)


def _place(node: Node, steps: Steps) -> int:
    return node.index + 1


def _last_place(node: Node, steps: Steps) -> int:
    return max(len(node.siblings), 1) - node.index


def _place_of_type(node: Node, steps: Steps) -> int:
    return _of_type(node.siblings[: node.index], node, steps) + 1


def _last_place_of_type(node: Node, steps: Steps) -> int:
    return _of_type(node.siblings[node.index + 1 :], node, steps) + 1


def _parents(node: Node) -> Iterator[Node]:
    if node.parent:
        yield node.parent


def _before(node: Node) -> Iterator[Node]:
    return iter(node.siblings[: node.index][::-1])


def _next_before(node: Node) -> Iterator[Node]:
    return iter(node.siblings[max(node.index - 1, 0) : node.index])


_RELATED: Mapping[str, Callable[[Node], Iterator[Node]]] = {
    " ": Node.ancestors,
    ">": _parents,
    "+": _next_before,
    "~": _before,
}
_BELOW: Mapping[str, Callable[[Node], Iterator[Node]]] = {
    " ": Node.below,
    ">": lambda node: iter(node.children),
    "+": lambda node: iter(node.siblings[node.index + 1 : node.index + 2]),
    "~": lambda node: iter(node.siblings[node.index + 1 :]),
}
_COUNTS: Mapping[str, Callable[[Node, Steps], int]] = {
    "nth-child": _place,
    "nth-last-child": _last_place,
    "nth-of-type": _place_of_type,
    "nth-last-of-type": _last_place_of_type,
}
_STATES: Mapping[str, Callable[[Node, Steps], bool]] = {
    "root": lambda node, _: node.parent is None,
    "scope": lambda node, _: node.parent is None,
    "empty": lambda node, _: not any(node.element.children),
    "first-child": lambda node, steps: _place(node, steps) == 1,
    "last-child": lambda node, steps: _last_place(node, steps) == 1,
    "only-child": lambda node, _: len(node.siblings) <= 1,
    "first-of-type": lambda node, steps: _place_of_type(node, steps) == 1,
    "last-of-type": lambda node, steps: _last_place_of_type(node, steps) == 1,
    "only-of-type": lambda node, steps: _of_type(node.siblings or [node], node, steps) == 1,
}
_MATCHES: Mapping[type[Any], Callable[[Any, Node, Steps], bool]] = {
    parsed.CombinedSelector: _combined,
    parsed.CompoundSelector: _compound,
    parsed.NegationSelector: lambda tree, node, steps: not _any(tree, node, steps),
    parsed.MatchesAnySelector: _any,
    parsed.SpecificityAdjustmentSelector: _any,
    parsed.RelationalSelector: _has,
    parsed.LocalNameSelector: lambda simple, node, _: bool(simple.local_name == node.name),
    parsed.ClassSelector: lambda simple, node, _: simple.class_name in node.classes,
    parsed.IDSelector: lambda simple, node, _: bool(node.element.attributes.get("id") == simple.ident),
    parsed.AttributeSelector: _has_attribute,
    # All that is drawn is in SVG's.
    parsed.NamespaceSelector: lambda _, __, ___: True,
    parsed.PseudoClassSelector: lambda simple, node, steps: (
        simple.name in _STATES and _STATES[simple.name](node, steps)
    ),
    parsed.FunctionalPseudoClassSelector: _has_function,
}
# What a picture never is.
_NEVER = frozenset(
    {"active", "any-link", "checked", "disabled", "enabled", "focus", "focus-visible", "focus-within", "hover", "link"}
    | {"target", "visited"}
)

"""Reads style sheets to rules.

SECURITY: nothing is imported, and no font of theirs is loaded.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import tinycss2
from tinycss2.ast import Node as Token

from imgsvc.codecs.svg.css.bounds import MAX_NESTING, Sheets
from imgsvc.codecs.svg.css.conditions import Page, has_medium, is_supported
from imgsvc.codecs.svg.css.declarations import Declaration, declared
from imgsvc.codecs.svg.css.nesting import nested
from imgsvc.codecs.svg.css.selectors import Selector, selectors
from imgsvc.codecs.svg.css.values.tokens import significant, split_at_commas
from imgsvc.codecs.svg.xml_tree import Element
from imgsvc.errors import BrokenSvgError

_NAMESPACE = "http://www.w3.org/2000/svg"
# Weaker than what is in no layer is what is in one.
_IN_NONE = 1 << 30


@dataclass(frozen=True, slots=True)
class Rule:
    """What is declared for whatever one of the selectors means; of a later layer if the number is higher."""

    selectors: Sequence[Selector]
    declarations: Sequence[Declaration]
    layer: int = 0


def rules_of(sheets: Sequence[Element], left: Sheets, page: Page) -> list[Rule]:
    """Those of all <style> elements, in order; BrokenSvgError for more than is read."""
    shown = [each for each in sheets if _is_css(each) and _is_shown(each.attributes.get("media", ""), page)]
    texts = [each.text() for each in shown]
    for text in texts:
        left.take(text)
    reading = _Reading(left, page)
    found = [rule for text in texts for rule in reading.rules(tinycss2.parse_stylesheet(text, True, True), _Where())]
    # Whole numbers in the order of the layers; all are in none where there are none.
    ranks = {layer: rank for rank, layer in enumerate(sorted({layer for layer, _ in found}))}
    return (
        [replace(rule, layer=ranks[layer]) for layer, rule in found] if len(ranks) > 1 else [rule for _, rule in found]
    )


def _is_css(style: Element) -> bool:
    return style.attributes.get("type", "").partition(";")[0].strip().lower() in ("", "text/css")


def _is_shown(media: str, page: Page) -> bool:
    return has_medium(tinycss2.parse_component_value_list(media, skip_comments=True), page)


@dataclass(frozen=True, slots=True)
class _Where:
    """The selectors of the rule around, and the layer: the places of it and those around it among their like."""

    outside: tuple[Token, ...] = ()
    layer: tuple[int, ...] = ()

    @property
    def rank(self) -> tuple[int, ...]:
        return (*self.layer, _IN_NONE)


_Found = tuple[tuple[int, ...], Rule]


class _Reading:
    def __init__(self, left: Sheets, page: Page) -> None:
        self._left, self._page = left, page
        self._layers: dict[tuple[int, ...], dict[str, int]] = {}
        self._nameless = 0

    def rules(self, found: Sequence[Token], where: _Where) -> Iterator[_Found]:
        """Those of a style sheet, or of a group in one; where they stand in a rule, in that."""
        own = list[Declaration]()
        for each in found:
            if each.type == "declaration":
                own.append(declared(each))
                continue
            if own:
                yield from self._rule(where.outside, own, where)
                own = []
            if each.type == "qualified-rule":
                yield from self._nested(each, where)
            elif each.type == "at-rule":
                yield from self._group(each, where)
        if own:
            yield from self._rule(where.outside, own, where)

    def _nested(self, rule: Token, where: _Where) -> Iterator[_Found]:
        prelude = tuple(nested(rule.prelude, where.outside, self._left)) if where.outside else tuple(rule.prelude)
        inside = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
        yield from self.rules(inside, replace(where, outside=prelude))

    def _rule(self, prelude: Sequence[Token], own: Sequence[Declaration], where: _Where) -> Iterator[_Found]:
        if prelude and (meant := selectors(prelude, {None: _NAMESPACE, "svg": _NAMESPACE})):
            yield where.rank, Rule(meant, own)

    def _group(self, group: Token, where: _Where) -> Iterator[_Found]:
        name = group.lower_at_keyword
        if name == "layer":
            layers = [self._layer(part, where.layer) for part in split_at_commas(group.prelude)]
            where = replace(where, layer=layers[-1])
        is_taken = (
            name == "layer"
            or (name == "media" and has_medium(group.prelude, self._page))
            or (name == "supports" and is_supported(group.prelude))
        )
        if group.content is not None and is_taken:
            inside = tinycss2.parse_blocks_contents(group.content, skip_comments=True, skip_whitespace=True)
            if not where.outside:
                inside = tinycss2.parse_rule_list(group.content, True, True)
            yield from self.rules(inside, where)

    def _layer(self, name: Sequence[Token], outside: tuple[int, ...]) -> tuple[int, ...]:
        """Its place among its like, where it is named first; one without a name is like no other."""
        words = [token.value for token in significant(name) if token.type == "ident"]
        if not words:
            self._nameless += 1
            words = [f" {self._nameless}"]
        if len(outside) + len(words) > MAX_NESTING:
            raise BrokenSvgError(f"layers in layers, deeper than {MAX_NESTING}")
        for word in words:
            known = self._layers.setdefault(outside, {})
            outside = (*outside, known.setdefault(word, len(known)))
        return outside

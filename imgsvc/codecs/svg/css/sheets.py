"""Reads style sheets to rules.

SECURITY: nothing is imported, and no font of theirs is loaded.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import tinycss2
from tinycss2.ast import Node as Token

from imgsvc.codecs.svg.css.bounds import Sheets
from imgsvc.codecs.svg.css.declarations import Declaration, declarations
from imgsvc.codecs.svg.css.selectors import Selector, selectors
from imgsvc.codecs.svg.css.values.tokens import significant, split_at_commas
from imgsvc.codecs.svg.xml_tree import Element

_NAMESPACE = "http://www.w3.org/2000/svg"
_MEDIA = frozenset({"all", "screen"})
_GROUPS = frozenset({"layer", "supports", "container"})


@dataclass(frozen=True, slots=True)
class Rule:
    """What is declared for whatever one of the selectors means."""

    selectors: Sequence[Selector]
    declarations: Sequence[Declaration]


def rules_of(sheets: Sequence[Element], left: Sheets) -> list[Rule]:
    """Those of all <style> elements, in order; BrokenSvgError for more than is read."""
    shown = [each for each in sheets if _is_css(each) and _is_shown(each.attributes.get("media", ""))]
    texts = [each.text() for each in shown]
    for text in texts:
        left.take(text)
    return [rule for text in texts for rule in _rules(tinycss2.parse_stylesheet(text, True, True))]


def _is_css(style: Element) -> bool:
    return style.attributes.get("type", "").partition(";")[0].strip().lower() in ("", "text/css")


def _is_shown(media: str) -> bool:
    return _has_medium(tinycss2.parse_component_value_list(media, skip_comments=True))


def _rules(found: Sequence[Token]) -> Iterator[Rule]:
    for each in found:
        if each.type == "qualified-rule":
            if meant := selectors(each.prelude, {None: _NAMESPACE, "svg": _NAMESPACE}):
                yield Rule(meant, declarations(each.content))
        elif each.type == "at-rule" and each.content is not None and _is_taken(each):
            yield from _rules(tinycss2.parse_rule_list(each.content, True, True))


def _is_taken(group: Token) -> bool:
    if group.lower_at_keyword == "media":
        return _has_medium(group.prelude)
    negated = any(token.type == "ident" and token.lower_value == "not" for token in group.prelude)
    return group.lower_at_keyword in _GROUPS and not negated


def _has_medium(tokens: Sequence[Token]) -> bool:
    """Whether one of these media is a screen with light colors, whose size nobody knows."""
    queries = split_at_commas(tokens)
    return queries == [[]] or any(map(_is_medium, queries))


def _is_medium(query: Sequence[Token]) -> bool:
    words = [token.lower_value for token in query if token.type == "ident"]
    media = [word for word in words if word not in ("only", "not", "and", "or")]
    has = all(_has_feature(token) for token in query if token.type == "() block") and _MEDIA.issuperset(media)
    return has != ("not" in words)


def _has_feature(block: Token) -> bool:
    """Whether a light page has it; of widths and the like the picture has what it takes."""
    words = [token.lower_value for token in significant(block.content) if token.type == "ident"]
    if words[:1] in (["prefers-color-scheme"], ["prefers-contrast"], ["prefers-reduced-motion"], ["forced-colors"]):
        return words[1:] in (["light"], ["no-preference"], ["none"])
    return words[:1] not in (["monochrome"], ["grid"])

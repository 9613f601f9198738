"""Declarations: of a rule, or of a `style` attribute."""

import re
from collections.abc import Sequence
from typing import NamedTuple

import tinycss2
from tinycss2.ast import Node as Token

from imgsvc.codecs.svg.css.bounds import Characters

# Nothing in it that could hide a semicolon. PERF: 1 µs in place of 100; possessive, for what was taken stays taken.
_PLAIN = re.compile(
    r"""(?:[^"'\\()@{}\[\]/!]++|\((?:[^()"'\\;{}/]|/(?!\*))*+\)|'[^'"\\;{}]*+'|"[^'"\\;{}]*+")*+""",
)

_PREFIXED = frozenset({"filter", "transform", "transform-origin", "clip-path", "mask", "mask-image", "opacity"})


class Declaration(NamedTuple):
    """A property with its value as it is written. PERF: a tuple, for an icon has fifty."""

    name: str
    value: str
    is_important: bool = False


def declarations(content: "Sequence[Token] | str") -> list[Declaration]:
    """What is declared, in order."""
    found = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
    return [declared(each) for each in found if each.type == "declaration"]


def declared(token: Token) -> Declaration:
    """One of them, read."""
    name = token.name if token.name.startswith("--") else _unprefixed(token.lower_name)
    return Declaration(name, _written(token.value), token.important)


def style_declarations(text: str, characters: Characters, known: dict[str, Declaration]) -> list[Declaration]:
    """The same of a `style` attribute; those `known` by how they are written are added to.

    PERF: a drawing's elements say the same things over and over.
    """
    if not _PLAIN.fullmatch(text):
        characters.take(text)
        return declarations(text)
    found = []
    for piece in text.split(";"):
        each = known.get(piece)
        if each is None:
            name, colon, value = piece.partition(":")
            if not colon:
                continue
            name = name.strip()
            each = Declaration(name if name.startswith("--") else _unprefixed(name.lower()), value.strip())
            known[piece] = each
        found.append(each)
    return found


def _unprefixed(name: str) -> str:
    """The name that browsers have for what they had under one of their own."""
    return name[8:] if name[:8] == "-webkit-" and name[8:] in _PREFIXED else name


def _written(tokens: Sequence[Token]) -> str:
    return str(tinycss2.serialize([token for token in tokens if token.type != "comment"])).strip()

"""Declarations: of a rule, or of a `style` attribute."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import tinycss2
from tinycss2.ast import Node as Token

from imgsvc.codecs.svg.css.bounds import Characters

# Nothing in it that could hide a semicolon. PERF: 1 µs in place of 100; possessive, for what was taken stays taken.
_PLAIN = re.compile(
    r"""(?:[^"'\\()@{}\[\]/!]++|\((?:[^()"'\\;{}/]|/(?!\*))*+\)|'[^'"\\;{}]*+'|"[^'"\\;{}]*+")*+""",
)


class Declaration(NamedTuple):
    """A property with its value as it is written. PERF: a tuple, for an icon has fifty."""

    name: str
    value: str
    is_important: bool = False


def declarations(content: "Sequence[Token] | str") -> list[Declaration]:
    """What is declared, in order."""
    return list(_read(content))


def style_declarations(text: str, characters: Characters, known: dict[str, Declaration]) -> list[Declaration]:
    """The same of a `style` attribute; those `known` by how they are written are added to.

    PERF: a drawing's elements say the same things over and over.
    """
    if not _PLAIN.fullmatch(text):
        characters.take(text)
        return declarations(text)
    found = []
    for piece in text.split(";"):
        declared = known.get(piece)
        if declared is None:
            name, colon, value = piece.partition(":")
            if not colon:
                continue
            name = name.strip()
            declared = Declaration(name if name.startswith("--") else name.lower(), value.strip())
            known[piece] = declared
        found.append(declared)
    return found


def _read(content: "Sequence[Token] | str") -> Iterator[Declaration]:
    for each in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if each.type == "declaration":
            name = each.name if each.name.startswith("--") else each.lower_name
            yield Declaration(name, _written(each.value), each.important)


def _written(tokens: Sequence[Token]) -> str:
    return str(tinycss2.serialize([token for token in tokens if token.type != "comment"])).strip()

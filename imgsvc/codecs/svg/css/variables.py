"""Custom properties: what `var()` stands for."""

from collections.abc import Mapping, Sequence

import tinycss2
from tinycss2.ast import Node as Token

from imgsvc.codecs.svg.css.bounds import Characters
from imgsvc.codecs.svg.css.values.tokens import is_sign

_MAX_DEPTH = 16


def has_variable(value: str) -> bool:
    """Whether it may hold a var()."""
    return "var(" in value.lower()


def inherited(outside: Mapping[str, str], own: Mapping[str, str]) -> Mapping[str, str]:
    """Those that hold in an element which declares its own; what is `initial` is not there."""
    told = {name: value for name, value in own.items() if value.lower() not in ("inherit", "unset", "revert")}
    return {name: value for name, value in {**outside, **told}.items() if value.lower() != "initial"}


def substituted(value: str, known: Mapping[str, str], characters: Characters, depth: int = 0) -> str | None:
    """The value with all variables replaced; None where one is not known and has no fallback.

    SECURITY: one that is made of two that are made of two … is as long as it is: each is counted when it is read.
    """
    if not has_variable(value):
        return value
    if depth >= _MAX_DEPTH:
        return None
    characters.take(value)
    return _replaced(tinycss2.parse_component_value_list(value), known, characters, depth)


def _replaced(tokens: Sequence[Token], known: Mapping[str, str], characters: Characters, depth: int) -> str | None:
    pieces = []
    for token in tokens:
        if token.type == "function" and token.lower_name == "var":
            piece = _variable(token.arguments, known, characters, depth)
        elif token.type == "function":
            inside = _replaced(token.arguments, known, characters, depth)
            piece = None if inside is None else f"{token.name}({inside})"
        else:
            piece = token.serialize()
        if piece is None:
            return None
        pieces.append(piece)
    return "".join(pieces)


def _variable(tokens: Sequence[Token], known: Mapping[str, str], characters: Characters, depth: int) -> str | None:
    at = next((i for i, token in enumerate(tokens) if is_sign(token, ",")), None)
    names = [token for token in tokens[:at] if token.type != "whitespace" and token.type != "comment"]
    if len(names) != 1 or names[0].type != "ident":
        return None
    if (value := known.get(names[0].value)) is not None:
        characters.take(value)
        found = substituted(value, known, characters, depth + 1)
        if found is not None:
            return found
    return (
        None if at is None else substituted(tinycss2.serialize(tokens[at + 1 :]).strip(), known, characters, depth + 1)
    )

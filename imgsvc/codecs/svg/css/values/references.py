"""What a value refers to in the document, and shapes and filters that it tells without."""

import re
from collections.abc import Sequence

from tinycss2.ast import Node as Token

from imgsvc.codecs.svg.css.values.tokens import significant

_CLIPS = frozenset({"circle", "ellipse", "inset", "rect", "xywh", "polygon", "path"})
_BOXES = frozenset({"fill-box", "stroke-box", "view-box", "content-box", "padding-box", "border-box", "margin-box"})


def target_of(token: Token) -> str | None:
    """What a url() refers to in the document, `#` and all; empty for what is elsewhere, None for what is no url()."""
    if token.type == "function" and token.lower_name == "url":
        arguments = significant(token.arguments)
        target = arguments[0].value if len(arguments) == 1 and arguments[0].type == "string" else ""
    elif token.type == "url":
        target = token.value
    else:
        return None
    return target.strip() if re.fullmatch(r"\s*#[^\s()'\"]+\s*", target) else ""


def reference(tokens: Sequence[Token]) -> str | None:
    """The first url() of a shorthand; `none` for another document's."""
    if tokens[0].type == "ident":
        return "none" if tokens[0].lower_value == "none" else None
    target = next((found for token in tokens if (found := target_of(token)) is not None), None)
    return None if target is None else f"url({target})" if target else "none"


def clip(tokens: Sequence[Token]) -> str | None:
    """A shape, with or without its box, as it is written."""
    if any(token.type == "function" and token.lower_name in _CLIPS for token in tokens):
        return _spaced(tokens)
    if tokens[0].type == "ident" and tokens[0].lower_value in _BOXES and len(tokens) == 1:
        return str(tokens[0].lower_value)
    return reference(tokens)


def filters(tokens: Sequence[Token]) -> str | None:
    """Functions as they are, which the drawing program knows."""
    if all(token.type in ("function", "url") for token in tokens):
        return (
            None
            if any(target_of(token) == "" for token in tokens)
            else " ".join(str(token.serialize()) for token in tokens)
        )
    return reference(tokens)


def _spaced(tokens: Sequence[Token]) -> str:
    return " ".join(str(token.serialize()) for token in tokens)

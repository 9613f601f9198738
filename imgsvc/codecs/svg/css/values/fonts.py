"""The `font` shorthand."""

from collections.abc import Sequence

import tinycss2
from tinycss2.ast import Node as Token

from imgsvc.codecs.svg.css.values.lengths import length
from imgsvc.codecs.svg.css.values.tokens import is_sign

_STYLES = frozenset({"italic", "oblique"})
_WEIGHTS = frozenset({"bold", "bolder", "lighter"})
_VARIANTS = frozenset({"small-caps"})
_STRETCHES = frozenset(
    {"ultra-condensed", "extra-condensed", "condensed", "semi-condensed"}
    | {"semi-expanded", "expanded", "extra-expanded", "ultra-expanded"}
)
_SIZES = frozenset(
    {"xx-small", "x-small", "small", "medium", "large", "x-large", "xx-large", "xxx-large", "larger", "smaller"}
)


def font(tokens: Sequence[Token]) -> dict[str, str | None] | None:
    """What it stands for: all of it is set, for what it does not say is `normal`."""
    found: dict[str, str | None] = {
        "font-style": "normal",
        "font-variant": "normal",
        "font-weight": "normal",
        "font-stretch": "normal",
    }
    rest = list(tokens)
    while rest and (size := size_of(rest[0])) is None:
        word = rest.pop(0)
        if not _is_set(found, word):
            return None
    if len(rest) < 2:
        return None
    rest.pop(0)
    if rest[0] == "/":
        # A line's height: there is one line.
        rest = rest[2:]
    families = families_of(rest)
    return None if families is None else found | {"font-size": size, "font-family": families}


def size_of(token: Token) -> str | None:
    """A font's size."""
    if token.type == "ident":
        return token.lower_value if token.lower_value in _SIZES else None
    # A number alone is a weight, where it is one in CSS.
    return None if token.type == "number" and token.value else length(token)


def weight_of(token: Token) -> str | None:
    """A weight of those nine that the drawing program knows."""
    if token.type == "number" and 1 <= token.value <= 1000:
        return str(min(max(round(token.value / 100), 1), 9) * 100)
    is_word = token.type == "ident" and token.lower_value in _WEIGHTS | {"normal"}
    return token.lower_value if is_word else None


def families_of(tokens: Sequence[Token]) -> str | None:
    """Names, as they are written."""
    if not tokens or any(token.type not in ("ident", "string") and not is_sign(token, ",") for token in tokens):
        return None
    return str(tinycss2.serialize(_spaced(tokens))).strip()


def _spaced(tokens: Sequence[Token]) -> list[Token]:
    """A name may be several words."""
    blank = tinycss2.parse_component_value_list(" ")[0]
    return [each for token in tokens for each in (token, blank)]


def _is_set(found: dict[str, str | None], token: Token) -> bool:
    word = token.lower_value if token.type == "ident" else ""
    if word == "normal":
        return True
    name = next((name for name, words in _WORDS.items() if word in words), None)
    if weight := weight_of(token):
        name, word = "font-weight", weight
    if name:
        found[name] = word
    return name is not None


_WORDS = {"font-style": _STYLES, "font-variant": _VARIANTS, "font-stretch": _STRETCHES}

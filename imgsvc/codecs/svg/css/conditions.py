"""Which groups of rules a picture takes: media queries and @supports."""

import operator
from collections.abc import Callable, Mapping, Sequence

import tinycss2
from tinycss2.ast import Node as Token

from imgsvc.codecs.svg.css.properties import KNOWN, read
from imgsvc.codecs.svg.css.selectors import selectors
from imgsvc.codecs.svg.css.values.calculating import PLAIN, Units, quantity
from imgsvc.codecs.svg.css.values.tokens import is_sign, is_word, significant, split_at_commas

Page = tuple[float, float]

_MEDIA = frozenset({"all", "screen"})
# What browsers know besides, and no picture has.
_PROPERTIES = KNOWN | {
    "color-scheme",
    "grid-template-columns",
    "position",
    "cursor",
    "gap",
    "content",
    "backdrop-filter",
}
_WORDS: Mapping[str, tuple[str, ...]] = {
    "prefers-color-scheme": ("light",),
    "prefers-contrast": ("no-preference",),
    "prefers-reduced-motion": ("no-preference",),
    "prefers-reduced-transparency": ("no-preference",),
    "prefers-reduced-data": ("no-preference",),
    "forced-colors": ("none",),
    "inverted-colors": ("none",),
    "update": ("fast",),
    "scripting": ("none",),
    "hover": ("hover",),
    "any-hover": ("hover",),
    "pointer": ("fine",),
    "any-pointer": ("fine",),
    "color-gamut": ("srgb",),
    "dynamic-range": ("standard",),
    "scan": ("progressive",),
}
_SIGNS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "=": operator.eq,
}
_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "="}


def has_medium(tokens: Sequence[Token], page: Page) -> bool:
    """Whether one of these media is a screen of this size with light colors."""
    queries = split_at_commas(tokens)
    return queries == [[]] or any(_is_medium(query, page) for query in queries)


def is_supported(tokens: Sequence[Token]) -> bool:
    """Whether what @supports asks for is known here."""
    return bool(_combined(significant(tokens), _is_declared))


def _is_medium(query: Sequence[Token], page: Page) -> bool:
    first = query[0].lower_value if query and query[0].type == "ident" else ""
    if not first or (first == "not" and len(query) > 1 and query[1].type == "() block"):
        return bool(_combined(query, lambda block: _has_feature(block, page)))
    rest = query[1:] if first in ("only", "not") else query
    medium, *rest = rest or [None]
    if medium is None or medium.type != "ident" or (rest and not is_word(rest[0], "and")):
        return False
    has = medium.lower_value in _MEDIA
    has = has and (not rest or bool(_combined(rest[1:], lambda block: _has_feature(block, page))))
    return has != (first == "not")


def _combined(tokens: Sequence[Token], holds: Callable[[Token], bool | None]) -> bool | None:
    """Conditions with `not`, `and` or `or`; None where it is not said well."""
    if not tokens:
        return None
    if is_word(tokens[0], "not"):
        inside = holds(tokens[1]) if len(tokens) == 2 else None
        return None if inside is None else not inside
    found = [holds(token) for token in tokens[::2]]
    words = {token.lower_value if token.type == "ident" else "" for token in tokens[1::2]}
    if None in found or len(tokens) % 2 == 0 or not (words <= {"and"} or words <= {"or"}):
        return None
    return any(found) if words == {"or"} else all(found)


def _has_feature(block: Token, page: Page) -> bool | None:
    """Whether a light page of this size has it; None for what nobody knows."""
    if block.type != "() block":
        return None
    tokens = significant(block.content)
    if tokens and (tokens[0].type == "() block" or is_word(tokens[0], "not")):
        return _combined(tokens, lambda inner: _has_feature(inner, page))
    if any(token.type == "literal" and token.value in _SIGNS for token in tokens):
        return _is_in_range(tokens, page)
    name = tokens[0].lower_value if tokens and tokens[0].type == "ident" else ""
    if len(tokens) >= 3 and is_sign(tokens[1], ":"):
        return _is_told(name, tokens[2:], page)
    if len(tokens) != 1:
        return None
    return name in ("width", "height", "aspect-ratio", "resolution", "orientation", "color") or (
        name in _WORDS and _WORDS[name][0] not in ("none", "no-preference")
    )


def _is_told(name: str, value: Sequence[Token], page: Page) -> bool | None:
    if name in _WORDS:
        return value[0].type == "ident" and value[0].lower_value in _WORDS[name]
    if name == "orientation":
        return is_word(value[0], "portrait" if page[1] >= page[0] else "landscape")
    kind, _, rest = name.partition("-")
    feature, sign = (rest, {"min": ">=", "max": "<="}[kind]) if kind in ("min", "max") else (name, "=")
    has, wanted = _feature(feature, page), _number(value)
    return None if has is None or wanted is None else _SIGNS[sign](has, wanted)


def _is_in_range(tokens: Sequence[Token], page: Page) -> bool | None:
    """`width >= 10px`, or `10px < width <= 20px`."""
    parts, signs = [list[Token]()], list[str]()
    for token in tokens:
        if token.type != "literal" or token.value not in "<>=":
            parts[-1].append(token)
        elif parts[-1]:
            signs.append(token.value)
            parts.append([])
        else:
            signs[-1] += token.value
    at = next((i for i, part in enumerate(parts) if len(part) == 1 and part[0].type == "ident"), -1)
    has = _feature(parts[at][0].lower_value, page) if at >= 0 else None
    wanted = [_number(part) for i, part in enumerate(parts) if i != at]
    if has is None or None in wanted or at not in (0, 1) or not set(signs) <= set(_SIGNS):
        return None
    ways = [_TURNED[sign] if i < at else sign for i, sign in enumerate(signs)]
    return all(_SIGNS[way](has, value) for way, value in zip(ways, wanted, strict=True) if value is not None)


def _feature(name: str, page: Page) -> float | None:
    width, height = page
    known = {"aspect-ratio": width / height, "color": 8.0, "resolution": 1.0, "monochrome": 0.0, "grid": 0.0}
    known |= {"color-index": 0.0, "device-pixel-ratio": 1.0}
    sides = dict.fromkeys(("width", "device-width", "inline-size"), width)
    sides |= dict.fromkeys(("height", "device-height", "block-size"), height)
    return known.get(name, sides.get(name))


_RESOLUTIONS = {"dppx": 1.0, "x": 1.0, "dpi": 1 / 96, "dpcm": 2.54 / 96}
_UNITS = Units({**PLAIN.lengths, "em": 16.0, "rem": 16.0})


def _number(tokens: Sequence[Token]) -> float | None:
    if len(tokens) == 3 and is_sign(tokens[1], "/"):
        first, second = (quantity(token, _UNITS) for token in tokens[::2])
        return first.value / second.value if first and second and second.value else None
    if len(tokens) != 1:
        return None
    if tokens[0].type == "dimension" and tokens[0].lower_unit in _RESOLUTIONS:
        return float(tokens[0].value * _RESOLUTIONS[tokens[0].lower_unit])
    found = quantity(tokens[0], _UNITS)
    return found.value if found else None


def _is_declared(token: Token) -> bool | None:
    if token.type == "function" and token.lower_name == "selector":
        return bool(selectors(token.arguments, {}))
    if token.type != "() block":
        # Of functions that are yet to come nothing is supported.
        return False if token.type == "function" else None
    tokens = significant(token.content)
    if tokens and (tokens[0].type in ("() block", "function") or is_word(tokens[0], "not")):
        return _combined(tokens, _is_declared)
    if len(tokens) < 3 or tokens[0].type != "ident" or not is_sign(tokens[1], ":"):
        return False
    name = tokens[0].lower_value
    value = tinycss2.serialize(token.content).partition(":")[2].strip()
    if name not in KNOWN:
        return name.startswith("--") or name in _PROPERTIES
    return read(name, value) is not None

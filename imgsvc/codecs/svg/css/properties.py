"""The properties that a picture is drawn by: what a value comes to, or that it is none."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import tinycss2
from tinycss2.ast import Node as Token

from imgsvc.codecs.svg.css.values.colors import color
from imgsvc.codecs.svg.css.values.fonts import families_of, font, size_of, weight_of
from imgsvc.codecs.svg.css.values.lengths import length, number, written
from imgsvc.codecs.svg.css.values.references import clip, filters, reference, target_of
from imgsvc.codecs.svg.css.values.tokens import is_sign, is_word, significant
from imgsvc.codecs.svg.css.values.transforms import origin, rotate, scale, transform, translate

# A value for each attribute; None takes the attribute away.
Attributes = Mapping[str, str | None]
_Reader = Callable[[Sequence[Token]], str | None]

_SHORT = 40
_PAINTS = frozenset({"none", "context-fill", "context-stroke"})
_LINES = frozenset({"underline", "overline", "line-through", "none"})
# What is the same in CSS and for the drawing program, and is not worth reading. PERF: 0.3 µs in place of 20.
_SAME = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?(?:px|pt|pc|in|cm|mm|em|ex|%)?|none|url\(#[\w.-]+\)")
_FAST_COLOR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})|rgb\(\s*\d{1,3}\s*,\s*\d{1,3}\s*,\s*\d{1,3}\s*\)")
_FAST_PAINT = re.compile(r"none|url\(#[\w.-]+\)")
_FAST_ALPHA = re.compile(r"[01]|0?\.\d+|1\.0*")


def is_same(name: str, value: str) -> bool:
    """Whether the drawing program knows the value as it is."""
    pattern = _SAME_OF.get(name)
    return pattern is not None and pattern.fullmatch(value) is not None


def read(name: str, value: str, *, is_css: bool = True) -> Attributes | None:
    """What a declaration comes to; None if it is not valid, and an earlier one holds. Nothing for what is not known."""
    return _short(name, value, is_css) if len(value) <= _SHORT else _read(name, value, is_css)


def _read(name: str, value: str, is_css: bool) -> Attributes | None:
    if name not in KNOWN:
        return {}
    tokens = significant(tinycss2.parse_component_value_list(value, skip_comments=True))
    if len(tokens) == 1 and tokens[0].type == "ident" and (wide := _wide(name, tokens[0].lower_value)) is not None:
        return wide
    if name == "font":
        return font(tokens)
    if name == "all":
        return None
    if name in GEOMETRY and is_css:
        return _geometry(name, tokens)
    found = _READERS[name](tokens) if tokens else None
    return None if found is None else dict.fromkeys(_LONGHANDS.get(name, (name,)), found or None)


# PERF: what editors write into each drawing, `marker:none` and the like, takes 20 µs to read.
_short = lru_cache(2048)(_read)


def _wide(name: str, word: str) -> Attributes | None:
    """The words that every property has."""
    names = _LONGHANDS.get(name, (name,))
    if word == "inherit":
        return dict.fromkeys(names, None if name in INITIAL else "inherit")
    if word == "initial":
        return {each: INITIAL.get(each) for each in names}
    # Without its value it has its parent's if it is inherited, and its initial one if not.
    return dict.fromkeys(names, None) if word in ("unset", "revert", "revert-layer") else None


def _paint(tokens: Sequence[Token]) -> str | None:
    first, *rest = tokens
    if first.type == "ident" and first.lower_value in _PAINTS and not rest:
        return str(first.lower_value)
    if (target := target_of(first)) is not None:
        fallback = _paint(rest) if rest else "none"
        if fallback is None:
            return None
        return f"url({target}) {fallback}" if target and rest else f"url({target})" if target else fallback
    is_calibrated = len(rest) == 1 and rest[0].type == "function" and rest[0].lower_name == "icc-color"
    return color([first] if is_calibrated else tokens)


def _background(tokens: Sequence[Token]) -> str | None:
    """The color alone of what lies behind a drawing."""
    found = next((each for token in tokens if (each := color([token]))), None)
    return found or ("transparent" if any(token.type == "url" for token in tokens) else None)


def _alpha(tokens: Sequence[Token]) -> str | None:
    found = number(tokens[0]) if len(tokens) == 1 else None
    return None if found is None else written(min(max(found, 0.0), 1.0))


def _number(tokens: Sequence[Token]) -> str | None:
    found = number(tokens[0]) if len(tokens) == 1 else None
    return None if found is None else written(found)


def _length(tokens: Sequence[Token]) -> str | None:
    if len(tokens) == 1 and tokens[0].type == "ident":
        return str(tokens[0].lower_value)
    return length(tokens[0]) if len(tokens) == 1 else None


def _positive(tokens: Sequence[Token]) -> str | None:
    found = length(tokens[0]) if len(tokens) == 1 else None
    return None if found is None or found.startswith("-") else found


def _geometry(name: str, tokens: Sequence[Token]) -> Attributes | None:
    """COMPAT: browsers want a unit here, where CSS says it; `auto` is what stands nowhere."""
    if name == "d":
        if len(tokens) == 1 and is_word(tokens[0], "none"):
            return {"d": ""}
        is_path = len(tokens) == 1 and tokens[0].type == "function" and tokens[0].lower_name == "path"
        strings = [token.value for token in tokens[0].arguments if token.type == "string"] if is_path else []
        return {"d": strings[-1]} if strings else None
    if len(tokens) != 1:
        return None
    if tokens[0].type == "ident":
        return {name: None} if tokens[0].lower_value == "auto" else None
    found = length(tokens[0], needs_unit=True)
    return None if found is None else {name: found}


def _dashes(tokens: Sequence[Token]) -> str | None:
    if len(tokens) == 1 and tokens[0].type == "ident":
        return "none" if tokens[0].lower_value == "none" else None
    found = [length(token) for token in tokens if not is_sign(token, ",")]
    return None if None in found else ", ".join(each for each in found if each)


def _size(tokens: Sequence[Token]) -> str | None:
    first = tokens[0]
    if len(tokens) > 1:
        return None
    return length(first) if first.type == "number" else size_of(first)


def _weight(tokens: Sequence[Token]) -> str | None:
    return weight_of(tokens[0]) if len(tokens) == 1 else None


def _decoration(tokens: Sequence[Token]) -> str | None:
    words = [token.lower_value for token in tokens if token.type == "ident" and token.lower_value in _LINES]
    return " ".join(words) or None


def _words(tokens: Sequence[Token]) -> str | None:
    if any(token.type != "ident" for token in tokens):
        return None
    return " ".join(_CAPITALS.get(token.lower_value, token.lower_value) for token in tokens)


def _word(*words: str) -> _Reader:
    def read(tokens: Sequence[Token]) -> str | None:
        found = tokens[0].lower_value if len(tokens) == 1 and tokens[0].type == "ident" else None
        return found if found in words else None

    return read


_AS_WRITTEN = frozenset(
    {"stroke-width", "stroke-dashoffset", "stroke-miterlimit", "stroke-dasharray", "font-size"}
    | {"clip-path", "mask", "filter", "marker-start", "marker-mid", "marker-end", "letter-spacing", "word-spacing"}
)
# Words that the drawing program knows with their capitals alone.
_CAPITALS = {
    each.lower(): each
    for each in (
        *("sRGB", "linearRGB", "optimizeSpeed", "optimizeQuality", "optimizeLegibility"),
        *("geometricPrecision", "crispEdges"),
    )
}
_SAME_OF = {
    **dict.fromkeys(("fill", "stroke"), re.compile(f"{_FAST_COLOR.pattern}|{_FAST_PAINT.pattern}")),
    **dict.fromkeys(("color", "stop-color", "flood-color", "lighting-color"), _FAST_COLOR),
    **dict.fromkeys(("opacity", "fill-opacity", "stroke-opacity", "stop-opacity", "flood-opacity"), _FAST_ALPHA),
    **dict.fromkeys(("fill-rule", "clip-rule"), re.compile("nonzero|evenodd")),
    "stroke-linecap": re.compile("butt|round|square"),
    "stroke-linejoin": re.compile("miter|round|bevel"),
    **dict.fromkeys(_AS_WRITTEN, _SAME),
}
# Which elements have these as properties; elsewhere they are attributes, and CSS says nothing of them.
GEOMETRY: Mapping[str, frozenset[str]] = {
    "x": frozenset({"svg", "rect", "image", "foreignObject", "use"}),
    "y": frozenset({"svg", "rect", "image", "foreignObject", "use"}),
    "width": frozenset({"svg", "rect", "image", "foreignObject"}),
    "height": frozenset({"svg", "rect", "image", "foreignObject"}),
    "cx": frozenset({"circle", "ellipse"}),
    "cy": frozenset({"circle", "ellipse"}),
    "r": frozenset({"circle"}),
    "rx": frozenset({"rect", "ellipse"}),
    "ry": frozenset({"rect", "ellipse"}),
    "d": frozenset({"path"}),
}
_LONGHANDS: dict[str, tuple[str, ...]] = {
    "marker": ("marker-start", "marker-mid", "marker-end"),
    "mask-image": ("mask",),
    "background": ("background-color",),
    "text-decoration-line": ("text-decoration",),
    "font": ("font-style", "font-variant", "font-weight", "font-stretch", "font-size", "font-family"),
}
# Those that are inherited, and what they are where nobody says it.
INITIAL: Mapping[str, str] = {
    "fill": "#000",
    "fill-opacity": "1",
    "fill-rule": "nonzero",
    "clip-rule": "nonzero",
    "color": "#000",
    "stroke": "none",
    "stroke-opacity": "1",
    "stroke-width": "1",
    "stroke-linecap": "butt",
    "stroke-linejoin": "miter",
    "stroke-miterlimit": "4",
    "stroke-dasharray": "none",
    "stroke-dashoffset": "0",
    "marker-start": "none",
    "marker-mid": "none",
    "marker-end": "none",
    "paint-order": "normal",
    "visibility": "visible",
    "font-family": "sans-serif",
    "font-size": "16",
    "font-style": "normal",
    "font-weight": "normal",
    "font-variant": "normal",
    "font-stretch": "normal",
    "text-anchor": "start",
    "letter-spacing": "normal",
    "word-spacing": "normal",
    "writing-mode": "lr-tb",
    "direction": "ltr",
    "shape-rendering": "auto",
    "text-rendering": "auto",
    "image-rendering": "auto",
    "color-interpolation-filters": "linearRGB",
}
_WORDS = (
    *("display", "overflow", "font-style", "font-variant", "font-stretch", "font-kerning", "dominant-baseline"),
    *("alignment-baseline", "direction", "writing-mode", "unicode-bidi", "shape-rendering", "text-rendering"),
    *("image-rendering", "color-interpolation", "color-interpolation-filters", "paint-order", "vector-effect"),
    *("mask-type", "transform-box", "white-space", "mix-blend-mode"),
)
_READERS: Mapping[str, _Reader] = {
    **dict.fromkeys(("fill", "stroke"), _paint),
    **dict.fromkeys(("color", "stop-color", "flood-color", "lighting-color"), color),
    **dict.fromkeys(("opacity", "fill-opacity", "stroke-opacity", "stop-opacity", "flood-opacity"), _alpha),
    **dict.fromkeys(("stroke-width",), _positive),
    **dict.fromkeys(("stroke-dashoffset", "letter-spacing", "word-spacing", "baseline-shift"), _length),
    **dict.fromkeys(("mask", "mask-image"), reference),
    "clip-path": clip,
    **dict.fromkeys(("marker", "marker-start", "marker-mid", "marker-end"), reference),
    **dict.fromkeys(("fill-rule", "clip-rule"), _word("nonzero", "evenodd")),
    **dict.fromkeys(("text-decoration", "text-decoration-line"), _decoration),
    **dict.fromkeys(_WORDS, _words),
    **dict.fromkeys(("background", "background-color"), _background),
    "visibility": _word("visible", "hidden", "collapse"),
    "isolation": _word("auto", "isolate"),
    "stroke-miterlimit": _number,
    "stroke-dasharray": _dashes,
    "stroke-linecap": _word("butt", "round", "square"),
    "stroke-linejoin": _word("miter", "round", "bevel", "miter-clip", "arcs"),
    "text-anchor": _word("start", "middle", "end"),
    "font-family": families_of,
    "font-size": _size,
    "font-weight": _weight,
    "filter": filters,
    "transform": transform,
    "translate": translate,
    "rotate": rotate,
    "scale": scale,
    "transform-origin": origin,
}
# Of all but these it says what the words mean.
_LONGHANDS["all"] = (*sorted({*_READERS} - {*_LONGHANDS, "direction", "unicode-bidi"}), *GEOMETRY)
KNOWN = frozenset({*_READERS, *GEOMETRY, "font", "all"})

"""Colors in every syntax of CSS, as the drawing program reads them: `#rrggbb`, with two digits more where not opaque.

It draws black where it cannot read one. What lies outside of sRGB is clipped, as browsers do.
"""

from collections.abc import Sequence
from functools import lru_cache

import tinycss2
from tinycss2 import color5
from tinycss2.ast import Node as Token

from imgsvc.codecs.svg.css.values.mixing import Color, mixed, relative
from imgsvc.codecs.svg.css.values.spaces import from_srgb, to_srgb
from imgsvc.codecs.svg.css.values.tokens import significant, split_at_commas

# CSS Color 4, section 10: those that a page of light colors has.
_SYSTEM = {
    "activetext": "#ff0000",
    "buttonborder": "#000000",
    "buttonface": "#f0f0f0",
    "buttontext": "#000000",
    "canvas": "#ffffff",
    "canvastext": "#000000",
    "field": "#ffffff",
    "fieldtext": "#000000",
    "graytext": "#808080",
    "highlight": "#0041c6cc",
    "highlighttext": "#000000",
    "linktext": "#0000ee",
    "mark": "#ffff00",
    "marktext": "#000000",
    "selecteditem": "#1967d2",
    "selecteditemtext": "#ffffff",
    "visitedtext": "#551a8b",
}


def color(tokens: Sequence[Token]) -> str | None:
    """The one color that these are: `#rrggbb`, `#rrggbbaa` or `currentColor`; None if they are none."""
    if len(tokens) != 1:
        return None
    (token,) = tokens
    if token.type == "ident" and token.lower_value in _SYSTEM:
        return _SYSTEM[token.lower_value]
    if token.type == "ident" and token.lower_value == "currentcolor":
        return "currentColor"
    if token.type == "function" and token.lower_name == "light-dark":
        return _light(token.arguments)
    found = _found(token)
    return found and _written((*found.rgb, found.alpha))


@lru_cache(4096)
def color_of(text: str) -> str | None:
    """The same for a value as it is written."""
    return color(significant(tinycss2.parse_component_value_list(text, skip_comments=True)))


def _found(token: Token) -> Color | None:
    """A color by itself, whatever it is made of."""
    if token.type == "ident" and token.lower_value in _SYSTEM:
        return _of_parsed(_parsed(tinycss2.parse_one_component_value(_SYSTEM[token.lower_value])))
    if token.type != "function":
        return _of_parsed(_parsed(token))
    name, arguments = token.lower_name, significant(token.arguments)
    if name == "light-dark":
        parts = split_at_commas(arguments)
        return _found(parts[0][0]) if len(parts) == 2 and len(parts[0]) == 1 else None
    if name == "color-mix":
        return mixed(arguments, _found)
    if name == "contrast-color":
        return _contrasting(_found(arguments[0])) if len(arguments) == 1 else None
    if arguments and arguments[0].type == "ident" and arguments[0].lower_value == "from":
        return relative(name, arguments, _found)
    return _of_parsed(_parsed(token))


def _contrasting(found: Color | None) -> Color | None:
    """Black or white, whichever differs more in luminance, as WCAG reckons."""
    if found is None:
        return None
    light = from_srgb("xyz", found.rgb)[1]
    return Color((1.0, 1.0, 1.0) if 1.05 / (light + 0.05) > (light + 0.05) / 0.05 else (0.0, 0.0, 0.0))


def _parsed(token: Token) -> "color5.Color | str | None":
    """tinycss2 leaves a function that has too few arguments to Python's own exceptions."""
    try:
        return color5.parse_color(token)
    except (ArithmeticError, AssertionError, AttributeError, IndexError, TypeError, ValueError):
        return None


def _of_parsed(found: "color5.Color | str | None") -> Color | None:
    if found is None or isinstance(found, str):
        return None
    first, second, third = (value or 0.0 for value in found.coordinates[:3])
    rgb = to_srgb(found.space, (first, second, third))
    return rgb and Color(rgb, found.alpha)


def _light(arguments: Sequence[Token]) -> str | None:
    """A picture is shown on a light page, and cannot know better."""
    colors = [color(part) for part in split_at_commas(arguments)]
    return colors[0] if len(colors) == 2 and all(colors) else None


def _written(channels: Sequence[float]) -> str:
    levels = [int(min(max(value, 0.0), 1.0) * 255 + 0.5) for value in channels]
    return "#" + "".join(f"{level:02x}" for level in (levels if levels[3] < 255 else levels[:3]))

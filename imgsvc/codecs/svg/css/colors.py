"""Colors in every syntax of CSS, as the drawing program reads them: `#rrggbb`, with two digits more where not opaque.

It draws black where it cannot read one. What lies outside of sRGB is clipped, as browsers do.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from math import cos, radians, sin

import tinycss2
from tinycss2 import color4, color5
from tinycss2.ast import Node

Triple = tuple[float, float, float]
Matrix = tuple[Triple, Triple, Triple]

# CSS Color 4, section 17: to XYZ of D65 from linear light, and back to sRGB's.
_SRGB_OF_D65: Matrix = (
    (3.2409699419045226, -1.537383177570094, -0.4986107602930034),
    (-0.9692436362808796, 1.8759675015077202, 0.04155505740717559),
    (0.05563007969699366, -0.20397695888897652, 1.0569715142428786),
)
_D65_OF_D50: Matrix = (
    (0.9554734527042182, -0.023098536874261423, 0.0632593086610217),
    (-0.028369706963208136, 1.0099954580058226, 0.021041398966943008),
    (0.012314001688319899, -0.020507696433477912, 1.3303659366080753),
)
_D65_OF_P3: Matrix = (
    (0.4865709486482162, 0.26566769316909306, 0.1982172852343625),
    (0.2289745640697488, 0.6917385218365064, 0.079286914093745),
    (0.0, 0.04511338185890264, 1.043944368900976),
)
_D65_OF_A98: Matrix = (
    (0.5766690429101305, 0.1855582379065463, 0.1882286462349947),
    (0.29734497525053605, 0.6273635662554661, 0.07529145849399788),
    (0.02703136138641234, 0.07068885253582723, 0.9913375368376388),
)
_D50_OF_PROPHOTO: Matrix = (
    (0.7977604896723027, 0.13518583717574031, 0.0313493495815248),
    (0.2880711282292934, 0.7118432178101014, 0.00008565396060525902),
    (0.0, 0.0, 0.8251046025104601),
)
_D65_OF_REC2020: Matrix = (
    (0.6369580483012914, 0.14461690358620832, 0.1688809751641721),
    (0.2627002120112671, 0.6779980715188708, 0.05930171646986196),
    (0.0, 0.028072693049087428, 1.060985057710791),
)
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


def color(tokens: Sequence[Node]) -> str | None:
    """The one color that these are: `#rrggbb`, `#rrggbbaa` or `currentColor`; None if they are none."""
    if len(tokens) != 1:
        return None
    (token,) = tokens
    if token.type == "ident" and token.lower_value in _SYSTEM:
        return _SYSTEM[token.lower_value]
    if token.type == "function" and token.lower_name == "light-dark":
        return _light(token.arguments)
    found = _parsed(token)
    if found is None or isinstance(found, str):
        return "currentColor" if found else None
    srgb = _srgb(found)
    return srgb and _written((*srgb, found.alpha))


@lru_cache(4096)
def color_of(text: str) -> str | None:
    """The same for a value as it is written."""
    return color(significant(tinycss2.parse_component_value_list(text, skip_comments=True)))


def significant(tokens: Sequence[Node]) -> list[Node]:
    """Without blanks and comments."""
    return [token for token in tokens if token.type not in ("whitespace", "comment")]


def is_sign(token: Node, sign: str) -> bool:
    """Whether it is this one character, outside of words and numbers."""
    return bool(token == sign)


def split_at_commas(tokens: Sequence[Node]) -> list[list[Node]]:
    """What stands between commas, without blanks."""
    parts: list[list[Node]] = [[]]
    for token in significant(tokens):
        if is_sign(token, ","):
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _parsed(token: Node) -> "color5.Color | str | None":
    """tinycss2 leaves a function that has too few arguments to Python's own exceptions."""
    try:
        return color5.parse_color(token)
    except (ArithmeticError, AssertionError, AttributeError, IndexError, TypeError, ValueError):
        return None


def _light(arguments: Sequence[Node]) -> str | None:
    """A picture is shown on a light page, and cannot know better."""
    colors = [color(part) for part in split_at_commas(arguments)]
    return colors[0] if len(colors) == 2 and all(colors) else None


def _srgb(found: "color4.Color") -> Triple | None:
    """Red, green and blue from 0 to 1, or beyond."""
    given = _triple([value or 0.0 for value in found.coordinates[:3]])
    if found.space == "hsl":
        hue, saturation, light = given
        return _triple(color4.Color("hsl", (hue, min(max(saturation, 0.0), 100.0), light), 1).to("srgb").coordinates)
    if found.space == "hwb":
        return _triple(found.to("srgb").coordinates)
    if found.space in ("lab", "lch"):
        return _of_d50(_triple(found.to("xyz-d50").coordinates))
    return _SPACES[found.space](given) if found.space in _SPACES else None


def _of_oklch(lch: Triple) -> Triple:
    light, chroma, hue = lch
    return _of_oklab((light, chroma * cos(radians(hue)), chroma * sin(radians(hue))))


def _of_oklab(lab: Triple) -> Triple:
    """tinycss2's own way to XYZ takes the lightness in percent."""
    light, a, b = lab
    long = (light + 0.3963377773761749 * a + 0.2158037573099136 * b) ** 3
    medium = (light - 0.1055613458156586 * a - 0.0638541728258133 * b) ** 3
    short = (light - 0.0894841775298119 * a - 1.2914855480194092 * b) ** 3
    linear = (
        4.0767416360759574 * long - 3.3077115392580616 * medium + 0.2309699031821044 * short,
        -1.2684379732850317 * long + 2.6097573492876887 * medium - 0.3413193760026573 * short,
        -0.0041960761386756 * long - 0.7034186179359362 * medium + 1.7076146940746117 * short,
    )
    return _each(_encoded, linear)


def _of_xyz(xyz: Triple) -> Triple:
    return _each(_encoded, _times(_SRGB_OF_D65, xyz))


def _of_d50(xyz: Triple) -> Triple:
    return _of_xyz(_times(_D65_OF_D50, xyz))


def _of_prophoto(rgb: Triple) -> Triple:
    return _of_d50(_times(_D50_OF_PROPHOTO, _each(_prophoto, rgb)))


def _of_primaries(to_xyz: Matrix, linear: Callable[[float], float]) -> Callable[[Triple], Triple]:
    return lambda rgb: _of_xyz(_times(to_xyz, _each(linear, rgb)))


def _times(matrix: Matrix, vector: Triple) -> Triple:
    first, second, third = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
    return first, second, third


def _each(function: Callable[[float], float], values: Triple) -> Triple:
    first, second, third = map(function, values)
    return first, second, third


def _triple(values: Sequence[float]) -> Triple:
    first, second, third = values
    return first, second, third


def _encoded(linear: float) -> float:
    return float(12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055)


def _decoded(value: float) -> float:
    return float(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)


def _a98(value: float) -> float:
    return float(max(value, 0.0) ** (563 / 256))


def _prophoto(value: float) -> float:
    return float(value / 16 if value <= 16 / 512 else value**1.8)


def _rec2020(value: float) -> float:
    if value < 0.018053968510807 * 4.5:
        return value / 4.5
    return float(((value + 0.09929682680944) / 1.09929682680944) ** (1 / 0.45))


_SPACES: dict[str, Callable[[Triple], Triple]] = {
    "srgb": lambda rgb: rgb,
    "srgb-linear": lambda rgb: _each(_encoded, rgb),
    "oklab": _of_oklab,
    "oklch": _of_oklch,
    "xyz": _of_xyz,
    "xyz-d65": _of_xyz,
    "xyz-d50": _of_d50,
    "display-p3": _of_primaries(_D65_OF_P3, _decoded),
    "a98-rgb": _of_primaries(_D65_OF_A98, _a98),
    "rec2020": _of_primaries(_D65_OF_REC2020, _rec2020),
    "prophoto-rgb": _of_prophoto,
}


def _written(channels: Sequence[float]) -> str:
    levels = [int(min(max(value, 0.0), 1.0) * 255 + 0.5) for value in channels]
    return "#" + "".join(f"{level:02x}" for level in (levels if levels[3] < 255 else levels[:3]))

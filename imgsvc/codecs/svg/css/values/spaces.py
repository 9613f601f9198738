"""The color spaces of CSS: to sRGB, red, green and blue from 0 to 1 or beyond, and back."""

from collections.abc import Callable, Mapping, Sequence
from math import atan2, cos, degrees, hypot, radians, sin

Triple = tuple[float, float, float]
Matrix = tuple[Triple, Triple, Triple]

# CSS Color 4, section 17: to XYZ from linear light.
_D65_OF_SRGB: Matrix = (
    (0.41239079926595934, 0.357584339383878, 0.1804807884018343),
    (0.21263900587151027, 0.715168678767756, 0.07219231536073371),
    (0.01933081871559182, 0.11919477979462598, 0.9505321522496607),
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
_D50_WHITE: Triple = (0.3457 / 0.3585, 1.0, 0.2958 / 0.3585)
_LMS_OF_OKLAB: Matrix = (
    (1.0, 0.3963377773761749, 0.2158037573099136),
    (1.0, -0.1055613458156586, -0.0638541728258133),
    (1.0, -0.0894841775298119, -1.2914855480194092),
)
_LINEAR_OF_LMS: Matrix = (
    (4.0767416360759574, -3.3077115392580616, 0.2309699031821044),
    (-1.2684379732850317, 2.6097573492876887, -0.3413193760026573),
    (-0.0041960761386756, -0.7034186179359362, 1.7076146940746117),
)
# CIE's constants of Lab.
_KAPPA, _EPSILON = 24389 / 27, 216 / 24389


def to_srgb(space: str, color: Triple) -> Triple | None:
    """Red, green and blue; None for a space that is not known."""
    return _SPACES[space][0](color) if space in _SPACES else None


def from_srgb(space: str, rgb: Triple) -> Triple:
    """The same color in that space; KeyError for one that is not known."""
    return _SPACES[space][1](rgb)


def _times(matrix: Matrix, vector: Triple) -> Triple:
    first, second, third = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
    return first, second, third


def _inverse(matrix: Matrix) -> Matrix:
    """By cofactors: those of its rows, turned, over its determinant."""
    (a, b, c), (d, e, f), (g, h, i) = matrix
    whole = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    rows = (
        (e * i - f * h, c * h - b * i, b * f - c * e),
        (f * g - d * i, a * i - c * g, c * d - a * f),
        (d * h - e * g, b * g - a * h, a * e - b * d),
    )
    first, second, third = (_each(lambda value: value / whole, row) for row in rows)
    return first, second, third


def _each(function: Callable[[float], float], values: Sequence[float]) -> Triple:
    first, second, third = map(function, values)
    return first, second, third


def _encoded(linear: float) -> float:
    return float(12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055)


def _decoded(value: float) -> float:
    return float(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)


def _root(value: float) -> float:
    return float(abs(value) ** (1 / 3)) * (1 if value >= 0 else -1)


def _of_linear(linear: Triple) -> Triple:
    return _each(_encoded, linear)


def _to_linear(rgb: Triple) -> Triple:
    return _each(_decoded, rgb)


def _hsl_to_srgb(hsl: Triple) -> Triple:
    hue, saturation, light = hsl[0] % 360, min(max(hsl[1], 0.0), 100.0) / 100, hsl[2] / 100
    chroma = saturation * min(light, 1 - light)

    def channel(turn: int) -> float:
        at = (turn + hue / 30) % 12
        return light - chroma * max(-1.0, min(at - 3, 9 - at, 1.0))

    return channel(0), channel(8), channel(4)


def _srgb_to_hsl(rgb: Triple) -> Triple:
    most, least = max(rgb), min(rgb)
    light, span = (most + least) / 2, most - least
    saturation = span / (1 - abs(2 * light - 1)) if span and abs(2 * light - 1) != 1 else 0.0
    return _hue(rgb, most, span), saturation * 100, light * 100


def _hue(rgb: Triple, most: float, span: float) -> float:
    red, green, blue = rgb
    if span < 1e-9:
        return 0.0
    if most == red:
        return (green - blue) / span * 60 % 360
    return (blue - red) / span * 60 + 120 if most == green else (red - green) / span * 60 + 240


def _hwb_to_srgb(hwb: Triple) -> Triple:
    hue, white, black = hwb[0], hwb[1] / 100, hwb[2] / 100
    if white + black >= 1:
        return (white / (white + black),) * 3
    return _each(lambda value: value * (1 - white - black) + white, _hsl_to_srgb((hue, 100.0, 50.0)))


def _srgb_to_hwb(rgb: Triple) -> Triple:
    return _hue(rgb, max(rgb), max(rgb) - min(rgb)), min(rgb) * 100, (1 - max(rgb)) * 100


def _polar(lab: Triple) -> Triple:
    light, a, b = lab
    return light, hypot(a, b), degrees(atan2(b, a)) % 360


def _flat(lch: Triple) -> Triple:
    light, chroma, hue = lch
    return light, chroma * cos(radians(hue)), chroma * sin(radians(hue))


def _oklab_to_srgb(lab: Triple) -> Triple:
    return _of_linear(_times(_LINEAR_OF_LMS, _each(lambda value: value**3, _times(_LMS_OF_OKLAB, lab))))


def _srgb_to_oklab(rgb: Triple) -> Triple:
    return _times(_OKLAB_OF_LMS, _each(_root, _times(_LMS_OF_LINEAR, _to_linear(rgb))))


def _lab_to_srgb(lab: Triple) -> Triple:
    middle = (lab[0] + 16) / 116
    parts = (lab[1] / 500 + middle, middle, middle - lab[2] / 200)
    ratios = _each(lambda part: part**3 if part**3 > _EPSILON else (116 * part - 16) / _KAPPA, parts)
    x, y, z = (ratio * white for ratio, white in zip(ratios, _D50_WHITE, strict=True))
    return _D50[0]((x, y, z))


def _srgb_to_lab(rgb: Triple) -> Triple:
    ratios = [value / white for value, white in zip(_D50[1](rgb), _D50_WHITE, strict=True)]
    x, y, z = _each(lambda each: _root(each) if each > _EPSILON else (_KAPPA * each + 16) / 116, ratios)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _a98(value: float) -> float:
    return float(max(value, 0.0) ** (563 / 256))


def _to_a98(value: float) -> float:
    return float(max(value, 0.0) ** (256 / 563))


def _prophoto(value: float) -> float:
    return float(value / 16 if value <= 16 / 512 else value**1.8)


def _to_prophoto(value: float) -> float:
    return float(value * 16 if value < 1 / 512 else value ** (1 / 1.8))


def _rec2020(value: float) -> float:
    if value < 0.018053968510807 * 4.5:
        return value / 4.5
    return float(((value + 0.09929682680944) / 1.09929682680944) ** (1 / 0.45))


def _to_rec2020(value: float) -> float:
    if value < 0.018053968510807:
        return value * 4.5
    return float(1.09929682680944 * value**0.45 - 0.09929682680944)


_Way = Callable[[Triple], Triple]
_Ways = tuple[_Way, _Way]
_SRGB_OF_D65 = _inverse(_D65_OF_SRGB)
_OKLAB_OF_LMS, _LMS_OF_LINEAR = _inverse(_LMS_OF_OKLAB), _inverse(_LINEAR_OF_LMS)
_D65: _Ways = (
    lambda xyz: _of_linear(_times(_SRGB_OF_D65, xyz)),
    lambda rgb: _times(_D65_OF_SRGB, _to_linear(rgb)),
)
_D50_OF_D65 = _inverse(_D65_OF_D50)
_D50: _Ways = (lambda xyz: _D65[0](_times(_D65_OF_D50, xyz)), lambda rgb: _times(_D50_OF_D65, _D65[1](rgb)))


def _primaries(
    matrix: Matrix, linear: Callable[[float], float], encoded: Callable[[float], float], white: _Ways = _D65
) -> _Ways:
    back = _inverse(matrix)
    return (
        lambda color: white[0](_times(matrix, _each(linear, color))),
        lambda rgb: _each(encoded, _times(back, white[1](rgb))),
    )


_SPACES: Mapping[str, _Ways] = {
    "srgb": (lambda rgb: rgb, lambda rgb: rgb),
    "srgb-linear": (_of_linear, _to_linear),
    "hsl": (_hsl_to_srgb, _srgb_to_hsl),
    "hwb": (_hwb_to_srgb, _srgb_to_hwb),
    "oklab": (_oklab_to_srgb, _srgb_to_oklab),
    "oklch": (lambda lch: _oklab_to_srgb(_flat(lch)), lambda rgb: _polar(_srgb_to_oklab(rgb))),
    "lab": (_lab_to_srgb, _srgb_to_lab),
    "lch": (lambda lch: _lab_to_srgb(_flat(lch)), lambda rgb: _polar(_srgb_to_lab(rgb))),
    "xyz": _D65,
    "xyz-d65": _D65,
    "xyz-d50": _D50,
    "display-p3": _primaries(_D65_OF_P3, _decoded, _encoded),
    "a98-rgb": _primaries(_D65_OF_A98, _a98, _to_a98),
    "rec2020": _primaries(_D65_OF_REC2020, _rec2020, _to_rec2020),
    "prophoto-rgb": _primaries(_D50_OF_PROPHOTO, _prophoto, _to_prophoto, _D50),
}

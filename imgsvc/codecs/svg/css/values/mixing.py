"""Colors that are made of others: mixed, or with channels of another."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from tinycss2.ast import Node as Token

from imgsvc.codecs.svg.css.values.calculating import PLAIN, Units, quantity
from imgsvc.codecs.svg.css.values.spaces import Triple, from_srgb, to_srgb
from imgsvc.codecs.svg.css.values.tokens import is_sign, significant, split_at_commas


class Color(NamedTuple):
    """Red, green and blue of sRGB from 0 to 1 or beyond, and how opaque it is."""

    rgb: Triple
    alpha: float = 1.0


Reader = Callable[[Token], Color | None]

# Where the hue is among the channels, and its way around.
_HUES: Mapping[str, int] = {"hsl": 0, "hwb": 0, "lch": 2, "oklch": 2}
_WAYS: Mapping[str, Callable[[float], float]] = {
    "shorter": lambda turn: (turn + 180) % 360 - 180,
    "longer": lambda turn: turn % 360 if (turn + 180) % 360 - 180 <= 0 else turn % 360 - 360,
    "increasing": lambda turn: turn % 360,
    "decreasing": lambda turn: -(-turn % 360),
}
_MIXED_IN = frozenset(
    {"srgb", "srgb-linear", "hsl", "hwb", "lab", "lch", "oklab", "oklch", "xyz", "xyz-d50", "xyz-d65"}
    | {"display-p3", "a98-rgb", "prophoto-rgb", "rec2020"}
)
# What has less of it has no hue, and takes the other's.
_GRAY = {"hsl": 1e-3, "hwb": 1e-3, "lch": 1.5e-2, "oklch": 4e-4}


class _Form(NamedTuple):
    """A color function: its space, its channels' letters, what a hundred percent of each come to, and what its 1 is."""

    space: str
    letters: str
    wholes: Triple
    unit: float = 1.0


_RGB, _HSL = _Form("srgb", "rgb", (255.0, 255.0, 255.0), 255.0), _Form("hsl", "hsl", (360.0, 100.0, 100.0))
_FORMS: Mapping[str, _Form] = {
    "rgb": _RGB,
    "rgba": _RGB,
    "hsl": _HSL,
    "hsla": _HSL,
    "hwb": _Form("hwb", "hwb", (360.0, 100.0, 100.0)),
    "lab": _Form("lab", "lab", (100.0, 125.0, 125.0)),
    "lch": _Form("lch", "lch", (100.0, 150.0, 360.0)),
    "oklab": _Form("oklab", "lab", (1.0, 0.4, 0.4)),
    "oklch": _Form("oklch", "lch", (1.0, 0.4, 360.0)),
}


def mixed(arguments: Sequence[Token], color_of: Reader) -> Color | None:
    """color-mix() of two colors."""
    parts = split_at_commas(arguments)
    space, way = "oklab", "shorter"
    if len(parts) == 3:
        words = [token.lower_value for token in parts.pop(0) if token.type == "ident"]
        if words[:1] != ["in"] or words[1:2] == [] or words[3:] not in ([], ["hue"]):
            return None
        space, way = words[1], (words[2] if len(words) == 4 else way)
        if len(words) == 4 and space not in _HUES:
            return None
    shares = [_share(part, color_of) for part in parts]
    if len(shares) != 2 or space not in _MIXED_IN or way not in _WAYS:
        return None
    first, second = shares
    return _weighed(first, second, space, way) if first and second else None


def relative(name: str, arguments: Sequence[Token], color_of: Reader) -> Color | None:
    """A color function that has `from` first: its channels are words."""
    _, *rest = significant(arguments)
    if not rest:
        return None
    base, *tokens = rest
    form = _FORMS.get(name)
    if name == "color" and tokens and tokens[0].type == "ident":
        space = tokens.pop(0).lower_value
        form = _Form(space, "xyz" if space[:3] == "xyz" else "rgb", (1.0, 1.0, 1.0))
    found = color_of(base)
    if found is None or form is None or form.space not in _MIXED_IN:
        return None
    levels = [value * form.unit for value in from_srgb(form.space, found.rgb)]
    words = {**dict(zip(form.letters, levels, strict=True)), "alpha": found.alpha}
    return _of_channels(form, tokens, Units(PLAIN.lengths, words=words))


def _share(part: Sequence[Token], color_of: Reader) -> tuple[Color, float | None] | None:
    """A color, and its percentage if it has one."""
    shares = [token for token in part if token.type == "percentage"]
    colors = [token for token in part if token.type != "percentage"]
    if len(colors) != 1 or len(shares) > 1 or (found := color_of(colors[0])) is None:
        return None
    share = float(shares[0].value) if shares else None
    return (found, share) if share is None or 0 <= share <= 100 else None


def _weighed(
    first: tuple[Color, float | None], second: tuple[Color, float | None], space: str, way: str
) -> Color | None:
    (one, share), (other, rest) = first, second
    if share is None:
        share = 50.0 if rest is None else 100 - rest
    if rest is None:
        rest = 100 - share
    if (whole := share + rest) == 0:
        return Color((0.0, 0.0, 0.0), 0.0)
    return _between(one, other, rest / whole, space, way, min(whole / 100, 1.0))


def _between(one: Color, other: Color, at: float, space: str, way: str, strength: float) -> Color | None:
    """Channels are mixed as far as they are seen; a hue goes around."""
    begin, end = list(from_srgb(space, one.rgb)), list(from_srgb(space, other.rgb))
    alpha = one.alpha + (other.alpha - one.alpha) * at
    channels = [
        (a * one.alpha * (1 - at) + b * other.alpha * at) / alpha if alpha else 0.0
        for a, b in zip(begin, end, strict=True)
    ]
    if (hue := _HUES.get(space)) is not None:
        start, stop = begin[hue], end[hue]
        if _is_gray(begin, space):
            start = stop
        elif _is_gray(end, space):
            stop = start
        channels[hue] = start + _WAYS[way](stop - start) * at
    rgb = to_srgb(space, (channels[0], channels[1], channels[2]))
    return rgb and Color(rgb, alpha * strength)


def _is_gray(channels: Sequence[float], space: str) -> bool:
    if space == "hwb":
        return channels[1] + channels[2] >= 100 - _GRAY[space]
    return channels[1] <= _GRAY[space]


def _of_channels(form: _Form, tokens: Sequence[Token], units: Units) -> Color | None:
    slash = next((i for i, token in enumerate(tokens) if is_sign(token, "/")), len(tokens))
    if slash != len(form.wholes) or len(tokens) > slash + 2:
        return None
    channels = [_channel(token, whole, units) for token, whole in zip(tokens[:slash], form.wholes, strict=True)]
    opacity = [_channel(token, 1.0, units) for token in tokens[slash + 1 :]]
    known = [value / form.unit for value in channels if value is not None]
    if len(known) < len(channels) or None in opacity:
        return None
    rgb = to_srgb(form.space, (known[0], known[1], known[2]))
    alpha = (opacity[0] or 0.0) if opacity else units.words["alpha"]
    return rgb and Color(rgb, min(max(alpha, 0.0), 1.0))


def _channel(token: Token, whole: float, units: Units) -> float | None:
    if token.type == "ident" and token.lower_value == "none":
        return 0.0
    found = quantity(token, units)
    if found is None or found.unit == "px":
        return None
    return found.value / 100 * whole if found.unit == "%" else found.value

"""What lengths, percentages in calculations and `currentColor` come to where they stand."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import tinycss2
from tinycss2.ast import Node as Token

from imgsvc.codecs.svg.css.values.calculating import ABSOLUTE, Quantity, Units, is_calculated, quantity
from imgsvc.codecs.svg.css.values.colors import color_of
from imgsvc.codecs.svg.css.values.lengths import written
from imgsvc.codecs.svg.css.values.tokens import is_sign

# Looked for in what may be written anywhere; the last is the color of a shadow that has none of its own.
_CALCULATED = re.compile(
    r"(?:calc|min|max|clamp|round|mod|rem|abs|sign|hypot|pow|sqrt|exp|log|sin|cos|tan|atan2|env)\("
    r"|[\d.](?:r?(?:em|ex|ch|lh|ic|cap)|[dls]?v(?:w|h|i|b|min|max)|q)\b"
    r"|currentcolor|translate\w*\([^)]*%|translate\s*:[^;}]*%|drop-shadow",
    re.IGNORECASE,
)
# The same in attributes, in the bytes of a file. PERF: each takes 0.3 µs of an icon.
_MARKS = (b"calc(", b"var(", b'rem"', b'vw"', b'vh"', b'vmin"', b'vmax"', b'ch"', b'lh"', b'Q"', b"drop-shadow(")
_FLOODS = (b"flood-color", b"lighting-color")
# Of DejaVu Sans, which is what sans-serif is on Debian: the width of its zero, height of its capitals and of a line.
_ZERO, _CAPITALS, _X_HEIGHT, _LINE = 1303 / 2048, 1493 / 2048, 1120 / 2048, 2384 / 2048
_OF_A_FONT = {"em": 1.0, "ex": _X_HEIGHT, "ch": _ZERO, "cap": _CAPITALS, "ic": 1.0, "lh": _LINE}
_ACROSS = frozenset({"x", "x1", "x2", "cx", "fx", "dx", "rx", "width", "refX", "translatex"})
_DOWN = frozenset({"y", "y1", "y2", "cy", "fy", "dy", "ry", "height", "refY", "translatey"})
_SIZES = ("xx-small", "x-small", "small", "medium", "large", "x-large", "xx-large", "xxx-large")
_SIZE_PIXELS = (9.0, 10.0, 13.0, 16.0, 18.0, 24.0, 32.0, 48.0)
_COLORS = frozenset({"rgb", "rgba", "hsl", "hsla", "hwb", "lab", "lch", "oklab", "oklch", "color"})


def is_placed(text: str) -> bool:
    """Whether something in it may depend on where it stands."""
    return _CALCULATED.search(text) is not None


def may_be_placed(data: bytes) -> bool:
    """Whether attributes in a file may hold such values; of what is packed, or not in UTF-8, nobody knows."""
    if data[:2] in (b"\x1f\x8b", b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:4]:
        return True
    return any(mark in data for mark in _MARKS) or (b"urrentColor" in data and any(each in data for each in _FLOODS))


class Place(NamedTuple):
    """The picture's size, that of the viewport around, the size of the root's font and of the one here, the color."""

    page: tuple[float, float]
    view: tuple[float, float]
    root_font: float = 16.0
    font: float = 16.0
    color: str = "#000"

    @property
    def lengths(self) -> Mapping[str, float]:
        """Pixels by unit."""
        return _of_page(self.page, self.root_font, self.font)

    def units(self, whole: float | None) -> Units:
        """What lengths come to, of which a hundred percent are `whole`."""
        return Units(self.lengths, whole)

    def whole(self, name: str) -> float:
        """What percentages of a property are of."""
        width, height = self.view
        if name in _ACROSS:
            return width
        return height if name in _DOWN else float(((width * width + height * height) / 2) ** 0.5)

    def around(self, view_box: str) -> "Place":
        """The same in a viewport of that size."""
        numbers = view_box.replace(",", " ").split()
        try:
            view = float(numbers[2]), float(numbers[3])
        except (IndexError, ValueError):
            return self
        return self._replace(view=view) if min(view) > 0 else self

    def inside(self, font_size: str, color: str) -> "Place":
        """The same in an element that says this of its font and color; empty for what it does not say."""
        font = self._font_size(font_size) if font_size else self.font
        known = color_of(color) if color else None
        return self._replace(font=font, color=known if known and known[0] == "#" else self.color)

    def as_root(self) -> "Place":
        """That of all that is in a root with this font."""
        return self._replace(root_font=self.font)

    def _font_size(self, text: str) -> float:
        """A font's size, here inside."""
        token = tinycss2.parse_one_component_value(text)
        if token.type == "ident" and token.lower_value in _SIZES:
            return _SIZE_PIXELS[_SIZES.index(token.lower_value)]
        found = quantity(token, self.units(self.font))
        if found is None or found.unit == "deg":
            return self.font
        return found.value / 100 * self.font if found.unit == "%" else found.value


def settled(name: str, value: str, place: Place) -> str | None:
    """The value with all of that worked out; None if it is not valid."""
    if "currentcolor" in value.lower() and name in ("flood-color", "lighting-color"):
        return place.color
    tokens = tinycss2.parse_component_value_list(value, skip_comments=True)
    if name == "translate":
        at = next((i for i, token in enumerate(tokens) if token.type == "whitespace"), len(tokens))
        return _both(tokens, at, place, depth=0)
    return _settled(tokens, name, place, depth=0)


def _settled(tokens: Sequence[Token], name: str, place: Place, depth: int) -> str | None:
    pieces = [_piece(token, name, place, depth) for token in tokens]
    known = [piece for piece in pieces if piece is not None]
    return "".join(known) if len(known) == len(pieces) else None


def _piece(token: Token, name: str, place: Place, depth: int) -> str | None:
    if is_calculated(token):
        return _written(quantity(token, place.units(place.whole(name))))
    if token.type == "dimension" and _is_settled(token.lower_unit, place):
        return _written(quantity(token, place.units(None)))
    if token.type == "percentage" and name.startswith("translate"):
        return _written(Quantity(token.value / 100 * place.whole(name), "px"))
    if token.type == "ident" and depth and token.lower_value == "currentcolor":
        return place.color
    if token.type == "function":
        inside = _arguments(token, name, place, depth)
        return None if inside is None else f"{token.name}({inside})"
    return str(token.serialize())


def _is_settled(unit: str, place: Place) -> bool:
    return unit in place.lengths and (unit not in ABSOLUTE or unit == "q")


def _arguments(function: Token, name: str, place: Place, depth: int) -> str | None:
    """Of a function: the second length of a translation is one down; a color's channels are words of its own."""
    tokens, inside = function.arguments, function.lower_name
    if inside in ("translate", "translate3d"):
        at = next((i for i, token in enumerate(tokens) if is_sign(token, ",")), len(tokens))
        return _both(tokens, at, place, depth + 1)
    if inside in _COLORS and any(token.type == "ident" and token.lower_value == "from" for token in tokens):
        return "".join(
            place.color if token.type == "ident" and token.lower_value == "currentcolor" else token.serialize()
            for token in tokens
        )
    found = _settled(tokens, inside if inside.startswith("translate") else name, place, depth + 1)
    if inside == "drop-shadow" and found is not None and not any(map(_is_colored, tokens)):
        return f"{found} {place.color}"
    return found


def _both(tokens: Sequence[Token], at: int, place: Place, depth: int) -> str | None:
    """A length across, and another down from there on."""
    across = _settled(tokens[:at], "translatex", place, depth)
    down = _settled(tokens[at:], "translatey", place, depth)
    return None if across is None or down is None else across + down


def _is_colored(token: Token) -> bool:
    """Whether it may be a color, and is no length."""
    return token.type in ("ident", "hash") or (token.type == "function" and not is_calculated(token))


def _written(found: Quantity | None) -> str | None:
    return None if found is None else f"{written(found.value)}{found.unit}"


@lru_cache(256)
def _of_page(page: tuple[float, float], root_font: float, font: float) -> Mapping[str, float]:
    width, height = page
    sides = {"w": width, "h": height, "i": width, "b": height, "min": min(page), "max": max(page)}
    return {
        **ABSOLUTE,
        **{unit: share * font for unit, share in _OF_A_FONT.items()},
        **{f"r{unit}": share * root_font for unit, share in _OF_A_FONT.items()},
        **{f"{kind}v{side}": pixels / 100 for kind in ("", "d", "l", "s") for side, pixels in sides.items()},
    }

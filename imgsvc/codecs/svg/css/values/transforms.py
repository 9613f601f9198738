"""The transforms of CSS, whose lengths and angles have units, as those of SVG, whose have none."""

from collections.abc import Callable, Mapping, Sequence
from math import cos, radians, tan

from tinycss2.ast import Node as Token

from imgsvc.codecs.svg.css.values.lengths import degrees, length, number, pixels, written
from imgsvc.codecs.svg.css.values.tokens import significant, split_at_commas


def transform(tokens: Sequence[Token]) -> str | None:
    """A list of functions; `none` leaves nothing of it."""
    found = significant(tokens)
    if len(found) == 1 and found[0].type == "ident":
        return "" if found[0].lower_value == "none" else None
    pieces = [_function(token) for token in found]
    return None if None in pieces or not pieces else " ".join(filter(None, pieces))


def translate(tokens: Sequence[Token]) -> str | None:
    """The property of that name; its third length is out of the plane."""
    found = [pixels(token) for token in _told(tokens)[:2]]
    return _all(found, _named("translate")) if found else ""


def rotate(tokens: Sequence[Token]) -> str | None:
    """The same; around other axes than that which comes out of the plane it is none of SVG's."""
    found = [token for token in _told(tokens) if token.type != "ident" or token.lower_value != "z"]
    return _all([degrees(found[0])], _named("rotate")) if len(found) == 1 else None if found else ""


def scale(tokens: Sequence[Token]) -> str | None:
    """The same."""
    found = [number(token) for token in _told(tokens)[:2]]
    return _all(found, _named("scale")) if found else ""


def origin(tokens: Sequence[Token]) -> str | None:
    """One or two of a length, a share or a side."""
    found = significant(tokens)[:2]
    sides = [token.lower_value if token.type == "ident" else length(token) for token in found]
    is_known = all(side and (token.type != "ident" or side in _SIDES) for side, token in zip(sides, found, strict=True))
    return " ".join(side for side in sides if side) if found and is_known else None


def _told(tokens: Sequence[Token]) -> list[Token]:
    """Nothing for `none`."""
    found = significant(tokens)
    return [] if len(found) == 1 and found[0].type == "ident" and found[0].lower_value == "none" else found


def _all(found: Sequence[float | None], named: "Callable[[list[float]], str]") -> str | None:
    known = [value for value in found if value is not None]
    return named(known) if len(known) == len(found) else None


def _function(token: Token) -> str | None:
    if token.type != "function" or token.lower_name not in _FUNCTIONS:
        return None
    parts = split_at_commas(token.arguments)
    if any(len(part) != 1 for part in parts):
        # SVG's own syntax has them without commas.
        parts = [[each] for part in parts for each in part]
    reads, counts, name = _FUNCTIONS[token.lower_name]
    values = [reads(part[0]) for part in parts]
    return _all(values, name) if len(values) in counts else None


def _named(name: str) -> Callable[[list[float]], str]:
    return lambda values: f"{name}({' '.join(map(written, values))})"


def _flat(values: list[float]) -> str:
    """What a matrix of space does in the plane."""
    return _named("matrix")([values[i] for i in (0, 1, 4, 5, 12, 13)])


def _skew(values: list[float]) -> str:
    across, down = (tan(radians(value)) for value in (*values, 0.0)[:2])
    return _named("matrix")([1, down, across, 1, 0, 0])


def _leaning(name: str) -> Callable[[list[float]], str]:
    """What is turned out of the plane is seen narrower."""
    return lambda values: name.format(written(cos(radians(values[0]))))


def _turned(values: list[float]) -> str:
    x, y, z, angle = values
    if x or y:
        # One of the axes in the plane; what is between them is not told.
        return _leaning("scale(1 {})" if x else "scale({} 1)")([angle])
    return _named("rotate")([angle if z >= 0 else -angle])


def _axis_or_angle(token: Token) -> float | None:
    return number(token) if token.type == "number" else degrees(token)


_SIDES = frozenset({"left", "center", "right", "top", "bottom"})
_Reader = Callable[[Token], float | None]
_FUNCTIONS: Mapping[str, tuple[_Reader, tuple[int, ...], Callable[[list[float]], str]]] = {
    "translate": (pixels, (1, 2), _named("translate")),
    "translatex": (pixels, (1,), _named("translate")),
    "translatey": (pixels, (1,), lambda values: f"translate(0 {written(values[0])})"),
    "translatez": (pixels, (1,), lambda _: ""),
    "translate3d": (pixels, (3,), lambda values: _named("translate")(values[:2])),
    "scale": (number, (1, 2), _named("scale")),
    "scalex": (number, (1,), lambda values: f"scale({written(values[0])} 1)"),
    "scaley": (number, (1,), lambda values: f"scale(1 {written(values[0])})"),
    "scalez": (number, (1,), lambda _: ""),
    "scale3d": (number, (3,), lambda values: _named("scale")(values[:2])),
    "rotate": (degrees, (1, 3), _named("rotate")),
    "rotatez": (degrees, (1,), _named("rotate")),
    "rotatex": (degrees, (1,), _leaning("scale(1 {})")),
    "rotatey": (degrees, (1,), _leaning("scale({} 1)")),
    "rotate3d": (_axis_or_angle, (4,), _turned),
    "skew": (degrees, (1, 2), _skew),
    "skewx": (degrees, (1,), _named("skewX")),
    "skewy": (degrees, (1,), _named("skewY")),
    "matrix": (number, (6,), _named("matrix")),
    "matrix3d": (number, (16,), _flat),
    "perspective": (pixels, (1,), lambda _: ""),
}

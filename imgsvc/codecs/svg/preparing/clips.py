"""The basic shapes of CSS that a `clip-path` may be, as paths."""

from collections.abc import Sequence
from math import hypot, sqrt
from typing import NamedTuple, TypeVar

import tinycss2
from tinycss2.ast import Node as Token

from imgsvc.codecs.svg.css.values.calculating import PLAIN, Units, quantity
from imgsvc.codecs.svg.css.values.lengths import written
from imgsvc.codecs.svg.css.values.tokens import is_sign, is_word, significant, split_at_commas
from imgsvc.codecs.svg.preparing.outlines import Box

_Any = TypeVar("_Any")


class Clip(NamedTuple):
    """Path data, whether it is filled by evenodd, and where it begins."""

    data: str
    is_even: bool = False
    at: tuple[float, float] = (0.0, 0.0)


SHAPES = frozenset({"circle", "ellipse", "inset", "rect", "xywh", "polygon", "path"})
BOXES = frozenset({"fill-box", "stroke-box", "view-box", "content-box", "padding-box", "border-box", "margin-box"})
_MEANT = {"content-box": "fill-box", "padding-box": "fill-box", "border-box": "stroke-box", "margin-box": "stroke-box"}
_SHARES = {"left": 0.0, "top": 0.0, "center": 50.0, "right": 100.0, "bottom": 100.0}


def box_name(value: str) -> str:
    """The box that a shape is measured by; the stroke's where it does not say."""
    found = [token.lower_value for token in _tokens(value) if token.type == "ident" and token.lower_value in BOXES]
    name = found[0] if found else "stroke-box"
    return _MEANT.get(name, name)


def clip_of(value: str, box: Box) -> Clip | None:
    """What is seen; None if it is none of these shapes."""
    functions = [token for token in _tokens(value) if token.type == "function"]
    if not functions:
        return Clip(_rectangle(box, [0.0] * 4))
    if len(functions) != 1 or functions[0].lower_name not in SHAPES:
        return None
    name, tokens = functions[0].lower_name, functions[0].arguments
    if name in ("polygon", "path"):
        return _drawn(name, split_at_commas(tokens), box)
    found = _round(name, significant(tokens), box) if name in ("circle", "ellipse") else _cut(name, tokens, box)
    return None if found is None else Clip(found)


def _tokens(value: str) -> list[Token]:
    return significant(tinycss2.parse_component_value_list(value, skip_comments=True))


def _pixels(token: Token, whole: float) -> float | None:
    found = quantity(token, Units(PLAIN.lengths, whole))
    if found is None or found.unit == "deg":
        return None
    return found.value / 100 * whole if found.unit == "%" else found.value


def _drawn(name: str, parts: Sequence[Sequence[Token]], box: Box) -> Clip | None:
    is_even = len(parts[0]) == 1 and is_word(parts[0][0], "evenodd")
    if parts[0] and parts[0][0].type == "ident" and len(parts[0]) == 1:
        parts = parts[1:]
    if name == "path":
        strings = [token.value for part in parts for token in part if token.type == "string"]
        # It begins at the box's corner.
        return Clip(strings[0], is_even, (box.left, box.top)) if len(strings) == 1 else None
    width, height = box.size
    points = [(_pixels(part[0], width), _pixels(part[1], height)) for part in parts if len(part) == 2]
    known = [(x + box.left, y + box.top) for x, y in points if x is not None and y is not None]
    if len(known) < len(parts) or not known:
        return None
    return Clip("M" + " ".join(map(_said, known)) + "Z", is_even)


def _round(name: str, tokens: Sequence[Token], box: Box) -> str | None:
    width, height = box.size
    at = next((i for i, token in enumerate(tokens) if is_word(token, "at")), len(tokens))
    center = _position(tokens[at + 1 :], box)
    if center is None:
        return None
    x, y = center
    across, down = (abs(x - box.left), abs(box.right - x)), (abs(y - box.top), abs(box.bottom - y))
    given = [*tokens[:at]]
    if name == "circle":
        sides = (*across, *down)
        radius = _radius(given[0] if given else None, sides, sqrt((width**2 + height**2) / 2))
        return None if radius is None else _oval(x, y, radius, radius)
    first, second = (given[0], given[1]) if len(given) == 2 else (None, None)
    radii = _radius(first, across, width), _radius(second, down, height)
    return None if radii[0] is None or radii[1] is None else _oval(x, y, radii[0], radii[1])


def _radius(token: Token | None, sides: Sequence[float], whole: float) -> float | None:
    if token is None or is_word(token, "closest-side"):
        return min(sides)
    return max(sides) if is_word(token, "farthest-side") else _pixels(token, whole)


def _position(tokens: Sequence[Token], box: Box) -> tuple[float, float] | None:
    """One or two of lengths and sides; the middle where there are none."""
    words = [_SHARES.get(token.lower_value) if token.type == "ident" else None for token in tokens]
    if len(tokens) > 2:
        return None
    if len(tokens) == 2 and (is_word(tokens[0], "top") or is_word(tokens[0], "bottom")):
        tokens, words = tokens[::-1], words[::-1]
    if len(tokens) == 1 and (is_word(tokens[0], "top") or is_word(tokens[0], "bottom")):
        tokens, words = [tokens[0], tokens[0]], [50.0, words[0]]
    found = [
        share / 100 * whole if share is not None else _pixels(token, whole)
        for token, share, whole in zip([*tokens, None, None], [*words, 50.0, 50.0][:2], box.size, strict=False)
    ]
    return None if None in found else (box.left + (found[0] or 0.0), box.top + (found[1] or 0.0))


def _oval(x: float, y: float, across: float, down: float) -> str:
    left, right, a, b = (written(each) for each in (x - across, x + across, across, down))
    return f"M{left},{written(y)}A{a},{b} 0 1 1 {right},{written(y)}A{a},{b} 0 1 1 {left},{written(y)}Z"


def _cut(name: str, arguments: Sequence[Token], box: Box) -> str | None:
    """What is left between four sides."""
    tokens = significant(arguments)
    at = next((i for i, token in enumerate(tokens) if is_word(token, "round")), len(tokens))
    sides, corners = list(tokens[:at]), tokens[at + 1 :]
    width, height = box.size
    if name == "inset":
        if not 1 <= len(sides) <= 4:
            return None
        sides = _four(sides)
    wholes = (width, height, width, height) if name == "xywh" else (height, width, height, width)
    found = [
        _auto(token, i, box) if is_word(token, "auto") else _pixels(token, whole)
        for i, (token, whole) in enumerate(zip(sides, wholes, strict=False))
    ]
    known = [value for value in found if value is not None]
    if len(known) != 4:
        return None
    one, two, three, four = known
    if name == "inset":
        cut = Box(box.left + four, box.top + one, box.right - two, box.bottom - three)
    elif name == "rect":
        cut = Box(box.left + four, box.top + one, box.left + two, box.top + three)
    else:
        cut = Box(box.left + one, box.top + two, box.left + one + three, box.top + two + four)
    return _rectangle(cut, _corners(corners, cut))


def _four(values: Sequence[_Any]) -> list[_Any]:
    """CSS says them of all sides, of opposite ones, or of each."""
    one, two, three, four = (*values, *[None] * 4)[:4]
    two = one if two is None else two
    sides = one, two, one if three is None else three, two if four is None else four
    return [side for side in sides if side is not None]


def _auto(token: Token, side: int, box: Box) -> float:
    """In rect(): the box's own."""
    return (0.0, box.size[0], box.size[1], 0.0)[side]


def _corners(tokens: Sequence[Token], box: Box) -> list[float]:
    """Radii from the upper left corner on, alike in both directions, and no larger than there is place for."""
    given = []
    for token in tokens:
        if is_sign(token, "/"):
            break
        given.append(_pixels(token, hypot(*box.size) / sqrt(2)) or 0.0)
    radii = _four(given) if given else [0.0] * 4
    most = min(box.size)
    largest = max(radii[i] + radii[(i + 1) % 4] for i in range(4))
    return [radius * most / largest for radius in radii] if largest > most > 0 else radii


def _rectangle(box: Box, radii: Sequence[float]) -> str:
    left, top = box.left, box.top
    right, bottom = max(box.right, left), max(box.bottom, top)
    a, b, c, d = radii
    corners = (
        ((left + a, top), (right - b, top), b, (right, top + b)),
        ((right, top + b), (right, bottom - c), c, (right - c, bottom)),
        ((right - c, bottom), (left + d, bottom), d, (left, bottom - d)),
        ((left, bottom - d), (left, top + a), a, (left + a, top)),
    )
    pieces = [f"M{_said(corners[0][0])}"]
    for _, end, radius, around in corners:
        pieces.append(f"L{_said(end)}")
        if radius:
            pieces.append(f"A{written(radius)},{written(radius)} 0 0 1 {_said(around)}")
    return "".join(pieces) + "Z"


def _said(point: tuple[float, float]) -> str:
    return f"{written(point[0])},{written(point[1])}"

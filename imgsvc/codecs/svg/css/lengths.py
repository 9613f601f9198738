"""Lengths, angles and numbers of CSS in the units that the drawing program knows."""

from collections.abc import Sequence
from math import pi

from tinycss2.ast import Node as Token

from imgsvc.codecs.svg.css.colors import is_sign, significant

# Pixels, at 96 an inch; a document's own font size is not asked for.
_PIXELS = {
    "px": 1.0,
    "pt": 4 / 3,
    "pc": 16.0,
    "in": 96.0,
    "cm": 96 / 2.54,
    "mm": 96 / 25.4,
    "q": 96 / 101.6,
    "rem": 16.0,
}
_OF_A_FONT = frozenset({"em", "ex"})
_DEGREES = {"deg": 1.0, "grad": 0.9, "rad": 180 / pi, "turn": 360.0}


def length(token: Token, *, needs_unit: bool = False) -> str | None:
    """A length or a share; a number alone stands for pixels, but where CSS wants a unit."""
    if token.type == "percentage":
        return f"{written(token.value)}%"
    if token.type == "number":
        return None if needs_unit and token.value else written(token.value)
    if token.type == "dimension" and token.lower_unit in _OF_A_FONT:
        return f"{written(token.value)}{token.lower_unit}"
    found = pixels(token)
    return None if found is None else written(found)


def pixels(token: Token) -> float | None:
    """An absolute length, calculated or not."""
    if token.type == "number":
        return float(token.value)
    if token.type == "dimension" and token.lower_unit in _PIXELS:
        return float(token.value * _PIXELS[token.lower_unit])
    if token.type == "function" and token.lower_name == "calc":
        return _sum(significant(token.arguments))
    if token.type == "() block":
        return _sum(significant(token.content))
    return None


def degrees(token: Token) -> float | None:
    """An angle; a number alone is one too."""
    if token.type == "number":
        return float(token.value)
    if token.type == "dimension" and token.lower_unit in _DEGREES:
        return float(token.value * _DEGREES[token.lower_unit])
    return None


def number(token: Token) -> float | None:
    """A number, or a share of 1."""
    if token.type == "percentage":
        return float(token.value) / 100
    if token.type == "number":
        return float(token.value)
    return pixels(token) if token.type == "function" else None


def written(value: float) -> str:
    """As few digits as say it."""
    return f"{value:.8g}" if abs(value) < 1e16 else "0"


def _sum(tokens: Sequence[Token]) -> float | None:
    """Products first; a + or - that is no sign of a number stands alone."""
    total: float | None = 0.0
    sign, start = 1.0, 0
    for i, token in [*enumerate(tokens), (len(tokens), None)]:
        if token is None or token in ("+", "-"):
            product = _product(tokens[start:i])
            total = None if product is None or total is None else total + sign * product
            sign, start = (-1.0 if is_sign(token, "-") else 1.0), i + 1
    return total


def _product(tokens: Sequence[Token]) -> float | None:
    if len(tokens) % 2 == 0 or (result := pixels(tokens[0])) is None:
        return None
    for operator, operand in zip(tokens[1::2], tokens[2::2], strict=True):
        factor = pixels(operand)
        if factor is None or operator not in ("*", "/") or (operator == "/" and not factor):
            return None
        result = result * factor if operator == "*" else result / factor
    return result

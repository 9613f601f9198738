"""What calc() and its kin come to.

SECURITY: what is read here has no more than 32 brackets in brackets (bounds.py), and each token is looked at once.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from tinycss2.ast import Node as Token

from imgsvc.codecs.svg.css.values.tokens import is_sign, significant, split_at_commas

# In pixels, at 96 an inch.
ABSOLUTE: Mapping[str, float] = {
    "px": 1.0,
    "pt": 4 / 3,
    "pc": 16.0,
    "in": 96.0,
    "cm": 96 / 2.54,
    "mm": 96 / 25.4,
    "q": 96 / 101.6,
}
ANGLES: Mapping[str, float] = {"deg": 1.0, "grad": 0.9, "rad": 180 / math.pi, "turn": 360.0}
_CONSTANTS: Mapping[str, float] = {
    "e": math.e,
    "pi": math.pi,
    "infinity": math.inf,
    "-infinity": -math.inf,
    "nan": math.nan,
}
# What stands for endless, and is still a number to whoever reads it.
_MOST = 1e9


class Quantity(NamedTuple):
    """A number with `px`, `%` or `deg`, or without."""

    value: float
    unit: str = ""


class Units(NamedTuple):
    """What lengths come to in pixels, by their units; a hundred percent, if that is known; words that are numbers."""

    lengths: Mapping[str, float]
    whole: float | None = None
    words: Mapping[str, float] = _CONSTANTS


PLAIN = Units(ABSOLUTE)


def quantity(token: Token, units: Units = PLAIN) -> Quantity | None:
    """What a token comes to; None if it is no number, or not one that is valid."""
    try:
        found = _value(token, units)
    except (ArithmeticError, ValueError):
        return None
    return found and found._replace(value=_bounded(found.value))


def is_calculated(token: Token) -> bool:
    """Whether it is a function that comes to a number."""
    return token.type == "function" and token.lower_name in _FUNCTIONS


def _bounded(value: float) -> float:
    return 0.0 if math.isnan(value) else min(max(value, -_MOST), _MOST)


def _value(token: Token, units: Units) -> Quantity | None:
    if token.type == "number":
        return Quantity(float(token.value))
    if token.type == "percentage":
        return Quantity(float(token.value), "%")
    if token.type == "dimension":
        return _dimension(float(token.value), token.lower_unit, units)
    if token.type == "ident":
        word = units.words.get(token.lower_value, _CONSTANTS.get(token.lower_value))
        return None if word is None else Quantity(word)
    if token.type == "() block":
        return _sum(significant(token.content), units)
    return _FUNCTIONS[token.lower_name](token.arguments, units) if is_calculated(token) else None


def _dimension(value: float, unit: str, units: Units) -> Quantity | None:
    if unit in ANGLES:
        return Quantity(value * ANGLES[unit], "deg")
    return Quantity(value * units.lengths[unit], "px") if unit in units.lengths else None


def _sum(tokens: Sequence[Token], units: Units) -> Quantity | None:
    """Products first; a + or - that is no sign of a number stands alone."""
    terms = list[Quantity | None]()
    sign, start = 1.0, 0
    for i, token in [*enumerate(tokens), (len(tokens), None)]:
        if token is None or token in ("+", "-"):
            product = _product(tokens[start:i], units)
            terms.append(product and product._replace(value=sign * product.value))
            sign, start = (-1.0 if is_sign(token, "-") else 1.0), i + 1
    alike = _alike(terms, units)
    return Quantity(sum(each.value for each in alike), alike[0].unit) if alike else None


def _product(tokens: Sequence[Token], units: Units) -> Quantity | None:
    if len(tokens) % 2 == 0 or (result := _value(tokens[0], units)) is None:
        return None
    for operator, operand in zip(tokens[1::2], tokens[2::2], strict=True):
        factor = _value(operand, units)
        if factor is None or operator not in ("*", "/"):
            return None
        if is_sign(operator, "/"):
            if factor.unit and factor.unit != result.unit:
                return None
            result = Quantity(result.value / factor.value, "" if factor.unit else result.unit)
        elif result.unit and factor.unit:
            return None
        else:
            result = Quantity(result.value * factor.value, result.unit or factor.unit)
    return result


def _alike(found: Sequence[Quantity | None], units: Units) -> list[Quantity]:
    """The same in one unit; nothing where one of them is none, or has another."""
    known = [each for each in found if each is not None]
    names = {each.unit for each in known}
    if len(known) < len(found) or not known:
        return []
    if names == {"px", "%"} and units.whole is not None:
        return [each if each.unit == "px" else Quantity(each.value / 100 * units.whole, "px") for each in known]
    return known if len(names) == 1 else []


def _arguments(tokens: Sequence[Token], units: Units) -> list[Quantity]:
    return _alike([_sum(part, units) for part in split_at_commas(tokens)], units)


_Function = Callable[[Sequence[Token], Units], Quantity | None]


def _of_several(combined: Callable[..., float], *counts: int, unit: str | None = None) -> _Function:
    """Of arguments of one unit; what it comes to has that as well, or another."""

    def calculated(tokens: Sequence[Token], units: Units) -> Quantity | None:
        values = _arguments(tokens, units)
        if not values or (counts and len(values) not in counts):
            return None
        return Quantity(combined(*(each.value for each in values)), values[0].unit if unit is None else unit)

    return calculated


def _of_numbers(combined: Callable[..., float], *counts: int, unit: str = "") -> _Function:
    def calculated(tokens: Sequence[Token], units: Units) -> Quantity | None:
        values = _arguments(tokens, units)
        if len(values) not in counts or values[0].unit:
            return None
        return Quantity(combined(*(each.value for each in values)), unit)

    return calculated


def _of_angle(function: Callable[[float], float]) -> _Function:
    """A number alone is in radians."""

    def calculated(tokens: Sequence[Token], units: Units) -> Quantity | None:
        found = _sum(significant(tokens), units)
        if found is None or found.unit not in ("", "deg"):
            return None
        return Quantity(function(math.radians(found.value) if found.unit else found.value))

    return calculated


def _round(tokens: Sequence[Token], units: Units) -> Quantity | None:
    first, *rest = split_at_commas(tokens)
    strategy = first[0].lower_value if len(first) == 1 and first[0].type == "ident" else ""
    parts = rest if strategy in _ROUNDINGS else [first, *rest]
    values = _alike([_sum(part, units) for part in parts], units)
    if len(values) not in (1, 2):
        return None
    step = values[1].value if len(values) == 2 else 1.0
    whole = _ROUNDINGS.get(strategy, _ROUNDINGS["nearest"])(values[0].value / step)
    return Quantity(whole * step, values[0].unit)


def _fallback(tokens: Sequence[Token], units: Units) -> Quantity | None:
    """Of the environment a picture has nothing."""
    parts = split_at_commas(tokens)
    return _sum(parts[1], units) if len(parts) == 2 else None


_ROUNDINGS: Mapping[str, Callable[[float], float]] = {
    "nearest": lambda value: math.floor(value + 0.5),
    "up": math.ceil,
    "down": math.floor,
    "to-zero": math.trunc,
}
_FUNCTIONS: Mapping[str, _Function] = {
    **dict.fromkeys(("calc", "-webkit-calc"), lambda tokens, units: _sum(significant(tokens), units)),
    "min": _of_several(lambda *values: min(values)),
    "max": _of_several(lambda *values: max(values)),
    "clamp": _of_several(lambda least, value, most: max(least, min(value, most)), 3),
    "round": _round,
    "mod": _of_several(lambda value, step: value - step * math.floor(value / step), 2),
    "rem": _of_several(math.fmod, 2),
    "abs": _of_several(abs, 1),
    "sign": _of_several(lambda value: math.copysign(1, value) if value else 0, 1, unit=""),
    "hypot": _of_several(math.hypot),
    "pow": _of_numbers(math.pow, 2),
    "sqrt": _of_numbers(math.sqrt, 1),
    "exp": _of_numbers(math.exp, 1),
    "log": _of_numbers(math.log, 1, 2),
    "sin": _of_angle(math.sin),
    "cos": _of_angle(math.cos),
    "tan": _of_angle(math.tan),
    "asin": _of_numbers(lambda value: math.degrees(math.asin(value)), 1, unit="deg"),
    "acos": _of_numbers(lambda value: math.degrees(math.acos(value)), 1, unit="deg"),
    "atan": _of_numbers(lambda value: math.degrees(math.atan(value)), 1, unit="deg"),
    "atan2": _of_several(lambda y, x: math.degrees(math.atan2(y, x)), 2, unit="deg"),
    "env": _fallback,
}

"""Lengths, angles and numbers of CSS in the units that the drawing program knows."""

from tinycss2.ast import Node as Token

from imgsvc.codecs.svg.css.values.calculating import PLAIN, Quantity, Units, quantity

# Where nobody says what a document's own font size is.
_USUAL = Units({**PLAIN.lengths, "rem": 16.0})
_OF_A_FONT = frozenset({"em", "ex"})


def length(token: Token, *, needs_unit: bool = False) -> str | None:
    """A length or a share; a number alone stands for pixels, but where CSS wants a unit."""
    if token.type == "dimension" and token.lower_unit in _OF_A_FONT:
        return f"{written(token.value)}{token.lower_unit}"
    found = quantity(token, _USUAL)
    if found is None or found.unit == "deg" or (needs_unit and not found.unit and found.value):
        return None
    return f"{written(found.value)}%" if found.unit == "%" else written(found.value)


def pixels(token: Token) -> float | None:
    """An absolute length, calculated or not."""
    return _in(quantity(token, _USUAL), "px")


def degrees(token: Token) -> float | None:
    """An angle; a number alone is one too."""
    return _in(quantity(token), "deg")


def number(token: Token) -> float | None:
    """A number, or a share of 1."""
    found = quantity(token)
    return found.value / 100 if found and found.unit == "%" else _in(found, "")


def written(value: float) -> str:
    """As few digits as say it."""
    return f"{value:.8g}" if abs(value) < 1e16 else "0"


def _in(found: Quantity | None, unit: str) -> float | None:
    return found.value if found and found.unit in ("", unit) else None

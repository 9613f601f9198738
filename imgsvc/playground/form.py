"""The form: every option of the table with its fields; what a field takes is what the option's own grammar says."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from enum import Enum
from typing import Any

from imgsvc.errors import RenderingError
from imgsvc.options.processing import ProcessingOptions
from imgsvc.url.grammar import Context
from imgsvc.url.row import OptionRow
from imgsvc.url.settings import OptionDefaults
from imgsvc.url.table import OPTIONS

# What no kind of argument takes but text.
_NONSENSE = "\x7f"
_REFUSED = re.compile(r" is not (?:an? )?(.+)$", re.DOTALL)
_RANGE = re.compile(r"from (-?[\d.]+) to (-?[\d.]+)")
_SAMPLES = ("meadow.jpg", "bird.png", "chart.svg", "framed.jpg", "sideways.jpg", "waves.gif")
_CONTEXT = Context(lambda: 0.0, allows_security_options=True)


@dataclass(frozen=True, slots=True)
class Field:
    """One argument: `kind` is boolean, choice, color, number or text; what is `expected`, in words, and as numbers."""

    name: str
    kind: str
    expected: str = ""
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One option; `usual` is what holds where a URL does not name it."""

    names: tuple[str, ...]
    arguments: str
    example: str
    sentence: str
    usual: str
    fields: tuple[Field, ...]


def entries(defaults: OptionDefaults = OptionDefaults()) -> list[dict[str, Any]]:
    """Every option, in the order of the table."""
    return [asdict(_entry(row, defaults)) for row in OPTIONS]


def samples(has: Sequence[str]) -> list[str]:
    """The source URLs of our own pictures among the files of the local folder."""
    return [f"local:///{name}" for name in _SAMPLES if name in has]


def _entry(row: OptionRow, defaults: OptionDefaults) -> Entry:
    names = _field_names(row)
    known = tuple(_field(row, name, place, len(names)) for place, name in enumerate(names))
    return Entry(row.names, row.arguments, row.example, row.sentence, _usual(row, defaults), known)


def _field_names(row: OptionRow) -> list[str]:
    """As in its arguments; the last one takes what is left, as where they repeat or may be written in two ways."""
    shape = row.arguments
    if "..." in shape or " or " in shape:
        return [shape]
    names = [each.strip() for each in re.split(r"[\[\]:]+", shape) if each.strip()]
    # "boolean" is what it takes, and not what it is.
    named = ["on" if each == "boolean" else each for each in names]
    return [row.names[0].replace("_", " ")] if len(names) == 1 else named


def _field(row: OptionRow, name: str, place: int, count: int) -> Field:
    expected = _expected(row, place)
    if "..." in name:
        return Field(name, "text")
    if name in ("x", "y"):
        # What they take depends on the gravity before them.
        return Field(name, "number", "number, or a fraction")
    if not expected:
        return Field(name, "boolean" if count == row.grammar.most and _is_boolean(row, place) else "text")
    words, found = expected.removeprefix("one of "), _RANGE.search(expected)
    if words != expected and " or " not in words:
        return Field(name, "choice", expected, tuple(words.split(", ")))
    if found:
        return Field(name, "number", expected, (), float(found[1]), float(found[2]))
    if expected.startswith("color"):
        return Field(name, "color", expected)
    is_number = re.match(r"(integer|number|multiple|megapixels)", expected)
    return Field(name, "number" if is_number else "text", expected)


def _expected(row: OptionRow, place: int) -> str:
    """What its grammar says it takes there, when it is given what it cannot take."""
    error = _refusal(row, _example(row, place, _NONSENSE))
    found = _REFUSED.search(error) if error else None
    return found[1].partition("; it takes")[0] if found else ""


def _is_boolean(row: OptionRow, place: int) -> bool:
    """Whether all that counts there is whether it is true."""
    try:
        other, off, on = (
            row.grammar.apply(_example(row, place, text), ProcessingOptions(), _CONTEXT) for text in ("~", "0", "1")
        )
    except (ValueError, RenderingError):
        return False
    return other == off != on or (other == off == on and row.arguments == "boolean")


def _example(row: OptionRow, place: int, text: str) -> list[str]:
    found = row.example.split(":")[1:]
    # A gravity counts only behind an `extend` that is on.
    found += ["1" if name == "extend" else "" for name in _field_names(row)[len(found) : place + 1]]
    found[place] = text
    return found


def _refusal(row: OptionRow, arguments: list[str]) -> str:
    try:
        row.grammar.apply(arguments, ProcessingOptions(), _CONTEXT)
    except ValueError as error:
        return str(error)
    except RenderingError:
        pass
    return ""


def _usual(row: OptionRow, defaults: OptionDefaults) -> str:
    """The values of what its example changes, where nothing is said."""
    plain = ProcessingOptions()
    try:
        changed = row.grammar.apply(row.example.split(":")[1:], plain, _CONTEXT)
    except (ValueError, RenderingError):
        return ""
    known: dict[str, Any] = {each.name: getattr(defaults, each.name) for each in fields(defaults)}
    usual = replace(plain, **known)
    names = [each.name for each in fields(plain) if getattr(plain, each.name) != getattr(changed, each.name)]
    # What the settings decide differs from what the URL says where nobody says anything, too.
    return ", ".join(f"{name.replace('_', ' ')} {_told(getattr(usual, name))}" for name in names)


def _told(value: object) -> str:
    if value is None or value in ((), ""):
        return "not set"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, Enum):
        return str(getattr(value, "word", value.value))
    if isinstance(value, int | float | str):
        return f"{value:g}" if isinstance(value, float) else str(value)
    kind = getattr(value, "type", None)
    return _told(kind) if kind is not None else "off"

"""Fills settings dataclasses from the environment, and reports every mistake at once.

A component declares a frozen dataclass whose fields are made with `setting`. The field's name in
capitals is the variable: `IMGSVC_X` first, else `IMGPROXY_X`.
"""

from binascii import unhexlify
from collections.abc import Callable, Iterable, Mapping
from dataclasses import Field, dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

PREFIXES = ("IMGSVC_", "IMGPROXY_")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """How a setting is written: `parse` raises ValueError but for the `expected` form; `show` is its inverse."""

    expected: str
    parse: Callable[[str], T]
    show: Callable[[T], str] = str


@dataclass(frozen=True, slots=True)
class Mistake:
    """A variable whose value cannot be used; secrets are masked already. One that `is_passing` may be good soon."""

    name: str
    expected: str
    value: str
    is_passing: bool = False

    def __str__(self) -> str:
        return f"{self.name}: expected {self.expected}, got {self.value!r}"


class SettingsError(Exception):
    """The environment holds mistakes; all of them are listed."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(map(str, self.mistakes)))

    @property
    def is_passing(self) -> bool:
        """Whether all of it may be good a moment later, with nothing changed."""
        return all(each.is_passing for each in self.mistakes)


def setting(
    default: Any,
    kind: Kind[Any],
    meaning: str,
    *,
    zero: str = "",
    secret: bool = False,
    keeps_empty: bool = False,
    plain_names: tuple[str, ...] = (),
) -> Any:
    """Declare a field: `zero` says what 0 or empty means; `plain_names` are other variables, by their whole names."""
    metadata = {
        "kind": kind,
        "meaning": meaning,
        "zero": zero,
        "secret": secret,
        "keeps_empty": keeps_empty,
        "plain_names": plain_names,
    }
    if type(default).__hash__ is None:  # dataclasses refuse it as a default; it is frozen all the same
        return field(default_factory=lambda: default, metadata=metadata)
    return field(default=default, metadata=metadata)


def variables(each: Field[Any]) -> tuple[str, ...]:
    """The variables that fill this field, first one first."""
    names = tuple(prefix + each.name.upper() for prefix in PREFIXES)
    return names + tuple(each.metadata["plain_names"])


def load(owner: type[T], environ: Mapping[str, str], mistakes: list[Mistake]) -> T:
    """Fill `owner` from `environ`; what cannot be used keeps its default and is added to `mistakes`."""
    values: dict[str, Any] = {}
    before = len(mistakes)
    for each in fields(owner):  # type: ignore[arg-type]
        name = _name_in(environ, each)
        if name is None:
            continue
        try:
            values[each.name] = each.metadata["kind"].parse(environ[name])
        except ValueError as error:
            mistakes.append(_mistake(each, name, environ[name], error))
    try:
        return owner(**values)
    except ValueError as error:
        # A check across fields says nothing more where one of the fields could not be read at all.
        if len(mistakes) == before:
            mistakes.append(_conflict(owner, environ, error))
        return owner()


def _name_in(environ: Mapping[str, str], each: Field[Any]) -> str | None:
    """The first variable of the field that is set; an empty one counts only where empty means something."""
    set_names = (name for name in variables(each) if name in environ)
    return next((name for name in set_names if environ[name].strip() or each.metadata["keeps_empty"]), None)


def _mistake(each: Field[Any], name: str, value: str, error: ValueError) -> Mistake:
    expected = str(error) if isinstance(error, ExplainedError) else each.metadata["kind"].expected
    return Mistake(name, expected, masked(value, secret=each.metadata["secret"]))


def _conflict(owner: Any, environ: Mapping[str, str], error: ValueError) -> Mistake:
    """The mistake of a check across fields; its text names them in capitals."""
    words = str(error).split()
    named = {_name_in(environ, each): each for each in fields(owner) if each.name.upper() in words}
    found = {name: masked(environ[name], secret=each.metadata["secret"]) for name, each in named.items() if name}
    return Mistake(" and ".join(found), str(error), " and ".join(found.values()))


def is_header_text(value: str) -> bool:
    """Whether `value` can be sent as a header: printable ASCII characters."""
    return value.isascii() and value.isprintable()


def masked(value: str, *, secret: bool) -> str:
    """`value` as it may be shown."""
    return "***" if secret and value else value


class ExplainedError(ValueError):
    """A ValueError whose own text says what was expected, better than its kind's general form."""


_TRUE = {"1", "t", "T", "true", "TRUE", "True"}
_FALSE = {"0", "f", "F", "false", "FALSE", "False"}


def is_off(text: str) -> bool:
    """Whether a value is one that turns a switch off."""
    return text in _FALSE


def _boolean(text: str) -> bool:
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise ValueError(text)


def _digits(text: str) -> int:
    if not text.lstrip("+-").isascii() or "_" in text or text != text.strip():
        raise ValueError(text)
    return int(text)


def _fraction(text: str) -> float:
    if "_" in text or text != text.strip():
        raise ValueError(text)
    return float(text)


def integer(low: int | None = None, high: int | None = None) -> Kind[int]:
    """A whole decimal number between `low` and `high`, both included."""

    def parse(text: str) -> int:
        number = _digits(text)
        if (low is not None and number < low) or (high is not None and number > high):
            raise ValueError(text)
        return number

    return Kind(f"an integer{_range(low, high)}", parse)


def decimal(low: float, high: float, *, low_included: bool = True) -> Kind[float]:
    """A finite decimal number between `low` and `high`."""

    def parse(text: str) -> float:
        number = _fraction(text)
        if not (low <= number <= high) or (number == low and not low_included):
            raise ValueError(text)
        return number

    above = f"{low:g}" if low_included else f"above {low:g}"
    return Kind(f"a number from {above} to {high:g}", parse)


def _range(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f" from {low} to {high}"
    return f" of {low} or more" if low is not None else ""


def megapixels(*, zero_allowed: bool) -> Kind[int]:
    """A number of megapixels, read as pixels."""

    def parse(text: str) -> int:
        pixels = int(_fraction(text) * 1_000_000)
        if pixels < 0 or (pixels == 0 and not zero_allowed):
            raise ValueError(text)
        return pixels

    def parse_finite(text: str) -> int:
        try:
            return parse(text)
        except OverflowError as error:
            raise ValueError(text) from error

    bound = "of 0 or more" if zero_allowed else "above 0"
    return Kind(f"megapixels, a number {bound}", parse_finite, lambda pixels: f"{pixels / 1_000_000:g}")


def choice(*words: str) -> Kind[str]:
    """One of `words`, in any case."""

    def parse(text: str) -> str:
        if text.lower() not in words:
            raise ValueError(text)
        return text.lower()

    return Kind("one of " + ", ".join(words), parse)


def _existing_file(text: str) -> Path:
    path = Path(text)
    if not _asked(path.is_file):
        raise ValueError(text)
    return path


def _existing_directory(text: str) -> Path:
    path = Path(text)
    if not _asked(path.is_dir):
        raise ValueError(text)
    return path


def _asked(question: Callable[[], bool]) -> bool:
    """What the file system answers; a name that it cannot even look for is not there."""
    try:
        return question()
    except OSError:
        return False


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


def _items(text: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in text.split(","))


def _hex_items(text: str) -> tuple[bytes, ...]:
    return tuple(unhexlify(item) for item in _items(text))


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    items = [item.partition("=") for item in text.split(";") if item.strip()]
    if not all(name.strip() and equals for name, equals, _ in items):
        raise ValueError(text)
    return tuple((name.strip(), value.strip()) for name, _, value in items)


def _show_pairs(pairs: tuple[tuple[str, str], ...]) -> str:
    return ";".join(f"{name}={value}" for name, value in pairs)


def _show_path(path: Path | None) -> str:
    return str(path or "")


def _show_moment(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


STRING: Kind[str] = Kind("text", str)
BOOLEAN: Kind[bool] = Kind("true or false (1, t, 0, f)", _boolean, lambda value: str(value).lower())
LIST: Kind[tuple[str, ...]] = Kind("a comma-separated list", _items, ",".join)
PAIRS: Kind[tuple[tuple[str, str], ...]] = Kind("name=value;name=value", _pairs, _show_pairs)
HEX_LIST: Kind[tuple[bytes, ...]] = Kind(
    "a comma-separated list of hex strings", _hex_items, lambda items: ",".join(item.hex() for item in items)
)
FILE: Kind[Path | None] = Kind("the path of an existing file", _existing_file, _show_path)
DIRECTORY: Kind[Path | None] = Kind("the path of an existing directory", _existing_directory, _show_path)
MOMENT: Kind[datetime | None] = Kind("a moment such as 2026-01-31T12:00:00Z", _moment, _show_moment)
SECONDS: Kind[int] = integer(1, 86_400)
SECONDS_OR_OFF: Kind[int] = integer(0, 86_400)

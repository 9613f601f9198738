"""What a processing option's grammar is, and those that most options share: one argument for one field."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Protocol, TypeVar

from imgsvc.errors import SecurityOptionError
from imgsvc.options.processing import ProcessingOptions
from imgsvc.url.arguments import Argument

T = TypeVar("T")
C = TypeVar("C")
Args = Sequence[str]
Options = ProcessingOptions

UNLIMITED = 1_000_000
DEFAULTS = ProcessingOptions()


class Call(NamedTuple):
    """An option as it is used: its name as spelled, and its arguments."""

    name: str
    arguments: tuple[str, ...]


def _ignore(_sentence: str) -> None:
    pass


class Row(Protocol):
    """An option, as whoever applies it by its name sees it."""

    @property
    def names(self) -> tuple[str, ...]:
        """What it is called, the canonical name first."""

    def apply(self, args: Args, options: Options, context: "Context") -> Options:
        """`options` with this option's arguments applied."""


@dataclass(frozen=True, slots=True)
class Context:
    """What options depend on besides their arguments.

    `expanding` are the presets that are being applied, `pipeline` is the one that options are for, counted from 0.
    """

    now: Callable[[], float]
    allows_security_options: bool = False
    allows_bypass_cache: bool = False
    presets: Mapping[str, tuple[Call, ...]] = field(default_factory=dict)
    expanding: tuple[str, ...] = ()
    pipeline: int = 0
    warn: Callable[[str], None] = _ignore
    # Of a route that has others than pictures have.
    rows: Mapping[str, Row] | None = None


Apply = Callable[[Args, Options, Context], Options]
Build = Callable[[Options], list[list[str]]]


def nothing(_options: Options) -> list[list[str]]:
    """Build no arguments: another option writes what this one does."""
    return []


@dataclass(frozen=True, slots=True)
class Grammar:
    """An option's pair of inverse functions, and how many arguments it takes at most.

    `apply` leaves alone what an argument that is empty or not there stands for, unless a comment says otherwise,
    and raises ValueError for one that is not as expected. `build` gives the arguments of each use that is needed.
    """

    apply: Apply
    build: Build = nothing
    most: int = 1


# PERF: of each kind of options once; writing them out asks for every option.
_USUAL: dict[str, Options] = {}


def _usual(options: Options) -> Options:
    """Those of the same kind as they are if nobody says anything."""
    kind = type(options)
    return _USUAL.setdefault(kind.__name__, _USUAL.get(kind.__name__) or kind())


def one(name: str, argument: Argument[Any]) -> Grammar:
    """A single argument for the field `name`."""

    def apply(args: Args, options: Options, _context: Context) -> Options:
        return replace(options, **{name: argument.read(args[0])})

    def build(options: Options) -> list[list[str]]:
        value = getattr(options, name)
        return [] if value == getattr(_usual(options), name) else [[argument.write(value)]]

    return Grammar(apply, build)


def limit(name: str, argument: Argument[int]) -> Grammar:
    """As `one`, where URLs may set limits."""
    plain = one(name, argument)

    def apply(args: Args, options: Options, context: Context) -> Options:
        if not context.allows_security_options:
            raise SecurityOptionError(f"{name} sets a limit, which needs ALLOW_SECURITY_OPTIONS")
        return plain.apply(args, options, context)

    return Grammar(apply, plain.build)


def part_of_resize(name: str, argument: Argument[Any]) -> Grammar:
    """As `one`; `resize` writes it."""
    return Grammar(one(name, argument).apply)


def given(args: Args, index: int) -> str:
    """The argument at `index`; empty where there is none."""
    return args[index] if index < len(args) else ""


def updated(argument: Argument[T], args: Args, index: int, current: C) -> T | C:
    """The argument's value, or `current` where it is empty or not there."""
    text = given(args, index)
    return argument.read(text) if text else current


def shortened(texts: list[str], *blanks: str) -> list[str]:
    """Less the texts at the end that say nothing; the first one stays."""
    while len(texts) > 1 and texts[-1] in blanks:
        texts = texts[:-1]
    return texts


def several(name: str, *arguments: Argument[Any]) -> Grammar:
    """Arguments for the values of the named tuple in field `name`; the first one has to be there."""

    def apply(args: Args, options: Options, _context: Context) -> Options:
        current = getattr(options, name)
        rest = (updated(each, args, i, current[i]) for i, each in enumerate(arguments) if i)
        changed: dict[str, Any] = {name: current._make((arguments[0].read(args[0]), *rest))}
        return replace(options, **changed)

    def build(options: Options) -> list[list[str]]:
        value, usual = getattr(options, name), getattr(_usual(options), name)
        return [] if value == usual else [shown(arguments, value, usual)]

    return Grammar(apply, build, most=len(arguments))


def shown(arguments: tuple[Argument[Any], ...], value: Any, usual: Any) -> list[str]:
    """As few as say `value`; those that are as usual are empty."""
    first, *rest = zip(arguments, value, usual, strict=True)
    return shortened(
        [first[0].write(first[1]), *("" if now == was else each.write(now) for each, now, was in rest)], ""
    )

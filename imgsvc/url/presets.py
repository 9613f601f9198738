"""Presets: named groups of options, read and tried out once, at start-up."""

import logging
from collections.abc import Callable, Iterable, Mapping

from imgsvc.errors import UrlError
from imgsvc.options.processing import ProcessingOptions
from imgsvc.settings.env import Mistake, SettingsError
from imgsvc.url.grammar import Call, Context
from imgsvc.url.settings import UrlSettings
from imgsvc.url.table import PRESET

_LOG = logging.getLogger(__name__)
_EXPECTED = "name=option:argument/option:argument"

Presets = Mapping[str, tuple[Call, ...]]


def read_presets(settings: UrlSettings, lines: Iterable[str], now: Callable[[], float]) -> Presets:
    """The presets of PRESETS, then of `lines`, the later of one name overriding; SettingsError lists what is wrong."""
    written = {"PRESETS": settings.presets.split(settings.presets_separator), "PRESETS_PATH": lines}
    mistakes: list[Mistake] = []
    presets: dict[str, tuple[Call, ...]] = {}
    for variable, definitions in written.items():
        for definition in filter(_is_definition, map(str.strip, definitions)):
            try:
                presets.update([_read(definition, settings.arguments_separator)])
            except ValueError as error:
                mistakes.append(Mistake(variable, f"{_EXPECTED} ({error})", definition))
    mistakes += _refused(Context(now, settings.allow_security_options, presets, warn=_LOG.warning))
    if mistakes:
        raise SettingsError(mistakes)
    return presets


def _is_definition(text: str) -> bool:
    return bool(text) and not text.startswith("#")


def _read(definition: str, separator: str) -> tuple[str, tuple[Call, ...]]:
    parts = [part.strip() for part in definition.split("=")]
    if len(parts) != 2 or not all(parts):
        raise ValueError("one `=`, with a name before it and options behind it")
    name, options = parts
    return name, tuple(_call(option, separator) for option in options.split("/"))


def _call(option: str, separator: str) -> Call:
    name, *arguments = option.split(separator)
    if not arguments:
        raise ValueError(f"{option!r} has no argument")
    return Call(name, tuple(arguments))


def _refused(context: Context) -> Iterable[Mistake]:
    """The presets whose options cannot be applied, security options that are not allowed among them."""
    for name in context.presets:
        try:
            PRESET.apply([name], ProcessingOptions(), context)
        except UrlError as error:
            yield Mistake("PRESETS", f"options that can be applied ({error})", name)

"""Presets: named groups of options, read and tried out once, at start-up."""

import logging
from collections.abc import Callable, Iterable, Mapping

from imgsvc.errors import UrlError
from imgsvc.settings.env import Mistake, SettingsError
from imgsvc.url.grammar import Call, Context
from imgsvc.url.pipelines import NEXT, SEPARATOR
from imgsvc.url.row import Table
from imgsvc.url.settings import UrlSettings
from imgsvc.url.table import PICTURE

_LOG = logging.getLogger(__name__)
_EXPECTED = "name=option:argument/option:argument"

Presets = Mapping[str, tuple[Call, ...]]


def read_presets(
    settings: UrlSettings, lines: Iterable[str], now: Callable[[], float], table: Table = PICTURE
) -> Presets:
    """The presets of PRESETS, then of `lines`, the later of one name overriding; SettingsError lists what is wrong."""
    variable = f"{table.settings_prefix}PRESETS"
    written = {variable: settings.presets.split(settings.presets_separator), f"{variable}_PATH": lines}
    mistakes: list[Mistake] = []
    presets: dict[str, tuple[Call, ...]] = {}
    for place, definitions in written.items():
        for definition in filter(_is_definition, map(str.strip, definitions)):
            try:
                presets.update([_read(definition, settings.arguments_separator, table)])
            except ValueError as error:
                mistakes.append(Mistake(place, f"{_EXPECTED} ({error})", definition))
    rows = table.by_name
    context = Context(
        now,
        settings.allow_security_options,
        settings.allow_bypass_cache,
        presets,
        warn=_LOG.warning,
        rows=rows,
    )
    mistakes += _refused(context, table, variable)
    if mistakes:
        raise SettingsError(mistakes)
    return presets


def _is_definition(text: str) -> bool:
    return bool(text) and not text.startswith("#")


def _read(definition: str, separator: str, table: Table) -> tuple[str, tuple[Call, ...]]:
    parts = [part.strip() for part in definition.split("=")]
    if len(parts) != 2 or not all(parts):
        raise ValueError("one `=`, with a name before it and options behind it")
    name, options = parts
    return name, tuple(_call(option, separator, table) for option in options.split("/"))


def _call(option: str, separator: str, table: Table) -> Call:
    if option == SEPARATOR and table.has_pipelines:
        return NEXT
    name, *arguments = option.split(separator)
    if not arguments:
        raise ValueError(f"{option!r} has no argument")
    return Call(name, tuple(arguments))


def _refused(context: Context, table: Table, variable: str) -> Iterable[Mistake]:
    """The presets whose options cannot be applied, security options that are not allowed among them."""
    for name in context.presets:
        try:
            table.preset.apply([name], table.usual, context)
        except UrlError as error:
            yield Mistake(variable, f"options that can be applied ({error})", name)

"""Options as the log and the traces tell them: by their canonical names, and only those that were asked for."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import Any

from imgsvc.options.info import InfoOptions
from imgsvc.options.processing import ProcessingOptions
from imgsvc.options.remembering import remembered
from imgsvc.url.info.rows import INFO_OPTIONS
from imgsvc.url.settings import OptionDefaults
from imgsvc.url.table import OPTIONS

_DEFAULTS = {each.name: each.default for each in fields(OptionDefaults)}


# PERF: 0.03 ms without it, a percent of a small picture; a site asks for the same few sizes again and again.
@remembered(512)
def told(options: ProcessingOptions) -> Mapping[str, str]:
    """Arguments by the option's name, with the number of its pipeline before that from the second one on.

    What the settings decide is told where it is not as shipped.
    """
    found = dict(_told(options))
    for number, chained in enumerate(options.chained, 2):
        found |= {f"{number}.{name}": arguments for name, arguments in _told(chained)}
    return found


def _told(options: ProcessingOptions) -> Iterator[tuple[str, str]]:
    as_shipped: dict[str, Any] = {name: None for name, value in _DEFAULTS.items() if getattr(options, name) == value}
    asked = replace(options, **as_shipped)
    rows = INFO_OPTIONS if isinstance(options, InfoOptions) else OPTIONS
    return ((row.names[0], ":".join(arguments)) for row in rows for arguments in row.build(asked))

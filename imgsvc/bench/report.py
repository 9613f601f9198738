"""What was measured, as a table for each picture."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from imgsvc.bench.measuring import Measured

_MEGABYTE = 1_048_576
# A step below this share of the whole is not told by itself.
_LEAST_SHARE = 0.005
_BAR_CHARACTERS = 30


def report(found: Sequence[Measured]) -> RenderableType:
    """One table for each picture."""
    return Group(*(part for each in found for part in (_head(each), _table(each), _foot(each))))


def _head(found: Measured) -> Text:
    return Text.assemble((found.name, "bold"), f": {found.source}, to {found.result}")


def _table(found: Measured) -> Table:
    table = Table("stage", "CPU ms", "share", "", box=None, header_style="bold", padding=(0, 2, 0, 0))
    table.columns[1].justify = table.columns[2].justify = "right"
    whole = max(found.answers.cpu_seconds, sum(found.stages.values()), 1e-9)
    small = 0.0
    for name, seconds in found.stages.items():
        if seconds / whole < _LEAST_SHARE:
            small += seconds
        else:
            table.add_row(*_row(name.replace("_", " "), seconds, whole))
    if small / whole >= _LEAST_SHARE:
        table.add_row(*_row("other steps", small, whole))
    table.add_row(*_row("send", found.answers.sending_seconds, whole))
    table.add_row(*_row("server", found.server_cpu_seconds, whole))
    table.add_row(*_row("answer", found.answers.cpu_seconds, whole), style="bold")
    return table


def _row(name: str, seconds: float, whole: float) -> tuple[str, str, str, str]:
    share = seconds / whole
    return name, f"{seconds * 1000:.2f}", f"{share:.0%}", "▇" * round(share * _BAR_CHARACTERS)


def _foot(found: Measured) -> Text:
    rate = 1 / found.answers.cpu_seconds if found.answers.cpu_seconds else 0.0
    milliseconds, megabytes = found.answers.seconds * 1000, found.answers.worker_bytes / _MEGABYTE
    return Text(
        f"A core makes {rate:.3g} of these a second; one took {milliseconds:.1f} ms (median of {found.answers.count}),"
        f" and a worker has taken {megabytes:.0f} MB at most.\n"
    )

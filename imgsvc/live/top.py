"""`imgsvc top`: the workers, what each is doing and for how long, as a table."""

from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

Status = Mapping[str, Any]
# A stage that takes longer is colored.
_LONG_SECONDS = 2.0
_MEGABYTE = 1_048_576


def view(status: Status, before: Status | None = None) -> RenderableType:
    """One screen; rates are those since `before`."""
    return Group(_head(status), Text(_rates(status, before)), _workers(status))


def _head(status: Status) -> Text:
    ready = status["ready"]
    text = Text.assemble(
        ("ready" if ready else "NOT READY", "bold green" if ready else "bold red"),
        f"  arbiter {status['arbiter']}, up {_duration(status['up_seconds'])}",
        f"  workers {len(status['workers'])} of {status['wanted']}",
        f"  waiting {'?' if status['queue'] is None else status['queue']}",
        f"  canary {1000 * status['canary_seconds']:.0f} ms",
    )
    for reason in status["reasons"]:
        text.append(f"\n{reason}", "red")
    return text


def _rates(status: Status, before: Status | None) -> str:
    counters = status["counters"]
    if before is None:
        statuses = "  ".join(f"{code}: {count}" for code, count in status["statuses"].items())
        return f"requests {counters['requests']}  {statuses}"
    seconds = max(0.001, status["now_seconds"] - before["now_seconds"])
    requests = (counters["requests"] - before["counters"]["requests"]) / seconds
    parts = [f"{requests:.1f} requests/s"]
    for code, count in status["statuses"].items():
        if more := count - before["statuses"].get(code, 0):
            parts.append(f"{code}: {more / seconds:.1f}/s")
    return "  ".join(parts)


def _workers(status: Status) -> Table:
    headings = ("slot", "pid", "state", "for", "request", "of", "origin", "request id", "served", "MB", "slow clients")
    table = Table(*headings, box=None, header_style="bold")
    for column in (0, 1, 3, 4, 8, 9):
        table.columns[column].justify = "right"
    for worker in status["workers"]:
        table.add_row(*_cells(worker), style=_style(worker))
    return table


def _cells(worker: Mapping[str, Any]) -> tuple[str, ...]:
    left = worker["deadline_in_seconds"]
    return (
        *(str(worker["number"]), str(worker["pid"])),
        worker["state"] if worker["runs"] else f"{worker['state']} (stopped)",
        _duration(worker["seconds"]),
        _duration(worker["request_seconds"]) if worker["request_seconds"] else "",
        "" if left is None else f"{left:+.1f} s left",
        *(worker["origin"], worker["request_id"], str(worker["served"])),
        f"{worker['resident_bytes'] / _MEGABYTE:.0f}",
        f"{worker['reading']} reading, {worker['sending']} taking {worker['unsent_bytes'] / _MEGABYTE:.1f} MB",
    )


def _style(worker: Mapping[str, Any]) -> str:
    left = worker["deadline_in_seconds"]
    if not worker["runs"] or (left is not None and left < 0):
        return "red"
    if worker["state"] == "idle":
        return "dim"
    return "yellow" if worker["seconds"] > _LONG_SECONDS else ""


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"

"""`imgsvc top`: the workers, what each makes, fetches and holds, and for how long, as tables."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

Status = Mapping[str, Any]
# A stage or a fetch that takes longer is colored.
_LONG_SECONDS = 2.0
_MEGABYTE = 1_048_576
# Origins that are shown.
_MOST_ORIGINS = 10


def view(status: Status, before: Status | None = None) -> RenderableType:
    """One screen; rates are those since `before`."""
    return Group(_head(status), Text(_rates(status, before)), _workers(status), *_fetches(status))


def _head(status: Status) -> Text:
    ready = status["ready"]
    text = Text.assemble(
        ("ready" if ready else "NOT READY", "bold green" if ready else "bold red"),
        f"  arbiter {status['arbiter']}, up {_duration(status['up_seconds'])}",
        f"  workers {len(status['workers'])} of {status['wanted']}",
        f"  {_queue(status)}",
        f"  canary {1000 * status['canary_seconds']:.0f} ms",
    )
    for reason in status["reasons"]:
        text.append(f"\n{reason}", "red")
    for worker in status["workers"]:
        if lost := worker["lost_fetch_threads"]:
            text.append(f"\nworker {worker['pid']} has lost {lost} fetch threads, which do not come back", "red")
    return text


def _queue(status: Status) -> str:
    unknown = "" if status["accept_queue"] is not None else " and those not accepted"
    age = f", the oldest {_duration(status['queue_seconds'])}" if status["queue"] else ""
    return f"waiting {status['queue']}{unknown}{age}"


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
    headings = ("slot", "pid", "state", "for", "of", "origin", "request id")
    counts = ("waiting", "fetching", "ready", "held MB", "served", "MB", "slow clients")
    table = Table(*headings, *counts, box=None, header_style="bold")
    for column in (0, 1, 3, 7, 8, 9, 10, 11, 12):
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
        "" if left is None else f"{left:+.1f} s left",
        *(worker["origin"], worker["request_id"]),
        *(str(worker["waiting"]), str(worker["fetching"]), str(worker["ready"])),
        f"{worker['held_bytes'] / _MEGABYTE:.0f}",
        str(worker["served"]),
        f"{worker['resident_bytes'] / _MEGABYTE:.0f}",
        f"{worker['reading']} reading, {worker['sending']} taking {worker['unsent_bytes'] / _MEGABYTE:.1f} MB",
    )


def _style(worker: Mapping[str, Any]) -> str:
    left = worker["deadline_in_seconds"]
    if not worker["runs"] or (left is not None and left < 0):
        return "red"
    if worker["state"] == "idle":
        return "" if worker["fetching"] else "dim"
    return "yellow" if worker["seconds"] > _LONG_SECONDS else ""


def _fetches(status: Status) -> list[RenderableType]:
    """What is being fetched, by origin, the longest first; nothing where nothing is."""
    groups: dict[str, list[tuple[Mapping[str, Any], int]]] = {}
    for worker in status["workers"]:
        for fetch in worker["fetches"]:
            groups.setdefault(fetch["origin"], []).append((fetch, worker["number"]))
    if not groups:
        return []
    table = Table(
        "fetches", "from", "by workers", "the oldest for", "in slot", "request id", box=None, header_style="bold"
    )
    for column in (0, 2, 3, 4):
        table.columns[column].justify = "right"
    rows = [_origin(origin, fetches) for origin, fetches in groups.items()]
    for seconds, cells in sorted(rows, reverse=True)[:_MOST_ORIGINS]:
        table.add_row(*cells, style="yellow" if seconds > _LONG_SECONDS else "")
    more = len(rows) - _MOST_ORIGINS
    return [Text(), table, *([Text(f"and {more} more origins")] if more > 0 else [])]


def _origin(origin: str, fetches: Sequence[tuple[Mapping[str, Any], int]]) -> tuple[float, tuple[str, ...]]:
    oldest, number = max(fetches, key=lambda each: each[0]["seconds"])
    workers = len({slot for _, slot in fetches})
    seconds = oldest["seconds"]
    cells = (str(len(fetches)), origin, str(workers), _duration(seconds), str(number), oldest["request_id"])
    return seconds, cells


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"

"""What memory a service took, and the section of docs/performance.md about it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bench.figures.tables import markdown_head, markdown_row

_MEBIBYTE = 1 << 20
# Of the build before: what is wanted.
_WANTED = {"idle and fresh": 0.9, "idle after the work": 0.7, "most under any task": 0.7}


@dataclass(frozen=True, slots=True)
class Pss:
    """Proportional set size in bytes: of the arbiter, its workers and their children, and of the observer apart."""

    service: int
    observer: int


@dataclass(frozen=True, slots=True)
class Peak:
    """The most that was seen under a task, and what was served meanwhile."""

    task: str
    most: Pss
    answers: int
    wrong: int


@dataclass(frozen=True, slots=True)
class Service:
    """One checkout's service; `heavy` are the peaks of sources of 20 MB, in a service of their own."""

    name: str
    version: str
    fresh: Pss
    worked: Pss
    peaks: tuple[Peak, ...]
    heavy: tuple[Peak, ...]

    @property
    def most(self) -> int:
        """Under any of the tasks."""
        return max((peak.most.service for peak in self.peaks), default=0)


@dataclass(frozen=True, slots=True)
class Memory:
    """The build before and this one, in one run; in this order."""

    machine: str
    date: str
    minutes: float
    before: Service
    now: Service


def read_memory(data: Any) -> Memory:
    """The figures as JSON has them."""
    return Memory(**{**data, "before": _service(data["before"]), "now": _service(data["now"])})


def _service(data: Mapping[str, Any]) -> Service:
    peaks = {name: tuple(_peak(each) for each in data[name]) for name in ("peaks", "heavy")}
    return Service(**{**data, "fresh": Pss(**data["fresh"]), "worked": Pss(**data["worked"]), **peaks})


def _peak(data: Mapping[str, Any]) -> Peak:
    return Peak(**{**data, "most": Pss(**data["most"])})


def memory_section(found: Memory) -> Iterator[str]:
    """Ratios to the build before, then task by task."""
    before, now = found.before, found.now
    versions = f"{before.name} {before.version}, {now.name} {now.version}"
    yield f"{found.date} UTC, {found.machine}; {found.minutes:g} minutes of work each; {versions}."
    yield ""
    yield from markdown_head("MiB (PSS), the observer apart", f"{before.name}", "now", "×", "wanted", "reached")
    pairs = zip(_WANTED.items(), _figures(before), _figures(now), strict=True)
    for (name, wanted), one, other in pairs:
        ratio = other / one if one else 0.0
        is_reached = "yes" if ratio <= wanted else "no"
        figures = (_mebibytes(one), _mebibytes(other), f"×{ratio:.2f}")
        yield markdown_row(name, *figures, f"at most ×{wanted:g}", is_reached)
    observers = (_mebibytes(each.worked.observer) for each in (before, now))
    yield markdown_row("the observer, after the work", *observers, "", "", "")
    yield ""
    yield from markdown_head(
        "most under", f"{before.name}, MiB", "good answers", "others", "now, MiB", "good answers", "others"
    )
    for old, new in zip((*before.peaks, *before.heavy), (*now.peaks, *now.heavy), strict=True):
        yield markdown_row(old.task, *_peak_cells(old), *_peak_cells(new))


def _figures(service: Service) -> tuple[int, int, int]:
    return service.fresh.service, service.worked.service, service.most


def _peak_cells(peak: Peak) -> tuple[str, str, str]:
    return _mebibytes(peak.most.service), str(peak.answers - peak.wrong), str(peak.wrong)


def _mebibytes(value: int) -> str:
    return f"{value / _MEBIBYTE:.0f}"

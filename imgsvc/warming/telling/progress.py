"""How far a run is: a bar at a terminal, else a line now and then."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from imgsvc.warming.telling.report import size
from imgsvc.warming.telling.summary import Summary
from imgsvc.warming.units import Status

# Between two lines where there is no terminal.
LINE_SECONDS = 10.0


class Shown(Protocol):
    """What shows how far it is."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def show(self, summary: Summary) -> None:
        """This is how far it is."""


class Lines(AbstractContextManager["Lines"]):
    """Plain lines."""

    def __init__(self, console: Console, total: int | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._console, self._total, self._clock = console, total, clock
        self._began = self._last = clock()

    def show(self, summary: Summary) -> None:
        """Print a line if the last one was long ago."""
        now = self._clock()
        if now - self._last >= LINE_SECONDS:
            self._last = now
            self._console.print(
                line(summary, self._total, now - self._began), highlight=False, markup=False, soft_wrap=True
            )

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """There is nothing to take away."""


class Bar(AbstractContextManager["Bar"]):
    """A bar, which is drawn anew in its place."""

    def __init__(self, console: Console, total: int | None) -> None:
        self._total = total
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn(), console=console, transient=True
        )
        self._task = self._progress.add_task("", total=total)
        self._began = time.monotonic()

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def show(self, summary: Summary) -> None:
        """Draw it."""
        text = line(summary, self._total, time.monotonic() - self._began, is_left_told=False)
        self._progress.update(self._task, completed=summary.units, description=text)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()


def shown(console: Console, total: int | None) -> Shown:
    """What suits where it is shown."""
    return Bar(console, total) if console.is_terminal else Lines(console, total)


def line(summary: Summary, total: int | None, seconds: float, *, is_left_told: bool = True) -> str:
    """How far it is, in words."""
    counts = summary.counts
    of = f" of {total}" if total else ""
    per_second = summary.renditions / seconds if seconds else 0.0
    left = (total - summary.units) * seconds / summary.units if total and summary.units else 0.0
    return (
        f"{summary.units}{of}: {counts[Status.MADE]} made, {counts[Status.KEPT]} kept, {counts[Status.FAILED]} failed, "
        f"{counts[Status.LOST]} lost; {per_second:.1f} renditions/s, {size(summary.source_bytes)} in, "
        f"{size(summary.rendition_bytes)} out" + (f"; {left:.0f} s left" if left and is_left_told else "")
    )

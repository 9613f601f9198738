"""The drill's table, and its progress while it runs."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import isfinite

from rich.console import Console
from rich.table import Table

from imgsvc.drill.outcome import Outcome

_HEADINGS = ("scene", "good", "p50 ms", "p95 ms", "capacity /s", "health", "held", "verdict")


class Report:
    """Where the drill speaks: a table in the end, and a line for what is going on."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def say(self, text: str) -> None:
        """One line."""
        self._console.print(text, highlight=False)

    @contextmanager
    def playing(self, name: str, meaning: str) -> Iterator[None]:
        """Show that a scene is being played."""
        text = f"[bold]{name}[/bold]: {meaning}"
        if self._console.is_terminal:
            with self._console.status(text):
                yield
            return
        self.say(f"{name}: {meaning}")
        yield

    def table(self, outcomes: Sequence[Outcome]) -> None:
        """All scenes, then the promises that were broken in a sentence each."""
        table = Table(*_HEADINGS)
        for column in (1, 2, 3, 4):
            table.columns[column].justify = "right"
        for outcome in outcomes:
            table.add_row(*_cells(outcome))
        self._console.print(table)
        for outcome in outcomes:
            for sentence in outcome.broken:
                self.say(f"[red]broken[/red]  {outcome.name}: {sentence}")
            for sentence in outcome.unclear:
                self.say(f"[yellow]unclear[/yellow] {outcome.name}: {sentence}; but {outcome.load}")


def _cells(outcome: Outcome) -> tuple[str, ...]:
    if outcome.skipped:
        return (outcome.name, *[""] * 5, outcome.skipped, "skipped")
    found = outcome.figures
    capacity = "" if outcome.capacity is None else f"{outcome.capacity:.0f}"
    good = f"{found.share:.1%}"
    return (
        *(outcome.name, good, _milliseconds(found.p50), _milliseconds(found.p95)),
        *(capacity, _health(outcome), outcome.held, _verdict(outcome)),
    )


def _verdict(outcome: Outcome) -> str:
    if outcome.broken:
        return "[red]broken[/red]"
    return "[yellow]unclear[/yellow]" if outcome.unclear else "[green]kept[/green]"


def _health(outcome: Outcome) -> str:
    if not outcome.is_health_known:
        return ""
    return "[red]lied[/red]" if outcome.lies else "true"


def _milliseconds(seconds: float) -> str:
    return f"{1000 * seconds:.0f}" if isfinite(seconds) else "-"

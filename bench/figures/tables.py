"""The results as tables."""

from collections import Counter
from collections.abc import Callable, Iterator

from rich import box
from rich.table import Table

from bench.figures.results import Process, Results, Slice

_MEGABYTE = 1_048_576
# What stands in a task's row and a server's column.
Cell = Callable[[str, str], str]


def tables(results: Results, *, is_markdown: bool = False) -> Iterator[tuple[str, Table]]:
    """Each with its title: rates first, then what an answer costs, how it looks, and what a server takes."""
    style, base = box.MARKDOWN if is_markdown else box.ROUNDED, results.baseline
    figures: tuple[tuple[str, Callable[[Slice], float], bool], ...] = (
        (f"Answers a second; × is to {base}, more is better", lambda each: each.rate, True),
        (
            f"CPU milliseconds of the server for an answer; × is to {base}, less is better",
            lambda each: each.cpu_ms,
            False,
        ),
        (
            f"95 of 100 answers within so many milliseconds; × is to {base}, less is better",
            lambda each: each.counted.p95_ms,
            False,
        ),
    )
    for title, figure, is_more_better in figures:
        yield title, _table(results, style, _figure(results, figure, is_more_better=is_more_better))
    yield (
        "Bytes of the answer, and its SSIM to the reference (Lanczos, nothing lost)",
        _table(results, style, _quality(results)),
    )
    yield "The server", _processes(results, style)


def _figure(results: Results, figure: Callable[[Slice], float], *, is_more_better: bool) -> Cell:
    def cell(task: str, server: str) -> str:
        value = results.middle(task, server, figure)
        if value is None:
            return "wrong answer" if (task, server) in results.faults else ""
        shown, ratio = number(value), results.ratio(task, server, figure)
        errors = sum(each.counted.wrong for each in results.of(task, server))
        if errors:
            statuses = sum((Counter(each.counted.statuses) for each in results.of(task, server)), Counter[str]())
            those = ", ".join(f"{count} × {status}" for status, count in statuses.most_common())
            shown = f"{shown} [red]({errors} wrong: {those})[/red]"
        if ratio is None or server == results.baseline:
            return shown
        color = "green" if (ratio > 1) == is_more_better else "red"
        return f"[bold {color}]×{ratio:.2f}[/bold {color}] {shown}"

    return cell


def _quality(results: Results) -> Cell:
    def cell(task: str, server: str) -> str:
        found = results.answer(task, server)
        return f"{found.bytes} {found.ssim:.4f}" if found else ""

    return cell


def _table(results: Results, style: box.Box, cell: Cell) -> Table:
    table = Table("task", *results.servers, box=style, header_style="bold")
    for column in table.columns[1:]:
        column.justify = "right"
    for task in results.tasks:
        cells = [cell(task, server) for server in results.servers]
        if any(cells):
            table.add_row(task, *cells)
    return table


def _processes(results: Results, style: box.Box) -> Table:
    table = Table("", *results.servers, box=style, header_style="bold")
    for column in table.columns[1:]:
        column.justify = "right"
    found = {each.server: each for each in results.processes}
    rows: tuple[tuple[str, Callable[[Process], str]], ...] = (
        ("version", lambda process: process.version),
        ("MiB idle (PSS)", lambda process: f"{process.idle_bytes / _MEGABYTE:.0f}"),
        ("MiB at most", lambda process: f"{results.peak_bytes(process.server) / _MEGABYTE:.0f}"),
        ("s to the first answer", lambda process: f"{process.start_seconds:.2f}"),
    )
    for name, text in rows:
        table.add_row(name, *(text(found[server]) if server in found else "" for server in results.servers))
    return table


def markdown_row(*cells: str) -> str:
    """A line of a table."""
    return f"| {' | '.join(cells)} |"


def markdown_head(*titles: str) -> Iterator[str]:
    """The two lines above a table."""
    yield markdown_row(*titles)
    yield f"|{'---|' * len(titles)}"


def number(value: float) -> str:
    """Three digits that count."""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"

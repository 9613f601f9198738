"""Sections of docs/performance.md in Markdown: servers at quick and slow origins, a build against an earlier one."""

from collections.abc import Callable, Iterator, Sequence

from bench.figures.bars import AGAINST, AGAINST_BY_TASK, ANSWERS, MORE_MS, ORIGINS, Bar
from bench.figures.results import Results, Slice, middle, ratios
from bench.figures.tables import markdown_head, markdown_row, number
from bench.tasks import ALONE, BY_NAME

# What is told of a server at a task, as `_cells` gives it.
_CELLS = ("good answers a second", "refused a second", "ms, 50 of 100", "95 of 100", "CPU ms a good answer")


def origins_section(results: Results) -> Iterator[str]:
    """What each server gives at each origin, and what is wanted of it."""
    yield _about(results)
    yield ""
    yield from markdown_head("task", "origin", "connections", "server", *_CELLS)
    for task in results.tasks:
        for server in results.servers:
            yield markdown_row(*_place(task), server, *_cells(results, task, server))
    yield ""
    yield from _bars(results, ORIGINS)
    yield ""
    yield from _limits(results)


def answers_section(results: Results) -> Iterator[str]:
    """What each server gives at origins that answer at once, and what is wanted of it."""
    yield _about(results)
    yield ""
    yield from markdown_head("task", "server", *_CELLS)
    for task in results.tasks:
        for server in results.servers:
            yield markdown_row(task, server, *_cells(results, task, server))
    yield ""
    yield from _bars(results, ANSWERS)


def _bars(results: Results, bars: Sequence[Bar]) -> Iterator[str]:
    yield from markdown_head("task", "against", "wanted", "found (rounds)", "refused", "reached")
    for bar in bars:
        if results.of(bar.task, bar.against):
            yield markdown_row(*_judged(results, bar))


def _cells(results: Results, task: str, server: str) -> Iterator[str]:
    figures: tuple[Callable[[Slice], float], ...] = (
        lambda each: each.rate,
        lambda each: each.refused_rate,
        lambda each: each.counted.p50_ms,
        lambda each: each.counted.p95_ms,
        lambda each: each.cpu_ms,
    )
    yield from (_shown(results.middle(task, server, figure)) for figure in figures)


def _place(task: str) -> tuple[str, str, str]:
    about = BY_NAME[task]
    return task, str(about.pace), str(about.connections)


def _judged(results: Results, bar: Bar) -> Iterator[str]:
    ours, theirs = results.of(bar.task, results.servers[0]), results.of(bar.task, bar.against)
    found = ratios(ours, theirs, lambda each: each.rate)
    refused = sum(each.counted.wrong for each in ours)
    is_reached = (middle(found) or 0) >= bar.at_least and not (refused and bar.refuses_nobody)
    yield from (
        bar.task,
        bar.against,
        f"×{bar.at_least:g}",
        _spread(found),
        str(refused),
        "yes" if is_reached else "no",
    )


def _limits(results: Results) -> Iterator[str]:
    yield "The origins, asked by wrk itself, and how late they took a step while servers were measured:"
    yield ""
    yield from markdown_head(
        "task",
        "the origin alone, answers a second",
        "ms, 50 of 100",
        "95 of 100",
        "its CPU ms an answer",
        "most at once",
        "late, ms, 95 of 100",
        "at most",
    )
    for each in results.origins:
        told = [found.told for found in results.slices if found.task == each.task and found.told]
        yield markdown_row(
            *(each.task, number(each.rate), number(each.counted.p50_ms), number(each.counted.p95_ms)),
            *(f"{each.cpu_ms:.2f}", str(max((one.most_at_once for one in told), default=0))),
            *(
                _shown(middle(one.late_ms_p95 for one in told)),
                _shown(max((one.late_ms_most for one in told), default=0)),
            ),
        )


def against_section(results: Results) -> Iterator[str]:
    """CPU first, for it is what a busy machine changes least; ratios are those within a round."""
    yield _about(results)
    yield ""
    yield from markdown_head(
        "task",
        f"CPU ms an answer, {results.base}",
        "now",
        "× (rounds)",
        "answers a second × (rounds)",
        "wanted",
        "reached",
        "ms, 50 of 100",
        "95 of 100",
    )
    for task in results.tasks:
        if task != ALONE.name:
            yield markdown_row(task, *_compared(results, task))
    yield ""
    yield from _alone(results)


def _compared(results: Results, task: str) -> Iterator[str]:
    ours, theirs = results.of(task, results.servers[0]), results.of(task, results.base)
    wanted = AGAINST_BY_TASK.get(task, AGAINST)
    rates = ratios(ours, theirs, lambda each: each.rate)
    yield from (_shown(middle(each.cpu_ms for each in those)) for those in (theirs, ours))
    yield _spread(ratios(ours, theirs, lambda each: each.cpu_ms))
    yield from (_spread(rates), f"×{wanted:g}", "yes" if (middle(rates) or 0) >= wanted else "no")
    yield _pair(ours, theirs, lambda each: each.counted.p50_ms)
    yield _pair(ours, theirs, lambda each: each.counted.p95_ms)


def _alone(results: Results) -> Iterator[str]:
    """The latency of one picture: differences, for what is wanted is one."""
    ours, theirs = results.of(ALONE.name, results.servers[0]), results.of(ALONE.name, results.base)
    if not ours or not theirs:
        return
    yield from markdown_head(f"{ALONE.meaning}", f"{results.base}, ms", "now", "more, ms (rounds)", "wanted", "reached")
    figures: tuple[tuple[str, Callable[[Slice], float]], ...] = (
        ("50 of 100", lambda each: each.counted.p50_ms),
        ("95 of 100", lambda each: each.counted.p95_ms),
    )
    for name, figure in figures:
        base = {each.round: figure(each) for each in theirs}
        more = sorted(figure(each) - base[each.round] for each in ours if each.round in base)
        middles = [f"{middle(figure(each) for each in those) or 0:.2f}" for those in (theirs, ours)]
        shown = f"{middle(more) or 0:.2f} ({more[0]:.2f} to {more[-1]:.2f})"
        yield markdown_row(
            name, *middles, shown, f"at most {MORE_MS:g}", "yes" if (middle(more) or 0) <= MORE_MS else "no"
        )


def _pair(ours: list[Slice], theirs: list[Slice], figure: Callable[[Slice], float]) -> str:
    return f"{_shown(middle(map(figure, theirs)))} → {_shown(middle(map(figure, ours)))}"


def _about(results: Results) -> str:
    versions = ", ".join(f"{each.server} {each.version}" for each in results.processes)
    rounds = f"{results.rounds} rounds" if results.rounds > 1 else "one round"
    load = f"load before {results.load_before:.1f}"
    return f"{results.date} UTC, {results.machine}; medians of {rounds}; {versions}; {load}."


def _spread(found: list[float]) -> str:
    if not found:
        return ""
    return f"×{middle(found):.2f} ({min(found):.2f} to {max(found):.2f})"


def _shown(value: float | None) -> str:
    return "" if value is None else number(value) if value else "0"

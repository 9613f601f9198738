"""The run: every server is started, its answers are looked at, then all take turns."""

import os
import statistics
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from bench import load
from bench.answers import AnswerError, judged
from bench.options import Options
from bench.processes import await_quiet, cpu_seconds
from bench.results import Process, Results, Slice
from bench.servers import Running, Server
from bench.tasks import BY_NAME, Task

_STARTS = 3
# A slice holds about so many answers, or a few more or less would decide it.
_ANSWERS = 60
_LONGEST_SLICE_SECONDS = 12.0
_SHORTEST_WARMING_SECONDS = 0.5
_LONGEST_WARMING_SECONDS = 3.0
_QUIET_SECONDS = 8.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where sources come from, and where logs go."""

    origin: str
    pictures: Path
    logs: Path


class Measuring:
    """One run over the servers; what it finds is in `results` at any time."""

    def __init__(self, options: Options, place: Place, results: Results, console: Console) -> None:
        self._options, self._place, self._results, self._console = options, place, results, console

    def run(self, servers: Sequence[tuple[Server, str]]) -> None:
        """Measure all of them; each comes with its version."""
        self._results.servers += [server.name for server, _ in servers]
        with ExitStack() as stack:
            running = [self._started(stack, server, version) for server, version in servers]
            tasks = [task for name in self._options.tasks if self._is_looked_at(task := BY_NAME[name], running)]
            with self._progress(len(tasks) * len(running) * self._options.rounds) as (progress, bar):
                for task in tasks:
                    for number in range(self._options.rounds):
                        for each in self._in_turn(task, running, number):
                            progress.update(bar, description=f"{task.name} {each.server.name}")
                            self._results.slices.append(self._slice(task, each, number))
                            progress.advance(bar)

    def _started(self, stack: ExitStack, server: Server, version: str) -> Running:
        """The last of several starts goes on running."""
        self._say(f"starting {server.name}")
        log = self._place.logs / f"{server.name}.log"
        log.unlink(missing_ok=True)
        seconds = []
        for _ in range(_STARTS - 1):
            with Running(server, self._place.origin, log) as once:
                seconds.append(once.start_seconds)
        running = stack.enter_context(Running(server, self._place.origin, log))
        middle = statistics.median([*seconds, running.start_seconds])
        self._results.processes.append(Process(server.name, version, running.idle_bytes, middle))
        return running

    def _is_looked_at(self, task: Task, running: Sequence[Running]) -> bool:
        """Look at every server's answers; one that is wrong is not measured. Whether any is left."""
        self._say(f"looking at the answers of {task.name}")
        for each in running:
            for part in (BY_NAME[name] for name in task.parts or (task.name,)):
                self._look(task, part, each)
        return any((task.name, each.server.name) not in self._results.faults for each in running)

    def _look(self, task: Task, part: Task, running: Running) -> None:
        name = running.server.name
        if self._results.answer(part.name, name) or (part.name, name) in self._results.faults:
            if fault := self._results.faults.get((part.name, name)):
                self._results.faults[task.name, name] = fault
            return
        path = running.server.path(part, self._place.origin)
        try:
            found = judged(part, name, running.base, path, self._place.pictures / part.source)
            self._results.answers.append(found)
        except (AnswerError, requests.RequestException, OSError) as error:
            self._results.faults[task.name, name] = f"{part.name}: {error}"

    def _in_turn(self, task: Task, running: Sequence[Running], number: int) -> Iterator[Running]:
        """All whose answers were right, another one first in every round."""
        shift = number % len(running)
        for each in [*running[shift:], *running[:shift]]:
            if (task.name, each.server.name) not in self._results.faults:
                yield each

    def _slice(self, task: Task, running: Running, number: int) -> Slice:
        cpu, peak = list[float](), [running.memory()]
        window = self._window(task, running)
        counted = load.run(
            window,
            at_edge=lambda: cpu.append(cpu_seconds(running.roots)),
            look=lambda: peak.append(running.memory()),
        )
        await_quiet(running.roots, _QUIET_SECONDS)
        spent = cpu[1] - cpu[0]
        return Slice(task.name, running.server.name, number, window.seconds, spent, max(peak), counted)

    def _window(self, task: Task, running: Running) -> load.Window:
        """As long for every server of a task."""
        alone = self._seconds_alone(task) / len(os.sched_getaffinity(0))
        return load.Window(
            base=running.base,
            paths=running.paths(task),
            connections=self._options.connections,
            warm_seconds=_between(
                _SHORTEST_WARMING_SECONDS, self._options.connections * alone, _LONGEST_WARMING_SECONDS
            ),
            seconds=_between(
                self._options.seconds, _ANSWERS * alone, max(self._options.seconds, _LONGEST_SLICE_SECONDS)
            ),
        )

    def _seconds_alone(self, task: Task) -> float:
        """How long an answer takes without load: the middle of all servers, the mean of a mix."""
        middles = []
        for name in task.parts or (task.name,):
            found = [answer.seconds for answer in self._results.answers if answer.task == name]
            middles.append(statistics.median(found) if found else 0.0)
        return statistics.fmean(middles)

    @contextmanager
    def _progress(self, total: int) -> Iterator[tuple[Progress, TaskID]]:
        columns = (TextColumn("{task.description:18}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn())
        is_shown = self._console.is_terminal
        with Progress(*columns, console=self._console, transient=True, disable=not is_shown) as progress:
            yield progress, progress.add_task("", total=total)

    def _say(self, text: str) -> None:
        self._console.print(text, style="dim", highlight=False)


def _between(lowest: float, value: float, highest: float) -> float:
    return max(lowest, min(value, highest))

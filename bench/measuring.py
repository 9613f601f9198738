"""The run: every server is started, its answers are looked at, then all take turns."""

import os
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from bench import load
from bench.figures.results import Process, Results, Slice
from bench.options import Options
from bench.origins.paced import AT_ONCE, COUNT_PATH, Pace, Told
from bench.processes import await_quiet, cpu_seconds
from bench.servers.answers import AnswerError, ask, judged
from bench.servers.commands import Running, Server
from bench.tasks import BY_NAME, Task

_STARTS = 3
# A slice holds about so many answers, or a few more or less would decide it.
_ANSWERS = 60
_LONGEST_SLICE_SECONDS = 12.0
# Of a closed loop answers come in waves, an origin's time apart; a slice holds some more of those.
_WAVES = 8
_SHORTEST_WARMING_SECONDS = 0.5
_LONGEST_WARMING_SECONDS = 3.0
_QUIET_SECONDS = 8.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where sources come from at each pace, and where logs go."""

    origins: Mapping[Pace, str]
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
                    self._measure_origin(task)
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
            with Running(server, self._place.origins, log) as once:
                seconds.append(once.start_seconds)
        running = stack.enter_context(Running(server, self._place.origins, log))
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
        try:
            found = judged(part, name, running.base, running.path(part), self._place.pictures / part.source)
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
        cpu, told, peak = list[float](), list[Told | None](), [running.memory()]

        def edge() -> None:
            cpu.append(cpu_seconds(running.roots))
            told.append(self._told(task))

        window = self._window(task, running.base, running.paths(task))
        counted = load.run(window, edge, look=lambda: peak.append(running.memory()))
        await_quiet(running.roots, _QUIET_SECONDS)
        # What was asked of an origin for nobody is still on its way.
        time.sleep(task.pace.seconds)
        spent = cpu[1] - cpu[0]
        return Slice(task.name, running.server.name, number, window.seconds, spent, max(peak), counted, told[1])

    def _measure_origin(self, task: Task) -> None:
        """What a paced origin gives to as many connections by itself: nobody can be faster."""
        if task.pace == AT_ONCE:
            return
        self._say(f"measuring the origin of {task.name}")
        told = list[Told | None]()
        window = self._window(task, self._place.origins[task.pace], (f"/{task.source}",))
        counted = load.run(window, lambda: told.append(self._told(task)), look=lambda: None)
        spent = told[1].cpu_seconds if told[1] else 0.0
        self._results.origins.append(Slice(task.name, "origin", 0, window.seconds, spent, 0, counted, told[1]))

    def _told(self, task: Task) -> Told | None:
        """What a paced origin did since it was last asked."""
        if task.pace == AT_ONCE:
            return None
        return Told(**ask(self._place.origins[task.pace], COUNT_PATH).json())

    def _window(self, task: Task, base: str, paths: tuple[str, ...]) -> load.Window:
        """As long for every server of a task."""
        alone = self._seconds_alone(task) / len(os.sched_getaffinity(0))
        connections, shortest = task.connections or self._options.connections, self._options.seconds
        longest = max(shortest, _LONGEST_SLICE_SECONDS + _WAVES * task.pace.seconds)
        return load.Window(
            base=base,
            paths=paths,
            connections=connections,
            warm_seconds=_between(_SHORTEST_WARMING_SECONDS, connections * alone, _LONGEST_WARMING_SECONDS),
            seconds=_between(shortest, _ANSWERS * alone, longest),
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

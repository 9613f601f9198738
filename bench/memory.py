"""bench/weigh: what memory a service takes, this checkout's and another commit's, one after the other.

Each is started anew and looked at, works for some minutes at every task in turn, is left alone and looked at again;
and, started once more, is asked for pictures whose sources have 20 MB, 32 at once.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from rich.console import Console

from bench import load
from bench.figures.memory import Memory, Peak, Pss, Service, memory_section
from bench.figures.page import write
from bench.origins.nginx import origins
from bench.origins.pictures import make, photo_path
from bench.processes import await_quiet, pss_bytes, pss_bytes_of
from bench.servers.against import checkout
from bench.servers.commands import ROOT, Running, Server, imgsvc
from bench.servers.finding import BUILD, commit, machine
from bench.tasks import BY_NAME, HEAVY, TASKS, Task

# Ten tasks as they are measured elsewhere, and one whose sources are waited for.
_WORK = (*TASKS, BY_NAME["S2"])
_CONNECTIONS = 8
_SLICE_SECONDS = 10.0
_HEAVY_SECONDS = 15.0
_WARM_SECONDS = 1.0
# A peak is short.
_LOOK_SECONDS = 0.1
_STARTS = 3
_REST_SECONDS = 15.0
_OBSERVER = "imgsvc.observer"


def main(arguments_: Sequence[str]) -> int:
    """Measure both, print the section, and keep it where that is asked for."""
    options = _options(arguments_)
    notes = Console(stderr=True)

    def say(text: str) -> None:
        notes.print(text, style="dim", highlight=False)

    place = checkout(ROOT, options.against, BUILD / "against", say)
    pictures, logs = BUILD / "pictures", BUILD / "logs"
    make(pictures, photo_path(None), say)
    with origins(pictures, logs, {each.pace for each in (*_WORK, *HEAVY)}) as places:

        def started(server: Server) -> Running:
            return Running(server, places, logs / f"{server.name}.log")

        before = _measured(imgsvc(place.name, place, {}), commit(place), options.minutes, started, say)
        now = _measured(imgsvc("imgsvc", ROOT, {}), commit(ROOT), options.minutes, started, say)
    found = Memory(machine(), f"{datetime.now(UTC):%Y-%m-%d %H:%M}", options.minutes, before, now)
    sys.stdout.write("".join(f"{line}\n" for line in memory_section(found)))
    if options.write:
        write("memory", found)
    return 0


def _options(arguments_: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("bench/weigh", description=__doc__)
    parser.add_argument(
        "--against", required=True, metavar="COMMIT", help="prepared below build/bench, or a prepared checkout"
    )
    parser.add_argument("--minutes", type=float, default=10.0, metavar="N", help="of work for each; 10")
    parser.add_argument("--write", action="store_true", help="docs/performance.md has these figures")
    return parser.parse_args(arguments_)


def _measured(
    server: Server, version: str, minutes: float, started: Callable[[Server], Running], say: Callable[[str], None]
) -> Service:
    fresh = list[Pss]()
    say(f"{server.name}: starting")
    for _ in range(_STARTS):
        with started(server) as running:
            fresh.append(_pss(running))
    with started(server) as running:
        peaks = _work(running, minutes, say)
        await_quiet(running.roots, _REST_SECONDS)
        time.sleep(_REST_SECONDS)
        worked = _pss(running)
    with started(server) as running:
        say(f"{server.name}: sources of 20 MB")
        heavy = tuple(_peak(running, task, _HEAVY_SECONDS) for task in HEAVY)
    return Service(server.name, version, _middle(fresh), worked, peaks, heavy)


def _work(running: Running, minutes: float, say: Callable[[str], None]) -> tuple[Peak, ...]:
    """Every task in turn, as often as fits; the most of each over all of its turns."""
    turns = max(1, round(minutes * 60 / len(_WORK) / _SLICE_SECONDS))
    seconds = minutes * 60 / len(_WORK) / turns
    found: dict[str, list[Peak]] = {}
    for turn in range(turns):
        say(f"{running.server.name}: turn {turn + 1} of {turns}")
        for task in _WORK:
            found.setdefault(task.name, []).append(_peak(running, task, seconds))
    return tuple(_together(peaks) for peaks in found.values())


def _peak(running: Running, task: Task, seconds: float) -> Peak:
    seen = list[Pss]()
    window = load.Window(
        *(running.base, running.paths(task), task.connections or _CONNECTIONS, _WARM_SECONDS),
        seconds=max(0.5, seconds - _WARM_SECONDS),
        look_seconds=_LOOK_SECONDS,
    )
    counted = load.run(window, lambda: seen.append(_pss(running)), lambda: seen.append(_pss(running)))
    return Peak(task.name, max(seen, key=lambda each: each.service), counted.answers, counted.wrong)


def _together(peaks: Sequence[Peak]) -> Peak:
    most = max((each.most for each in peaks), key=lambda each: each.service)
    return Peak(peaks[0].task, most, sum(each.answers for each in peaks), sum(each.wrong for each in peaks))


def _pss(running: Running) -> Pss:
    observer = pss_bytes_of(running.roots, _OBSERVER)
    return Pss(pss_bytes(running.roots) - observer, observer)


def _middle(found: Sequence[Pss]) -> Pss:
    return Pss(
        *(round(statistics.median(values)) for values in zip(*((p.service, p.observer) for p in found), strict=True))
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

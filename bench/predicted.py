"""bench/predict: what the model of capacity.py says of this machine, and what comes.

One number is measured first, what a picture takes where its source is there at once; from it and from the origin's time
the model says what so many fetches give, and that is measured too.
"""

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from rich.console import Console

from bench import load
from bench.capacity import Work, of_machine
from bench.figures.page import write
from bench.figures.predictions import Prediction, Predictions, predictions_section
from bench.origins.nginx import origins
from bench.origins.paced import AT_ONCE, Pace
from bench.origins.pictures import make, photo_path
from bench.servers.commands import ROOT, Running, imgsvc
from bench.servers.finding import BUILD, commit, machine
from bench.tasks import BY_NAME, Task

_FETCHES = (1, 2, 4, 8, 16, 32, 64)
_TASK = BY_NAME["S2"]
_WARM_SECONDS = 2.0


def main(arguments: Sequence[str]) -> int:
    """Measure, print, and keep it where that is asked for."""
    options = _options(arguments)
    notes = Console(stderr=True)

    def say(text: str) -> None:
        notes.print(text, style="dim", highlight=False)

    pictures, logs = BUILD / "pictures", BUILD / "logs"
    make(pictures, photo_path(None), say)
    with origins(pictures, logs, {_TASK.pace}) as places:

        def rate(settings: Mapping[str, str], task: Task) -> float:
            with Running(imgsvc("imgsvc", ROOT, settings), places, logs / "predicted.log") as running:
                return _rate(running.base, running.paths(task), task, options.seconds)

        found = _measured(rate, _rate_of_origin(places, options.seconds), say)
    sys.stdout.write("".join(f"{line}\n" for line in predictions_section(found)))
    if options.write:
        write("predictions", found)
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("bench/predict", description=__doc__)
    parser.add_argument("--seconds", type=float, default=8.0, metavar="N", help="for each number of fetches; 8")
    parser.add_argument("--write", action="store_true", help="docs/scaling.md has these figures")
    return parser.parse_args(arguments)


def _measured(
    rate: Callable[[Mapping[str, str], Task], float], origin_rate: float, say: Callable[[str], None]
) -> Predictions:
    cores = len(os.sched_getaffinity(0))
    say("a source that is there at once")
    work = Work(
        source_seconds=_TASK.connections / origin_rate,
        # With all that is beside the server on these cores: the origin and wrk.
        cpu_seconds=cores / rate({}, replace(_TASK, pace=AT_ONCE)),
    )
    found = []
    for fetches in _FETCHES:
        say(f"{fetches} fetches")
        answers = rate({"IMGSVC_FETCHES": str(fetches)}, _TASK)
        model = of_machine(work, max(2, cores), fetches, _TASK.connections)
        found.append(Prediction(fetches, model.at_least, model.at_most, answers))
    about = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {machine()}, {commit(ROOT)}"
    return Predictions(about, cores, _TASK.connections, work.source_seconds, work.cpu_seconds, tuple(found))


def _rate_of_origin(places: Mapping[Pace, str], seconds: float) -> float:
    """Answers a second of the origin to as many connections."""
    return _rate(places[_TASK.pace], (f"/{_TASK.source}",), _TASK, seconds)


def _rate(base: str, paths: tuple[str, ...], task: Task, seconds: float) -> float:
    counted = load.run(load.Window(base, paths, task.connections, _WARM_SECONDS, seconds), lambda: None, lambda: None)
    return (counted.answers - counted.wrong) / seconds


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""bench/draw: what an answer costs as the work grows, measured and drawn.

Along source pixels and result pixels it is `imgsvc bench`; along connections and workers it is wrk against a whole
server, its origin at once or after 200 ms. matplotlib draws it, in an environment of its own.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from bench import load
from bench.origins.paced import AT_ONCE, Pace, arguments
from bench.origins.pictures import Picture, cut_pictures, photo_path
from bench.processes import Command, Program, cpu_seconds
from bench.servers.commands import ROOT, Running, Server, imgsvc
from bench.servers.environments import plotting
from bench.servers.finding import BUILD, commit, machine
from imgsvc.bench.measuring import Wish, measure
from imgsvc.bench.serving import free_port
from imgsvc.settings.environment import environment

_MEGAPIXELS = (0.5, 1, 2, 4, 8, 16, 24)
_FORMATS = ("jpg", "png", "webp")
_WIDTHS = (100, 200, 400, 800, 1600, 2400)
_CONNECTIONS = (1, 2, 4, 8, 16, 32, 64, 128)
_WORKERS = (1, 2, 3, 4, 6, 8, 12, 16)
_AT_ONCE = (1, 8, 64)
_DELAYS = (0.0, 0.2)
_SECONDS = 2.0
_LOAD_SECONDS = 4.0
_RESULT = "rs:fit:500:500/q:80"


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one picture: `x` is millions of pixels."""

    line: str
    x: float
    cpu_ms: float
    megabytes: float


@dataclass(frozen=True, slots=True)
class Flow:
    """Of a server under load: `x` is connections or workers."""

    line: str
    x: float
    rate: float
    p95_ms: float
    cpu_ms: float
    megabytes: float
    wrong: int


def main(folder: Path) -> int:
    """Measure everything, keep the figures beside the pictures, and draw."""
    notes = Console(stderr=True)
    folder.mkdir(parents=True, exist_ok=True)

    def say(text: str) -> None:
        notes.print(text, style="dim", highlight=False)

    python = plotting(BUILD / "plotting", say)
    pictures = BUILD / "growth"
    cut_pictures(pictures, photo_path(None), list(_wanted()), say)
    found = {
        "about": f"{datetime.now(UTC):%Y-%m-%d}, {machine()}, {commit(ROOT)}",
        "source": [asdict(each) for each in _along_sources(pictures)],
        "result": [asdict(each) for each in _along_results(pictures)],
        "connections": [asdict(each) for each in _along_connections(pictures)],
        "workers": [asdict(each) for each in _along_workers(pictures)],
    }
    data = folder / "growth.json"
    data.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    return subprocess.run([str(python), str(ROOT / "bench" / "drawing.py"), str(data)], check=False).returncode


def _wanted() -> Iterator[Picture]:
    for megapixels in _MEGAPIXELS:
        width = round((megapixels * 1_000_000 * 1.5) ** 0.5)
        for suffix in _FORMATS:
            yield Picture(f"{megapixels:g}.{suffix}", width, round(width / 1.5))


def _along_sources(pictures: Path) -> Iterator[Cost]:
    for suffix in _FORMATS:
        for megapixels in _MEGAPIXELS:
            yield _cost(suffix, megapixels, pictures / f"{megapixels:g}.{suffix}", _RESULT)


def _along_results(pictures: Path) -> Iterator[Cost]:
    for suffix in _FORMATS:
        for width in _WIDTHS:
            pixels = width * width / 1.5 / 1_000_000
            yield _cost(suffix, pixels, pictures / "8.jpg", f"rs:fit:{width}:0/f:{suffix}")


def _cost(line: str, x: float, picture: Path, options: str) -> Cost:
    # A server of its own, whose memory is that of this picture.
    (found,) = measure(environment(), [picture], Wish(options, "", _SECONDS), lambda _: None)
    return Cost(line, x, found.answers.cpu_seconds * 1000, found.answers.worker_bytes / 1_048_576)


def _along_connections(pictures: Path) -> Iterator[Flow]:
    for delay in _DELAYS:
        with _served(pictures, delay, {}) as running:
            for connections in _CONNECTIONS:
                yield _flow(f"origin {_named(delay)}", connections, running, connections)


def _along_workers(pictures: Path) -> Iterator[Flow]:
    for workers in _WORKERS:
        for delay in _DELAYS:
            with _served(pictures, delay, {"IMGSVC_WORKERS": str(workers)}) as running:
                for connections in _AT_ONCE:
                    yield _flow(f"origin {_named(delay)}, {connections} at once", workers, running, connections)


def _named(delay: float) -> str:
    return f"after {delay * 1000:.0f} ms" if delay else "at once"


@contextmanager
def _served(pictures: Path, delay: float, settings: dict[str, str]) -> Iterator[tuple[Running, str]]:
    """A server with these settings, and the URL path of a picture whose origin waits so long."""
    port = free_port()
    log = pictures / "origin.log"
    with Program(Command(arguments(pictures, {Pace(delay): port}), ROOT), log):
        base = f"http://127.0.0.1:{port}"
        # Whatever is asked of it, its start included, is that one picture.
        server = Server("imgsvc", imgsvc("imgsvc", ROOT, settings).commands, lambda _task, origin: _path(origin))
        with Running(server, {AT_ONCE: base}, log) as running:
            yield running, _path(base)


def _path(origin: str) -> str:
    return f"/unsafe/{_RESULT}/plain/{origin}/1.jpg"


def _flow(line: str, x: float, served: tuple[Running, str], connections: int) -> Flow:
    running, path = served
    cpu, memory = list[float](), [running.memory()]
    window = load.Window(running.base, (path,), connections, warm_seconds=1.0, seconds=_LOAD_SECONDS)
    counted = load.run(window, lambda: cpu.append(cpu_seconds(running.roots)), lambda: memory.append(running.memory()))
    right = counted.answers - counted.wrong
    return Flow(
        line=line,
        x=x,
        rate=right / _LOAD_SECONDS,
        p95_ms=counted.p95_ms,
        cpu_ms=1000 * (cpu[1] - cpu[0]) / max(1, counted.answers),
        megabytes=max(memory) / 1_048_576,
        wrong=counted.wrong,
    )


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

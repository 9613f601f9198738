"""`imgsvc warm` against its floor: a loop over the renderer in one process for each core, over the same pictures.

    python -m bench.warming --count 5000 --rounds 3 --folder /tmp/pictures      drawn once
    python -m bench.warming --units 100000              the engine alone, with units that take no time
    python -m bench.warming --machines 2 --count 600    so many machines against one, in network namespaces, as root

Both make the same renditions of the same files, the loop without a target, by turns; what is told is the ratio of
renditions a second, in all and after the start, and of CPU time in all. Memory is that of the driver with its
scheduler, at its highest.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from random import Random

from PIL import Image

from bench.machines import compared
from bench.processes import cpu_seconds
from imgsvc.app import create_renderer
from imgsvc.config import from_environment
from imgsvc.rendition import RenderRequest
from imgsvc.runtime.scope import Scope
from imgsvc.settings.environment import own_environment
from imgsvc.warming.backlog import Backlog
from imgsvc.warming.manifest import Manifest, read
from imgsvc.warming.telling.summary import Summary
from imgsvc.warming.units import Order, Outcome, Status, Unit

# As Dask's workers have them, and those of the server.
_THREADS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
_PRESETS = {"card": "rs:fit:300:200", "thumb": "rs:fill:120:120"}
_KINDS = ("jpg", "png", "webp", "jpg", "jpg", "gif")
_SIZES = ((640, 480), (300, 400), (1200, 800), (900, 900))


def draw(folder: Path, count: int) -> None:
    """So many pictures of mixed kinds and sizes, each another one."""
    random = Random(1)  # noqa: S311 (nothing is kept secret by it)
    for number in range(count):
        width, height = random.choice(_SIZES)
        small = Image.frombytes("RGB", (24, 18), random.randbytes(24 * 18 * 3))
        small.resize((width, height), Image.Resampling.BICUBIC).save(
            folder / f"{number}.{_KINDS[number % len(_KINDS)]}"
        )


def picture() -> bytes:
    """One of them, as an origin has it."""
    with tempfile.TemporaryDirectory() as work:
        draw(Path(work), 1)
        return (Path(work) / f"0.{_KINDS[0]}").read_bytes()


def settings(folder: Path) -> dict[str, str]:
    """Those of both."""
    return own_environment() | {
        **_THREADS,
        "IMGSVC_LOCAL_FILESYSTEM_ROOT": str(folder),
        "IMGSVC_RESULT_STORE": (folder.parent / "store").as_uri(),
        "IMGSVC_PRESETS": ",".join(f"{name}={options}" for name, options in _PRESETS.items()),
    }


@dataclass(frozen=True, slots=True)
class Rates:
    """Renditions a second, with the start and without; CPU milliseconds for each, which a busy machine changes less."""

    in_all: float
    after_start: float
    cpu_ms: float

    def __str__(self) -> str:
        return f"{self.in_all:.1f}/s, {self.after_start:.1f} after the start, {self.cpu_ms:.2f} ms of CPU each"


_taken: "list[Synchronized[int]]" = []


def _share(taken: "Synchronized[int]") -> None:
    _taken.append(taken)


def loop(environ: dict[str, str], names: Sequence[str]) -> tuple[float, float, float]:
    """The floor, in one process, which takes the next picture when it is done with one: beginning, end, CPU seconds."""
    began, renderer = time.time(), create_renderer(from_environment(environ))
    while True:
        with _taken[0].get_lock():
            number, _taken[0].value = _taken[0].value, _taken[0].value + 1
        if number >= len(names):
            return began, time.time(), time.process_time()
        for preset in _PRESETS:
            request = RenderRequest(f"/_/pr:{preset}/plain/local:///{names[number]}")
            renderer.render(renderer.prepare(request), Scope(60))


def floor(folder: Path, width: int) -> Rates:
    """Of the loop."""
    names, environ = sorted(path.name for path in folder.iterdir()), settings(folder)
    os.environ |= _THREADS
    began, spawned = time.perf_counter(), get_context("spawn")
    with ProcessPoolExecutor(width, spawned, _share, (spawned.Value("i", 0),)) as pool:
        ends = list(pool.map(loop, [environ] * width, [names] * width))
    in_all, made = time.perf_counter() - began, len(names) * len(_PRESETS)
    alone = max(end for _, end, _ in ends) - min(began for began, _, _ in ends)
    return Rates(made / in_all, made / alone, 1000 * sum(spent for *_, spent in ends) / made)


def warm(folder: Path, width: int) -> tuple[Rates, float]:
    """Of `imgsvc warm`, and the megabytes of its driver."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as work:
        manifest = Path(work) / "warm.jsonl"
        environ = settings(folder) | {"IMGSVC_RESULT_STORE": f"file://{work}/store"}
        command = [sys.executable, "-m", "imgsvc", "warm", "--from", str(folder), "--presets", ",".join(_PRESETS)]
        command += ["--workers", str(width), "--manifest", str(manifest)]
        began = time.perf_counter()
        process = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True)
        first, peak, spent = 0.0, 0.0, 0.0
        while process.poll() is None:
            first = first or (time.perf_counter() if manifest.exists() and any(read(manifest)) else 0.0)
            peak, spent = max(peak, _megabytes(process.pid)), max(spent, cpu_seconds([process.pid]))
            time.sleep(0.1)
        end = time.perf_counter()
        made = json.loads(manifest.with_suffix(".report.json").read_text("utf-8"))["renditions"]
    return Rates(made / (end - began), made / (end - first), 1000 * spent / made), peak


def _megabytes(process: int) -> float:
    try:
        status = Path(f"/proc/{process}/status").read_text("ascii")
    except OSError:
        return 0.0
    found = re.search(r"VmRSS:\s+(\d+)", status)
    return int(found[1]) / 1024 if found else 0.0


def nothing(_order: Order, units: tuple[Unit, ...]) -> list[Outcome]:
    """In place of what makes pictures."""
    return [Outcome(each.source, Status.MADE, seconds=0.001, source_bytes=1000, made={"card": 100}) for each in units]


def simulate(count: int, width: int) -> Iterator[str]:
    """The engine, manifest and summary over so many units: how fast, and the driver's memory on the way."""
    from imgsvc.warming.engine import local_engine  # noqa: PLC0415 (its workers import this module, and not it)

    began, summary, told = time.perf_counter(), Summary(), list[str]()
    units = (Unit(f"https://shop.example/{number}.jpg") for number in range(count))
    order = Order((), "nowhere", "", timeout_seconds=60, memory_bytes=0)
    with tempfile.TemporaryDirectory() as work, Manifest(Path(work) / "warm.jsonl", "order") as manifest:

        def end(outcome: Outcome) -> None:
            manifest.write(outcome)
            summary.add(outcome)
            if summary.units % max(count // 10, 1) == 0:
                told.append(f"{summary.units} units: driver and scheduler {_megabytes(os.getpid()):.0f} MB")

        with local_engine(order, width, own_environment(), nothing) as engine:
            engine.run(Backlog(manifest.due(units)), end, lambda: None)
    yield from told
    yield f"{count / (time.perf_counter() - began):.0f} units/s"


def main() -> None:
    """By turns, each round told as it is over."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    options.add_argument("--count", type=int, default=1000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    options.add_argument("--folder", type=Path, help="where the pictures are, or are drawn; else they are for once")
    options.add_argument("--units", type=int, default=0)
    options.add_argument("--machines", type=int, default=0)
    options.add_argument("--origin", type=float, default=0.1, help="seconds that an origin takes, with --machines")
    given = options.parse_args()
    if given.machines:
        sys.stdout.write(f"{compared(given.machines, given.count, given.origin, picture())}\n")
        return
    if given.units:
        sys.stdout.writelines(f"{line}\n" for line in simulate(given.units, given.workers))
        return
    with tempfile.TemporaryDirectory() as work:
        folder = (given.folder or Path(work)) / "pictures"
        if not folder.exists():
            folder.mkdir(parents=True)
            draw(folder, given.count)
        for _ in range(given.rounds):
            least, (made, peak) = floor(folder, given.workers), warm(folder, given.workers)
            ratios = made.in_all / least.in_all, made.after_start / least.after_start, least.cpu_ms / made.cpu_ms
            told = "ratios {:.2f} in all, {:.2f} after the start, {:.2f} of CPU".format(*ratios)
            sys.stdout.write(f"loop {least}; warm {made}; {told}; driver {peak:.0f} MB\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()

"""`imgsvc warm` against its floor: a loop over the renderer in one process for each core, over the same pictures.

    python -m bench.warming --count 5000 --rounds 3 --folder /tmp/pictures      drawn once
    python -m bench.warming --units 100000              the engine alone, with units that take no time

Both make the same renditions of the same files, the loop without a target, by turns; what is told is the ratio of
renditions a second, in all and after the start. Memory is that of the driver with its scheduler, at its highest.
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
from multiprocessing import get_context
from pathlib import Path
from random import Random

from PIL import Image

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


def settings(folder: Path) -> dict[str, str]:
    """Those of both."""
    return own_environment() | {
        **_THREADS,
        "IMGSVC_LOCAL_FILESYSTEM_ROOT": str(folder),
        "IMGSVC_RESULT_STORE": (folder.parent / "store").as_uri(),
        "IMGSVC_PRESETS": ",".join(f"{name}={options}" for name, options in _PRESETS.items()),
    }


def loop(environ: dict[str, str], names: Sequence[str]) -> tuple[float, float]:
    """The floor, in one process: CPU seconds, and seconds in all."""
    began, renderer = time.perf_counter(), create_renderer(from_environment(environ))
    for name in names:
        for preset in _PRESETS:
            renderer.render(renderer.prepare(RenderRequest(f"/_/pr:{preset}/plain/local:///{name}")), Scope(60))
    return time.process_time(), time.perf_counter() - began


def floor(folder: Path, width: int) -> tuple[float, float]:
    """Renditions a second, with the start of the processes and without."""
    names, environ = sorted(path.name for path in folder.iterdir()), settings(folder)
    os.environ |= _THREADS
    began = time.perf_counter()
    with get_context("spawn").Pool(width) as pool:
        taken = pool.starmap(loop, [(environ, names[number::width]) for number in range(width)])
    in_all = time.perf_counter() - began
    made = len(names) * len(_PRESETS)
    return made / in_all, made / max(seconds for _, seconds in taken)


def warm(folder: Path, width: int) -> tuple[float, float, float]:
    """The same of `imgsvc warm`, and the megabytes of its driver."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as work:
        manifest, environ = (
            Path(work) / "warm.jsonl",
            settings(folder) | {"IMGSVC_RESULT_STORE": f"file://{work}/store"},
        )
        command = [sys.executable, "-m", "imgsvc", "warm", "--from", str(folder), "--presets", ",".join(_PRESETS)]
        command += ["--workers", str(width), "--manifest", str(manifest)]
        began = time.perf_counter()
        process = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True)
        first, peak = 0.0, 0.0
        while process.poll() is None:
            first = first or (time.perf_counter() if manifest.exists() and any(read(manifest)) else 0.0)
            peak = max(peak, _megabytes(process.pid))
            time.sleep(0.05)
        end = time.perf_counter()
        told = json.loads(manifest.with_suffix(".report.json").read_text("utf-8"))
    return told["renditions"] / (end - began), told["renditions"] / (end - first), peak


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
    given = options.parse_args()
    if given.units:
        sys.stdout.writelines(f"{line}\n" for line in simulate(given.units, given.workers))
        return
    with tempfile.TemporaryDirectory() as work:
        folder = (given.folder or Path(work)) / "pictures"
        if not folder.exists():
            folder.mkdir(parents=True)
            draw(folder, given.count)
        for _ in range(given.rounds):
            least, made = floor(folder, given.workers), warm(folder, given.workers)
            sys.stdout.write(
                f"loop {least[0]:.1f}/s, {least[1]:.1f} after the start; warm {made[0]:.1f}/s, {made[1]:.1f} after the "
                f"first; ratios {made[0] / least[0]:.2f} in all, {made[1] / least[1]:.2f}; driver {made[2]:.0f} MB\n"
            )
            sys.stdout.flush()


if __name__ == "__main__":
    main()

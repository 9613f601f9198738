"""bench/large: CPU time and memory of large pictures, beside imgproxy, and several of them at once.

Memory is what a fresh service holds at most under one request (VmHWM of its processes), less what it held before; CPU
is of warm services that take turns. Exit codes: 0 all is as wanted; 1 a row is beyond its bound, or a picture did not
come; each such is said in a line.
"""

import argparse
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import requests
from rich.console import Console

from bench import load
from bench.figures.large import Crowd, Large, LargeRow, Taken, Together, large_section, together_section
from bench.figures.page import write
from bench.load import LoadError
from bench.origins.paced import AT_ONCE, arguments
from bench.origins.pictures import photo_path
from bench.origins.scans import make_scans
from bench.peaks import PATIENCE, THEIRS, peak, with_settings
from bench.processes import Command, Program, await_quiet, cpu_seconds
from bench.servers.answers import ask
from bench.servers.commands import ROOT, Running, Server, ServerError, imgproxy, imgsvc
from bench.servers.finding import BUILD, commit, first_line, machine
from imgsvc.bench.serving import free_port

BEYOND, UNAVAILABLE = 1, 69
_MEBIBYTE = 1 << 20
# Whatever happens, it ends.
_MOST_SECONDS = 900
_QUIET_SECONDS = 8.0
# An answer that takes longer is asked for in one round.
_SLOW_SECONDS = 5.0
_SLICES = 4
_LOOK_SECONDS = 0.1
_OURS = PATIENCE | {"IMGSVC_MAX_SRC_RESOLUTION": "400", "IMGSVC_MAX_ANIMATION_FRAMES": "300"}
_THEIRS = THEIRS | {"IMGPROXY_MAX_ANIMATION_FRAMES": "300"}
_ONE_WORKER = {"IMGSVC_WORKERS": "1"}


@dataclass(frozen=True, slots=True)
class _Case:
    """A source, and what is asked of it."""

    source: str
    options: str
    format: str = ""

    def path(self, base: str) -> str:
        return f"/unsafe/{self.options}/plain/{base}/{self.source}" + (f"@{self.format}" if self.format else "")


_TO_300 = "rs:fit:300:300"
# By their names in bench/figures/bars.py.
CASES = {
    "PNG RGBA to 300": _Case("rgba.png", _TO_300),
    "PNG gray to 300": _Case("gray.png", _TO_300),
    "PNG of 256 colors to 300": _Case("palette.png", _TO_300),
    "PNG RGB to 300": _Case("rgb.png", _TO_300),
    "PNG RGB of 16 bits to 300": _Case("deep.png", _TO_300),
    "PNG RGBA to 1,500": _Case("rgba.png", "rs:fit:1500:1500"),
    "PNG RGBA, a tenth of it, to 300": _Case("rgba.png", f"c:2530:1897/{_TO_300}"),
    "PNG RGBA to 300, blurred": _Case("rgba.png", f"{_TO_300}/bl:5"),
    "PNG RGBA to 300x300 where it draws attention": _Case("rgba.png", "rs:fill:300:300/g:sm"),
    "TIFF, LZW in strips, to 300": _Case("strips.tiff", _TO_300),
    "TIFF, Deflate in tiles, to 300": _Case("tiles.tiff", _TO_300),
    "GIF to 300": _Case("still.gif", _TO_300),
    "JPEG, progressive, to 300": _Case("progressive.jpg", _TO_300),
    "GIF of 300 frames to 200, as WebP": _Case("frames.gif", "rs:fit:200:200", "webp"),
    "GIF of 300 frames to 200": _Case("frames.gif", "rs:fit:200:200", "gif"),
}
_WARM = _Case("small.jpg", _TO_300)
# Of each kind one.
_TOGETHER = tuple(_Case(name, _TO_300) for name in ("rgba.png", "rgb.png", "strips.tiff", "progressive.jpg"))


def main(arguments_: Sequence[str]) -> int:
    """Measure, print the section, keep it where that is asked for, and say what is beyond its bound."""
    options, notes = _options(arguments_), Console(stderr=True)

    def say(text: str) -> None:
        notes.print(text, style="dim", highlight=False)

    signal.signal(signal.SIGALRM, _end)
    signal.alarm(_MOST_SECONDS)
    try:
        found = _measured(options, say)
    except (LoadError, ServerError, requests.RequestException) as error:
        notes.print(str(error), style="red", highlight=False)
        return BEYOND if isinstance(error, requests.RequestException) else UNAVAILABLE
    name, lines = ("large", large_section(found)) if isinstance(found, Large) else ("together", together_section(found))
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    if options.write:
        write(name, found)
    beyond = list(found.beyond())
    for each in beyond:
        notes.print(f"beyond: {each}", style="red", highlight=False, soft_wrap=True)
    return BEYOND if beyond else 0


def _end(*_signal: object) -> None:
    raise SystemExit(f"not done after {_MOST_SECONDS} s")


def _options(arguments_: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("bench/large", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("imgproxy", type=Path, help="imgproxy's binary")
    parser.add_argument("--rows", default="", metavar="TEXT", help="only those whose name has this in it")
    parser.add_argument("--rounds", type=int, choices=range(1, 21), default=3, metavar="N", help="of CPU time; 3")
    parser.add_argument("--together", type=float, default=0, metavar="SECONDS", help=(
        "measure four at once instead, so long of each server: 60"))  # fmt: skip
    parser.add_argument("--write", action="store_true", help="docs/performance.md has these figures")
    return parser.parse_args(arguments_)


def _measured(options: argparse.Namespace, say: Callable[[str], None]) -> Large | Together:
    pictures, logs = BUILD / "scans", BUILD / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    make_scans(pictures, photo_path(None), say)
    binary = options.imgproxy.resolve()
    versions = f"imgsvc {commit(ROOT)}, imgproxy {first_line([str(binary), 'version'])}"
    about = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {machine()}, {versions}"
    port = free_port()
    with Program(Command(arguments(pictures, {AT_ONCE: port}), ROOT), logs / "origin.log"):
        bench = _Bench(f"http://127.0.0.1:{port}", binary, pictures, logs / "large.log", say)
        if options.together:
            return bench.together(options.together, about)
        names = [name for name in CASES if options.rows in name]
        return Large(about, tuple(bench.row(name, options.rounds) for name in names))


@dataclass(frozen=True, slots=True)
class _Bench:
    """Where pictures are, and who is asked for them."""

    base: str
    binary: Path
    pictures: Path
    log: Path
    say: Callable[[str], None]

    def row(self, name: str, rounds: int) -> LargeRow:
        """What one picture takes of both."""
        self.say(name)
        case, servers = CASES[name], self._servers(_ONE_WORKER)
        path = case.path(self.base)
        peaks = [peak(server, self.base, path, self.log) for server in servers]
        cpu = list(zip(*self._rounds(servers, path, rounds), strict=True))
        source = (self.pictures / case.source).stat().st_size / _MEBIBYTE
        return LargeRow(name, round(source, 1), *map(Taken, peaks, cpu))

    def _servers(self, settings: Mapping[str, str]) -> list[Server]:
        """Ours and imgproxy, each asked for a small picture when it starts."""
        ours, theirs = imgsvc("imgsvc", ROOT, {**_OURS, **settings}), with_settings(imgproxy(self.binary), _THEIRS)
        return [replace(each, path=lambda _, origin: _WARM.path(origin)) for each in (ours, theirs)]

    def _rounds(self, servers: Sequence[Server], path: str, rounds: int) -> Iterator[list[float]]:
        """CPU milliseconds of both, round by round; the first is for nobody."""
        with ExitStack() as stack:
            running = [stack.enter_context(Running(each, {AT_ONCE: self.base}, self.log)) for each in servers]
            began = time.monotonic()
            for each in running:
                ask(each.base, path).raise_for_status()
            for _ in range(1 if time.monotonic() - began > len(running) * _SLOW_SECONDS else rounds):
                yield [_cpu_ms(each, path) for each in running]

    def together(self, seconds: float, about: str) -> Together:
        """Four at once, in slices."""
        paths = tuple(case.path(self.base) for case in _TOGETHER)
        with ExitStack() as stack:
            running = [stack.enter_context(Running(each, {AT_ONCE: self.base}, self.log)) for each in self._servers({})]
            slices = [[_slice(each, paths, seconds / _SLICES, self.say) for each in running] for _ in range(_SLICES)]
        ours, theirs = (_added(each) for each in zip(*slices, strict=True))
        return Together(about, seconds, len(paths), ours, theirs)


def _cpu_ms(running: Running, path: str) -> float:
    await_quiet(running.roots, _QUIET_SECONDS)
    before = cpu_seconds(running.roots)
    ask(running.base, path).raise_for_status()
    return round(1000 * (cpu_seconds(running.roots) - before))


def _slice(running: Running, paths: tuple[str, ...], seconds: float, say: Callable[[str], None]) -> Crowd:
    say(f"{len(paths)} at once: {running.server.name}")
    cpu, held = list[float](), [running.memory()]
    window = load.Window(running.base, paths, len(paths), 1.0, seconds, _LOOK_SECONDS)
    counted = load.run(window, lambda: cpu.append(cpu_seconds(running.roots)), lambda: held.append(running.memory()))
    await_quiet(running.roots, _QUIET_SECONDS)
    return Crowd(counted.answers, counted.wrong, cpu[1] - cpu[0], round(max(held) / _MEBIBYTE, 1))


def _added(slices: Sequence[Crowd]) -> Crowd:
    return Crowd(
        sum(each.answers for each in slices),
        sum(each.wrong for each in slices),
        round(sum(each.cpu_seconds for each in slices), 2),
        max(each.peak_mebibytes for each in slices),
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""bench/peaks: the most memory that one request takes, along the source's megapixels, for each format; drawn.

A fresh server is asked for one picture: what its processes then held at most (VmHWM), less what they held before. The
source's bytes are in it. imgproxy is measured beside, in turn; matplotlib draws, in an environment of its own.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from bench.origins.paced import AT_ONCE, arguments
from bench.origins.pictures import enlarge_pictures, photo_path
from bench.processes import Command, Program, tree
from bench.servers.answers import ask
from bench.servers.commands import ROOT, Running, Server, imgproxy, imgsvc
from bench.servers.environments import plotting
from bench.servers.finding import BUILD, commit, machine
from imgsvc.bench.serving import free_port

MEGAPIXELS = (10, 50, 100, 200)
# By its line in the drawing, how a file's name ends. WebP has no side beyond 16,383.
FORMATS = {"JPEG": "jpg", "progressive": "progressive.jpg", "PNG": "png", "TIFF": "tiff", "GIF": "gif", "WebP": "webp"}
_MOST_OF_WEBP = 150
_RESULT = "rs:fit:300:300"
_SMALLEST = "10.jpg"
_MEBIBYTE = 1024
# From where VmHWM counts, as Linux has it.
_RESET_PEAK = "5"
_OURS = {"IMGSVC_WORKERS": "1", "IMGSVC_MAX_SRC_RESOLUTION": "400", "IMGSVC_MAX_FETCHED_MEGABYTES": "600"}
PATIENCE = {"IMGSVC_TIMEOUT": "60", "IMGSVC_DOWNLOAD_TIMEOUT": "50"}
THEIRS = {"IMGPROXY_MAX_SRC_RESOLUTION": "400", "IMGPROXY_TIMEOUT": "60", "IMGPROXY_DOWNLOAD_TIMEOUT": "50"}


@dataclass(frozen=True, slots=True)
class Peak:
    """Of one source, `x` megapixels large, in MiB."""

    line: str
    x: int
    source: float
    imgsvc: float
    imgproxy: float


def main(binary: Path, folder: Path) -> int:
    """Measure, keep the figures beside the drawing, and draw."""
    notes = Console(stderr=True)

    def say(text: str) -> None:
        notes.print(text, style="dim", highlight=False)

    folder.mkdir(parents=True, exist_ok=True)
    python, pictures = plotting(BUILD / "plotting", say), BUILD / "peaks"
    names = {name: megapixels for _, megapixels, name in wanted()}
    enlarge_pictures(pictures, photo_path(None), names, say)
    found = {
        "about": f"{datetime.now(UTC):%Y-%m-%d}, {machine()}, {commit(ROOT)}",
        "peaks": [asdict(each) for each in _along(pictures, binary)],
    }
    data = folder / "peaks.json"
    data.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    return subprocess.run([str(python), str(ROOT / "bench" / "drawing.py"), str(data)], check=False).returncode


def wanted() -> Iterator[tuple[str, int, str]]:
    """Line, megapixels and file of each source."""
    for line, suffix in FORMATS.items():
        for megapixels in MEGAPIXELS:
            if line != "WebP" or megapixels <= _MOST_OF_WEBP:
                yield line, megapixels, f"{megapixels}.{suffix}"


def _along(pictures: Path, binary: Path) -> Iterator[Peak]:
    port = free_port()
    # A tree of its own ends with this program.
    with Program(Command(arguments(pictures, {AT_ONCE: port}), ROOT), pictures / "origin.log"):
        base = f"http://127.0.0.1:{port}"
        ours, theirs = (
            with_settings(imgsvc("imgsvc", ROOT, _OURS | PATIENCE), {}),
            with_settings(imgproxy(binary), THEIRS),
        )
        for line, megapixels, name in wanted():
            bytes_ = (pictures / name).stat().st_size
            peaks = (peak(server, base, _path(base, name), pictures / "server.log") for server in (ours, theirs))
            yield Peak(line, megapixels, round(bytes_ / _MEBIBYTE / _MEBIBYTE, 1), *peaks)


def with_settings(server: Server, settings: Mapping[str, str]) -> Server:
    """The server with these settings as well; at its start it is asked for the smallest picture."""

    def commands(port: int) -> list[Command]:
        return [replace(each, environment={**each.environment, **settings}) for each in server.commands(port)]

    return Server(server.name, commands, lambda _task, origin: _path(origin, _SMALLEST))


def _path(origin: str, name: str) -> str:
    return f"/unsafe/{_RESULT}/plain/{origin}/{name}"


def peak(server: Server, base: str, path: str, log: Path) -> float:
    """Of a server that is started for it and asked for one picture: MiB over what it held before."""
    with ExitStack() as stack:
        running = stack.enter_context(Running(server, {AT_ONCE: base}, log))
        before = {pid: _status(pid, "VmRSS") for pid in tree(running.roots)}
        for pid in before:
            with suppress(OSError):
                Path(f"/proc/{pid}/clear_refs").write_text(_RESET_PEAK, "ascii")
        ask(running.base, path).raise_for_status()
        more = sum(max(0, _status(pid, "VmHWM") - held) for pid, held in before.items())
    return round(more / _MEBIBYTE, 1)


def _status(pid: int, name: str) -> int:
    """In KiB; 0 of a process that is gone."""
    with suppress(OSError):
        found = re.search(rf"{name}:\s+(\d+)", Path(f"/proc/{pid}/status").read_text("ascii", "replace"))
        return int(found[1]) if found else 0
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))

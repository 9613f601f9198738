"""Which servers there are to measure, in which versions, and on what machine."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.options import Options
from bench.servers import commands, environments
from bench.servers.against import checkout
from bench.servers.commands import Server
from imgsvc import __version__

BUILD = commands.ROOT / "build" / "bench"
_MEBIBYTE = 1_048_576


def find(options: Options, say: Callable[[str], None]) -> Iterator[tuple[Server, str]]:
    """imgsvc, then whoever else is there or is asked for, each with its version."""
    yield commands.imgsvc("imgsvc", commands.ROOT, dict(options.settings)), f"{__version__} {commit(commands.ROOT)}"
    if options.against:
        place = checkout(commands.ROOT, options.against, BUILD / "against", say)
        yield commands.imgsvc(place.name, place, {}), commit(place)
    for folder in options.checkouts:
        yield commands.imgsvc(folder.name, folder, {}), commit(folder)
    if binary := _imgproxy(options):
        version = first_line([str(binary), "version"])
        yield commands.imgproxy(binary), version
        if options.imgproxy_workers:
            yield commands.imgproxy(binary, options.imgproxy_workers), version
    if "thumbor" in options.installed:
        environment = environments.thumbor(BUILD / "thumbor", say)
        yield commands.thumbor(environment, BUILD / "balancer"), _python_versions(environment)
    if "ipx" in options.installed:
        folder = environments.ipx(BUILD / "ipx", say)
        package = json.loads((folder / "node_modules" / "ipx" / "package.json").read_text("utf-8"))
        yield commands.ipx(folder), str(package["version"])
    if "oximg" in options.installed:
        binary = environments.oximg(BUILD / "oximg", say)
        yield commands.oximg(binary), first_line([str(binary), "--version"]).removeprefix("oximg ")


def _imgproxy(options: Options) -> Path | None:
    """The one that is named; else that on PATH, where it is not another commit that is asked about."""
    on_path = None if options.against else shutil.which("imgproxy")
    return options.imgproxy or (Path(on_path).resolve() if on_path else None)


def commit(folder: Path) -> str:
    """The checkout's commit, with a plus where files differ from it; empty outside of git."""
    return first_line(["git", "-C", str(folder), "describe", "--always", "--dirty=+"])


def machine() -> str:
    """Processor, cores and memory in a line."""
    lines = Path("/proc/cpuinfo").read_text("ascii", "replace").splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown CPU")
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return f"{model}, {len(os.sched_getaffinity(0))} cores, {pages / _MEBIBYTE / 1024:.0f} GiB"


def _python_versions(environment: Path) -> str:
    script = "from importlib.metadata import version as v; print(v('thumbor') + ', Pillow ' + v('pillow'))"
    return first_line([str(environment / "bin" / "python"), "-c", script])


def first_line(command: list[str]) -> str:
    """Of what a program says; empty where it cannot be asked."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return (done.stdout.strip().splitlines() or [""])[0]

"""Which servers there are to measure, in which versions, and on what machine."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import environments, servers
from bench.options import Options
from bench.servers import Server
from imgsvc import __version__

BUILD = servers.ROOT / "build" / "bench"
_MEBIBYTE = 1_048_576


def find(options: Options, say: Callable[[str], None]) -> Iterator[tuple[Server, str]]:
    """imgsvc, then whoever else is there or is asked for, each with its version."""
    yield servers.imgsvc("imgsvc", servers.ROOT, dict(options.settings)), f"{__version__} {commit(servers.ROOT)}"
    for folder in options.checkouts:
        yield servers.imgsvc(folder.name, folder, {}), commit(folder)
    on_path = shutil.which("imgproxy")
    if binary := options.imgproxy or (Path(on_path).resolve() if on_path else None):
        yield servers.imgproxy(binary), _first_line([str(binary), "version"])
    if "thumbor" in options.installed:
        environment = environments.thumbor(BUILD / "thumbor", say)
        yield servers.thumbor(environment, BUILD / "balancer"), _python_versions(environment)
    if "ipx" in options.installed:
        folder = environments.ipx(BUILD / "ipx", say)
        package = json.loads((folder / "node_modules" / "ipx" / "package.json").read_text("utf-8"))
        yield servers.ipx(folder), str(package["version"])


def commit(folder: Path) -> str:
    """The checkout's commit, with a plus where files differ from it; empty outside of git."""
    return _first_line(["git", "-C", str(folder), "describe", "--always", "--dirty=+"])


def machine() -> str:
    """Processor, cores and memory in a line."""
    lines = Path("/proc/cpuinfo").read_text("ascii", "replace").splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown CPU")
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return f"{model}, {len(os.sched_getaffinity(0))} cores, {pages / _MEBIBYTE / 1024:.0f} GiB"


def _python_versions(environment: Path) -> str:
    script = "from importlib.metadata import version as v; print(v('thumbor') + ', Pillow ' + v('pillow'))"
    return _first_line([str(environment / "bin" / "python"), "-c", script])


def _first_line(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return (done.stdout.strip().splitlines() or [""])[0]

"""Runs wrk for one slice, in a closed loop, and reads what it counted."""

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SCRIPT = Path(__file__).with_name("wrk.lua")
_COUNTED = "counted "
_GRACE_SECONDS = 20
_REFUSALS = ("429", "503")


class LoadError(Exception):
    """wrk is not there, or did not count."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What came within the window, latencies of the right answers; `failed` is of the warm-up too."""

    answers: int
    wrong: int
    bytes: int
    failed: int
    p50_ms: float
    p95_ms: float
    # Of the wrong ones, and how many had each.
    statuses: Mapping[str, int] = field(default_factory=dict)

    @property
    def refused(self) -> int:
        """Who was told to come again."""
        return sum(self.statuses.get(status, 0) for status in _REFUSALS)


@dataclass(frozen=True, slots=True)
class Window:
    """Where wrk aims, and how long: first without counting, then counting."""

    base: str
    paths: tuple[str, ...]
    connections: int
    warm_seconds: float
    seconds: float
    look_seconds: float = 0.5


def wrk() -> str:
    """The program; LoadError says how to get it."""
    if found := shutil.which("wrk"):
        return found
    raise LoadError("wrk is not installed: apt-get install wrk")


def run(window: Window, at_edge: Callable[[], None], look: Callable[[], None]) -> Counted:
    """Load a server; `at_edge` is called as the counting begins and as it ends, `look` now and then between."""
    begin = time.monotonic() + window.warm_seconds
    end = begin + window.seconds
    process = subprocess.Popen(command(window, begin, end), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        _sleep_until(begin)
        at_edge()
        while end - time.monotonic() > window.look_seconds:
            time.sleep(window.look_seconds)
            look()
        _sleep_until(end)
        at_edge()
        output, errors = process.communicate(timeout=_GRACE_SECONDS)
    finally:
        process.kill()
        process.wait()
    return counted(output, errors)


def command(window: Window, begin: float, end: float) -> list[str]:
    """The command line of wrk, which takes whole seconds, and may go on for a little after the window."""
    lasting = int(window.warm_seconds + window.seconds) + 1
    head = [
        wrk(),
        f"-t{window.connections}",
        f"-c{window.connections}",
        f"-d{lasting}s",
        "--timeout",
        "30s",
        "-s",
        str(SCRIPT),
    ]
    return [*head, window.base, "--", f"{begin:.6f}", f"{end:.6f}", *window.paths]


def counted(output: str, errors: str = "") -> Counted:
    """The line that wrk.lua writes, found in all that wrk says."""
    line = next((line for line in output.splitlines() if line.startswith(_COUNTED)), None)
    if line is None:
        said: Sequence[str] = (errors or output).strip().splitlines() or ["nothing"]
        raise LoadError(f"wrk did not count; it said: {said[-1]}")
    return Counted(**json.loads(line.removeprefix(_COUNTED)))


def _sleep_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))

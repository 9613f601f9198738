"""Programs under measurement: started in sessions of their own, watched through /proc, ended with all they started."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_GRACE_SECONDS = 6.0
# utime, stime, cutime, cstime, counted from the state, which follows the name.
_TIMES = slice(11, 15)


@dataclass(frozen=True, slots=True)
class Command:
    """A program to run, and where."""

    arguments: Sequence[str]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)


class Program:
    """A command that runs, and whatever it starts; a context manager."""

    def __init__(self, command: Command, log: Path) -> None:
        self._command, self._log = command, log
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Program":
        # Should this program be killed, the kernel ends that one.
        tie = [found, "--pdeathsig", "TERM"] if (found := shutil.which("setpriv")) else []
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [*tie, *self._command.arguments],
                cwd=self._command.folder,
                env={**os.environ, **self._command.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C is for this program alone, which then ends them in order.
                start_new_session=True,
            )
        return self

    def __exit__(self, *_error: object) -> None:
        if self.process is None:
            return
        pids = tree([self.process.pid])
        with suppress(ProcessLookupError):
            self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(_GRACE_SECONDS)
        end_all(pids)
        self.process.wait()

    @property
    def pid(self) -> int:
        """Of the first process; 0 before the start."""
        return self.process.pid if self.process else 0

    @property
    def is_over(self) -> bool:
        """Whether it ended by itself."""
        return self.process is None or self.process.poll() is not None


def end_all(pids: Iterable[int]) -> None:
    """Kill what is left of these processes."""
    for pid in pids:
        with suppress(OSError):
            os.kill(pid, signal.SIGKILL)


def tree(roots: Sequence[int]) -> list[int]:
    """The processes and all below them that are there now."""
    children: dict[int, list[int]] = {}
    present = set()
    for pid, values in _stats():
        present.add(pid)
        children.setdefault(int(values[1]), []).append(pid)
    found, waiting = [], [root for root in roots if root in present]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children.get(pid, [])
    return found


def cpu_seconds(roots: Sequence[int]) -> float:
    """User and system time of a tree, that of its ended and awaited children included."""
    wanted = set(tree(roots))
    return sum(spent(values) for pid, values in _stats() if pid in wanted)


def spent(values: Sequence[str]) -> float:
    """Seconds in the fields of /proc/PID/stat from the state on."""
    return sum(int(value) for value in values[_TIMES]) / _TICKS


def pss_bytes(roots: Sequence[int]) -> int:
    """Proportional set size of a tree: what is shared counts once."""
    return sum(_pss(pid) for pid in tree(roots))


def pss_bytes_of(roots: Sequence[int], name: str) -> int:
    """The same of those parts of a tree whose command line has this in it, and of all below them."""
    named = [pid for pid in tree(roots) if name in _command_line(pid)]
    return sum(_pss(pid) for pid in {below for pid in named for below in tree([pid])})


def _command_line(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text("utf-8", "replace").replace("\0", " ")
    return ""


def _pss(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:")), 0)


def _stats() -> Iterator[tuple[int, list[str]]]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):
                # The name may hold spaces and brackets.
                yield int(folder.name), (folder / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()


def await_quiet(roots: Sequence[int], patience_seconds: float) -> None:
    """Wait until a tree does next to nothing: work that nobody waits for must not burden who comes next."""
    end = time.monotonic() + patience_seconds
    before = cpu_seconds(roots)
    while time.monotonic() < end:
        time.sleep(0.2)
        now = cpu_seconds(roots)
        if now - before < 0.05:
            return
        before = now

"""What the kernel knows of a server's processes: who they are, what they hold."""

import os
import re
import signal
import time
from collections.abc import Callable
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.waiting import eventually

PROC = Path("/proc")
# What wakes a thread, and what /proc tells a process of itself.
_OPENED_ONCE = ("anon_inode:[eventfd]", "/proc/")


def children(pid: int) -> list[int]:
    """Processes whose parent is `pid`, by age."""
    found = []
    for status in PROC.glob("[0-9]*/status"):
        with suppress(OSError):
            if f"\nPPid:\t{pid}\n" in status.read_text() and "State:\tZ" not in status.read_text():
                found.append(int(status.parent.name))
    return sorted(found)


def command(pid: int) -> str:
    """The command line of `pid`; "" once it is gone."""
    with suppress(OSError):
        return (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    return ""


def workers(server) -> list[int]:
    """The worker processes of a server: the children of its arbiter that listen where it does."""
    return [pid for pid in children(server.process.pid) if _listens(pid, server.port)]


def _listens(pid: int, port: int) -> bool:
    """Whether `pid` holds the listening socket of `port`."""
    inodes = listening_inodes(port)
    return bool(inodes & set(_targets(pid)))


def listening_inodes(port: int) -> set[str]:
    """The sockets that listen on `port`, as /proc/PID/fd spells them."""
    lines = (line.split() for line in (PROC / "net/tcp").read_text().splitlines()[1:])
    return {f"socket:[{line[9]}]" for line in lines if line[3] == "0A" and int(line[1].split(":")[1], 16) == port}


def connected_to(port: int) -> list[int]:
    """Every process that holds a socket which was connected to `port` from here, be it still open there or not."""
    lines = (line.split() for line in (PROC / "net/tcp").read_text().splitlines()[1:])
    inodes = {f"socket:[{line[9]}]" for line in lines if int(line[2].split(":")[1], 16) == port}
    pids = (int(each.name) for each in PROC.glob("[0-9]*"))
    return [pid for pid in pids if inodes & set(_targets(pid))]


def holders(port: int) -> list[int]:
    """Every process that holds the listening socket of `port`."""
    inodes = listening_inodes(port)
    pids = (int(each.name) for each in PROC.glob("[0-9]*"))
    return [pid for pid in pids if inodes & set(_targets(pid))]


def _targets(pid: int) -> list[str]:
    found = []
    with suppress(OSError):
        for each in (PROC / str(pid) / "fd").iterdir():
            with suppress(OSError):
                found.append(str(each.readlink()))
    return found


def descriptors(pid: int) -> int:
    """How many descriptors `pid` has open, but for those that a process opens once, when it first needs them.

    Who counts them before a fault need not see to it that each worker has done each thing before.
    """
    return sum(not target.startswith(_OPENED_ONCE) for target in _targets(pid))


def resident(pid: int) -> int:
    """Bytes of memory that `pid` has now; 0 once it is gone."""
    return _kilobytes(pid, "VmRSS")


def peak(pid: int) -> int:
    """The most bytes of memory that `pid` ever had."""
    return _kilobytes(pid, "VmHWM")


def _kilobytes(pid: int, name: str) -> int:
    with suppress(OSError):
        if found := re.search(rf"{name}:\s+(\d+) kB", (PROC / str(pid) / "status").read_text()):
            return int(found[1]) * 1024
    return 0


def state(pid: int) -> str:
    """One letter, as in ps; "" once it is gone."""
    with suppress(OSError):
        if found := re.search(r"State:\t(\w)", (PROC / str(pid) / "status").read_text()):
            return found[1]
    return ""


def cpu_seconds(pid: int) -> float:
    """CPU time of `pid` so far."""
    with suppress(OSError, IndexError):
        fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


@contextmanager
def stopped(*pids: int):
    """Frozen while inside; those that are still there go on afterwards."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def seconds_until(condition: Callable[[], object], limit: float = 30) -> float:
    """How long `condition` took to come true; `limit` if it did not."""
    began = time.monotonic()
    eventually(condition, limit)
    return time.monotonic() - began

"""What the kernel knows and no worker has to be asked for: queues, and whether a process can run."""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_LISTEN = "0A"
# Established, and closed by its client: of no process, these wait to be accepted.
_WAITING = frozenset({"01", "08"})
_STATE, _QUEUES, _INODE = 3, 4, 9
_TICKS = os.sysconf("SC_CLK_TCK")
# In /proc/PID/stat, behind the name: user, system, and both of children that are gone.
_TIMES = slice(11, 13)
_TIMES_OF_ALL = slice(11, 15)
# Stopped, traced, zombie, dead.
_HALTED = frozenset("TtZX")


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for accept on the listeners of a port: how many, and the addresses of those that can be told."""

    length: int
    waiting: frozenset[str]


def queue(port: int) -> Queue | None:
    """The accept queue; None if nobody listens there."""
    end, lengths, waiting = f":{port:04X}", [], set()
    # By way of ourselves: /proc/net itself is hidden where systemd shows processes only (ProcSubset=pid).
    for table in ("/proc/self/net/tcp", "/proc/self/net/tcp6"):
        with suppress(OSError):
            for line in Path(table).read_text("ascii").splitlines():
                # PERF: a busy machine has tens of thousands of lines, and this is done four times a second.
                if end not in line:
                    continue
                words = line.split()
                if not words[1].endswith(end):
                    continue
                if words[_STATE] == _LISTEN:
                    lengths.append(int(words[_QUEUES].partition(":")[2], 16))
                elif words[_STATE] in _WAITING and words[_INODE] == "0":
                    waiting.add(words[2])
    return Queue(sum(lengths), frozenset(waiting)) if lengths else None


def cpu_seconds(pid: int, *, with_children: bool = False) -> float:
    """Processor time of a process, with that of its children that are gone if asked for; 0 if it is gone itself."""
    with suppress(OSError, ValueError):
        words = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
        return sum(map(int, words[_TIMES_OF_ALL if with_children else _TIMES])) / _TICKS
    return 0.0


def resident_bytes(pid: int) -> int:
    """Memory of a process; 0 if it is gone."""
    with suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def is_running(pid: int) -> bool:
    """Whether the process is there and has not been stopped."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()[0] not in _HALTED
    except OSError:
        return False


def catches(pid: int, signal_number: int) -> bool:
    """Whether the process has a handler for the signal; without one it might end it."""
    with suppress(OSError, StopIteration, ValueError):
        lines = Path(f"/proc/{pid}/status").read_text("ascii", "replace").splitlines()
        caught = next(line for line in lines if line.startswith("SigCgt:"))
        return bool(int(caught.split()[1], 16) >> (signal_number - 1) & 1)
    return False

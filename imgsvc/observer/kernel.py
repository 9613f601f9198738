"""What the kernel knows and no worker has to be asked for: queues, and whether a process can run."""

from contextlib import suppress
from pathlib import Path

_LISTEN = "0A"
# Stopped, traced, zombie, dead.
_HALTED = frozenset("TtZX")


def queue_length(port: int) -> int | None:
    """Connections that wait for accept on the listeners of a port; None if nobody listens there."""
    found = None
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with suppress(OSError):
            for line in Path(table).read_text("ascii").splitlines()[1:]:
                words = line.split()
                if words[3] == _LISTEN and int(words[1].rpartition(":")[2], 16) == port:
                    found = (found or 0) + int(words[4].partition(":")[2], 16)
    return found


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

"""The guard: starts the observer, starts it again whenever it ends, and goes when the arbiter goes.

python -m imgsvc.observer.guard ARBITER LISTENER STACKS SUPERVISOR: started by the server, not by hand.
A process of its own, so it loads nothing that only the observer needs: 6 MB instead of 14.
"""

import os
import select
import socket
import sys
import time
from contextlib import suppress

from imgsvc.observer import spawning

_SHORTEST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 5.0
# One that lived so long did not fail at its start.
_LIVED_SECONDS = 10.0


def guard(arbiter_pid: int, listener: str, stacks: int) -> None:
    """Keep one observer running for as long as the arbiter lives; at once done if another guard does that."""
    claim = _claim(arbiter_pid)
    arbiter = _process(arbiter_pid)
    if claim is None or arbiter is None:
        return
    pause = _SHORTEST_PAUSE_SECONDS
    while True:
        began = time.monotonic()
        observer = spawning.start(arbiter_pid, listener, stacks, guarded=False)
        if _ends_first(arbiter, os.pidfd_open(observer.pid)):
            observer.terminate()
            observer.wait()
            return
        observer.wait()
        pause = _SHORTEST_PAUSE_SECONDS if time.monotonic() - began > _LIVED_SECONDS else pause * 2
        if is_over(arbiter, min(pause, _LONGEST_PAUSE_SECONDS)):
            return


def stay_guarded(arbiter_pid: int, listener: str, stacks: int) -> None:
    """In the observer: wait until the guard or the arbiter is gone; start another guard while the arbiter lives."""
    arbiter, guardian = _process(arbiter_pid), _process(os.getppid())
    if arbiter is not None and guardian is not None and not _ends_first(arbiter, guardian):
        spawning.start(arbiter_pid, listener, stacks)


def is_over(process: int, seconds: float) -> bool:
    """Whether a process, given by its pidfd, ends within so many seconds."""
    return bool(select.select([process], [], [], seconds)[0])


def _ends_first(arbiter: int, other: int) -> bool:
    """Wait for either; whether it is the arbiter that ended. The other's descriptor is closed."""
    ended, _, _ = select.select([arbiter, other], [], [])
    os.close(other)
    return arbiter in ended


def _process(pid: int) -> int | None:
    with suppress(OSError):
        return os.pidfd_open(pid)
    return None


def _claim(arbiter_pid: int) -> socket.socket | None:
    """The right to guard: an abstract socket, which the kernel takes back however the guard ends."""
    claim = socket.socket(socket.AF_UNIX)
    try:
        claim.bind(f"\0imgsvc-observer-{arbiter_pid}")
    except OSError:
        claim.close()
        return None
    return claim


if __name__ == "__main__":
    _, _arbiter, _listener, _descriptor, _supervisor = sys.argv
    spawning.supervise(_supervisor)
    guard(int(_arbiter), _listener, int(_descriptor))

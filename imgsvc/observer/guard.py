"""The guard: starts the observer, starts it again whenever it ends, and goes when the arbiter goes.

python -m imgsvc.observer.guard ARBITER BOARD STACKS ASSIGNMENT: started by the server, not by hand.
A process of its own, so it loads nothing that only the observer needs: 6 MB instead of 14.
"""

import fcntl
import os
import select
import sys
import time
from contextlib import suppress

from imgsvc.exit_codes import ExitCode
from imgsvc.observer import spawning
from imgsvc.observer.spawning import Handed

_SHORTEST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 5.0
# One that lived so long did not fail at its start.
_LIVED_SECONDS = 10.0


def guard(handed: Handed) -> None:
    """Keep one observer running for as long as the arbiter lives; at once done if another guard does that."""
    claim = _claim(handed.board)
    arbiter = _process(handed.arbiter)
    if claim is None or arbiter is None:
        return
    pause = _SHORTEST_PAUSE_SECONDS
    while True:
        began = time.monotonic()
        observer = spawning.start(handed, guarded=False)
        if _ends_first(arbiter, os.pidfd_open(observer.pid)):
            observer.terminate()
            observer.wait()
            return
        if observer.wait() == ExitCode.OK:
            # It has another assignment, and nothing to do with why others end.
            pause = 0.0
        else:
            lived = time.monotonic() - began > _LIVED_SECONDS
            pause = _SHORTEST_PAUSE_SECONDS if lived else max(_SHORTEST_PAUSE_SECONDS, pause * 2)
        if is_over(arbiter, min(pause, _LONGEST_PAUSE_SECONDS)):
            return


def stay_guarded(handed: Handed) -> None:
    """In the observer: wait until the guard or the arbiter is gone; start another guard while the arbiter lives."""
    arbiter, guardian = _process(handed.arbiter), _process(os.getppid())
    if arbiter is not None and guardian is not None and not _ends_first(arbiter, guardian):
        spawning.start(handed)


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


def _claim(board: int) -> int | None:
    """The right to guard: a lock on the board, which the kernel takes back however the guard ends.

    SECURITY: an abstract socket's name would be anybody's to take first, and that of other containers' arbiters too.
    """
    # Opened again: a lock belongs to what was opened, and the arbiter and the observer have the board open as well.
    claim = os.open(f"/proc/self/fd/{board}", os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(claim)
        return None
    return claim


if __name__ == "__main__":
    guard(Handed.from_arguments(sys.argv[1:]))

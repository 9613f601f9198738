"""When a worker makes place for a new one: after so many requests, or above so much memory; never two at once."""

import fcntl
import os
import random
from collections.abc import Callable

from imgsvc.runtime.board.layout import State
from imgsvc.runtime.board.scoreboard import Scoreboard
from imgsvc.runtime.settings import RuntimeSettings

_OUT_OF_WORK = frozenset({State.STARTING, State.STOPPING, State.KILLED})


class Recycling:
    """One worker's end by plan."""

    def __init__(
        self,
        settings: RuntimeSettings,
        board: Scoreboard | None,
        *,
        jitter: Callable[[int, int], int] = random.randint,
    ) -> None:
        spread = jitter(0, settings.max_requests_jitter)
        self._max_requests = settings.max_requests + spread if settings.max_requests else 0
        self._max_bytes = settings.max_worker_megabytes << 20
        self._board = board
        self._descriptor = -1

    def reason(self, requests: int, size: int) -> str:
        """Why it is time after so many requests, with so many bytes resident; nothing if it is not."""
        if self._max_requests and requests >= self._max_requests:
            return f"{requests} requests served"
        if self._max_bytes and size > self._max_bytes:
            return f"{size >> 20} MiB resident"
        return ""

    def may_go(self) -> bool:
        """Whether all other workers are there, and none of them is going; if so, none will until this one is gone."""
        if self._board is None:
            return True
        self._descriptor = _locked(self._board.permit_descriptor)
        if self._descriptor < 0:
            return False
        goes = False
        try:
            rows = self._board.rows()
            goes = len(rows) >= self._board.wanted and not any(row.state in _OUT_OF_WORK for row in rows)
        finally:
            if not goes:
                os.close(self._descriptor)
                self._descriptor = -1
        return goes


def _locked(permit: int) -> int:
    """A descriptor with an exclusive lock, which the kernel takes back however its holder ends; -1 if there is none."""
    descriptor = -1
    try:
        # Opened anew: a lock belongs to what `open` made, and that of before the fork is everybody's.
        descriptor = os.open(f"/proc/self/fd/{permit}", os.O_RDONLY | os.O_CLOEXEC)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        # Somebody else has it, or there is no descriptor to spare: another time.
        if descriptor >= 0:
            os.close(descriptor)
        return -1
    return descriptor

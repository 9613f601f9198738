"""When a worker makes place for a new one: after so many requests, or above so much memory; never two at once."""

import fcntl
import os
import random
from collections.abc import Callable

from imgsvc.runtime.layout import State
from imgsvc.runtime.scoreboard import Scoreboard
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
        if not self._has_permit():
            return False
        rows = self._board.rows()
        if len(rows) >= self._board.wanted and not any(row.state in _OUT_OF_WORK for row in rows):
            return True
        self._give_back()
        return False

    def _has_permit(self) -> bool:
        """An exclusive lock, which the kernel takes back however its holder ends; asked for without waiting."""
        # Opened anew: a lock belongs to what `open` made, and that of before the fork is everybody's.
        self._descriptor = os.open(f"/proc/self/fd/{self._board_descriptor()}", os.O_RDONLY | os.O_CLOEXEC)
        return self._try_lock()

    def _board_descriptor(self) -> int:
        return self._board.permit_descriptor if self._board else -1

    def _try_lock(self) -> bool:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._give_back()
            return False
        return True

    def _give_back(self) -> None:
        os.close(self._descriptor)
        self._descriptor = -1

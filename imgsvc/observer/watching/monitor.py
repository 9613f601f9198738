"""The monitor: looks at the scoreboard and the kernel, keeps the last verdict, and tells the workers and systemd."""

import threading
import time
from collections.abc import Callable, Sequence

from imgsvc.observer.watching.canary import INTERVAL_SECONDS, Canary
from imgsvc.observer.watching.kernel import Queue, is_running, queue
from imgsvc.observer.watching.queue_ages import QueueAges
from imgsvc.observer.watching.readiness import Evidence, Readiness, WorkerEvidence, readiness
from imgsvc.observer.watching.supervisor import NOBODY, Supervisor
from imgsvc.runtime.board.layout import State
from imgsvc.runtime.board.scoreboard import Scoreboard
from imgsvc.runtime.board.verdict import tell
from imgsvc.runtime.board.views import SlotView

_INTERVAL_SECONDS = 0.25
# PERF: four looks a second at a server that does nothing took 1 % of a core, most of it the kernel's, for its tables.
_QUIET_INTERVAL_SECONDS = 1.0
# So much longer than a count of the queue takes the next one is put off.
_TIMES_ITS_COST = 50
# The watchdog ends what overruns a little later than the deadline.
_GRACE_SECONDS = 1.0


class Monitor(threading.Thread):
    """Everything that the observer's pages are made from."""

    def __init__(
        self,
        board: Scoreboard,
        canary: Canary,
        port: int | None,
        supervisor: Supervisor = NOBODY,
        count: Callable[[int], Queue | None] = queue,
    ) -> None:
        super().__init__(name="monitor", daemon=True)
        self.board, self.canary, self._port, self._supervisor, self._count = board, canary, port, supervisor, count
        self.readiness = Readiness(("the observer has just been started",))
        self._ages = QueueAges()
        self._length: int | None = None
        self._counts_at = 0.0

    def begin(self) -> None:
        """Look, and let the canary sing, from now on; once."""
        if not self.is_alive():
            self.canary.start()
            self.start()

    def run(self) -> None:
        """Look, decide, tell; until the process ends."""
        while True:
            time.sleep(self.turn())

    def turn(self) -> float:
        """Look, decide, tell; seconds until it is time for the next look."""
        rows, now = self.board.rows(), time.monotonic()
        is_quiet = self._is_quiet(rows, now)
        evidence = self._evidence(rows, now, is_quiet=is_quiet)
        self.readiness = readiness(evidence)
        tell(self.board, is_ready=self.readiness.is_ready)
        self._supervisor.hear(evidence, self.readiness)
        return _QUIET_INTERVAL_SECONDS if is_quiet and self.readiness.is_ready else _INTERVAL_SECONDS

    def look(self) -> Evidence:
        """What can be seen now."""
        return self._evidence(self.board.rows(), time.monotonic(), is_quiet=False)

    def _is_quiet(self, rows: Sequence[SlotView], now: float) -> bool:
        """Whether nobody can be waiting: no worker has a request in hand, and the last canary came back just now."""
        is_heard = not self.canary.fault and now - self.canary.moment < 2 * INTERVAL_SECONDS
        return is_heard and bool(rows) and all(row.is_at_rest for row in rows)

    def _evidence(self, rows: Sequence[SlotView], now: float, *, is_quiet: bool) -> Evidence:
        return Evidence(
            is_arbiter_running=is_running(self.board.arbiter_pid),
            workers=tuple(_evidence(row, now) for row in rows if row.state is not State.STARTING),
            queue_length=0 if is_quiet else self.queue_length(),
            is_listener_known=self._port is not None,
            canary_seconds=now - self.canary.moment,
            canary_fault=self.canary.fault,
        )

    def queue_length(self) -> int | None:
        """Connections that no worker has accepted yet; None where the kernel does not tell."""
        began = time.monotonic()
        if self._port is None or began < self._counts_at:
            return self._length
        found = self._count(self._port)
        if found:
            self._ages.look(found.waiting, began)
        self._length = found.length if found else None
        # PERF: the kernel lists every connection of the machine, ended ones too: 30 ms for 8,000 of them.
        self._counts_at = began + _TIMES_ITS_COST * (time.monotonic() - began)
        return self._length

    def queue_age(self, rows: Sequence[SlotView], now: float) -> float:
        """Seconds since the one that waits longest began to: in the accept queue, as last counted, or in hand."""
        return max(self._ages.oldest(), *(row.queue_age(now) for row in rows), 0.0)


def _evidence(row: SlotView, now: float) -> WorkerEvidence:
    overdue = now - row.deadline - _GRACE_SECONDS if row.is_busy and row.deadline else -1.0
    return WorkerEvidence(row.pid, is_running(row.pid), overdue)

"""Everything that metrics are read from, looked at once for all of them."""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass

from imgsvc.observer.kernel import cpu_seconds, resident_bytes
from imgsvc.observer.monitor import Monitor
from imgsvc.runtime.board.layout import BUSY, HEAD_OVERLOAD
from imgsvc.runtime.board.origins import origin_names
from imgsvc.runtime.board.views import SlotView, Totals


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One moment of the server; `now` and all moments are those of time.monotonic()."""

    now: float
    totals: Totals
    rows: Sequence[SlotView]
    origins: Sequence[str]
    wanted: int
    is_ready: bool
    is_overloaded: bool
    canary_seconds: float
    canary_age_seconds: float
    # None where the kernel does not tell.
    queue_length: int | None
    queue_age_seconds: float
    resident_bytes: int
    cpu_seconds: float
    started: float
    observer_cpu_seconds: float

    @property
    def busy(self) -> int:
        """Workers that hold a request."""
        return sum(row.is_busy for row in self.rows)

    @property
    def in_progress(self) -> int:
        """Requests in work, and waiting for a worker."""
        return self.busy + (self.queue_length or 0)

    @property
    def oldest_stage_seconds(self) -> float:
        """For how long the busy worker that is longest in its stage has been in it."""
        return max((row.seconds(self.now) for row in self.rows if row.state in BUSY), default=0.0)


class Snapshots:
    """Takes them; processor time never falls from one to the next."""

    def __init__(self, monitor: Monitor) -> None:
        self._monitor = monitor
        self._cpu_seconds = 0.0
        # Once: the two clocks drift, and a server that seems to have started again is an alarm.
        self._started = round(time.time() - (time.monotonic() - monitor.board.made), 1)

    def take(self) -> Snapshot:
        """What is known now."""
        monitor, board, now = self._monitor, self._monitor.board, time.monotonic()
        rows = board.rows()
        pids = [row.pid for row in rows if row.pid]
        # A worker that ends between the two looks is counted twice or not at all, and the next time once.
        spent = sum(map(cpu_seconds, pids)) + cpu_seconds(board.arbiter_pid, with_children=True)
        self._cpu_seconds = max(self._cpu_seconds, spent)
        return Snapshot(
            now=now,
            totals=board.totals(),
            rows=rows,
            origins=origin_names(board),
            wanted=board.wanted or len(rows),
            is_ready=monitor.readiness.is_ready,
            is_overloaded=board.words[HEAD_OVERLOAD] / 1e9 > now,
            canary_seconds=monitor.canary.seconds,
            canary_age_seconds=now - monitor.canary.moment,
            queue_length=monitor.queue_length(),
            queue_age_seconds=monitor.queue_age(),
            resident_bytes=sum(map(resident_bytes, [board.arbiter_pid, *pids])),
            cpu_seconds=self._cpu_seconds,
            started=self._started,
            observer_cpu_seconds=sum(os.times()[:2]),
        )

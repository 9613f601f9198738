"""Everything that metrics are read from, looked at once for all of them."""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass

from imgsvc.observer.watching.kernel import cpu_seconds, resident_bytes
from imgsvc.observer.watching.monitor import Monitor
from imgsvc.runtime.board.layout import HEAD_OVERLOAD, Gauge
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
    accept_queue: int | None
    queue_age_seconds: float
    resident_bytes: int
    cpu_seconds: float
    started: float
    observer_cpu_seconds: float

    @property
    def busy(self) -> int:
        """Workers whose main thread holds a request."""
        return sum(row.is_busy for row in self.rows)

    @property
    def in_work(self) -> int:
        """Requests whose source is being fetched, or whose picture is being made."""
        return self.busy + self.totals.gauges[Gauge.FETCHING]

    @property
    def queue_length(self) -> int:
        """Who waits, in the accept queue as far as the kernel tells, and in the workers' hands."""
        gauges = self.totals.gauges
        return (self.accept_queue or 0) + gauges[Gauge.WAITING] + gauges[Gauge.READY]

    @property
    def in_progress(self) -> int:
        """Requests in work, and waiting for an origin or a worker."""
        return self.in_work + self.queue_length

    @property
    def wants_workers(self) -> int:
        """Requests that a main thread is at, and that wait for one."""
        return self.busy + self.totals.gauges[Gauge.READY] + (self.accept_queue or 0)

    @property
    def oldest_stage_seconds(self) -> float:
        """For how long whatever is longest in its stage has been in it: a main thread, or a fetch."""
        stages = [row.since for row in self.rows if row.is_busy]
        fetches = [fetch.since for row in self.rows for fetch in row.fetches]
        return self.now - min(stages + fetches, default=self.now)


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
            accept_queue=monitor.queue_length(),
            queue_age_seconds=monitor.queue_age(rows, now),
            resident_bytes=sum(map(resident_bytes, [board.arbiter_pid, *pids])),
            cpu_seconds=self._cpu_seconds,
            started=self._started,
            observer_cpu_seconds=sum(os.times()[:2]),
        )

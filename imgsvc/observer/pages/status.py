"""/status: every worker, its stage and its fetches, and for how long; everything that `imgsvc top` shows."""

import time
from typing import Any

from imgsvc.observer.watching.kernel import is_running
from imgsvc.observer.watching.monitor import Monitor
from imgsvc.runtime.board.views import FetchView, SlotView


def status(monitor: Monitor) -> dict[str, Any]:
    """What is known now, as JSON has it; durations are seconds."""
    board, now = monitor.board, time.monotonic()
    totals, rows = board.totals(), board.rows()
    accept_queue = monitor.queue_length()
    return {
        "arbiter": board.arbiter_pid,
        "up_seconds": round(now - board.made, 1),
        "now_seconds": now,
        "ready": monitor.readiness.is_ready,
        "reasons": monitor.readiness.reasons,
        "queue": (accept_queue or 0) + sum(row.queue_length for row in rows),
        "queue_seconds": round(monitor.queue_age(rows, now), 3),
        "accept_queue": accept_queue,
        "canary_seconds": round(monitor.canary.seconds, 4),
        "wanted": board.wanted,
        "workers": [_worker(row, now) for row in rows],
        "counters": {name.value: count for name, count in totals.counters.items()},
        "statuses": {str(code): count for code, count in totals.statuses.items() if count},
        "errors": {name: count for name, count in totals.categories.items() if count},
    }


def _worker(row: SlotView, now: float) -> dict[str, Any]:
    return {
        "number": row.number,
        "pid": row.pid,
        "runs": is_running(row.pid),
        "state": row.state.value,
        "seconds": round(row.seconds(now), 3),
        "request_id": row.request_id,
        "request_seconds": round(now - row.arrived, 3) if row.arrived else 0.0,
        "deadline_in_seconds": round(row.deadline - now, 3) if row.deadline else None,
        "origin": row.origin,
        "waiting": row.waiting,
        "fetching": row.fetching,
        "ready": row.ready,
        "held_bytes": row.held_bytes,
        "lost_fetch_threads": row.lost,
        "fetches": [_fetch(fetch, now) for fetch in sorted(row.fetches, key=lambda each: each.since)],
        "served": row.served,
        "resident_bytes": row.resident_bytes,
        "reading": row.reading,
        "sending": row.sending,
        "unsent_bytes": row.unsent_bytes,
    }


def _fetch(fetch: FetchView, now: float) -> dict[str, Any]:
    """`thread` is as in its stack."""
    return {
        "seconds": round(now - fetch.since, 3),
        "origin": fetch.origin,
        "request_id": fetch.request_id,
        "thread": f"{fetch.thread:#018x}",
    }

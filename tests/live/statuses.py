"""A status as the observer gives it."""

from typing import Any


def worker(**changes: Any) -> dict[str, Any]:
    plain = {
        "number": 0,
        "pid": 10,
        "runs": True,
        "state": "fetch",
        "seconds": 1.5,
        "request_id": "an-id",
        "request_seconds": 2.0,
        "deadline_in_seconds": 8.0,
        "origin": "https://origin.example",
        "waiting": 0,
        "fetching": 0,
        "ready": 0,
        "held_bytes": 0,
        "lost_fetch_threads": 0,
        "fetches": [],
        "served": 3,
        "resident_bytes": 50_000_000,
        "reading": 1,
        "sending": 2,
        "unsent_bytes": 3_000_000,
    }
    return plain | changes


def fetch(**changes: Any) -> dict[str, Any]:
    plain = {
        "seconds": 4.0,
        "origin": "https://slow.example",
        "request_id": "fetched-id",
        "thread": "0x00007f0000000001",
    }
    return plain | changes


def status(*workers: dict[str, Any], **changes: Any) -> dict[str, Any]:
    plain = {
        "arbiter": 9,
        "up_seconds": 5.0,
        "now_seconds": 100.0,
        "ready": True,
        "reasons": [],
        "queue": 4,
        "queue_seconds": 0.5,
        "accept_queue": 4,
        "canary_seconds": 0.002,
        "wanted": 2,
        "workers": list(workers),
        "counters": {"requests": 50},
        "statuses": {"200": 40, "503": 10},
        "errors": {},
    }
    return plain | changes

"""Can the server do the work? Decided from what was seen, without looking."""

from collections.abc import Iterator
from dataclasses import dataclass

# So old may the last canary that came back be.
CANARY_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class WorkerEvidence:
    """A worker: does its process run, and by how many seconds is its request over its deadline (negative: within)."""

    pid: int
    is_running: bool
    overdue_seconds: float = -1.0

    @property
    def is_pinned(self) -> bool:
        """Whether nothing more can be expected of it for now."""
        return not self.is_running or self.overdue_seconds > 0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was seen at one moment; canary_seconds: since the last one was asked that came back."""

    is_arbiter_running: bool
    workers: tuple[WorkerEvidence, ...]
    queue_length: int | None
    is_listener_known: bool
    canary_seconds: float
    canary_fault: str = ""


@dataclass(frozen=True, slots=True)
class Readiness:
    """The verdict, and why not."""

    reasons: tuple[str, ...]

    @property
    def is_ready(self) -> bool:
        """Whether a request that comes now will be served."""
        return not self.reasons


def readiness(evidence: Evidence) -> Readiness:
    """The verdict on the evidence."""
    return Readiness(tuple(_reasons(evidence)))


def _reasons(evidence: Evidence) -> Iterator[str]:
    if not evidence.is_arbiter_running:
        yield "the arbiter does not run"
    if evidence.is_listener_known and evidence.queue_length is None:
        yield "nobody listens"
    pinned = sum(worker.is_pinned for worker in evidence.workers)
    if not evidence.workers:
        yield "there is no worker"
    elif pinned == len(evidence.workers):
        yield f"all {pinned} workers are pinned"
    if evidence.canary_seconds > CANARY_SECONDS:
        fault = f": {evidence.canary_fault}" if evidence.canary_fault else ""
        yield f"no canary came back for {evidence.canary_seconds:.0f} s{fault}"

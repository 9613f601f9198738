"""A client of its own that asks for a small picture ten times a second, whatever else happens."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from statistics import median

from tests.faults.bounds import IS_FULL, P95_EXTRA_SECONDS, P95_RATIO, THROUGHPUT_SHARE
from tests.faults.clients import Answer, ask, counted

PER_SECOND = 10


class Probe(AbstractContextManager):
    """Open loop: a slow answer does not keep the next request from being sent."""

    def __init__(self, port: int, path: str, *, per_second: float = PER_SECOND, timeout: float = 5) -> None:
        self.port, self.path = port, path
        self.interval, self.timeout = 1 / per_second, timeout
        self._answers: list[Answer] = []
        self._ends = threading.Event()
        self._pool = ThreadPoolExecutor(64)
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Probe":
        self.began = time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ends.set()
        self._thread.join()
        self._pool.shutdown(wait=True)

    def _run(self) -> None:
        at = time.monotonic()
        while not self._ends.wait(max(0, at - time.monotonic())):
            self._pool.submit(self._ask)
            at += self.interval

    def _ask(self) -> None:
        self._answers.append(ask(self.port, self.path, timeout=self.timeout))

    def answers(self, since: float = 0.0, until: float = float("inf")) -> list[Answer]:
        """Those whose requests were sent between two moments."""
        return [each for each in self._answers if since <= each.started < until]

    def report(self, since: float = 0.0, until: float = float("inf")) -> "Report":
        return Report(self.answers(since, until))


class Report:
    """What a number of answers comes to."""

    def __init__(self, answers: list[Answer]) -> None:
        self.answers = answers
        self.statuses = counted(answers)
        self.count = len(answers)
        self.served = self.statuses.get(200, 0) / max(1, self.count)

    def percentile(self, share: float, status: int = 200) -> float:
        """Seconds; of those answered with `status`."""
        return percentile([each.seconds for each in self.answers if each.status == status], share)

    @property
    def p95(self) -> float:
        return self.percentile(0.95)

    @property
    def p99(self) -> float:
        return self.percentile(0.99)

    def __str__(self) -> str:
        return f"{100 * self.served:.1f} % of {self.count}, p95 {1000 * self.p95:.0f} ms"


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("inf")


def probed(port: int, path: str, seconds: float, **options: float) -> Report:
    """A probe for so long."""
    with Probe(port, path, **options) as probe:
        time.sleep(seconds)
    return probe.report()


def is_as_quick(faulted: Report, quiet: Report) -> bool:
    """Whether the p95 under a fault is within its promise, measured against the quiet phase of the same run."""
    return faulted.p95 <= max(P95_RATIO * quiet.p95, quiet.p95 + P95_EXTRA_SECONDS)


def throughput(port: int, path: str, seconds: float, *, at_once: int = 4) -> float:
    """Answers of 200 a second, from so many clients that each ask one after the other."""
    end = time.monotonic() + seconds
    counts = [0] * at_once

    def work(number: int) -> None:
        while time.monotonic() < end:
            counts[number] += ask(port, path).status == 200

    threads = [threading.Thread(target=work, args=(number,), daemon=True) for number in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds + 30)
    return sum(counts) / seconds


def in_turn(quiet: Callable[[], float], *faulted: Callable[[], float]) -> tuple[float, ...]:
    """The throughput of a quiet moment, and under each fault: medians of five rounds of them.

    A shared machine is not equally fast at all times, and a fault costs every round alike: in the short form a round
    in which the promise was kept is enough.
    """
    rounds = list[tuple[float, ...]]()
    for _ in range(5):
        rounds.append(tuple(measure() for measure in (quiet, *faulted)))
        if not IS_FULL and min(rounds[-1]) >= THROUGHPUT_SHARE * rounds[-1][0]:
            return rounds[-1]
    return tuple(median(values) for values in zip(*rounds, strict=True))

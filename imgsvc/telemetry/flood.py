"""Holds a flood back: so many in a second, more for a moment, and the rest is counted and said to be left out."""

import logging
import time
from collections.abc import Callable

_LOG = logging.getLogger("imgsvc.telemetry")


class Bucket:
    """A bucket of tokens: `rate` a second come in, and `depth` fit in."""

    def __init__(self, rate: float, depth: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._depth, self._clock = rate, depth, clock
        self._tokens, self._filled = depth, clock()

    def take(self) -> bool:
        """Take a token, if there is one."""
        now = self._clock()
        self._tokens = min(self._depth, self._tokens + self._rate * (now - self._filled))
        self._filled = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


class FloodGate(logging.Filter):
    """One gate for all handlers of a process, so that a record passes all of them or none.

    What is critical always passes: it is about the server itself, and rare.
    """

    def __init__(self, lines_a_second: int, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._bucket = Bucket(lines_a_second, 2 * lines_a_second, clock)
        self._rate = lines_a_second
        self.left_out = 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written; asked by every handler, decided once."""
        verdict = record.__dict__.get("passes_flood_gate")
        if verdict is None:
            verdict = record.levelno >= logging.CRITICAL or self._bucket.take()
            record.__dict__["passes_flood_gate"] = verdict
            self._count(is_left_out=not verdict)
        return bool(verdict)

    def _count(self, *, is_left_out: bool) -> None:
        if is_left_out:
            self.left_out += 1
        elif count := self.left_out:
            self.left_out = 0
            text = "%s log lines were left out: more than LOG_RATE, %s a second"
            _LOG.warning(text, count, self._rate, extra={"passes_flood_gate": True})

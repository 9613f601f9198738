"""Overload: who comes now and would wait for the main thread for longer than Q is refused at once (shed).

A queue makes everybody wait as long as the last one, and refuses those who have waited longest. So in an overload who
was there when it began is served, and then no more wait than keep the main thread at work: who is served has waited for
no more than that. Whoever is refused is so for what he would wait, and for nothing else: an overload ends by itself.
"""

import math
import time
from collections import deque
from collections.abc import Callable

# Since the last one was refused; then the queue may grow again.
LASTS_SECONDS = 1.0
# Of Q, which counts twice, before the fetch and after it: so far beyond once, lest who can be served in time is refused
# for what is not quite known.
_SHARE_OF_Q = 1.3
# While an overload lasts.
_SHARE_IN_OVERLOAD = 0.15
# What is ready waits for about this share of it; whoever waits for longer does so before his fetch.
_SHARE_READY = 0.3
_LEAST_KNOWN = 4
# Of a request's time; who has more of it left is begun, however long the pictures before took.
_MOST_NEEDED = 0.25


class Overload:
    """One worker's view of its own queue; newcomers are shared out (balance.py), so that no queue is long alone."""

    def __init__(self, queue_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._queue_seconds = queue_seconds
        self._clock = clock
        # Enough for a mix of pictures that are quick and slow to make, and few enough to notice that it is another one.
        self._all = _Mean(128, errors=2.0)
        self._last = _Mean(16, errors=3.0)
        # As far as it is sure: nobody is refused for what is not known.
        self._mean_seconds = 0.0
        self._until = -math.inf

    @property
    def lasts(self) -> bool:
        """Whether somebody was refused just now."""
        return self._clock() < self._until

    def served(self, seconds: float) -> None:
        """The main thread was so long at a request."""
        self._all.add(seconds)
        self._last.add(seconds)
        if len(self._all) >= _LEAST_KNOWN:
            self._mean_seconds = min(max(self._all.at_least, self._last.at_least), self._last.at_most)

    def has_enough(self, count: float, seconds_until_ready: float = 0.0) -> bool:
        """Whether one whose source comes after so long would still wait for a while, behind so many."""
        if len(self._all) < _LEAST_KNOWN:
            return count >= _LEAST_KNOWN
        return count * self._all.mean - seconds_until_ready > _SHARE_READY * self._queue_seconds

    def needed_seconds(self, whole_seconds: float) -> float:
        """How much of a request's time must be left for its picture to be begun: most take less than that."""
        return min(2 * self._all.mean, _MOST_NEEDED * whole_seconds)

    def sheds(self, count: float, seconds_until_ready: float = 0.0) -> bool:
        """Whether a newcomer is refused who has so many before him, and whose own source comes after so long."""
        # Of those before him so many are served until then.
        wait = count * self._mean_seconds - seconds_until_ready
        is_over = wait > self._queue_seconds * (_SHARE_IN_OVERLOAD if self.lasts else _SHARE_OF_Q)
        if is_over:
            self._until = self._clock() + LASTS_SECONDS
        return is_over


class _Mean:
    """Of so many last durations, in seconds: what the true one is at least and at most, by so many standard errors."""

    def __init__(self, most: int, errors: float) -> None:
        self._durations: deque[float] = deque(maxlen=most)
        self._errors = errors
        self._sum = self._squares = 0.0
        self.mean = self.at_least = self.at_most = 0.0

    def __len__(self) -> int:
        return len(self._durations)

    def add(self, seconds: float) -> None:
        # PERF: for each picture; what is rounded off on the way is nothing beside the error.
        forgotten = self._durations[0] if len(self._durations) == self._durations.maxlen else 0.0
        self._durations.append(seconds)
        self._sum += seconds - forgotten
        self._squares += seconds * seconds - forgotten * forgotten
        count = len(self._durations)
        self.mean = self._sum / count
        error = self._errors * math.sqrt(max(0.0, self._squares / count - self.mean * self.mean) / count)
        self.at_least, self.at_most = self.mean - error, self.mean + error

"""Overload: when who comes now would wait for the main thread for nearly as long as Q, he is refused at once (shed).

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
# Of Q: what waits may take a little longer than was known, and is then still served in time.
_SHARE_OF_Q = 0.6
# Of that, while an overload lasts.
_SHARE_IN_OVERLOAD = 0.25
_REMEMBERED = 32
_LEAST_KNOWN = 4


class Overload:
    """One worker's view of its own queue; newcomers are shared out (balance.py), so that no queue is long alone."""

    def __init__(self, queue_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = _SHARE_OF_Q * queue_seconds
        self._clock = clock
        self._lately: deque[float] = deque(maxlen=_REMEMBERED)
        self.mean_seconds = 0.0
        self._until = -math.inf

    @property
    def lasts(self) -> bool:
        """Whether somebody was refused just now."""
        return self._clock() < self._until

    def served(self, seconds: float) -> None:
        """The main thread was so long at a request."""
        self._lately.append(seconds)
        if len(self._lately) >= _LEAST_KNOWN:
            self.mean_seconds = sum(self._lately) / len(self._lately)

    def sheds(self, count: int, seconds_until_ready: float = 0.0) -> bool:
        """Whether a newcomer is refused who has so many before him, and whose own source comes after so long."""
        # Of those before him so many are served until then.
        wait = count * self.mean_seconds - seconds_until_ready
        is_over = wait > self._seconds * (_SHARE_IN_OVERLOAD if self.lasts else 1.0)
        if is_over:
            self._until = self._clock() + LASTS_SECONDS
        return is_over

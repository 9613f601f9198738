"""Newcomers: the main thread takes them in while it has nothing else to do, the connection thread while it has.

PERF: whoever takes somebody in and serves him hands nothing over, which costs a small picture a tenth of its time.
"""

import math
import time
from collections.abc import Callable

from imgsvc.runtime.clients.accepting import Acceptor
from imgsvc.runtime.clients.connection import Connection

# A main thread that has not looked for so long is at something that takes.
AWAY_SECONDS = 0.005
# For so long a newcomer is left to a worker that has less to do; then he is taken by whoever sees him.
LEFT_SECONDS = 0.005


class Newcomers:
    """A worker's; both of its threads ask, and neither waits here. A better one is a worker that has less to do."""

    def __init__(
        self,
        acceptor: Acceptor,
        is_another_better: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._acceptor = acceptor
        self._is_another_better = is_another_better
        self._clock = clock
        self.descriptors = acceptor.descriptors
        # Whether anybody is let in.
        self.is_open = True
        # When the last one came.
        self.came = 0.0
        # Since when the main thread has not looked; inf: it does.
        self._away_since = -math.inf
        self._left_until = math.inf

    def look(self, begin: Callable[[Connection], None]) -> bool:
        """The main thread has nothing to do: let one in, with `begin`; whether one came."""
        self._away_since = math.inf
        return self.let_in(begin)

    def go_away(self) -> None:
        """The main thread has something to do."""
        if self._away_since == math.inf:
            self._away_since = self._clock()

    @property
    def is_main_away(self) -> bool:
        """Whether the main thread has not looked for a while."""
        return self._clock() >= self._away_since + AWAY_SECONDS

    def away_seconds(self) -> float:
        """Until the main thread is away, if it does not look before; inf: it looks."""
        return max(0.0, self._away_since + AWAY_SECONDS - self._clock())

    def left_seconds(self) -> float:
        """For how long nobody is let in, for others would do better; inf: whoever comes is."""
        return math.inf if self._left_until == math.inf else max(0.0, self._left_until - self._clock())

    def let_in(self, begin: Callable[[Connection], None]) -> bool:
        """Let one in, unless he is left to others for now; each makes others better for the next one."""
        now, left_until = self._clock(), self._left_until
        self._left_until = math.inf
        if not self.is_open:
            return False
        if now < left_until and self._is_another_better() and self._acceptor.is_wanted():
            self._left_until = min(left_until, now + LEFT_SECONDS)
            return False
        if not self._acceptor.accept(begin):
            return False
        self.came = now
        return True

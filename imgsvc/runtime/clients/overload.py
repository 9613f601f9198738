"""Overload: when the last in the accept queue would wait nearly as long as Q, nobody new waits there any more.

A queue makes everybody wait as long as the last one, and refuses those who have waited longest. So as soon as more are
waiting than can be served in time, each busy worker's connection thread takes in hand what its worker can still serve
within Q, and refuses whoever comes while all hands are full: at once, and not after Q. When those from the beginning
are served, a hand holds one request, and who is served has waited for no more than that.
"""

import math
import socket
import struct
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress

from imgsvc.runtime.board.layout import (
    BUSY,
    COUNTERS,
    GAUGES,
    HEAD_OVERLOAD,
    HEAD_SHARED,
    HEAD_SHARED_SINCE,
    LIVE,
    STATES,
    Counter,
    Gauge,
    Live,
    State,
)
from imgsvc.runtime.board.scoreboard import Scoreboard
from imgsvc.runtime.board.slot import Slot
from imgsvc.runtime.clients.shared_queue import SharedQueue
from imgsvc.runtime.settings import RuntimeSettings

# Since the last refusal; then the queue may grow again.
LASTS_SECONDS = 1.0

_NANO = 1_000_000_000
# Of Q: what is in hand may take a little longer than was known, and is then still served in time.
_SHARE_OF_Q = 0.8
# Of that, what is taken in hand: refusing the others takes its part of the processor, and the requests take longer.
_SHARE_IN_HAND = 0.75
# Of struct tcp_info: of a listener, tcpi_unacked is how many wait to be accepted.
_TCP_INFO_BYTES = 104
_UNACKED = 8 + 4 * 4
# Of the last requests the quarter that was fastest: a burst of heavy ones among light ones will pass, and may wait.
# Where somebody did wait for Q, it has not passed, and what they take on average counts.
_REMEMBERED = 32
_LEAST_KNOWN = 8
_AT_WORK = BUSY - {State.KILLED}
_CANNOT_WORK = frozenset({State.FREE, State.STARTING, State.STOPPING, State.KILLED})


def waiting(listener: socket.socket) -> int:
    """How many wait to be accepted; of a unix socket nobody can tell."""
    if listener.family == socket.AF_UNIX:
        return 0
    with suppress(OSError):
        info = listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO_BYTES)
        return int(struct.unpack_from("=I", info, _UNACKED)[0])
    return 0


class Overload:
    """One worker's view of the queue; that there is an overload is known to all, by a word of the board's head."""

    def __init__(
        self,
        listeners: Sequence[socket.socket],
        settings: RuntimeSettings,
        board: Scoreboard,
        slot: Slot,
        shared: SharedQueue | None = None,
    ) -> None:
        self._listeners = listeners
        self._shared = shared
        self._waiting = 0
        self._seconds = _SHARE_OF_Q * settings.queue_timeout
        self._board = board
        self._slot = slot
        self._lately: deque[float] = deque(maxlen=_REMEMBERED)
        self._mean_seconds = 0.0
        self._too_old = self._count_too_old()
        self._too_old_at = -math.inf

    def served(self, seconds: float) -> None:
        """A request took so long."""
        self._lately.append(seconds)
        if len(self._lately) >= _LEAST_KNOWN:
            ordered = sorted(self._lately)
            self._mean_seconds = sum(ordered) / len(ordered)
            self._slot.gauge(Gauge.SERVICE_MICROSECONDS, max(1, int(ordered[len(ordered) // 4] * 1_000_000)))

    def look(self) -> bool:
        """Whether there is an overload, this moment or because somebody was refused just now."""
        count = self._waiting = sum(map(waiting, self._listeners)) + self._shared_count()
        seconds = max(self._service_seconds(), self._mean_seconds if self._waits_too_long() else 0.0)
        if count and count * seconds > self._seconds * max(1, self._board.wanted):
            self.goes_on()
            return True
        return self._board.words[HEAD_OVERLOAD] > time.monotonic_ns()

    def _shared_count(self) -> int:
        return 0 if self._shared is None or self._shared.is_empty() else self._shared.count()

    def wait_seconds(self) -> float:
        """How long the last one who waited at the last look will have waited."""
        return self._waiting * max(self._service_seconds(), self._mean_seconds) / max(1, self._board.wanted)

    def tell_shared(self) -> None:
        """Tell the observer who waits where the kernel does not show them: whoever looked last is right."""
        if self._shared:
            count = self._shared_count()
            self._board.words[HEAD_SHARED] = count
            self._board.words[HEAD_SHARED_SINCE] = int(self._shared.oldest() * _NANO) if count else 0

    def servable(self) -> int:
        """How many requests this worker can serve before the last of them has waited too long; one at least."""
        seconds = max(self._mean_seconds, self._service_seconds())
        return max(1, int(_SHARE_IN_HAND * self._seconds / seconds)) if seconds else 1

    def _waits_too_long(self) -> bool:
        """Whether this worker met somebody lately who had waited for Q."""
        count, now = self._count_too_old(), time.monotonic()
        if count != self._too_old:
            self._too_old, self._too_old_at = count, now
        return now < self._too_old_at + LASTS_SECONDS

    def _count_too_old(self) -> int:
        return self._slot.words[COUNTERS[Counter.QUEUE_TOO_OLD]]

    def _service_seconds(self) -> float:
        """What a request takes the fastest worker: one that is held up by an origin says nothing; 0 if nobody knows."""
        place = GAUGES[Gauge.SERVICE_MICROSECONDS]
        return min((words[place] for words in self._board.slots_words() if words[place]), default=0) / 1_000_000

    def goes_on(self) -> None:
        """Somebody was refused. Whoever writes last is right: a moment more or less does not matter."""
        self._board.words[HEAD_OVERLOAD] = time.monotonic_ns() + int(LASTS_SECONDS * _NANO)

    def hands_are_full(self) -> bool:
        """Whether every worker that can work is at work, with the next request in hand."""
        for words in self._board.slots_words():
            state = STATES[words[LIVE[Live.STATE]]]
            if state in _AT_WORK and words[GAUGES[Gauge.IN_HAND]]:
                continue
            if state not in _CANNOT_WORK:
                return False
        return True

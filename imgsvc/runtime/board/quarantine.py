"""Sources that ended a worker: the arbiter writes them down when it buries one, every worker reads the list."""

import time
from collections.abc import Callable

from imgsvc.runtime.board.layout import CULPRIT_WORDS, CULPRITS, HEAD_CULPRITS

_NANO = 1_000_000_000
_ENDS_ALLOWED = 2
_REMEMBERED_SECONDS = 600


class Quarantine:
    """The list in the scoreboard's head; only the arbiter may call `blame`."""

    def __init__(self, head: memoryview, clock: Callable[[], int] = time.monotonic_ns) -> None:
        self._words = head[HEAD_CULPRITS : HEAD_CULPRITS + CULPRITS * CULPRIT_WORDS]
        self._clock = clock

    def blame(self, source: int) -> int:
        """A worker ended over the source with this hash; how many have so far."""
        place = self._place(source)
        ends = self._words[place + 1] + 1 if place is not None and self._is_remembered(place) else 1
        if place is None:
            place = min(range(0, len(self._words), CULPRIT_WORDS), key=lambda each: self._words[each + 2])
        self._words[place] = 0
        self._words[place + 1] = ends
        self._words[place + 2] = self._clock()
        self._words[place] = source
        return ends

    def holds(self, source: int) -> bool:
        """Whether the source ended so many workers lately that it gets no other one."""
        place = self._place(source)
        return place is not None and self._words[place + 1] >= _ENDS_ALLOWED and self._is_remembered(place)

    def _is_remembered(self, place: int) -> bool:
        return self._clock() - self._words[place + 2] < _REMEMBERED_SECONDS * _NANO

    def _place(self, source: int) -> int | None:
        hashes = self._words[::CULPRIT_WORDS].tolist()
        return hashes.index(source) * CULPRIT_WORDS if source in hashes else None

"""What the workers know of origins, together: each writes down its own findings, and reads everybody's.

So nothing is locked between processes, and what a killed worker knew stays. Where a worker's table is full, the entry
that was touched longest ago makes place for another origin.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from imgsvc.runtime.board.layout import FINDING_WORDS, FINDINGS, SLOT_FINDINGS

_NANO = 1_000_000_000
_HASH, _TIMEOUTS, _TIMED_OUT, _ANSWERED, _PROBED, _MEAN = range(FINDING_WORDS)
_MOMENTS = (_TIMED_OUT, _ANSWERED, _PROBED)
_END = SLOT_FINDINGS + FINDINGS * FINDING_WORDS
# What the average counts for when the next answer is known.
_KEEPS = 0.8


@dataclass(frozen=True, slots=True)
class Findings:
    """What is known of one origin; moments are those of time.monotonic(), 0 if there is none."""

    # Since anybody got an answer.
    timeouts: int = 0
    timed_out: float = 0.0
    answered: float = 0.0
    probed: float = 0.0
    # What its answers take on average, newer ones counting for more.
    mean_seconds: float = 0.0


class Notebook:
    """A worker's own findings in its slot, with those of all slots to read."""

    def __init__(
        self,
        own: memoryview,
        everybody: Callable[[], Iterable[memoryview]],
        clock: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._own = own[SLOT_FINDINGS:_END]
        self._everybody = everybody
        self._clock = clock

    def about(self, origin: int) -> Findings:
        """Everybody's findings of the origin with this hash."""
        entries = [entry for words in self._everybody() if (entry := _entry_of(words, origin))]
        if not entries:
            return Findings()
        answered = max(entry[_ANSWERED] for entry in entries)
        means = [entry[_MEAN] for entry in entries if entry[_MEAN]]
        return Findings(
            timeouts=sum(entry[_TIMEOUTS] for entry in entries if entry[_TIMED_OUT] > answered),
            timed_out=max(entry[_TIMED_OUT] for entry in entries) / _NANO,
            answered=answered / _NANO,
            probed=max(entry[_PROBED] for entry in entries) / _NANO,
            mean_seconds=sum(means) / len(means) / _NANO if means else 0.0,
        )

    def timed_out(self, origin: int) -> None:
        """It did not answer in time."""
        known, place = self.about(origin), self._place(origin)
        is_first = self._own[place + _TIMED_OUT] <= known.answered * _NANO
        self._own[place + _TIMEOUTS] = 1 if is_first else self._own[place + _TIMEOUTS] + 1
        self._own[place + _TIMED_OUT] = self._clock()
        self._own[place + _PROBED] = 0

    def answered(self, origin: int, seconds: float) -> None:
        """It answered, whatever it said, and that took so long."""
        place, took = self._place(origin), int(seconds * _NANO)
        self._own[place + _TIMEOUTS] = self._own[place + _PROBED] = 0
        self._own[place + _ANSWERED] = self._clock()
        before = self._own[place + _MEAN] or took
        self._own[place + _MEAN] = int(_KEEPS * before + (1 - _KEEPS) * took)

    def unknown(self, origin: int) -> None:
        """Nobody waited for its answer in the end."""
        self._own[self._place(origin) + _PROBED] = 0

    def probing(self, origin: int) -> None:
        """It is asked, to see whether it answers again."""
        self._own[self._place(origin) + _PROBED] = self._clock()

    def _place(self, origin: int) -> int:
        """Where its own entry is, made anew if there is none."""
        places = range(0, len(self._own), FINDING_WORDS)
        for place in places:
            if self._own[place] == origin:
                return place
        oldest = min(places, key=lambda place: max(self._own[place + each] for each in _MOMENTS))
        for offset in range(FINDING_WORDS):
            self._own[oldest + offset] = 0
        self._own[oldest] = origin
        return oldest


def _entry_of(words: memoryview, origin: int) -> list[int] | None:
    origins = words[SLOT_FINDINGS:_END:FINDING_WORDS].tolist()
    if origin not in origins:
        return None
    place = SLOT_FINDINGS + origins.index(origin) * FINDING_WORDS
    return words[place : place + FINDING_WORDS].tolist()

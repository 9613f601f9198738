"""What the workers know of origins, together: each writes down its own findings, and reads everybody's.

So nothing is locked, and what a killed worker knew stays. Where a worker's table is full, the entry that was touched
longest ago makes place for another origin.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from imgsvc.runtime.board.layout import FINDING_WORDS, FINDINGS, SLOT_FINDINGS

_NANO = 1_000_000_000
_HASH, _TIMEOUTS, _TIMED_OUT, _ANSWERED, _PROBED, _TAKES, _MEAN, _WAITING, _SINCE, _COUNTED = range(FINDING_WORDS)
_MOMENTS = (_TIMED_OUT, _ANSWERED, _PROBED, _COUNTED)
_END = SLOT_FINDINGS + FINDINGS * FINDING_WORDS
# What the longest answer counts for when the next one is known.
_FADES = 0.9
# What the average counts for then.
_KEEPS = 0.8
# Who counts those that wait counts them again sooner than that, unless none is left.
_COUNT_LASTS_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Findings:
    """What is known of one origin; moments are those of time.monotonic(), 0 if there is none."""

    # Since anybody got an answer.
    timeouts: int
    timed_out: float
    answered: float
    probed: float
    # The longest of its last answers, older ones counting for less.
    takes_seconds: float = 0.0
    # Their average, newer ones counting for more.
    mean_seconds: float = 0.0
    # Requests that were put aside for it.
    waiting: int = 0


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
        answered = max((entry[_ANSWERED] for entry in entries), default=0)
        means = [entry[_MEAN] for entry in entries if entry[_MEAN]]
        return Findings(
            timeouts=sum(entry[_TIMEOUTS] for entry in entries if entry[_TIMED_OUT] > answered),
            timed_out=max((entry[_TIMED_OUT] for entry in entries), default=0) / _NANO,
            answered=answered / _NANO,
            probed=max((entry[_PROBED] for entry in entries), default=0) / _NANO,
            takes_seconds=max((entry[_TAKES] for entry in entries), default=0) / _NANO,
            mean_seconds=sum(means) / len(means) / _NANO if means else 0.0,
            waiting=sum(self._waiting(entry) for entry in entries),
        )

    def others_answered(self, origin: int) -> float:
        """When the last of all other origins answered, on time.monotonic(); 0 if none has."""
        tables = (words[SLOT_FINDINGS:_END].tolist() for words in self._everybody())
        return (
            max(
                (
                    table[place + _ANSWERED]
                    for table in tables
                    for place in range(0, len(table), FINDING_WORDS)
                    if table[place] not in (0, origin)
                ),
                default=0,
            )
            / _NANO
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
        place = self._place(origin)
        self._own[place + _TIMEOUTS] = self._own[place + _PROBED] = 0
        self._own[place + _ANSWERED] = self._clock()
        took = int(seconds * _NANO)
        self._own[place + _TAKES] = max(took, int(_FADES * self._own[place + _TAKES]))
        before = self._own[place + _MEAN] or took
        self._own[place + _MEAN] = int(_KEEPS * before + (1 - _KEEPS) * took)

    def unknown(self, origin: int) -> None:
        """Nobody waited for its answer in the end."""
        self._own[self._place(origin) + _PROBED] = 0

    def probing(self, origin: int) -> None:
        """It is asked, to see whether it answers again."""
        self._own[self._place(origin) + _PROBED] = self._clock()

    def waits(self, origin: int, count: int, since: float) -> None:
        """So many of its requests wait for the origin's answers to others, the first of them since then."""
        place = self._place(origin)
        self._own[place + _WAITING] = count
        self._own[place + _SINCE] = int(since * _NANO)
        self._own[place + _COUNTED] = self._clock()

    def waits_longer(self, words: memoryview, origin: int, since: float) -> bool:
        """Whether a request waits longer than since then for the origin, in the worker that these words are of."""
        entry = _entry_of(words, origin)
        return entry is not None and self._waiting(entry) > 0 and entry[_SINCE] < int(since * _NANO)

    def _waiting(self, entry: list[int]) -> int:
        """How many wait, by an entry that was counted lately."""
        return entry[_WAITING] if self._clock() - entry[_COUNTED] < _COUNT_LASTS_SECONDS * _NANO else 0

    def _place(self, origin: int) -> int:
        """Where its own entry is, made anew if there is none."""
        places = range(0, len(self._own), FINDING_WORDS)
        for place in places:
            if self._own[place] == origin:
                return place
        oldest = min(places, key=lambda place: max(self._own[place + each] for each in _MOMENTS))
        self._own[oldest] = 0
        for offset in range(1, FINDING_WORDS):
            self._own[oldest + offset] = 0
        self._own[oldest] = origin
        return oldest


def _entry_of(words: memoryview, origin: int) -> list[int] | None:
    origins = words[SLOT_FINDINGS:_END:FINDING_WORDS].tolist()
    if origin not in origins:
        return None
    place = SLOT_FINDINGS + origins.index(origin) * FINDING_WORDS
    return words[place : place + FINDING_WORDS].tolist()

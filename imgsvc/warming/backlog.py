"""What is worked on next: batches of units, and apart from them those that may end their worker, one by one.

It does nothing itself, so that every way for a worker to end can be tried without one.
"""

import heapq
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count, islice

from imgsvc.warming.units import Outcome, Status, Unit

# Seconds that a batch should take: handing one out takes some milliseconds.
BATCH_SECONDS = 0.5
MOST_UNITS = 64
_FIRST_UNITS = 2
# Of how much the newest batch counts in the mean.
_NEWEST = 0.3
# How often a unit is put off, and how often one that was lost is tried again.
_MOST_PUT_OFF = 20
_MOST_LOST = 2
# Of those that were put off; while there are more, nothing new is begun, or the whole catalogue would wait in memory.
_MOST_WAITING = 256


@dataclass(frozen=True, slots=True)
class Batch:
    """Units that one worker makes, one after the other."""

    number: int
    units: tuple[Unit, ...]
    # A worker that ends is this unit's fault, for nothing else was going on.
    is_alone: bool = False


class Backlog:
    """The units that are due."""

    def __init__(self, units: Iterator[Unit], *, most_units: int = MOST_UNITS) -> None:
        self._units = units
        self._most_units = most_units
        self._numbers = count()
        self._running: dict[int, Batch] = {}
        self._suspects: deque[Unit] = deque()
        self._lost: deque[Unit] = deque()
        # Until when, on the clock; the number keeps units from being compared.
        self._put_off: list[tuple[float, int, Unit]] = []
        self._unit_seconds = 0.0
        self._is_stopped = False

    @property
    def running(self) -> int:
        """Batches that were handed out and have not come back."""
        return len(self._running)

    def stop(self) -> None:
        """Hand nothing out any more."""
        self._is_stopped = True

    def next(self, now: float) -> Batch | None:
        """The next batch to hand out at this moment; None: not now."""
        if self._is_stopped or any(each.is_alone for each in self._running.values()):
            return None
        units = self._due(now)
        if not units:
            return self._last(now)
        return self._handed_out(units)

    def wait_seconds(self, now: float) -> float | None:
        """How long nothing can be handed out where nothing runs; None where it is the end."""
        if self._is_stopped or not self._put_off:
            return None
        return max(self._put_off[0][0] - now, 0.0)

    def came_back(self, batch: Batch, outcomes: list[Outcome], now: float) -> list[Outcome]:
        """A batch is done: what of it is an end; the others are tried again."""
        del self._running[batch.number]
        seconds = sum(each.seconds for each in outcomes) / max(len(outcomes), 1)
        self._unit_seconds += (seconds - self._unit_seconds) * (_NEWEST if self._unit_seconds else 1)
        by_source = {each.source: each for each in batch.units}
        ends = [each for each in outcomes if not self._is_tried_again(by_source[each.source], each, now)]
        return [replace(each, status=Status.LOST) if each.status is Status.PUT_OFF else each for each in ends]

    def ended(self, batch: Batch, *, is_silent: bool) -> Unit | None:
        """Its worker ended with a batch: who is to blame, if that is known; else they are tried alone, at the end.

        Who is killed from without says nothing of why, so one that was alone then is tried once more.
        """
        del self._running[batch.number]
        again = batch.units
        if batch.is_alone:
            if not is_silent or batch.units[0].is_suspected:
                return batch.units[0]
            again = (replace(batch.units[0], is_suspected=True),)
        self._suspects += again
        return None

    def _due(self, now: float) -> tuple[Unit, ...]:
        size = self._size()
        units: list[Unit] = []
        while self._put_off and self._put_off[0][0] <= now and len(units) < size:
            units.append(heapq.heappop(self._put_off)[2])
        if len(self._put_off) < _MOST_WAITING:
            units += islice(self._units, size - len(units))
        return tuple(units)

    def _size(self) -> int:
        if not self._unit_seconds:
            return _FIRST_UNITS
        return max(1, min(int(BATCH_SECONDS / self._unit_seconds), self._most_units))

    def _last(self, now: float) -> Batch | None:
        """What is left when the listing is at its end: the lost, and when nothing else goes on, the suspects."""
        if self._lost:
            units = tuple(self._lost.popleft() for _ in range(min(self._size(), len(self._lost))))
            return self._handed_out(units)
        if self._suspects and not self._running:
            return self._handed_out((self._suspects.popleft(),), is_alone=True)
        return None

    def _handed_out(self, units: tuple[Unit, ...], *, is_alone: bool = False) -> Batch:
        batch = Batch(next(self._numbers), units, is_alone)
        self._running[batch.number] = batch
        return batch

    def _is_tried_again(self, unit: Unit, outcome: Outcome, now: float) -> bool:
        again = replace(unit, tries=unit.tries + 1)
        if self._is_stopped:
            return False
        if outcome.status is Status.PUT_OFF and again.tries < _MOST_PUT_OFF:
            heapq.heappush(self._put_off, (now + outcome.patience, next(self._numbers), again))
            return True
        if outcome.status is Status.LOST and again.tries < _MOST_LOST:
            self._lost.append(again)
            return True
        return False

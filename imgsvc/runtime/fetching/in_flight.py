"""Which fetch begins now, which waits for its origin, and which could not be served in time: decisions alone.

A worker has so many fetches in flight, and one origin no more than `most`, half of that while others are asked for too.
Who comes over that waits, first come first served, as long as the origin's answers let it begin within Q. So does whose
source would come while the main thread has enough to do: he is held.
"""

import math
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Generic, Protocol, TypeVar

# An origin is asked for alone when no other one was for so long.
ALONE_SECONDS = 5.0
# What an answer took, against all before it, in the mean.
_WEIGHT = 0.2
# Of Q: what is promised to begin in time may take a little longer than was known.
_SHARE_OF_Q = 0.8
# Of Q: then a fetch is held no longer, and its request has Q once more to wait for the main thread.
_SHARE_HELD = 0.8
# An origin that has not answered for so long, or for twice its mean, while all its fetches are in flight, is silent.
_SILENT_SECONDS = 0.25
# Origins without a fetch whose mean is remembered.
_REMEMBERED = 256


class Waiting(Protocol):
    """A request that waits for a place in flight."""

    @property
    def queued(self) -> float:
        """Since when, on the clock."""


W = TypeVar("W", bound=Waiting)


class Verdict(Enum):
    """What becomes of a request that wants its source."""

    BEGINS = auto()
    WAITS = auto()
    REFUSED = auto()  # it could not begin within Q


@dataclass(slots=True, eq=False)
class _Origin(Generic[W]):
    """One origin as this worker sees it."""

    waiting: deque[W] = field(default_factory=deque)
    # When each fetch in flight began.
    began: list[float] = field(default_factory=list)
    asked: float = -math.inf
    answered: float = -math.inf
    mean_seconds: float = 0.0

    @property
    def is_idle(self) -> bool:
        return not (self.waiting or self.began)


class InFlight(Generic[W]):
    """A worker's fetches by origin, which is any hashable name; `mean_of` is what other workers know of one, or 0.

    `has_enough` says whether the main thread has, when so many sources come before one that would take so many seconds.
    Whoever calls it holds the lock of its owner (fetch_threads.py).
    """

    def __init__(
        self,
        most: int,
        capacity: int,
        queue_seconds: float,
        clock: Callable[[], float],
        mean_of: Callable[[int], float] = lambda _origin: 0.0,
        has_enough: Callable[[float, float], bool] = lambda _coming, _seconds: False,
    ) -> None:
        self._most = most
        # Beyond `most`, for other origins than the one that has it all.
        self._capacity = capacity
        self._seconds = _SHARE_OF_Q * queue_seconds
        self._held_seconds = _SHARE_HELD * queue_seconds
        self._clock = clock
        self._mean_of = mean_of
        self._has_enough = has_enough
        self._origins: OrderedDict[int, _Origin[W]] = OrderedDict()
        # PERF: those with a fetch in flight, which are few; every request asks for them.
        self._asked: list[_Origin[W]] = []
        self.count = 0
        self.waiting_count = 0

    def ask(self, origin: int, request: W) -> Verdict:
        """Say what becomes of a request; who is held is refused by nobody here."""
        now, found = self._clock(), self._of(origin)
        found.asked = now
        has_place = self._has_place(found, now)
        if has_place and not (found.waiting or self._is_held(found, now)):
            self._begin(found, now)
            return Verdict.BEGINS
        if not has_place and self._wait_seconds(found, now) > self._seconds:
            return Verdict.REFUSED
        found.waiting.append(request)
        self.waiting_count += 1
        return Verdict.WAITS

    def end(self, origin: int, began: float, seconds: float | None) -> None:
        """A fetch is over; `seconds` is what it took the origin, None where that is not known."""
        found = self._of(origin)
        found.began.remove(began)
        if not found.began:
            self._asked.remove(found)
        self.count -= 1
        if seconds is not None:
            found.answered = self._clock()
            known = found.mean_seconds or seconds
            found.mean_seconds = (1 - _WEIGHT) * known + _WEIGHT * seconds

    def took_longer(self, origin: int, seconds: float) -> None:
        """It has not answered for so long, and goes on."""
        found = self._of(origin)
        found.mean_seconds = max(found.mean_seconds, seconds)

    def mean_seconds(self, origin: int) -> float:
        """What the origin takes to answer, as far as it is known."""
        return self._of(origin).mean_seconds

    def next(self) -> tuple[W, float] | None:
        """The request that begins next, of those whose origin has a place, and the moment."""
        now = self._clock()
        ready = [each for each in self._origins.values() if each.waiting and self._has_place(each, now)]
        ready = [each for each in ready if not self._is_held(each, now)]
        if not ready:
            return None
        found = min(ready, key=lambda each: each.waiting[0].queued)
        request = found.waiting.popleft()
        self.waiting_count -= 1
        return request, self._begin(found, now)

    def began(self, origin: int) -> float:
        """When the last of an origin's fetches began."""
        return self._origins[origin].began[-1]

    def late(self, oldest: float) -> list[W]:
        """Take away who waits since before `oldest`, and who would not begin in time any more."""
        now = self._clock()
        taken: list[W] = []
        for found in list(self._origins.values()):
            while found.waiting and self._is_late(found, oldest, now):
                taken.append(found.waiting.pop() if found.waiting[0].queued >= oldest else found.waiting.popleft())
        self.waiting_count -= len(taken)
        return taken

    def withdraw(self, is_gone: Callable[[W], bool]) -> list[W]:
        """Take away who is gone."""
        taken: list[W] = []
        for found in self._origins.values():
            if gone := [each for each in found.waiting if is_gone(each)]:
                found.waiting = deque(each for each in found.waiting if each not in gone)
                taken += gone
        self.waiting_count -= len(taken)
        return taken

    def oldest(self) -> float:
        """Since when the one waits that waits longest; inf where nobody does."""
        return min((each.waiting[0].queued for each in self._origins.values() if each.waiting), default=math.inf)

    def before(self, seconds: float) -> float:
        """How many come to the main thread before a newcomer whose source takes so long: in flight, or held."""
        now, held = self._clock(), 0
        if self.waiting_count:
            waiting = (each for each in self._origins.values() if each.waiting)
            held = sum(len(each.waiting) for each in waiting if self._has_place(each, now))
        return held + self._coming(seconds, now)

    def _coming(self, seconds: float, now: float) -> float:
        """How many of those in flight are expected within so many seconds."""
        return sum(
            # Of whom nothing is known, until he is silent, all.
            len(each.began) * (min(1.0, seconds / each.mean_seconds) if each.mean_seconds else 1.0)
            for each in self._asked
            if not self._is_silent(each, now)
        )

    def _is_held(self, found: _Origin[W], now: float) -> bool:
        if found.waiting and now - found.waiting[0].queued > self._held_seconds:
            return False
        return self._has_enough(self._coming(found.mean_seconds, now), found.mean_seconds)

    def _of(self, origin: int) -> _Origin[W]:
        if (found := self._origins.get(origin)) is None:
            found = self._origins[origin] = _Origin(mean_seconds=self._mean_of(origin))
            self._forget_some()
        else:
            self._origins.move_to_end(origin)
        return found

    def _forget_some(self) -> None:
        for name in list(self._oldest_idle())[: len(self._origins) - _REMEMBERED]:
            del self._origins[name]

    def _oldest_idle(self) -> Iterator[int]:
        return (name for name, found in list(self._origins.items())[:-1] if found.is_idle)

    def _begin(self, found: _Origin[W], now: float) -> float:
        if not found.began:
            self._asked.append(found)
        found.began.append(now)
        self.count += 1
        return now

    def _has_place(self, found: _Origin[W], now: float) -> bool:
        return self.count < self._capacity and len(found.began) < self._places(found, now)

    def _places(self, found: _Origin[W], now: float) -> int:
        """How many of an origin's fetches may be in flight."""
        half = max(1, self._most // 2)
        # PERF: whether others are asked for matters to who has half of the places alone.
        if len(found.began) < half or not self._is_alone(found, now):
            return half
        return self._most

    def _is_alone(self, found: _Origin[W], now: float) -> bool:
        return all(each is found or now - each.asked > ALONE_SECONDS for each in self._origins.values())

    def _wait_seconds(self, found: _Origin[W], now: float) -> float:
        """How long one who comes now would wait, by what is known; nobody is refused for what is not known."""
        places = max(1, self._places(found, now))
        if self._is_silent(found, now):
            return self._silent_seconds(found, now) * (len(found.waiting) // places + 1)
        return (len(found.waiting) + 1) * found.mean_seconds / places

    def _is_silent(self, found: _Origin[W], now: float) -> bool:
        return self._silent_seconds(found, now) > max(_SILENT_SECONDS, 2 * found.mean_seconds)

    def _silent_seconds(self, found: _Origin[W], now: float) -> float:
        """For how long it has been asked, and has answered nothing."""
        if not found.began:
            return 0.0
        return now - max(found.answered, min(found.began))

    def _is_late(self, found: _Origin[W], oldest: float, now: float) -> bool:
        if found.waiting[0].queued < oldest:
            return True
        # Of an origin that has fallen silent the last ones are told, and the first ones keep their chance.
        if not self._is_silent(found, now):
            return False
        rounds = (len(found.waiting) - 1) // max(1, self._places(found, now)) + 1
        return rounds > 1 and self._silent_seconds(found, now) * rounds > self._seconds

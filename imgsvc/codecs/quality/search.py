"""Searches the least quality that loses no more than is wanted, or the most that is no larger."""

from collections.abc import Callable
from typing import NamedTuple

from imgsvc.codecs.quality.wish import Wish
from imgsvc.options.saving import AutoqualityMethod

Write = Callable[[int], bytes]
Loss = Callable[[bytes], float]
# With less time left than this, or than an attempt has taken, what has been found is sent.
_LAST_SECONDS = 1.0


class Pace:
    """How long attempts take, and whether there is time for one more; `remaining` are the seconds that are left."""

    def __init__(self, remaining: Callable[[], float]) -> None:
        self._remaining = remaining
        self._before, self._longest = remaining(), 0.0

    @property
    def is_late(self) -> bool:
        """Whether another attempt might not end in time; asked after each."""
        now = self._remaining()
        self._longest, self._before = max(self._longest, self._before - now), now
        return now < max(_LAST_SECONDS, self._longest)


class Found(NamedTuple):
    """A quality, and the file that was written with it."""

    quality: int
    body: bytes


def search(wish: Wish, write: Write, loss: Loss, remaining: Callable[[], float]) -> Found:
    """By bisection: of 11 qualities at most 4 files are written. `remaining` are the seconds that are left."""
    pace = Pace(remaining)
    return _largest(wish, write, pace) if wish.method is AutoqualityMethod.SIZE else _least(wish, write, loss, pace)


def _largest(wish: Wish, write: Write, pace: Pace) -> Found:
    """The highest quality whose file has no more bytes than the target; the lowest if there is none."""
    low, high = wish.lowest, wish.highest
    fitting = tried = None
    while fitting is None or low < high:
        if tried and pace.is_late:
            return fitting or tried
        middle = (low + high + 1) // 2
        tried = Found(middle, write(middle))
        if low == high:
            return tried
        if len(tried.body) <= wish.target:
            low, fitting = middle, tried
        else:
            high = middle - 1
    return fitting


def _least(wish: Wish, write: Write, loss: Loss, pace: Pace) -> Found:
    """The lowest quality that loses no more than the target; the highest if there is none."""
    low, high = wish.lowest, wish.highest
    enough = tried = None
    while enough is None or low < high:
        if tried and pace.is_late:
            return enough or tried
        middle = (low + high) // 2
        tried = Found(middle, write(middle))
        # There is no other: what it loses changes nothing.
        if low == high:
            return tried
        lost = loss(tried.body)
        if abs(lost - wish.target) <= wish.allowed_error:
            return tried
        if lost <= wish.target:
            high, enough = middle, tried
        else:
            low = middle + 1
    return enough

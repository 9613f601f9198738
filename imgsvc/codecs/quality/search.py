"""Searches the least quality that loses no more than is wanted, or the most that is no larger."""

from collections.abc import Callable
from typing import NamedTuple

from imgsvc.codecs.quality.wish import Wish
from imgsvc.options.saving import AutoqualityMethod

Write = Callable[[int], bytes]
Loss = Callable[[bytes], float]
# With less time left than this, what has been found is sent.
LAST_SECONDS = 1.0


class Found(NamedTuple):
    """A quality, and the file that was written with it."""

    quality: int
    body: bytes


def search(wish: Wish, write: Write, loss: Loss, remaining: Callable[[], float]) -> Found:
    """By bisection: of 11 qualities at most 4 files are written. `remaining` are the seconds that are left."""
    return (
        _largest(wish, write, remaining)
        if wish.method is AutoqualityMethod.SIZE
        else _least(wish, write, loss, remaining)
    )


def _largest(wish: Wish, write: Write, remaining: Callable[[], float]) -> Found:
    """The highest quality whose file has no more bytes than the target; the lowest if there is none."""
    low, high = wish.lowest, wish.highest
    fitting: Found | None = None
    while low < high and not _is_late(fitting, remaining):
        middle = (low + high + 1) // 2
        found = Found(middle, write(middle))
        if len(found.body) <= wish.target:
            low, fitting = middle, found
        else:
            high = middle - 1
    return fitting if fitting and (fitting.quality == low or low < high) else Found(low, write(low))


def _least(wish: Wish, write: Write, loss: Loss, remaining: Callable[[], float]) -> Found:
    """The lowest quality that loses no more than the target; the highest if there is none."""
    low, high = wish.lowest, wish.highest
    best: Found | None = None
    while low < high and not _is_late(best, remaining):
        middle = (low + high) // 2
        found = Found(middle, write(middle))
        lost = loss(found.body)
        if abs(lost - wish.target) <= wish.allowed_error:
            return found
        if lost <= wish.target:
            high, best = middle, found
        else:
            low = middle + 1
    return best if best and (best.quality == high or low < high) else Found(high, write(high))


def _is_late(found: Found | None, remaining: Callable[[], float]) -> bool:
    return found is not None and remaining() < LAST_SECONDS

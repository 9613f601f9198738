"""Deadline: the moment by which a wait is over, whatever is waited for.

A worker's main thread sleeps and waits with one of these, or on a source's budget (sources/budget.py), and in no other
way: so there is no wait that its request does not bound.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from imgsvc.errors import RequestTimeoutError


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment on the clock, which is time.monotonic()."""

    moment: float = math.inf
    clock: Callable[[], float] = field(default=time.monotonic, repr=False, compare=False)
    pause: Callable[[float], None] = field(default=time.sleep, repr=False, compare=False)

    def within(self, seconds: float) -> "Deadline":
        """This one, or so many seconds from now if that is earlier."""
        return replace(self, moment=min(self.moment, self.clock() + seconds))

    @property
    def is_over(self) -> bool:
        """Whether it has passed."""
        return self.clock() >= self.moment

    def wait_until(self, condition: Callable[[], object], every_seconds: float) -> bool:
        """Look again and again until the condition holds; False: it does not, and the moment has passed."""
        while not condition():
            left = self.moment - self.clock()
            if left <= 0:
                return False
            self.pause(min(every_seconds, left))
        return True

    def check(self, waited_for: str) -> None:
        """Raise if it has passed."""
        if self.is_over:
            raise RequestTimeoutError(f"the deadline passed while the request waited for {waited_for}")

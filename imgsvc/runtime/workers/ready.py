"""The requests that the main thread may begin: their sources are there, or they need none.

Any thread adds, the main thread takes, the connection thread takes away who has waited too long. There is no lock:
whoever finds one more or less looks again.
"""

import math
import os
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from imgsvc.runtime.workers.current import CurrentRequest


class Ready:
    """In the order in which they became ready; the descriptor is readable when the main thread, asleep, is wanted."""

    def __init__(self) -> None:
        self._requests: deque[CurrentRequest] = deque()
        self._sleeps = False
        self.descriptor = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)

    def __len__(self) -> int:
        return len(self._requests)

    def add(self, request: CurrentRequest, *, goes_first: bool = False) -> None:
        """One more."""
        (self._requests.appendleft if goes_first else self._requests.append)(request)
        # PERF: under load the main thread is awake.
        if self._sleeps:
            self.wake()

    def oldest(self) -> float:
        """Since when the first one waits; inf where nobody does."""
        with suppress(IndexError):
            return self._requests[0].queued
        return math.inf

    def take(self) -> CurrentRequest | None:
        """The first one."""
        with suppress(IndexError):
            return self._requests.popleft()
        return None

    def sleeps(self) -> bool:
        """Say that the main thread is about to wait for the descriptor; False: there is one already."""
        self._sleeps = True
        if self._requests:
            self._sleeps = False
        return self._sleeps

    def awakes(self) -> None:
        """It waits no more."""
        self._sleeps = False
        with suppress(BlockingIOError):
            os.eventfd_read(self.descriptor)

    def withdraw(self, is_over: Callable[[CurrentRequest], bool]) -> list[CurrentRequest]:
        """Take away those for whom it is over."""
        taken = []
        for request in [each for each in list(self._requests) if is_over(each)]:
            # The main thread may have been faster.
            with suppress(ValueError):
                self._requests.remove(request)
                taken.append(request)
        return taken

    def wake(self) -> None:
        """Wake the main thread."""
        os.eventfd_write(self.descriptor, 1)

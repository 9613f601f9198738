"""Scope: one request's deadline, its client, and the stage that it is in.

Every boundary of the journey calls `check`; nothing else in the program asks for the time left.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from imgsvc.errors import ClientClosedRequestError, RequestTimeoutError

Clock = Callable[[], float]


def never_gone() -> bool:
    """A client that stays: for the command line and for start-up."""
    return False


class Scope:
    """One request's life: when it must end, whether its client still waits, where its time went."""

    def __init__(
        self,
        timeout_seconds: float,
        *,
        client_gone: Callable[[], bool] = never_gone,
        clock: Clock = time.monotonic,
    ) -> None:
        self._clock = clock
        self._client_gone = client_gone
        self.started = clock()
        self.deadline = self.started + timeout_seconds
        self.stage_name = ""
        self.stage_seconds: dict[str, float] = {}

    def remaining(self) -> float:
        """Seconds until the deadline; negative after it."""
        return self.deadline - self._clock()

    def elapsed(self) -> float:
        """Seconds since the request began."""
        return self._clock() - self.started

    def check(self) -> None:
        """Raise if there is nobody left to answer, or no time."""
        if self._client_gone():
            raise ClientClosedRequestError(f"the client left during {self.stage_name or 'the request'}")
        if self.remaining() <= 0:
            raise RequestTimeoutError(f"the deadline passed during {self.stage_name or 'the request'}")

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Mark what the request is doing, time it, and check on the way in and out."""
        self.stage_name = name
        self.check()
        began = self._clock()
        try:
            yield
        finally:
            self.stage_seconds[name] = self.stage_seconds.get(name, 0.0) + self._clock() - began
        self.check()

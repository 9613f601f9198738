"""A worker's requests that are there whole: while there are any, the descriptor is readable, and nobody sleeps by it.

The connection thread adds and takes away, the worker takes; no lock: whoever finds one more or less looks again.
"""

import os
from collections import deque
from contextlib import suppress

from imgsvc.runtime.clients.connection import Connection


class CompleteRequests:
    """In the order in which they became complete."""

    def __init__(self) -> None:
        self._requests: deque[Connection] = deque()
        self.descriptor = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)

    def __len__(self) -> int:
        return len(self._requests)

    def add(self, connection: Connection, *, goes_first: bool = False) -> None:
        """One more, and after that the word of it."""
        (self._requests.appendleft if goes_first else self._requests.append)(connection)
        self.wake()

    def take(self) -> Connection | None:
        """The first one. Whoever finds none takes the word back, and then looks once more."""
        if (connection := self._pop()) is None:
            with suppress(BlockingIOError):
                os.eventfd_read(self.descriptor)
            connection = self._pop()
            if self._requests:
                self.wake()
        return connection

    def overdue(self, oldest: float) -> list[Connection]:
        """Take away who waits since before `oldest`."""
        late: list[Connection] = []
        for _ in range(len(self._requests)):
            if connection := self._pop():
                (late if connection.queued < oldest else self._requests).append(connection)
        if self._requests:
            # The worker may have looked while they were looked through.
            self.wake()
        return late

    def wake(self) -> None:
        """Wake the worker."""
        os.eventfd_write(self.descriptor, 1)

    def _pop(self) -> Connection | None:
        with suppress(IndexError):
            return self._requests.popleft()
        return None

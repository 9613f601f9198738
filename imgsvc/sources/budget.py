"""Budget: the time that one source has left, for every wait that is made on its behalf.

A timeout for each read is no deadline: a byte a second defeats it. So each wait, of a lookup, a connection or a read,
is made here: one poll() for what is waited for and for the client together, so that a client who leaves ends it at
once, and nobody wakes up in between.
"""

import math
import select
import time
from contextlib import AbstractContextManager
from contextvars import ContextVar
from typing import Any

from imgsvc.errors import SourceTimeoutError
from imgsvc.runtime.scope import Held, Login, Scope
from imgsvc.source_url import SourceUrl

# Between two looks at the client, where it or what is waited for has no descriptor.
SLICE_SECONDS = 0.025
# Who was held up for longer (native code that kept the interpreter's lock) had no chance to see what came meanwhile:
# that is not the source's time.
STALL_SECONDS = 0.25


class Budget:
    """`seconds` from now, and never past the scope's own deadline; of one fetch, and so of one thread at a time."""

    def __init__(self, seconds: float, scope: Scope) -> None:
        self._scope = scope
        self._seconds = seconds
        self._slice = SLICE_SECONDS if scope.client_must_be_asked else math.inf
        self._looked = scope.working()
        self._end = self._looked + seconds
        # On the clock of the pool.
        self.began = time.monotonic()
        # Connections that were made within it: none means that a pooled one was used.
        self.dials = 0
        # Whether a pooled one may be used.
        self.reuses = True
        # Host and port that may be dialed on its behalf: the source's, or its proxy's.
        self.peer: tuple[str, int] | None = None
        # What is asked for, byte for byte.
        self.target = ""
        # The request as a whole, for whoever sends it again.
        self.asked: object = None

    def remaining(self) -> float:
        """Seconds left; negative when it is spent."""
        return min(self._end - self._scope.working(), self._scope.remaining())

    def check(self) -> None:
        """Raise if the client has left, or the time is over: the request's, or the source's so long that it came late.

        Before an operation that may find what it wants: what came while the thread was held up shortly is taken.
        """
        self._look(STALL_SECONDS)

    def hand_over(self, connection: Held) -> None:
        """Leave the connection on which the request was sent to whoever can wait for the answer."""
        self._scope.hand_over(self.asked, connection)

    def handed_over(self) -> Any:
        """The connection on which the request was sent by who could not wait for the answer; None: it was not."""
        return self._scope.handed_over(self.asked)

    def login(self, server: SourceUrl) -> Login:
        """Spend it on asking `server` for credentials."""
        return self._scope.login(server)

    def within(self, seconds: float) -> "Budget":
        """A part of it, for what may not take all."""
        return Budget(min(seconds, max(self.remaining(), 0.0)), self._scope)

    def next_wait(self) -> float:
        """Seconds that the next wait for what has no descriptor may take before it asks again."""
        self._look(0.0)
        return min(SLICE_SECONDS, max(self.remaining(), 0.001), self._scope.patience())

    def wait(self, descriptor: int, events: int, seconds: float = math.inf) -> bool:
        """Wait until the descriptor is ready for one of these events of poll(); False: it is not after so long.

        Raises if the client leaves meanwhile, or the time is over, or the scope's patience.
        """
        poll = select.poll()
        poll.register(descriptor, events)
        if self._scope.client:
            poll.register(*self._scope.client)
        end = self._scope.working() + seconds
        while True:
            began = self._scope.working()
            # The thread may have been held up since it looked the last time, and asked nobody meanwhile.
            self._forgive(began - self._looked)
            self._looked = began
            limit = max(min(self.remaining(), end - began, self._slice, self._scope.patience()), 0.0)
            # The second look is for what came after the first one's time, and before this thread could go on.
            found = poll.poll(limit * 1000) or poll.poll(0)
            now = self._scope.working()
            if now - began > limit + STALL_SECONDS:
                self._forgive(now - began)
            if any(ready == descriptor for ready, _ in found):
                self._looked = now
                return True
            self._scope.check()
            self._judge(now, 0.0)
            if now >= end:
                return False

    def _look(self, grace_seconds: float) -> None:
        self._scope.check()
        now = self._scope.working()
        self._forgive(now - self._looked)
        self._judge(now, grace_seconds)

    def _forgive(self, seconds: float) -> None:
        """Do not count a time in which this thread was held up."""
        if seconds > STALL_SECONDS:
            self._end += seconds

    def _judge(self, now: float, grace_seconds: float) -> None:
        self._looked = now
        if now >= self._end + grace_seconds:
            raise SourceTimeoutError(f"the source did not answer in full within {self._seconds:g} s")


_CURRENT: ContextVar[Budget] = ContextVar("budget")


class spending(AbstractContextManager[None]):  # noqa: N801 (read as the verb that it is)
    """Make `budget` the one that every socket of this thread waits on.

    A pooled connection outlives the request that opened it, and urllib3 hands nothing down to its socket
    but a number; so the budget is found here and not carried.

    PERF: a class, as contextlib's generators take twice as long, and a request has four of these.
    """

    __slots__ = ("_budget", "_token")

    def __init__(self, budget: Budget) -> None:
        self._budget = budget

    def __enter__(self) -> None:
        self._token = _CURRENT.set(self._budget)

    def __exit__(self, *_error: object) -> None:
        _CURRENT.reset(self._token)


def current() -> Budget:
    """The budget that is being spent; LookupError outside of `spending`."""
    return _CURRENT.get()

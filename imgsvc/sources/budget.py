"""Budget: the time that one source has left, for every wait that is made on its behalf.

A timeout for each read is no deadline: a byte a second defeats it. So each wait, of a lookup, a
connection or a read, asks the budget how long it may be, and is cut into slices short enough that a
client who leaves is noticed.
"""

from contextlib import AbstractContextManager
from contextvars import ContextVar

from imgsvc.errors import SourceTimeoutError
from imgsvc.runtime.scope import Scope

# Of a wait between two looks at the client and the clock: who has left soon holds nobody's share of an origin any more.
SLICE_SECONDS = 0.025


class Budget:
    """`seconds` from now, and never past the scope's own deadline."""

    def __init__(self, seconds: float, scope: Scope) -> None:
        self._scope = scope
        self._seconds = seconds
        self._end = scope.working() + seconds
        # Connections that were made within it: none means that a pooled one was used.
        self.dials = 0
        # Host and port that may be dialed on its behalf: the source's, or its proxy's.
        self.peer: tuple[str, int] | None = None

    def remaining(self) -> float:
        """Seconds left; negative when it is spent."""
        return min(self._end - self._scope.working(), self._scope.remaining())

    def check(self) -> None:
        """Raise if the client has left, the request's time is over, or the source's is."""
        self._scope.check()
        if self._scope.working() >= self._end:
            raise SourceTimeoutError(f"the source did not answer in full within {self._seconds:g} s")

    def within(self, seconds: float) -> "Budget":
        """A part of it, for what may not take all."""
        return Budget(min(seconds, max(self.remaining(), 0.0)), self._scope)

    def next_wait(self) -> float:
        """Seconds that the next wait may take before it asks again."""
        self.check()
        return min(SLICE_SECONDS, max(self.remaining(), 0.001))


_CURRENT: ContextVar[Budget] = ContextVar("budget")


class spending(AbstractContextManager[None]):  # noqa: N801 (read as the verb that it is)
    """Make `budget` the one that every socket waits on.

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

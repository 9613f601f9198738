"""The threads in which a store of results is asked before a source is: a few, and nobody waits long for them.

A store that does not answer is as good as one that has nothing. Whoever has waited too long is taken away from it; and
once half of the threads are waited for so, nobody else is sent there until it answers: so a dead disk costs a few
threads, and no request, and one answer that is late costs nobody else.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar

# For a lookup, its wait for a thread included.
LOOKUP_SECONDS = 0.3
# Each is one question at a time. PERF: of a store of 20 ms sixteen have twice the answers that eight have, in less CPU.
MOST_THREADS = 16
_IDLE_SECONDS = 10.0


class Asks(Protocol):
    """A request whose result may be kept somewhere."""

    def look_up(self) -> Any:
        """What is kept for it; changes nothing of the request, which may be somebody else's by then."""


R = TypeVar("R", bound=Asks)


class LookupThreads(Generic[R]):
    """A worker's; `goes_on` gets each request back, with what was found or None. Any thread may call it."""

    def __init__(
        self,
        goes_on: Callable[[R, Any], None],
        most: int = MOST_THREADS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._goes_on = goes_on
        self._most = most
        self._clock = clock
        self._changed = threading.Condition()
        self._waiting: deque[R] = deque()
        # When each was asked for that is still to come back; one that was taken away is in no dict any more.
        self._asked: dict[R, float] = {}
        self._threads = 0
        self._idle = 0
        # Threads whose request was taken away.
        self._stuck = 0

    def __len__(self) -> int:
        """Requests that are waited for."""
        return len(self._asked)

    @property
    def is_waited_for(self) -> bool:
        """Whether half of the threads have not had an answer in time, and have none yet."""
        return 2 * self._stuck >= self._most

    def ask(self, request: R) -> bool:
        """Look it up in a thread; False: nobody is asked just now, and the caller goes on as if nothing were kept."""
        with self._changed:
            if self.is_waited_for:
                return False
            if self._idle <= len(self._waiting) and self._threads < self._most and not self._start():
                return False
            self._asked[request] = self._clock()
            self._waiting.append(request)
            self._changed.notify()
            return True

    def take_overdue(self) -> list[R]:
        """Take away who has waited too long; once half of the threads are not back nobody is sent there."""
        # PERF: asked each time that somebody looks, and mostly there is nobody.
        if not self._asked:
            return []
        oldest = self._clock() - LOOKUP_SECONDS
        return self._taken(lambda asked: asked < oldest)

    def take_all(self) -> list[R]:
        """Take away everybody."""
        return self._taken(lambda _asked: True)

    def _taken(self, is_over: Callable[[float], bool]) -> list[R]:
        with self._changed:
            taken = [request for request, asked in self._asked.items() if is_over(asked)]
            for request in taken:
                del self._asked[request]
                if request in self._waiting:
                    self._waiting.remove(request)
                else:
                    self._stuck += 1
            return taken

    def _start(self) -> bool:
        try:
            threading.Thread(target=self._run, name="lookup", daemon=True).start()
        except (RuntimeError, MemoryError):
            return self._threads > 0
        self._threads += 1
        return True

    def _run(self) -> None:
        while request := self._next():
            try:
                found = request.look_up()
            except Exception:  # noqa: BLE001 (whatever is wrong with a store, the picture is made)
                found = None
            with self._changed:
                is_waited_for = self._asked.pop(request, None) is not None
                self._stuck -= not is_waited_for
            if is_waited_for:
                self._goes_on(request, found)

    def _next(self) -> R | None:
        with self._changed:
            self._idle += 1
            if not self._waiting:
                self._changed.wait(_IDLE_SECONDS)
            self._idle -= 1
            if not self._waiting:
                self._threads -= 1
                return None
            return self._waiting.popleft()

"""The threads in which a worker's sources are fetched, each one fetch at a time.

They are started as they are needed, and end when they have been idle. A thread that does not come back (a dead disk) is
written off: its place goes to another one, and a worker that has lost many of them is replaced.
"""

import logging
import math
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from imgsvc.runtime.board.layout import Gauge
from imgsvc.runtime.board.slot import Slot
from imgsvc.runtime.fetching.in_flight import InFlight, Verdict

_LOG = logging.getLogger("imgsvc.runtime")

# An origin that answers within so long is waited for by the main thread, where that has nothing else to do.
QUICK_SECONDS = 0.02
# Then an idle thread ends.
IDLE_SECONDS = 10.0
# A thread that has not come back so many times a whole request's time after its fetch began never will.
_LOST_AFTER = 2


class Fetch(Protocol):
    """A request whose source is to be had."""

    origin: int

    @property
    def queued(self) -> float:
        """Since when it waits."""

    @property
    def names(self) -> tuple[str, str]:
        """The request's id and the origin's name, for the scoreboard."""

    @property
    def is_streamed(self) -> bool:
        """Whether its answer is passed on as it comes: then it keeps its place until it is released."""

    def fetch(self) -> None:
        """Have the source, or the error in its place; it raises nothing."""

    def cannot_fetch(self, error: Exception) -> None:
        """No thread could be started for it, or its fetch failed in a way that it should not: this stands for it."""


F = TypeVar("F", bound=Fetch)


@dataclass(slots=True, eq=False)
class _Thread(Generic[F]):
    row: int
    inbox: "queue.SimpleQueue[tuple[F, Callable[[], None]]]" = field(default_factory=queue.SimpleQueue)
    # Of the fetch that it is at; 0 while it is idle.
    since: float = 0.0
    # Whom it fetches for.
    fetches_for: F | None = None


class FetchThreads(Generic[F]):
    """A worker's; `is_ready` is told of each request whose source is there."""

    def __init__(
        self,
        in_flight: InFlight[F],
        slot: Slot,
        is_ready: Callable[[F], None],
        timeout_seconds: float,
        most_lost: int,
        clock: Callable[[], float] = time.monotonic,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._in_flight = in_flight
        self._slot = slot
        self._is_ready = is_ready
        self._lost_seconds = _LOST_AFTER * timeout_seconds
        self._most_lost = most_lost
        self._clock = clock
        self._idle_seconds = idle_seconds
        # Held for a decision, and never while anything is waited for.
        self._lock = threading.Lock()
        self._threads: set[_Thread[F]] = set()
        self._idle: list[_Thread[F]] = []
        # When the fetch of each request that has a place began.
        self._began: dict[F, float] = {}
        self.lost = 0
        # They go on to say what those are at.
        self._lost_rows: set[int] = set()

    def __len__(self) -> int:
        """Requests that wait for their source, or for their turn to be fetched."""
        return len(self._in_hand()) + self._in_flight.waiting_count

    @property
    def is_failing(self) -> bool:
        """Whether so many threads have not come back that another worker does better."""
        return self.lost >= self._most_lost

    def ask(self, request: F, *, is_idle: bool = False) -> Verdict:
        """Fetch its source now or as soon as it can be.

        BEGINS: it has its place, and whoever asks fetches it himself, for he `is_idle` and the origin is known to be
        quick.
        """
        with self._lock:
            verdict = self._in_flight.ask(request.origin, request)
            if verdict is Verdict.BEGINS:
                self._began[request] = self._in_flight.began(request.origin)
                is_quick = is_idle and 0 < self._in_flight.mean_seconds(request.origin) < QUICK_SECONDS
            self._tell()
        if verdict is not Verdict.BEGINS or is_quick:
            return verdict
        self.begin(request)
        return Verdict.WAITS

    def takes_longer(self, request: F) -> None:
        """Its source is not there yet: a thread waits for it, and its origin is no quicker than that.

        Or the origin has answered, and there is something else to be waited for, which says nothing of it.
        """
        with self._lock:
            began = self._began.get(request)
            if began is not None:
                self._in_flight.took_longer(request.origin, self._clock() - began)
        self.begin(request)

    def pump(self, request: F, step: Callable[[], None]) -> None:
        """Pass its answer on to the end, by `step`; it has its place still. Here, where there is no thread for it."""
        if self._start(request, step):
            step()
            self.release(request, None)

    def release(self, request: F, seconds: float | None) -> None:
        """Its fetch is over, which took its origin so long, where that is known; a second time does nothing."""
        with self._lock:
            began = self._began.pop(request, None)
            if began is not None:
                self._in_flight.end(request.origin, began, seconds)
            self._tell()

    def made_room(self) -> None:
        """Begin what was held: the main thread has taken a request, or a place is free."""
        # PERF: asked for each picture; whoever begins to wait meanwhile saw that there is room.
        while self._in_flight.waiting_count and (request := self._next()) is not None:
            self.begin(request)

    def late(self, oldest: float) -> list[F]:
        """Take away who waits since before `oldest`, and who would not begin in time any more."""
        if not self._in_flight.waiting_count:
            return []
        with self._lock:
            found = self._in_flight.late(oldest)
            self._tell()
            return found

    def withdraw(self, is_gone: Callable[[F], bool]) -> list[F]:
        """Take away who waits and is gone."""
        if not self._in_flight.waiting_count:
            return []
        with self._lock:
            found = self._in_flight.withdraw(is_gone)
            self._tell()
            return found

    def oldest(self) -> float:
        """Since when the one waits that waits longest for its fetch to begin; inf where nobody does."""
        if not self._in_flight.waiting_count:
            return math.inf
        with self._lock:
            return self._in_flight.oldest()

    def in_flight(self) -> list[F]:
        """Those whose source is being fetched, or passed on, and who wait for what is fetched beside it or instead."""
        with self._lock:
            return list(self._in_hand())

    def before(self, origin: int) -> tuple[float, float]:
        """How many come to the main thread before a newcomer of this origin, and after how long his own source does."""
        with self._lock:
            seconds = self._in_flight.mean_seconds(origin)
            return self._in_flight.before(seconds), seconds

    def write_off(self) -> None:
        """Give up the threads that will not come back."""
        oldest = self._clock() - self._lost_seconds
        lost = [each for each in list(self._threads) if each.since and each.since < oldest]
        for thread in lost:
            self._threads.discard(thread)
            self._lost_rows.add(thread.row)
            self.lost += 1
            _LOG.critical("A fetch does not come back: its thread is written off, %s so far", self.lost)
        if lost:
            self._slot.gauge(Gauge.LOST, self.lost)
            with self._lock:
                for request, began in list(self._began.items()):
                    if began < oldest:
                        del self._began[request]
                        self._in_flight.end(request.origin, began, None)
            self.made_room()

    def _in_hand(self) -> set[F]:
        """Who has a place, and who has given it back, as his source is there or is lost, and has a thread still."""
        # Copied at once, and each asked once, as threads come and go.
        return {*self._began} | {found for each in [*self._threads] if (found := each.fetches_for)}

    def _next(self) -> F | None:
        with self._lock:
            found = self._in_flight.next()
            if found is None:
                return None
            request, began = found
            self._began[request] = began
            self._tell()
            return request

    def begin(self, request: F) -> None:
        """Fetch its source in a thread: it has its place."""
        if error := self._start(request, request.fetch):
            self.release(request, None)
            request.cannot_fetch(error)
            self._is_ready(request)

    def _start(self, request: F, step: Callable[[], None]) -> Exception | None:
        """Have a step of a request done in a thread; why not, if there is none."""
        with self._lock:
            is_new = not self._idle
            thread = _Thread[F](self._free_row()) if is_new else self._idle.pop()
            self._threads.add(thread)
        thread.fetches_for = request if step == request.fetch else None
        thread.inbox.put((request, step))
        if not is_new:
            return None
        try:
            threading.Thread(target=self._run, args=(thread,), name=f"fetch-{thread.row}", daemon=True).start()
        except (RuntimeError, MemoryError) as error:
            self._threads.discard(thread)
            return error
        return None

    def _free_row(self) -> int:
        # Copied at once: threads that end do not ask.
        taken = {each.row for each in list(self._threads)} | self._lost_rows
        return next(row for row in range(len(taken) + 1) if row not in taken)

    def _run(self, thread: _Thread[F]) -> None:
        try:
            while work := self._waited_for(thread):
                while work:
                    if not self._serve(thread, *work):
                        return
                    following = self._next()
                    work = None if following is None else (following, following.fetch)
                with self._lock:
                    self._idle.append(thread)
        finally:
            self._threads.discard(thread)

    def _waited_for(self, thread: _Thread[F]) -> "tuple[F, Callable[[], None]] | None":
        try:
            return thread.inbox.get(timeout=self._idle_seconds)
        except queue.Empty:
            with self._lock:
                if is_idle := thread in self._idle:
                    self._idle.remove(thread)
            # Whoever took it off the list puts something in.
            return None if is_idle else thread.inbox.get(timeout=IDLE_SECONDS)

    def _serve(self, thread: _Thread[F], request: F, step: Callable[[], None]) -> bool:
        """Do a step of a request; False: it took so long that the thread was written off."""
        is_fetch = step == request.fetch
        thread.fetches_for = request if is_fetch else None
        thread.since = self._clock()
        self._slot.fetch_begins(thread.row, *request.names)
        try:
            step()
        except Exception as error:  # noqa: BLE001 (whatever it is, no place is lost for it, and nobody waits for ever)
            _LOG.error("A fetch failed outside the application", exc_info=error)
            request.cannot_fetch(error)
        self._slot.fetch_ends(thread.row)
        thread.since, thread.fetches_for = 0.0, None
        if not (is_fetch and request.is_streamed):
            self.release(request, None)
        if is_fetch:
            self._is_ready(request)
        return thread in self._threads

    def _tell(self) -> None:
        self._slot.gauge(Gauge.FETCHING, len(self._began))
        self._slot.gauge(Gauge.WAITING, self._in_flight.waiting_count)

"""Fetches watermarks beside the sources of the pictures: one fetch for all who wait for the same one.

A fetch belongs to nobody: it goes on when a client leaves, and whoever comes next has it.
"""

import math
import select
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeVar

from imgsvc.errors import ExhaustedError, InternalError, RenderingError
from imgsvc.runtime.scope import Journal, Scope
from imgsvc.source_url import SourceUrl
from imgsvc.sources.budget import Budget
from imgsvc.sources.byte_budget import MEBIBYTE, ByteBudget
from imgsvc.sources.events import PollableEvent
from imgsvc.sources.source import Fetched
from imgsvc.watermarks.cache import Cache

# No watermark is read beyond it.
MAX_BYTES = 16 * MEBIBYTE
# Of all that are kept, as they were fetched.
KEPT_BYTES = 16 * MEBIBYTE
# Of all that are being fetched, or were fetched and are waited for.
HELD_BYTES = 32 * MEBIBYTE
MAX_AGE_SECONDS = 300.0
# Of the time of a request: a thread that has not come back then never will, and another one tries.
_LOST_AFTER = 2

_DIGEST_BYTES = 9

E = TypeVar("E", bound=Exception)

Get = Callable[[SourceUrl, Scope], Fetched]


def retold(error: E, text: str) -> E:
    """The same error in other words, raised nowhere yet."""
    found = type(error).__new__(type(error), text)
    vars(found).update(vars(error))
    return found


@dataclass(frozen=True, slots=True)
class Mark:
    """A watermark as it was fetched; `digest` is a name for its bytes."""

    fetched: Fetched
    digest: str

    @classmethod
    def of(cls, fetched: Fetched) -> "Mark":
        """That of a source."""
        return cls(fetched, blake2b(fetched.body, digest_size=_DIGEST_BYTES).hexdigest())


@dataclass(slots=True, eq=False)
class Coming:
    """A watermark that is there, or will be: its bytes, or why it cannot be had."""

    source: SourceUrl
    began: float = 0.0
    is_there: PollableEvent | None = None
    found: Mark | None = None
    error: Exception | None = None
    scope: Scope | None = None
    ended: float = 0.0

    def mark(self) -> Mark:
        """What was fetched; the error if it cannot be had, of which each who asks has his own."""
        if self.error:
            raise retold(self.error, str(self.error)) from self.error
        if self.found is None:
            raise InternalError(f"{self.source} was not waited for")
        return self.found

    def __del__(self) -> None:
        # Whoever is the last to have it, the bytes are needed no more.
        if self.scope and self.scope.credit:
            self.scope.credit.release()


class WatermarkFetches:
    """Of one worker: `most` at once, and so many who wait, each for no longer than `timeout_seconds`.

    `kept` are remembered; `what` they are is for logs and traces.
    """

    def __init__(
        self,
        get: Get,
        *,
        kept: int = 256,
        most: int = 8,
        timeout_seconds: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
        what: str = "watermark",
    ) -> None:
        self._get = get
        self._what = what
        self._most = most
        self._timeout_seconds = timeout_seconds
        self._clock = clock
        self._kept: Cache[Mark] = Cache(kept, KEPT_BYTES, MAX_AGE_SECONDS, clock)
        self._budget = ByteBudget(HELD_BYTES, most)
        self._coming: dict[str, Coming] = {}
        # Who waits, by origin: a silent one may not hold all that wait for others.
        self._waiting: Counter[str] = Counter()
        self._share = max(1, most * 3 // 4)
        self._lock = threading.Lock()

    def kept(self, source: SourceUrl) -> Mark | None:
        """What is remembered of it."""
        return self._kept.get(source.text)

    def begin(self, source: SourceUrl, journal: Journal) -> Coming:
        """Have it fetched, unless it is there or under way; the journal is told of the fetch."""
        if found := self._kept.get(source.text):
            return Coming(source, found=found)
        with self._lock:
            if coming := self._under_way(source):
                return coming
            if not self._has_room(source.origin, [each.source.origin for each in self._coming.values()]):
                return Coming(source, error=ExhaustedError("too many others are being fetched"))
            coming = self._new(source, journal)
            self._coming[source.text] = coming
        self._start(coming)
        return coming

    def wait(self, coming: Coming, scope: Scope) -> None:
        """Wait until it is there, or cannot be had; raises what the scope's check raises, and its patience."""
        if coming.is_there is None:
            return
        self._wait(coming, coming.is_there, scope)
        if scope.trace:
            scope.trace.beside(
                f"downloading_{self._what}", coming.source.host, coming.began, coming.ended, coming.error
            )

    def _wait(self, coming: Coming, is_there: PollableEvent, scope: Scope) -> None:
        origin = coming.source.origin
        with self._lock:
            if not self._has_room(origin, list(self._waiting.elements())):
                raise ExhaustedError(f"too many pictures wait for a {self._what}: {origin} among others")
            self._waiting[origin] += 1
        try:
            Budget(math.inf, scope).wait(is_there.fileno(), select.POLLIN)
        finally:
            with self._lock:
                self._waiting[origin] -= 1
                # Or every origin that ever was would be remembered.
                self._waiting += Counter()

    def _has_room(self, origin: str, origins: list[str]) -> bool:
        """Whether one more of an origin is one of `most`, of which one origin has three quarters."""
        return len(origins) < self._most and origins.count(origin) < self._share

    def _under_way(self, source: SourceUrl) -> Coming | None:
        coming = self._coming.get(source.text)
        if coming and self._clock() - coming.began > _LOST_AFTER * self._timeout_seconds:
            return None
        return coming

    def _new(self, source: SourceUrl, journal: Journal) -> Coming:
        scope = Scope(self._timeout_seconds, journal=journal)
        scope.credit = self._budget.claim(source.origin)
        return Coming(source, self._clock(), PollableEvent(), scope=scope)

    def _start(self, coming: Coming) -> None:
        try:
            threading.Thread(target=self._fetch, args=(coming,), name=self._what, daemon=True).start()
        except (RuntimeError, MemoryError) as error:
            exhausted = ExhaustedError(f"no thread for it: {error}")
            exhausted.__cause__ = error
            self._end(coming, error=exhausted)

    def _fetch(self, coming: Coming) -> None:
        try:
            found = Mark.of(self._get(coming.source, coming.scope))  # type: ignore[arg-type]  # `_new` has set it
        except RenderingError as error:
            self._end(coming, error=error)
        except Exception as error:  # noqa: BLE001 (whatever it is, nobody waits for ever)
            internal = InternalError(f"{type(error).__name__}: {error}")
            internal.__cause__ = error
            self._end(coming, error=internal)
        else:
            self._kept.put(coming.source.text, found, len(found.fetched.body))
            self._end(coming, found=found)

    def _end(self, coming: Coming, found: Mark | None = None, error: Exception | None = None) -> None:
        # Where it was raised, this is known as well: nothing of it would go at once.
        coming.found, coming.error = found, error.with_traceback(None) if error else None
        coming.ended = self._clock()
        with self._lock:
            if self._coming.get(coming.source.text) is coming:
                del self._coming[coming.source.text]
        if coming.is_there:
            coming.is_there.set()

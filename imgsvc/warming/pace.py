"""Patience with origins: so many requests a second, and none while they ask to be left alone."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from imgsvc.runtime.scope import Scope
from imgsvc.sources.source import Source, SourceRequest, Stream

# RFC 9110 10.2.3, with 503, and RFC 6585 4, with 429.
_BUSY = frozenset({429, 503})
# Nobody is obeyed for longer at a time; he is asked again then.
MOST_SECONDS = 300.0


class PutOffError(Exception):
    """The origin asks to be left alone for so many seconds."""

    def __init__(self, origin: str, seconds: float) -> None:
        super().__init__(f"{origin} asks to be left alone for {seconds:.0f} s")
        self.seconds = seconds


class PatientSource:
    """Another source, with patience: of an origin that gave a Retry-After nothing is fetched until then."""

    def __init__(self, source: Source, clock: Callable[[], float] = time.monotonic) -> None:
        self._source = source
        self._clock = clock
        self._until: dict[str, float] = {}

    def open(self, request: SourceRequest, scope: Scope) -> Stream:
        """Its answer; PutOffError in place of one with a Retry-After."""
        origin, now = request.source.origin, self._clock()
        if (left := self._until.get(origin, 0.0) - now) > 0:
            raise PutOffError(request.source.told_origin, left)
        stream = self._source.open(request, scope)
        seconds = retry_after(stream.headers.get("retry-after", "")) if stream.status in _BUSY else 0.0
        if not seconds:
            return stream
        stream.close()
        self._until[origin] = self._clock() + seconds
        raise PutOffError(request.source.told_origin, seconds)


class Pacer:
    """At least so many seconds between two requests of this process to one origin."""

    def __init__(
        self,
        pause_seconds: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._pause_seconds = pause_seconds
        self._clock, self._sleep = clock, sleep
        self._next: dict[str, float] = {}
        # Held for a look into the table; whoever waits does so without it.
        self._lock = threading.Lock()

    def wait(self, origin: str) -> None:
        """Return when the origin may be asked."""
        if not self._pause_seconds:
            return
        with self._lock:
            now = self._clock()
            turn = max(self._next.get(origin, now), now)
            self._next[origin] = turn + self._pause_seconds
        if turn > now:
            self._sleep(turn - now)


def retry_after(text: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> float:
    """Seconds that a Retry-After asks for, at most MOST_SECONDS; 0 where it is none."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), MOST_SECONDS)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return 0.0
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max((moment - now()).total_seconds(), 0.0), MOST_SECONDS)

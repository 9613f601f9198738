"""What is refused before anything is fetched: a source that ends workers, an origin that is down.

An origin that timed out several times in a row is left alone for a while (a circuit breaker), and then asked once, to
see whether it answers again. All workers know of it, by way of the scoreboard.
"""

import threading
import time
from collections.abc import Callable

from imgsvc.errors import (
    CredentialsError,
    OriginDownError,
    QuarantinedError,
    RequestTimeoutError,
    SourceError,
    SourceStatusError,
    SourceTimeoutError,
)
from imgsvc.runtime.board.layout import Counter, FetchResult
from imgsvc.runtime.board.origins import Origins
from imgsvc.runtime.board.quarantine import Quarantine
from imgsvc.runtime.board.scoreboard import Scoreboard
from imgsvc.runtime.board.slot import Slot, hash_of
from imgsvc.runtime.fetching.findings import Notebook
from imgsvc.runtime.settings import RuntimeSettings
from imgsvc.source_url import SourceUrl

# Timeouts in a row after which an origin is down, and how long it is left alone then.
BREAKS_AFTER = 5
OPEN_SECONDS = 5.0
# Timeouts that are older say nothing.
FORGOTTEN_SECONDS = 60.0
# PERF: of an origin that has answered this worker so lately nobody else is asked, nor told.
_TRUSTED_SECONDS = 0.1
# Of TIMEOUT: an origin that had so much of it, and did not answer, timed out, though DOWNLOAD_TIMEOUT may be longer.
_WHOLE_SHARE = 0.9
_NANO = 1_000_000_000


def fetch_result(error: BaseException | None) -> FetchResult:
    """What is counted for a fetch that ended with this error, if with any."""
    if error is None:
        return FetchResult.OK
    if isinstance(error, SourceTimeoutError):
        return FetchResult.TIMEOUT
    if isinstance(error, SourceStatusError):
        return FetchResult.STATUS
    # Without credentials a bucket is not asked.
    if isinstance(error, CredentialsError):
        return FetchResult.REFUSED
    return FetchResult.FAILED if isinstance(error, SourceError) else FetchResult.ABANDONED


class Admission:
    """One worker's gate to the sources; all of its threads ask."""

    def __init__(
        self,
        board: Scoreboard,
        slot: Slot,
        settings: RuntimeSettings,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._slot = slot
        self._whole_seconds = _WHOLE_SHARE * settings.timeout
        self._clock = clock
        self._quarantine = Quarantine(board.words)
        self._notebook = Notebook(slot.words, board.slots_words, lambda: int(clock() * _NANO))
        self._origins = Origins(board)
        self._trusted_until: dict[int, float] = {}
        # Held while a finding is read and written, and never while anything is waited for.
        self._lock = threading.Lock()

    def check(self, source: SourceUrl) -> None:
        """Raise where the source may not be fetched just now."""
        self.check_quarantine(source)
        if source.scheme == "local" or self._clock() < self._trusted_until.get(hash_of(source.origin), 0.0):
            return
        with self._lock:
            self._check_breaker(source)

    def check_quarantine(self, source: SourceUrl) -> None:
        """Raise where no picture is made of the source just now, wherever it is from."""
        if self._quarantine.holds(hash_of(source.text)):
            self._slot.count(Counter.QUARANTINED)
            raise QuarantinedError(f"{source} has ended workers")

    def check_login(self, server: SourceUrl) -> None:
        """The same for who gives credentials; no answer is made of it as long as there are good ones."""
        with self._lock:
            self._check_breaker(server, is_login=True)

    def refused(self, source: SourceUrl) -> None:
        """Its origin has all the fetches that it may have, and would not come to this one in time."""
        self._count(source, FetchResult.REFUSED)

    def end(self, source: SourceUrl, seconds: float, error: BaseException | None) -> bool:
        """A fetch is over, after so long; whether that says how long its origin takes.

        That the request's own time was over says something of the origin only if it had nearly all of that.
        """
        if source.scheme == "local":
            return True
        error = self._judged(seconds, error)
        if isinstance(error, SourceTimeoutError):
            self._slot.count(Counter.SOURCE_TIMEOUT)
        return self._end(source, seconds, error)

    def end_login(self, server: SourceUrl, seconds: float, error: BaseException | None) -> None:
        """Who gives credentials has answered, or has not: an origin of its own."""
        self._end(server, seconds, self._judged(seconds, error), is_login=True)

    def _judged(self, seconds: float, error: BaseException | None) -> BaseException | None:
        is_whole = isinstance(error, RequestTimeoutError) and seconds >= self._whole_seconds
        return SourceTimeoutError(str(error)) if is_whole else error

    def _end(self, source: SourceUrl, seconds: float, error: BaseException | None, *, is_login: bool = False) -> bool:
        origin = hash_of(source.origin)
        with self._lock:
            self._count(source, fetch_result(error), is_login=is_login)
            if isinstance(error, SourceTimeoutError):
                self._trusted_until.pop(origin, None)
                self._notebook.timed_out(origin)
                return True
            # Who gives a bucket's credentials is another than the bucket, of which nothing is known then.
            if error is None or (isinstance(error, SourceError) and not isinstance(error, CredentialsError)):
                self._answered(origin, seconds)
                return True
            self._notebook.unknown(origin)
        return False

    def mean_seconds(self, origin: int) -> float:
        """What the origin with this hash takes to answer, by all workers' findings; 0 where nobody knows."""
        return self._notebook.about(origin).mean_seconds

    def _answered(self, origin: int, seconds: float) -> None:
        now = self._clock()
        if now < self._trusted_until.get(origin, 0.0):
            return
        self._notebook.answered(origin, seconds)
        if len(self._trusted_until) >= 256:
            self._trusted_until.clear()
        self._trusted_until[origin] = now + _TRUSTED_SECONDS

    def _count(self, source: SourceUrl, result: FetchResult, *, is_login: bool = False) -> None:
        # Those of all secret sources are counted together, for the rows have names.
        name = source.told_origin
        # A login is asked for once an hour, and the operator said where.
        row = self._origins.row(hash_of(name), name, is_operators=is_login)
        self._slot.count_fetch(row, result)

    def _check_breaker(self, source: SourceUrl, *, is_login: bool = False) -> None:
        now, key = self._clock(), hash_of(source.origin)
        found = self._notebook.about(key)
        if found.timeouts < BREAKS_AFTER or now - found.timed_out > FORGOTTEN_SECONDS:
            return
        # The process that probes may have ended meanwhile.
        is_probed = found.probed > found.timed_out and now - found.probed < 2 * OPEN_SECONDS
        if now - found.timed_out < OPEN_SECONDS or is_probed:
            if not is_login:
                self._slot.count(Counter.ORIGIN_DOWN)
            self._count(source, FetchResult.REFUSED, is_login=is_login)
            raise OriginDownError(f"{source.told_origin} timed out {found.timeouts} times in a row")
        self._notebook.probing(key)

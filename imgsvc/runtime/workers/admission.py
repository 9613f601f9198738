"""What is refused before anything is fetched: an origin over its share, one that is down, a source that ends workers.

An origin may have half of the workers, one at least, and all but one where it answers and no other one is asked for.
Who comes over that waits a moment for its turn, outside of a worker (WaitsItsTurn), and is refused at once where those
who fetch have been at it for longer than a moment.
Everything is read from the scoreboard, nothing is locked: two that come at the same time see each other there.
"""

import time
from collections.abc import Callable

from imgsvc.errors import (
    OriginBusyError,
    OriginDownError,
    QuarantinedError,
    RenderingError,
    RequestTimeoutError,
    SourceError,
    SourceStatusError,
    SourceTimeoutError,
)
from imgsvc.runtime.board.findings import Findings, Notebook
from imgsvc.runtime.board.layout import LIVE, STATES, Counter, FetchResult, Live, State
from imgsvc.runtime.board.origins import Origins
from imgsvc.runtime.board.quarantine import Quarantine
from imgsvc.runtime.board.scoreboard import Scoreboard
from imgsvc.runtime.board.slot import Slot, hash_of
from imgsvc.runtime.deadline import Deadline
from imgsvc.runtime.settings import RuntimeSettings
from imgsvc.source_url import SourceUrl

# Timeouts in a row after which an origin is down, and how long it is left alone then.
BREAKS_AFTER = 5
OPEN_SECONDS = 5.0
# A fetch that takes longer is slow: nobody waits for its end. An origin that answered lately gets twice what it takes,
# within these bounds.
SLOW_SECONDS = 0.25
SLOW_SECONDS_TRUSTED = (0.5, 1.0)
TRUSTED_SECONDS = 60.0
# An origin that takes no longer has a worker free again before another request is half done: it is worth waiting for
# here, twice as long as it takes. Put aside, a request might find its worker busy with somebody else's picture.
FAST_SECONDS = 0.1
# Of Q: a turn may come a little later than was known.
_SHARE_OF_Q = 0.6
# Of TIMEOUT: an origin that had so much of it, and did not answer, timed out, though DOWNLOAD_TIMEOUT may be longer.
_WHOLE_SHARE = 0.9
# Since another origin answered; who asks for one then finds the worker that is kept for it.
ALONE_SECONDS = 5.0
_PAUSE_SECONDS = 0.002
_SOON_SECONDS = 0.03
_TIMES_ITS_USUAL = 2

_NANO = 1_000_000_000
_FETCH, _IDLE, _REQUEST = map(STATES.index, (State.FETCH, State.IDLE, State.REQUEST))


class WaitsItsTurn(BaseException):
    """The origin has its share just now; the worker puts the request aside and tries again in a moment."""

    def __init__(self, origin: int) -> None:
        super().__init__()
        self.origin = origin


def fetch_result(error: BaseException | None) -> FetchResult:
    """What is counted for a fetch that ended with this error, if with any."""
    if error is None:
        return FetchResult.OK
    if isinstance(error, SourceTimeoutError):
        return FetchResult.TIMEOUT
    if isinstance(error, SourceStatusError):
        return FetchResult.STATUS
    return FetchResult.FAILED if isinstance(error, SourceError) else FetchResult.ABANDONED


class Admission:
    """One worker's gate to the sources."""

    def __init__(
        self,
        board: Scoreboard,
        slot: Slot,
        settings: RuntimeSettings,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._board = board
        self._slot = slot
        self._whole_seconds = _WHOLE_SHARE * settings.timeout
        self._turn_seconds = _SHARE_OF_Q * settings.queue_timeout
        self._clock = clock
        self._quarantine = Quarantine(board.words)
        self._notebook = Notebook(slot.words, board.slots_words, lambda: int(clock() * _NANO))
        self._origins = Origins(board)
        self._origin, self._name = 0, ""

    def admit(self, source: SourceUrl, deadline: Deadline, queued: float | None = None) -> None:
        """Mark this worker as fetching from the origin, or raise.

        `queued`: since when a newcomer waits for a worker; None for one that has been put aside before.
        """
        origin = source.origin
        self._origin, self._name = hash_of(origin), origin
        self._slot.ask(origin, source.text)
        if self._quarantine.holds(hash_of(source.text)):
            self._slot.count(Counter.QUARANTINED)
            raise QuarantinedError(f"{source} has ended workers")
        if source.scheme == "local":
            self._slot.enter(State.FETCH)
            return
        findings = self._notebook.about(self._origin)
        try:
            self._check_breaker(origin, findings)
            self._check_share(origin, findings, deadline, queued)
        except RenderingError:
            self._count(FetchResult.REFUSED)
            raise

    def leave(self, error: BaseException | None, seconds: float) -> None:
        """The fetch is over, after so long.

        That the request's own time was over says something of the origin only if it had nearly all of that.
        """
        if isinstance(error, RequestTimeoutError) and seconds >= self._whole_seconds:
            error = SourceTimeoutError(str(error))
        self._count(fetch_result(error))
        if isinstance(error, SourceTimeoutError):
            self._notebook.timed_out(self._origin)
            self._slot.count(Counter.SOURCE_TIMEOUT)
        elif error is None or isinstance(error, SourceError):
            self._notebook.answered(self._origin, seconds)
        else:
            self._notebook.unknown(self._origin)
        if error:
            self._slot.drop()
        self._slot.enter(State.REQUEST)

    def _count(self, result: FetchResult) -> None:
        self._slot.count_fetch(self._origins.row(self._origin, self._name), result)

    def _check_breaker(self, origin: str, findings: Findings) -> None:
        now = self._clock()
        if findings.timeouts < BREAKS_AFTER or now - findings.timed_out > TRUSTED_SECONDS:
            return
        # The process that probes may have ended meanwhile.
        is_probed = findings.probed > findings.timed_out and now - findings.probed < 2 * OPEN_SECONDS
        if now - findings.timed_out < OPEN_SECONDS or is_probed:
            self._slot.count(Counter.ORIGIN_DOWN)
            raise OriginDownError(f"{origin} timed out {findings.timeouts} times in a row")
        self._notebook.probing(self._origin)

    def may_try(self, origin: int, queued: float) -> bool:
        """Whether a request that was put aside would get in now, or is not to wait any longer; it is only looked.

        A worker that is idle, or about to be, and has one that waits longer looks too, within a moment: it is first.
        """
        findings, fetching = self._notebook.about(origin), sorted(self._fetching(origin))
        if len(fetching) >= self._places(origin, findings, len(fetching)):
            return not self._is_patient(fetching, findings)
        return not any(
            self._looks_soon(words) and self._notebook.waits_longer(words, origin, queued)
            for number, words in enumerate(self._board.slots_words())
            if number != self._slot.number
        )

    def _looks_soon(self, words: memoryview) -> bool:
        """Whether a worker is idle, or has just begun a request, which it may put aside or refuse."""
        state, since = words[LIVE[Live.STATE]], words[LIVE[Live.SINCE]] / _NANO
        return state == _IDLE or (state == _REQUEST and self._clock() - since < _SOON_SECONDS)

    def waits(self, origin: int, count: int, since: float) -> None:
        """So many requests of this worker are put aside for the origin with this hash, the first one since then."""
        self._notebook.waits(origin, count, since)

    def _check_share(self, origin: str, findings: Findings, deadline: Deadline, queued: float | None) -> None:
        """Get in, or raise; for an origin that is fast it is tried for a moment."""
        # Nobody overtakes those that wait.
        earlier = sorted(self._fetching(self._origin)) if queued is not None and findings.waiting else []

        def is_in() -> bool:
            earlier[:] = self._before_us(findings)
            return not earlier

        moment = deadline.within(2 * findings.takes_seconds if self._is_fast(findings) else 0.0)
        if not earlier and moment.wait_until(is_in, _PAUSE_SECONDS):
            return
        if self._is_patient(earlier, findings) and (queued is None or self._is_in_time(findings, queued)):
            raise WaitsItsTurn(self._origin)
        self._slot.count(Counter.ORIGIN_BUSY)
        raise OriginBusyError(f"{len(earlier)} of {self._board.wanted} workers are fetching from {origin} already")

    def _before_us(self, findings: Findings) -> list[tuple[int, int]]:
        """Those who have the origin's share; nobody where we are in.

        Mark first, and count then: of two that come together, the earlier one gets in.
        """
        self._slot.enter(State.FETCH)
        us = self._slot.live(Live.SINCE), self._slot.number
        earlier = sorted(each for each in self._fetching(self._origin) if each < us)
        if len(earlier) < self._places(self._origin, findings, len(earlier)):
            return []
        self._slot.enter(State.REQUEST)
        return earlier

    def _places(self, origin: int, findings: Findings, wanted: int = 0) -> int:
        """How many workers may fetch from it; `wanted`: it is enough to know whether there are more than so many."""
        half, most = max(1, self._board.wanted // 2), self._board.wanted - 1
        # PERF: who else answered is only asked where it matters.
        return most if half <= wanted < most and self._is_alone(origin, findings) else half

    def _is_alone(self, origin: int, findings: Findings) -> bool:
        """It answers, and nobody has had anything from another one for a while."""
        if self._is_doubtful(findings):
            return False
        return self._clock() - self._notebook.others_answered(origin) > ALONE_SECONDS

    def _is_patient(self, fetching: list[tuple[int, int]], findings: Findings) -> bool:
        """Whether those who fetch have not been at it for too long to be waited for."""
        return self._clock() - fetching[-1][0] / _NANO < self._patience(findings)

    def _is_in_time(self, findings: Findings, queued: float) -> bool:
        """Whether a newcomer's turn comes within Q, behind those that wait already."""
        places = self._places(self._origin, findings, max(1, self._board.wanted // 2))
        return self._clock() + (findings.waiting + 1) * findings.mean_seconds / places < queued + self._turn_seconds

    def _is_fast(self, findings: Findings) -> bool:
        return not self._is_doubtful(findings) and findings.takes_seconds <= FAST_SECONDS

    def _is_doubtful(self, findings: Findings) -> bool:
        """It has not answered lately, or not in time."""
        return bool(findings.timeouts) or self._clock() - findings.answered > TRUSTED_SECONDS

    def _patience(self, findings: Findings) -> float:
        """For how many seconds those who fetch may be at it before nobody waits for them."""
        if self._is_doubtful(findings):
            return SLOW_SECONDS
        least, most = SLOW_SECONDS_TRUSTED
        return min(max(_TIMES_ITS_USUAL * findings.takes_seconds, least), most)

    def _fetching(self, origin: int) -> list[tuple[int, int]]:
        """Since when other workers fetch from the same origin, and their slots."""
        return [
            (words[LIVE[Live.SINCE]], number)
            for number, words in enumerate(self._board.slots_words())
            if words[LIVE[Live.STATE]] == _FETCH and words[LIVE[Live.ORIGIN]] == origin and number != self._slot.number
        ]

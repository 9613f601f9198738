"""What becomes of a request whose head is whole: answered at once, refused, fetched for, or the main thread's.

The connection thread calls it, and waits for nothing here. Who waits from then on is looked after in waiting.py.
"""

import math
import time
from collections.abc import Callable
from typing import Any

from gunicorn.http import wsgi

from imgsvc.errors import RenderingError
from imgsvc.runtime.ahead import Ahead, Prepared
from imgsvc.runtime.board.layout import HEAD_OVERLOAD, Counter, Gauge
from imgsvc.runtime.board.scoreboard import Scoreboard
from imgsvc.runtime.board.slot import Slot
from imgsvc.runtime.clients.connection import Connection
from imgsvc.runtime.clients.health import HealthResponder
from imgsvc.runtime.clients.passing import Passing
from imgsvc.runtime.clients.refusals import Refusals
from imgsvc.runtime.fetching.admission import Admission
from imgsvc.runtime.fetching.fetch_threads import FetchThreads
from imgsvc.runtime.fetching.in_flight import InFlight, Verdict
from imgsvc.runtime.fetching.lookups import LookupThreads
from imgsvc.runtime.http.parsing import has_more_to_come, parse
from imgsvc.runtime.settings import RuntimeSettings
from imgsvc.runtime.workers.balance import Balance
from imgsvc.runtime.workers.current import KEY, CurrentRequest
from imgsvc.runtime.workers.endings import Endings
from imgsvc.runtime.workers.overload import LASTS_SECONDS, Overload
from imgsvc.runtime.workers.ready import Ready
from imgsvc.runtime.workers.waiting import LOOK_SECONDS, Waiting

# For so long the main thread waits for an origin that is known to be quick.
_PATIENT_SECONDS = 0.05
_NANO = 1_000_000_000


class Dispatcher:
    """Of one worker; `ready` is what its main thread takes from."""

    def __init__(
        self,
        cfg: Any,
        settings: RuntimeSettings,
        slot: Slot,
        board: Scoreboard | None,
        refusals: Refusals,
        see_off: Callable[[Connection], None],
        health: HealthResponder,
        ahead: Ahead | None,
        passing: Passing | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._cfg = cfg
        self._settings = settings
        self._slot = slot
        self._board = board
        self._see_off = see_off
        self._health = health
        self._ahead = ahead if settings.fetches else None
        self.ready = Ready()
        self.overload = Overload(settings.queue_timeout, clock)
        self.balance = Balance(board, slot.number)
        self._admission = Admission(board, slot, settings, clock) if board else None
        self._endings = Endings(refusals, see_off, self._admission, self._is_ready)
        most = max(1, settings.fetches)
        mean_of = self._admission.mean_seconds if self._admission else lambda _origin: 0.0
        in_flight: InFlight[CurrentRequest] = InFlight(
            most, settings.most_fetches(), settings.queue_timeout, clock, mean_of, self._has_enough
        )
        self.fetching = FetchThreads(in_flight, slot, self._is_ready, settings.timeout, max(1, most // 2), clock)
        self.lookups = LookupThreads[CurrentRequest](self._is_looked_up, clock=clock)
        self._most_ready = most
        self._waiting = Waiting(
            *(settings, self.ready, self.fetching, self.overload, self._endings, self.balance, passing, clock)
        )
        self._on_main, self._is_leaving = 0, False

    def __len__(self) -> int:
        return len(self.lookups) + len(self.fetching) + len(self.ready) + self._on_main

    def take_in(self, connection: Connection) -> None:
        """Serve a request whose head is whole; an error of ours is answered, and ends nothing."""
        self._take_in(connection, is_idle=False)

    def take_in_on_main(self, connection: Connection) -> CurrentRequest | None:
        """The same on the main thread, which has nothing else to do; whom it does best to `fetch` for itself."""
        return self._take_in(connection, is_idle=not len(self.ready))

    def _take_in(self, connection: Connection, *, is_idle: bool) -> CurrentRequest | None:
        quick = None
        try:
            request = self._read(connection)
            is_canary = self._health.is_canary(connection)
            if self._health.is_asked_by(connection) and not is_canary:
                self._health.answer(connection)
                self._see_off(connection)
                return None
            if self._dispatch(request, goes_first=is_canary, is_idle=is_idle):
                quick = request
        except Exception as error:  # noqa: BLE001 (what cannot be read, and whatever else it is)
            self._endings.answer_error(connection, error)
        self.tell()
        return quick

    def _read(self, connection: Connection) -> CurrentRequest:
        # Of what cannot be read nobody knows where it ends.
        connection.has_more_to_come = True
        behind = len(connection.received) - connection.head_bytes
        parsed = parse(self._cfg, connection)
        connection.has_more_to_come = has_more_to_come(parsed, behind)
        connection.deadline = connection.arrived + self._settings.timeout
        request = CurrentRequest(connection, self._slot, self._admission)
        response, environ = wsgi.create(parsed, connection, connection.peer, connection.listener, self._cfg)
        response.force_close()
        environ[KEY] = request
        request.response, request.environ = response, environ
        return request

    def _dispatch(self, request: CurrentRequest, *, goes_first: bool, is_idle: bool) -> bool:
        """Send it on its way; True: the main thread, which is idle, has its place in flight, and fetches it itself."""
        prepared = self._ahead(request.environ) if self._ahead else None
        if goes_first or prepared is None:
            if goes_first or not self._sheds(request):
                self.ready.add(request, goes_first=goes_first)
            return False
        if prepared.wants_lookup:
            request.prepared = prepared
            if self.lookups.ask(request):
                return False
            prepared.has_found(None)
        return self._place(request, prepared, is_idle=is_idle)

    def _is_looked_up(self, request: CurrentRequest, found: Any) -> None:
        """A store has answered, or did not in time."""
        if (prepared := request.prepared) is None:
            return
        try:
            if not prepared.has_found(found):
                self._place(request, prepared, is_idle=False)
            elif not self._sheds(request):
                self.ready.add(request)
        except Exception as error:  # noqa: BLE001 (whatever it is, it is answered, and no thread ends of it)
            self._endings.answer_error(request.connection, error)

    def _place(self, request: CurrentRequest, prepared: Prepared, *, is_idle: bool) -> bool:
        """Have its source fetched in its turn; True: by the main thread, which is idle."""
        try:
            request.admit(prepared)
        except RenderingError as error:
            if not request.refuse(error):
                self.ready.add(request)
                return False
            # What stands in for it has an origin of its own, which is asked when it is fetched.
            request.origin = 0
        if self._sheds(request):
            return False
        request.release = self.fetching.release
        # A file may be on a disk that never answers: that is no main thread's to wait for.
        verdict = self.fetching.ask(request, is_idle=is_idle and prepared.source.scheme != "local")
        if verdict is Verdict.REFUSED:
            self._endings.refuse_busy(request)
        return verdict is Verdict.BEGINS

    def _sheds(self, request: CurrentRequest) -> bool:
        """Whether the main thread would come to it too late; then it is refused here."""
        # PERF: who comes while nobody waits needs no reckoning.
        if len(self) < 2:
            return False
        coming, seconds_until_ready = self.fetching.before(request.origin)
        if not self.overload.sheds(self._on_main + len(self.ready) + coming, seconds_until_ready):
            return False
        if self._board:
            self._board.words[HEAD_OVERLOAD] = time.monotonic_ns() + int(LASTS_SECONDS * _NANO)
        self._endings.refuse([request], Counter.OVERLOAD)
        return True

    def _has_enough(self, coming: float, seconds: float) -> bool:
        """Whether the main thread is at work, with so many that come, until a source that takes so long is there."""
        ready = len(self.ready)
        return ready >= self._most_ready or self.overload.has_enough(ready + coming, seconds)

    def _is_ready(self, request: CurrentRequest) -> None:
        """A source is there, or what stands for it; told in its fetch thread."""
        if request.is_answered:
            request.abandon()
        elif request.is_gone():
            self._endings.let_go([request], Counter.CLIENT_GONE)
        else:
            self.ready.add(request)

    def fetch(self, quick: CurrentRequest) -> bool:
        """Have its source on the main thread; False: its origin is not that quick this time, and a thread waits."""
        if not quick.fetch_at_once(_PATIENT_SECONDS):
            self.fetching.takes_longer(quick)
        elif not quick.is_streamed:
            self.fetching.release(quick, None)
        return quick.is_fetched

    def begins(self) -> None:
        """The main thread has taken a request."""
        self._on_main = 1
        self.fetching.made_room()

    def ended(self, seconds: float) -> None:
        """It is done with it."""
        self._on_main = 0
        self.overload.served(seconds)
        if not len(self):
            # Nobody looks any more.
            self._tell_oldest()
        self.tell()

    def leaves(self) -> None:
        """Take nobody in any more whom another worker could take."""
        self.balance.leave()
        self._is_leaving = True

    def tell(self) -> None:
        """Let the others know how much there is to do here."""
        if not self._is_leaving:
            self.balance.tell(len(self))
        self._slot.gauge(Gauge.READY, len(self.ready))
        self._slot.gauge(Gauge.HELD_BYTES, self._ahead.held_bytes if self._ahead else 0)

    def _tell_oldest(self) -> None:
        since = min(self.fetching.oldest(), self.ready.oldest())
        self._slot.queued(0.0 if since == math.inf else since)

    def is_another_there(self) -> bool:
        """Whether another worker takes requests."""
        return not self.balance.is_alone()

    def look(self) -> float:
        """See to those whose time is over; seconds until it is time to look again."""
        for request in self.lookups.take_overdue():
            self._is_looked_up(request, None)
        self._waiting.look(is_at_work=bool(self._on_main))
        self._tell_oldest()
        self.tell()
        return LOOK_SECONDS

    def give_up(self) -> list[Connection]:
        """Take all away of whose answers nothing is sent: nobody serves them here any more."""
        self.leaves()
        fetched_for = [*self.lookups.take_all(), *self.fetching.withdraw(lambda _: True), *self.fetching.in_flight()]
        given_up = []
        # One whose answer is passed on as it comes is in flight until it is sent, though it may be ready.
        for request in [*fetched_for, *self.ready.withdraw(lambda _: True)]:
            if not (request.is_answered or request.connection.sent_bytes):
                request.is_answered = True
                given_up.append(request.connection)
        return given_up

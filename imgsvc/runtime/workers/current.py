"""One request in a worker's hands: from its whole head to the end of its answer, whichever thread has it."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from imgsvc.errors import ClientClosedRequestError, RenderingError, RequestTimeoutError
from imgsvc.runtime.ahead import Prepared
from imgsvc.runtime.board.layout import Counter, Spent, State, Tally
from imgsvc.runtime.board.slot import Slot, hash_of
from imgsvc.runtime.clients.connection import Connection
from imgsvc.runtime.clients.disconnect import is_gone, watcher
from imgsvc.runtime.exhaustion import exhausted
from imgsvc.runtime.fetching.admission import Admission
from imgsvc.runtime.scope import Journal, NoJournal, NotAtOnceError, Scope
from imgsvc.runtime.workers.cost import Cost
from imgsvc.runtime.workers.journals import Beside, FetchJournal
from imgsvc.source_url import SourceUrl

# In the WSGI environment.
KEY = "imgsvc.request"

_STATES = {state.value: state for state in State}

# PERF: of what a look into a store came to.
_LOOKUPS = {each.value.removeprefix("result_"): each for each in Counter if each.value.startswith("result_")}
_SOURCE_LOOKUPS = {outcome: Counter(f"kept_source_{outcome}") for outcome in _LOOKUPS}


class CurrentRequest(FetchJournal):
    """A request as its worker sees it; also the journal of its scope: every stage is timed and marked.

    It is one thread's at a time: the connection thread's, a fetch thread's, the main thread's.
    """

    def __init__(self, connection: Connection, slot: Slot, admission: Admission | None = None) -> None:
        super().__init__(slot, admission)
        self.connection = connection
        self.arrived = connection.arrived
        # The answer and the environment that gunicorn made of it.
        self.response: Any = None
        self.environ: dict[str, Any] = {}
        self.prepared: Prepared | None = None
        # Since when it waits for what it waits for: its fetch to begin, then for the main thread.
        self.queued = connection.queued
        # For how long it has waited in all, when a wait is over.
        self.waited_seconds = 0.0
        self.body: Any = None
        self.is_on_main = False
        # In another way than by the application.
        self.is_answered = False
        # Whoever has it from now on answers it.
        self.is_fetched = False
        # Of its own source, which the worker has admitted already.
        self.origin, self._awaited, self._admitted = 0, "", ""
        # It could not be had: whatever is worked on is another one.
        self._is_lost = False
        # Told when the fetch of that is over, with what it took its origin, where that is known.
        self.release: Callable[[CurrentRequest, float | None], object] = lambda _request, _seconds: None

    def admit(self, prepared: Prepared) -> None:
        """Ask whether its source may be fetched just now; RefusedError or OriginDownError if not."""
        self.prepared = prepared
        self._awaited = prepared.awaited
        self.origin = hash_of(self._awaited)
        self._admitted = prepared.source.text
        if self._admission:
            self._admission.check(prepared.source)

    @property
    def names(self) -> tuple[str, str]:
        """The request's id, and the name of the origin whose place it has."""
        source = self.prepared.source if self.prepared else None
        is_own = source is not None and source.origin == self._awaited
        return self.connection.request_id, source.told_origin if source and is_own else self._awaited

    @property
    def is_streamed(self) -> bool:
        """Whether its answer is passed on as it comes from the source."""
        return self.prepared is not None and self.prepared.is_streamed

    def is_gone(self) -> bool:
        """Whether its client has left."""
        return is_gone(self.connection)

    def look_up(self) -> Any:
        """What a store has for it, in a thread for that."""
        return self.prepared.look_up() if self.prepared else None

    def fetch(self) -> None:
        """Have its source, in a fetch thread."""
        self.waited_seconds += time.monotonic() - self.queued
        if self.prepared:
            self.prepared.fetch()
        self.queued, self.is_fetched = time.monotonic(), True

    def fetch_at_once(self, seconds: float) -> bool:
        """Have its source on the main thread, if that takes no longer; whether it is there."""
        try:
            if self.prepared:
                self.prepared.fetch(seconds)
        except NotAtOnceError:
            return False
        self.queued, self.is_fetched = time.monotonic(), True
        return True

    def cannot_fetch(self, error: Exception) -> None:
        """There is no thread for its fetch. The main thread reads a file without one; nothing else is to be had."""
        if not (self.prepared and self.prepared.source.scheme == "local"):
            self.refuse(exhausted(error) or error)
        self.queued, self.is_fetched = time.monotonic(), True

    def refuse(self, error: Exception) -> bool:
        """Let this error stand for its source; whether a fetch would find what stands in, of whatever origin."""
        self._is_lost = True
        return self.prepared is not None and self.prepared.refuse(error)

    def makes_do(self) -> bool:
        """Have what is kept of it in place of its source, where nobody comes to that in time; whether there is that."""
        if self.prepared is None or not self.prepared.makes_do():
            return False
        self._is_lost = True
        # It begins to wait anew: for the main thread.
        self.queued, self.is_fetched = time.monotonic(), True
        return True

    def abandon(self, status: int = 503) -> None:
        """It is answered without the application: with this status, 499 where the client has left."""
        prepared, self.prepared = self.prepared, None
        if prepared:
            prepared.abandon(status)
        self._forget()

    def _forget(self) -> None:
        """Let everything go at once: what refers to each other would stay until somebody looks for it."""
        self.environ.clear()
        self.response = self.body = None

    def begin(self) -> None:
        """The main thread has it now."""
        self.is_on_main = True
        self._slot.begin(self.connection.request_id, self.arrived, self.connection.deadline)
        self._tell_source()
        if self.prepared:
            self.prepared.begin()

    def _tell_source(self) -> None:
        """Say which source is worked on, if it is the request's own."""
        if self.prepared:
            self._slot.ask(self.prepared.source)
        if self._is_lost:
            self._slot.drop()

    def end(self) -> None:
        """It is answered."""
        prepared, self.prepared = self.prepared, None
        if prepared:
            prepared.end()
        self._forget()

    def beside(self) -> Journal:
        """The journal of a fetch besides its own."""
        return Beside(self._slot, self._admission)

    def enter(self, stage: str, subject: SourceUrl | None) -> None:
        """Mark the stage; a fetch besides that of its own source is asked for as that one was."""
        if stage == State.FETCH and subject:
            if self._admission and subject.text != self._admitted:
                self._admission.check(subject)
            self._subject = subject
        elif stage == State.HEADER and self.prepared and self._admission and not self._admitted:
            # It was kept, and never fetched for.
            self._admission.check_quarantine(self.prepared.source)
        if self.is_on_main and stage in _STATES:
            self._slot.enter(_STATES[stage])
        elif self.is_on_main and subject:
            # Should its decoder end the worker, this picture is to blame, and not the one that it is laid over.
            self._slot.ask(subject)
            self._slot.enter(State.DECODE)

    def leave(self, stage: str, seconds: float, error: BaseException | None) -> None:
        """Put the stage's duration into its histogram; after a fetch, say how the origin did."""
        if isinstance(error, NotAtOnceError):
            # It goes on in a fetch thread, which asks anew whether another than its own source may be fetched.
            if self._admission and self._subject and self._subject.text != self._admitted:
                self._admission.end(self._subject, seconds, error)
            return
        self._slot.observe(stage, seconds)
        if stage not in _STATES and self.is_on_main:
            self._tell_source()
        if stage != State.FETCH or not self._subject:
            return
        says_something = self._admission is not None and self._admission.end(self._subject, seconds, error)
        if self._subject.text == self._admitted:
            self.release(self, seconds if says_something else None)
        self._is_lost = self._is_lost or error is not None
        if self.is_on_main:
            if error:
                self._slot.drop()
            self._slot.enter(State.REQUEST)

    def sends(self) -> None:
        """The answer goes out."""
        self._slot.enter(State.SEND)

    def took(self, timed: str, seconds: float) -> None:
        """Put a duration that is no stage into its histogram."""
        self._slot.observe(timed, seconds)

    def made(self, source: str, result: str) -> None:
        """Count a rendition by its formats."""
        self._slot.count_format(Tally.SOURCES, source)
        self._slot.count_format(Tally.RESULTS, result)

    def informed(self, source: str) -> None:
        """Count an answer about a source by its format."""
        self._slot.count_format(Tally.INFOS, source)

    def cost(self, source: str, cost: Cost) -> None:
        """Put what it took to make a picture of a source of that format into histograms."""
        self._slot.spend(Spent.CPU, source, cost.cpu_seconds)
        if cost.peak_bytes:
            self._slot.spend(Spent.PEAK, source, cost.peak_bytes)

    def lacked_fallback(self) -> None:
        """Count an error that would have been answered with the fallback image, if there were one yet."""
        self._slot.count(Counter.FALLBACK_MISSING)

    def looked_up(self, outcome: str) -> None:
        """Count what a look into the store of results came to."""
        self._slot.count(_LOOKUPS[outcome])

    def lost_results(self, count: int) -> None:
        """Count results that could not be kept."""
        self._slot.count(Counter.RESULT_LOST, count)

    def looked_up_source(self, outcome: str) -> None:
        """Count what a look into the store of sources came to."""
        self._slot.count(_SOURCE_LOOKUPS[outcome])

    def lost_sources(self, count: int) -> None:
        """Count sources that could not be kept."""
        self._slot.count(Counter.KEPT_SOURCE_LOST, count)

    def kept(self, seconds: int) -> None:
        """Count the answer by how long caches may keep it."""
        self._slot.keep(seconds)

    def named(self, request_id: str, target: str) -> None:
        """Say what the request is called in the log; `target` is as the log may show it."""
        self.connection.request_id, self.connection.title = request_id, f"{request_id} {target}"
        if self.is_on_main:
            self._slot.name(request_id)

    def failed(self, error: RenderingError) -> None:
        """Count an error of the catalogue."""
        self._slot.count_error(error.category)
        if isinstance(error, ClientClosedRequestError):
            self._slot.count(Counter.CLIENT_GONE)
        elif isinstance(error, RequestTimeoutError):
            self._slot.count(Counter.DEADLINE)


def current(environ: Mapping[str, Any]) -> CurrentRequest | None:
    """The request that a worker of ours handed over; None under another server."""
    found = environ.get(KEY)
    return found if isinstance(found, CurrentRequest) else None


def beside(environ: Mapping[str, Any]) -> Callable[[], Journal]:
    """Makes journals, each for one fetch beside that of the source of the request in `environ`."""
    request = current(environ)
    return request.beside if request else NoJournal


def scope_of(environ: Mapping[str, Any], timeout_seconds: float, request_id: str = "", target: str = "") -> Scope:
    """The scope of the request in `environ`: its time began when it arrived, not when a worker was free."""
    request = current(environ)
    if request is None:
        return Scope(timeout_seconds, client_gone=watcher(environ.get("gunicorn.socket")), started=time.monotonic())
    request.named(request_id, target)
    gone = watcher(request.connection)
    return Scope(timeout_seconds, client_gone=gone, started=request.arrived, journal=request)

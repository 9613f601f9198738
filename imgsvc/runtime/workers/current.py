"""The request in work: handed from the worker to the application, which makes its scope from it."""

import time
from collections.abc import Mapping
from typing import Any

from imgsvc.errors import ClientClosedRequestError, RenderingError, RequestTimeoutError
from imgsvc.runtime.board.layout import Counter, State, Tally
from imgsvc.runtime.board.slot import Slot
from imgsvc.runtime.clients.connection import Connection
from imgsvc.runtime.clients.disconnect import is_gone, watcher
from imgsvc.runtime.deadline import Deadline
from imgsvc.runtime.scope import Scope
from imgsvc.runtime.workers.admission import Admission
from imgsvc.runtime.workers.cores import Cores
from imgsvc.source_url import SourceUrl

# In the WSGI environment.
KEY = "imgsvc.request"

_STATES = {state.value: state for state in State}


class CurrentRequest:
    """One request as its worker sees it; also the journal of its scope: every stage is marked in the slot."""

    def __init__(
        self, connection: Connection, slot: Slot, admission: Admission | None, cores: Cores | None = None
    ) -> None:
        self.connection = connection
        self.arrived = connection.arrived
        self._slot = slot
        self._admission = admission
        self._cores = cores
        self._is_fetching = self._is_sending = False

    def enter(self, stage: str, subject: SourceUrl | None) -> None:
        """Mark the stage; before the fetch, ask whether it is allowed just now, and after it wait for a core."""
        if stage == State.HEADER and self._cores:
            self._cores.enter(Deadline(self.connection.deadline), lambda: is_gone(self.connection))
        if stage == State.FETCH and subject and self._admission:
            is_new = not self.connection.waits_for
            queued = self.connection.queued if is_new else None
            self._admission.admit(subject, Deadline(self.connection.deadline), queued)
        elif stage in _STATES:
            self._slot.enter(_STATES[stage])
        self._is_fetching = stage == State.FETCH

    def leave(self, stage: str, seconds: float, error: BaseException | None) -> None:
        """Put the stage's duration into its histogram; after the fetch, say how the origin did."""
        self._slot.observe(stage, seconds)
        if stage == State.FETCH:
            self._end_fetch(seconds, error)
        if self._cores and (stage == State.ENCODE or error):
            self._cores.leave()

    def _end_fetch(self, seconds: float, error: BaseException | None) -> None:
        self._is_fetching = False
        if self._admission:
            self._admission.leave(error, seconds)
        if self._is_sending:
            self._slot.enter(State.SEND)

    def sends(self) -> None:
        """The answer goes out; where it is the source's own, that is still being fetched."""
        self._is_sending = True
        if not self._is_fetching:
            self._slot.enter(State.SEND)

    def received(self, count: int) -> None:
        """Count what came from the source."""
        self._slot.count(Counter.BYTES_FETCHED, count)

    def took(self, timed: str, seconds: float) -> None:
        """Put a duration that is no stage into its histogram."""
        self._slot.observe(timed, seconds)

    def made(self, source: str, result: str) -> None:
        """Count a rendition by its formats."""
        self._slot.count_format(Tally.SOURCES, source)
        self._slot.count_format(Tally.RESULTS, result)

    def lacked_fallback(self) -> None:
        """Count an error that would have been answered with the fallback image, if there were one yet."""
        self._slot.count(Counter.FALLBACK_MISSING)

    def kept(self, seconds: int) -> None:
        """Count the answer by how long caches may keep it."""
        self._slot.keep(seconds)

    def named(self, request_id: str, target: str) -> None:
        """Say what the request is called in the log; `target` is as the log may show it."""
        self._slot.name(request_id)
        self.connection.request_id, self.connection.title = request_id, f"{request_id} {target}"

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


def scope_of(environ: Mapping[str, Any], timeout_seconds: float, request_id: str = "", target: str = "") -> Scope:
    """The scope of the request in `environ`: its time began when it arrived, not when a worker was free."""
    request = current(environ)
    if request is None:
        return Scope(timeout_seconds, client_gone=watcher(environ.get("gunicorn.socket")), started=time.monotonic())
    request.named(request_id, target)
    gone = watcher(request.connection)
    return Scope(timeout_seconds, client_gone=gone, started=request.arrived, journal=request)

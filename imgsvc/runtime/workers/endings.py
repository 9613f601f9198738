"""How requests end that the main thread does not answer: refused, let go, or unreadable from the start."""

import logging
from collections.abc import Callable, Iterable

from imgsvc.runtime.board.layout import Counter
from imgsvc.runtime.clients.connection import Claimant, Connection
from imgsvc.runtime.clients.refusals import Refusals
from imgsvc.runtime.fetching.admission import Admission
from imgsvc.runtime.http.parsing import error_status, told
from imgsvc.runtime.workers.current import CurrentRequest

_LOG = logging.getLogger("imgsvc.runtime")


class Endings:
    """Of one worker; any of its threads may end a request that it has."""

    def __init__(
        self,
        refusals: Refusals,
        see_off: Callable[[Connection], None],
        admission: Admission | None,
        is_ready: Callable[[CurrentRequest], None],
    ) -> None:
        self._is_ready = is_ready
        self._refusals = refusals
        self._see_off = see_off
        self._admission = admission

    def refuse(self, requests: Iterable[CurrentRequest], why: Counter) -> None:
        """Say that nobody comes to them."""
        for request in requests:
            self._refusals.refuse(request.connection, why)
            self._see_off(request.connection)
            request.abandon()

    def refuse_busy(self, request: CurrentRequest, why: Counter = Counter.ORIGIN_BUSY) -> None:
        """Say that its origin would not come to it in time; or have what is kept of it answered, though it is old."""
        if request.makes_do():
            self._is_ready(request)
            return
        if self._admission and request.prepared:
            self._admission.refused(request.prepared.source)
        self.refuse([request], why)

    def let_go(self, requests: Iterable[CurrentRequest], why: Counter = Counter.QUEUE_CLIENT_GONE) -> None:
        """Their clients have left."""
        for request in requests:
            self._refusals.let_go(request.connection, why)
            request.connection.discard()
            request.abandon(499)

    def give_up(self, request: CurrentRequest) -> None:
        """Answer in the place of a thread that does not come back."""
        request.is_answered = True
        if self._refusals.refuse(request.connection, Counter.DEADLINE, who=Claimant.WATCHDOG):
            self._see_off(request.connection)

    def answer_error(self, connection: Connection, error: Exception) -> None:
        """Answer what never became a request."""
        status = error_status(error)
        if status == 500:
            _LOG.error("A request failed outside the application", exc_info=error)
        why, what = (Counter.FAILED, "") if status == 500 else (Counter.UNREADABLE, told(error))
        self._refusals.refuse(connection, why, status, error=what)
        self._see_off(connection)

"""One request on the main thread: run by the application under the watchdog's eye, its answer left with the kernel."""

import logging
import time
from collections.abc import Callable
from typing import Any

from imgsvc.runtime.board.layout import Counter
from imgsvc.runtime.board.slot import Slot
from imgsvc.runtime.clients.connection import Claimant, Connection
from imgsvc.runtime.clients.refusals import Refusals
from imgsvc.runtime.clients.spool import SEGMENT_BYTES, AnswerNotTakenError
from imgsvc.runtime.settings import RuntimeSettings
from imgsvc.runtime.workers.current import CurrentRequest
from imgsvc.runtime.workers.watchdog import Watchdog

_LOG = logging.getLogger("imgsvc.runtime")

# The watchdog has given the request up; it ends the process before.
_END_SECONDS = 1.0


class Serving:
    """What a worker's main thread does with a request; nothing in it waits for the client.

    `pump` has the rest of a streamed answer passed on elsewhere, by the step that it is given.
    """

    def __init__(
        self,
        application: Any,
        settings: RuntimeSettings,
        slot: Slot,
        refusals: Refusals,
        watchdog: Watchdog,
        see_off: Callable[[Connection], None],
        pump: Callable[[CurrentRequest, Callable[[], None]], None],
    ) -> None:
        self._application = application
        self._settings = settings
        self._slot = slot
        self._refusals = refusals
        self._watchdog = watchdog
        self._see_off = see_off
        self._pump = pump
        # It waits for its client when it is that far ahead; who shall go for it goes meanwhile.
        self._most_file_bytes = (settings.max_spooled_megabytes << 20) + 2 * SEGMENT_BYTES

    def serve(self, request: CurrentRequest) -> None:
        """Answer the request, and see its client off."""
        connection = request.connection
        began = time.monotonic()
        if request.is_answered:
            request.abandon()
            return
        if request.is_gone():
            self._refusals.let_go(connection, Counter.QUEUE_CLIENT_GONE)
            connection.discard()
            request.abandon(499)
            return
        if began >= connection.deadline:
            # The watchdog would end the worker for it.
            self._refusals.refuse(connection, Counter.DEADLINE)
            self._see_off(connection)
            request.abandon()
            return
        connection.most_file_bytes = self._most_file_bytes
        request.begin()
        self._slot.observe("queue", request.waited_seconds + began - request.queued)
        self._watchdog.watch(connection, connection.deadline)
        try:
            is_pumped = self._contained(request, self._answer)
        finally:
            self._watchdog.release()
        if not is_pumped:
            self._end(request)

    def _end(self, request: CurrentRequest) -> None:
        request.end()
        self._slot.observe("request", time.monotonic() - request.arrived)
        self._see_off(request.connection)

    def _contained(self, request: CurrentRequest, step: Callable[[CurrentRequest], bool]) -> bool:
        """What `step` says: whether somebody else has the request now; where it fails, its client is told so."""
        connection = request.connection
        try:
            return step(request)
        except AnswerNotTakenError as error:
            _LOG.warning("An answer was cut off: %s: %s", error, connection.title)
            self._slot.count(error.why)
            connection.reset()
        except OSError as error:
            # The client left, or an answer broke off: neither may look whole.
            _LOG.debug("a connection broke: %s", error)
            connection.reset()
        except Exception as error:  # noqa: BLE001 (what the application let through is a 500)
            return self._give_up(request, error)
        return False

    def _answer(self, request: CurrentRequest) -> bool:
        """Call the application, and send what it says; True: a streamed body is passed on elsewhere."""
        request.body = self._application(request.environ, request.response.start_response)
        if request.prepared and getattr(request.body, "is_streamed", False):
            request.is_on_main = False
            self._pump(request, lambda: self._pass_on(request))
            return True
        return self._send(request)

    def _pass_on(self, request: CurrentRequest) -> None:
        """Send a streamed answer to its end; in a fetch thread."""
        if not self._contained(request, self._send):
            self._end(request)

    def _send(self, request: CurrentRequest) -> bool:
        connection, response, body = request.connection, request.response, request.body
        if request.is_on_main:
            request.sends()
        if not connection.claim(Claimant.WORKER):
            return _leave(request)
        is_told = True
        try:
            began = time.monotonic()
            for piece in body:
                response.write(piece)
            response.close()
            connection.flush()
            self._slot.observe("send", time.monotonic() - began)
        except Exception as error:
            # Where nothing is out, another answer is given, and counted.
            is_told = bool(connection.sent_bytes) or isinstance(error, OSError)
            raise
        finally:
            if is_told:
                self._slot.count_status(response.status_code or 500)
            if hasattr(body, "close"):
                body.close()
        return False

    def _give_up(self, request: CurrentRequest, error: Exception) -> bool:
        """Answer what the application let through."""
        _LOG.error("A request failed outside the application", exc_info=error)
        if request.connection.sent_bytes:
            request.connection.reset()
        elif not self._refusals.refuse(request.connection, Counter.FAILED, 500):
            return _leave(request)
        return False


def _leave(request: CurrentRequest) -> bool:
    """Let go of one that somebody else answers: the watchdog, which ends the process, or the connection thread."""
    if not request.is_answered:
        time.sleep(_END_SECONDS)
    if hasattr(request.body, "close"):
        request.body.close()
    request.abandon()
    return True

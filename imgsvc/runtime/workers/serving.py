"""One request: parsed by gunicorn, run by the application under the watchdog's eye, its answer left with the kernel."""

import logging
import time
from typing import Any

from gunicorn.http import wsgi
from gunicorn.http.errors import NoMoreData

from imgsvc.runtime.board.layout import Counter
from imgsvc.runtime.board.slot import Slot
from imgsvc.runtime.clients.connection import Claimant, Connection
from imgsvc.runtime.clients.refusals import Refusals
from imgsvc.runtime.clients.spool import SEGMENT_BYTES, AnswerNotTakenError
from imgsvc.runtime.http.parsing import error_status, has_more_to_come, parse, told
from imgsvc.runtime.settings import RuntimeSettings
from imgsvc.runtime.workers.admission import Admission, WaitsItsTurn
from imgsvc.runtime.workers.cores import Cores
from imgsvc.runtime.workers.current import KEY, CurrentRequest
from imgsvc.runtime.workers.watchdog import Watchdog

_LOG = logging.getLogger("imgsvc.runtime")

# gunicorn drops a Server header that the application sets, and sends this.
wsgi.SERVER = "imgsvc"

# The watchdog has given the request up; it ends the process before.
_END_SECONDS = 1.0


class Serving:
    """What a worker does with a request that is there whole; nothing in it waits for the client."""

    def __init__(
        self,
        application: Any,
        cfg: Any,
        settings: RuntimeSettings,
        slot: Slot,
        refusals: Refusals,
        watchdog: Watchdog,
        admission: Admission | None,
        cores: Cores | None = None,
    ) -> None:
        self._application = application
        self._cfg = cfg
        self._settings = settings
        self._slot = slot
        self._refusals = refusals
        self._watchdog = watchdog
        self._admission = admission
        self._cores = cores
        # It waits for its client when it is that far ahead; who shall go for it goes meanwhile.
        self._most_file_bytes = (settings.max_spooled_megabytes << 20) + 2 * SEGMENT_BYTES

    def serve(self, connection: Connection) -> bool:
        """Answer the request; False: it has to wait for its turn, and nothing was done. The caller sees it off."""
        deadline = connection.deadline = connection.arrived + self._settings.timeout
        began = time.monotonic()
        connection.most_file_bytes = self._most_file_bytes
        if began >= deadline:
            # The watchdog would end the worker for it.
            self._refusals.refuse(connection, Counter.DEADLINE)
            return True
        self._slot.begin("", connection.arrived, deadline)
        self._watchdog.watch(connection, deadline)
        try:
            self._run(connection)
        except WaitsItsTurn as turn:
            connection.waits_for = turn.origin
            connection.rewind()
            return False
        finally:
            self._watchdog.release()
        now = time.monotonic()
        self._slot.observe("queue", began - connection.arrived)
        self._slot.observe("request", now - connection.arrived)
        return True

    def _run(self, connection: Connection) -> None:
        try:
            # Of what cannot be read nobody knows where it ends.
            connection.has_more_to_come = True
            behind = len(connection.received) - connection.head_bytes
            request = parse(self._cfg, connection)
            connection.has_more_to_come = has_more_to_come(request, behind)
            self._answer(request, connection)
        except (NoMoreData, StopIteration) as error:
            _LOG.debug("no request: %s", type(error).__name__)
        except AnswerNotTakenError as error:
            _LOG.warning("An answer was cut off: %s: %s", error, connection.title)
            self._slot.count(error.why)
            connection.reset()
        except OSError as error:
            # The client left, or an answer broke off: neither may look whole.
            _LOG.debug("a connection broke: %s", error)
            connection.reset()
        except Exception as error:  # noqa: BLE001 (what the application let through is a 500)
            self._give_up(connection, error)

    def _answer(self, request: Any, connection: Connection) -> None:
        response, environ = wsgi.create(request, connection, connection.peer, connection.listener, self._cfg)
        response.force_close()
        current = environ[KEY] = CurrentRequest(connection, self._slot, self._admission, self._cores)
        body = self._application(environ, response.start_response)
        is_told = True
        try:
            current.sends()
            _claim(connection)
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

    def _give_up(self, connection: Connection, error: Exception) -> None:
        """Answer what never became a request, and what the application let through."""
        _claim(connection)
        status = error_status(error)
        if status == 500:
            _LOG.error("A request failed outside the application", exc_info=error)
        if connection.sent_bytes:
            connection.reset()
        else:
            why, what = (Counter.FAILED, "") if status == 500 else (Counter.UNREADABLE, told(error))
            self._refusals.refuse(connection, why, status, error=what)


def _claim(connection: Connection) -> None:
    """Take the right to answer; who does not get it has been given up by the watchdog, and ends with the process."""
    if not connection.claim(Claimant.WORKER):
        time.sleep(_END_SECONDS)

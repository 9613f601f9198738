"""One request: parsed by gunicorn, run by the application under the watchdog's eye, its answer left with the kernel."""

import contextlib
import logging
import re
import time
from typing import Any

from gunicorn.http import wsgi
from gunicorn.http.errors import NoMoreData

from imgsvc.runtime.admission import Admission, WaitsItsTurn
from imgsvc.runtime.answers import answer
from imgsvc.runtime.connection import Connection
from imgsvc.runtime.cores import Cores
from imgsvc.runtime.layout import Counter
from imgsvc.runtime.parsing import error_status, has_more_to_come, parse, told
from imgsvc.runtime.requests import KEY, CurrentRequest
from imgsvc.runtime.settings import RuntimeSettings
from imgsvc.runtime.slot import Slot
from imgsvc.runtime.watchdog import Watchdog

_LOG = logging.getLogger("imgsvc.runtime")

# gunicorn drops a Server header that the application sets, and sends this.
wsgi.SERVER = "imgsvc"

# nginx: proxy_set_header X-Request-Start "t=${msec}"; others write whole milliseconds or microseconds.
_START = re.compile(r"(?:t=)?(\d{10}(?:\.\d{0,9})?|\d{13}|\d{16})", re.ASCII)
# No client waits longer: a proxy that says so has another clock.
_LONGEST_WAIT_SECONDS = 600.0


class Serving:
    """What a worker does with a request that is there whole; nothing in it waits for the client."""

    def __init__(
        self,
        application: Any,
        cfg: Any,
        settings: RuntimeSettings,
        slot: Slot,
        watchdog: Watchdog,
        admission: Admission | None,
        cores: Cores | None = None,
    ) -> None:
        self._application = application
        self._cfg = cfg
        self._settings = settings
        self._slot = slot
        self._watchdog = watchdog
        self._admission = admission
        self._cores = cores

    def serve(self, connection: Connection) -> bool:
        """Answer the request; False: it has to wait for its turn, and nothing was done. The caller sees it off."""
        head = connection.received
        deadline = connection.deadline = connection.arrived + self._settings.timeout
        began = time.monotonic()
        self._slot.begin("", connection.arrived, deadline)
        self._watchdog.watch(connection, deadline)
        try:
            self._run(connection)
        except WaitsItsTurn:
            connection.received = head
            connection.forget()
            return False
        finally:
            self._watchdog.release()
        now = time.monotonic()
        self._slot.observe("queue", began - connection.arrived)
        self._slot.observe("request", now - connection.arrived)
        return True

    def _run(self, connection: Connection) -> None:
        is_begun = False
        try:
            # Of what cannot be read nobody knows where it ends.
            connection.has_more_to_come = True
            behind = len(connection.received) - connection.head_bytes
            request = parse(self._cfg, connection)
            connection.has_more_to_come = has_more_to_come(request, behind)
            if self._is_too_old(request, connection):
                self._refuse(connection, 503)
                return
            is_begun = True
            self._answer(request, connection)
        except (NoMoreData, StopIteration) as error:
            _LOG.debug("no request: %s", type(error).__name__)
        except OSError as error:
            # The client left, or an answer broke off: neither may look whole.
            _LOG.debug("a connection broke: %s", error)
            connection.reset()
        except Exception as error:  # noqa: BLE001 (what the application let through is a 500)
            self._give_up(connection, error, is_begun=is_begun)

    def _answer(self, request: Any, connection: Connection) -> None:
        response, environ = wsgi.create(request, connection, connection.peer, connection.listener, self._cfg)
        response.force_close()
        current = environ[KEY] = CurrentRequest(connection, self._slot, self._admission, self._cores)
        body = self._application(environ, response.start_response)
        try:
            current.sends()
            _claim(connection)
            began = time.monotonic()
            for piece in body:
                response.write(piece)
            response.close()
            connection.flush()
            self._slot.observe("send", time.monotonic() - began)
        finally:
            self._slot.count_status(response.status_code or 500)
            self._slot.count(Counter.BYTES_SENT, connection.sent_bytes)
            if hasattr(body, "close"):
                body.close()

    def _is_too_old(self, request: Any, connection: Connection) -> bool:
        """Over a unix socket, only the proxy knows how long it waited."""
        if isinstance(connection.peer, tuple) and connection.peer:
            return False
        sent = next((value for name, value in request.headers if name == "X-REQUEST-START"), "")
        waited = waited_seconds(sent, time.time())
        connection.arrived = min(connection.arrived, time.monotonic() - waited)
        return waited > self._settings.queue_timeout

    def _refuse(self, connection: Connection, status: int) -> None:
        self._slot.count(Counter.QUEUE_TOO_OLD)
        self._slot.count_status(status)
        _claim(connection)
        connection.sendall(answer(status))
        connection.flush()

    def _give_up(self, connection: Connection, error: Exception, *, is_begun: bool) -> None:
        """Answer what never became a request, and what the application let through."""
        status = error_status(error)
        if status == 500:
            _LOG.error("A request failed outside the application", exc_info=error)
        else:
            _LOG.warning("A request that cannot be read, from %s: %s", _shown(connection.peer), told(error))
        if connection.sent_bytes:
            connection.reset()
            return
        connection.forget()
        self._slot.count_status(status)
        with contextlib.suppress(OSError):
            if is_begun:
                _claim(connection)
            connection.sendall(answer(status))
            connection.flush()


def _claim(connection: Connection) -> None:
    """Take the right to answer; who does not get it has been given up by the watchdog, and ends with the process."""
    if not connection.claim() and not connection.sent_bytes:
        time.sleep(1)


def _shown(peer: Any) -> str:
    return str(peer[0]) if isinstance(peer, tuple) and peer else "a socket"


def waited_seconds(request_start: str, now: float) -> float:
    """How long ago the proxy got the request, by X-Request-Start; 0 where it does not say, or what cannot be."""
    found = _START.fullmatch(request_start.strip())
    if not found:
        return 0.0
    digits = len(found[1].partition(".")[0])
    waited = now - float(found[1]) / 10.0 ** (digits - 10)
    return waited if 0 <= waited <= _LONGEST_WAIT_SECONDS else 0.0

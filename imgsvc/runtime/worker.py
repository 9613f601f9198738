"""ImageWorker: gunicorn's sync worker, less the ways in which a client can hold it for ever."""

import contextlib
import re
import socket
from http import HTTPStatus
from typing import Any

from gunicorn.http import message, wsgi
from gunicorn.http.errors import (
    InvalidResponseHeader,
    InvalidResponseHeaderName,
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
)
from gunicorn.workers.sync import SyncWorker

from imgsvc.runtime.connection import AnswerNotTakenError, Connection, RequestReadTimeoutError
from imgsvc.runtime.settings import RuntimeSettings

# gunicorn drops a Server header that the application sets, and sends this.
wsgi.SERVER = "imgsvc"

# COMPAT: imgproxy takes a target as curl sends it, in plain UTF-8; gunicorn's own pattern wants ASCII.
message.RFC9112_TARGET_INVALID = re.compile(r"[\x00-\x20\x7f]")

_STATUSES = ((RequestReadTimeoutError, 408), (LimitRequestLine, 414), (LimitRequestHeaders, 431), (ParseException, 400))


class ImageWorker(SyncWorker):  # type: ignore[misc]
    """A sync worker whose clients have deadlines.

    `settings` are set by hooks.post_fork; the defaults serve where gunicorn runs without our configuration.
    """

    settings = RuntimeSettings()

    def handle(self, listener: socket.socket, client: socket.socket, addr: Any) -> None:
        """Serve one connection within its budgets."""
        connection = Connection.adopt(
            client,
            read_seconds=self.settings.read_request_timeout,
            send_seconds=self.settings.write_response_timeout,
        )
        super().handle(listener, connection, addr)

    def handle_request(self, listener: socket.socket, req: Any, client: socket.socket, addr: Any) -> None:
        """Run the application; say so if the client did not take its answer."""
        try:
            super().handle_request(listener, req, client, addr)
        except AnswerNotTakenError:
            self.log.warning("A client did not take its answer in time, and was cut off")
            raise

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        """Answer what never became a request, and what the application let through."""
        status = error_status(exc)
        if status == 500:
            self.log.error("A request failed outside the application", exc_info=exc)
        else:
            self.log.warning("A request that cannot be read, from %s: %s", (addr or ("a socket",))[0], exc)
        with contextlib.suppress(OSError):
            client.sendall(_error_answer(status))


def error_status(error: BaseException) -> int:
    """The status for what went wrong around the application."""
    # They are a kind of ParseException, but it is our header that is wrong.
    if isinstance(error, InvalidResponseHeader | InvalidResponseHeaderName):
        return 500
    return next((status for kind, status in _STATUSES if isinstance(error, kind)), 500)


def _error_answer(status: int) -> bytes:
    text = f"{status} {HTTPStatus(status).phrase}"
    head = f"HTTP/1.1 {text}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n"
    return f"{head}Content-Length: {len(text)}\r\n\r\n{text}".encode()

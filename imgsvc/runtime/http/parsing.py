"""Reads the head of a request with gunicorn's parser, and says what is wrong with one without quoting it."""

import re
from collections.abc import Mapping
from typing import Any, Protocol

from gunicorn import http
from gunicorn.http.errors import (
    ExpectationFailed,
    InvalidHTTPVersion,
    InvalidRequestLine,
    InvalidRequestMethod,
    InvalidResponseHeader,
    InvalidResponseHeaderName,
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
    UnsupportedTransferCoding,
)

from imgsvc.runtime.gunicorn_patches import expect_no_body, read_targets_in_utf8
from imgsvc.runtime.http.heads import MAX_HEAD_BYTES

read_targets_in_utf8()

# As much as nginx/imgsvc.conf takes: a signed source URL in base64 is long.
MAX_LINE_BYTES = 16 * 1024
# RFC 9112 3.2: a path, the absolute form, or an asterisk. CONNECT has a form of its own, and leads nowhere.
_TARGET = re.compile(r"/|[A-Za-z][A-Za-z0-9+.-]*://|\*$")
# COMPAT: what Go's httpguts.ValidHostHeader takes; empty is in order.
_HOST = re.compile(r"[A-Za-z0-9!$%&'()*+,.:;=\[\]_~-]*")


class HostError(ParseException):  # type: ignore[misc]
    """Which host is asked is not said, or not in words that a host can have."""


_STATUSES = ((LimitRequestLine, 414), (LimitRequestHeaders, 431), (ExpectationFailed, 417), (ParseException, 400))

_KINDS: Mapping[type[BaseException], str] = {
    InvalidRequestLine: "its first line is none of HTTP",
    InvalidRequestMethod: "its method is none of HTTP",
    InvalidHTTPVersion: "its version of HTTP is not spoken here",
    HostError: "it names no host, or none that there could be",
    ExpectationFailed: "it expects what is not done here",
    UnsupportedTransferCoding: "its transfer coding is not known",
    LimitRequestLine: "its first line is too long",
    LimitRequestHeaders: "its headers are too many or too long",
}


class Incoming(Protocol):
    """What has come of a request; gunicorn's parser reads it by `recv`."""

    received: bytes
    peer: Any

    @property
    def head_bytes(self) -> int:
        """How long the head is."""

    def recv(self, bufsize: int, /) -> bytes:
        """More of it; nothing at its end."""


def parse(cfg: Any, connection: Incoming) -> Any:
    """The request that has come, as gunicorn has it; ParseException where that is none."""
    if connection.received.find(b"\r\n", 0, MAX_LINE_BYTES) < 0:
        raise LimitRequestLine(connection.head_bytes, MAX_LINE_BYTES)
    if connection.head_bytes >= MAX_HEAD_BYTES:
        raise LimitRequestHeaders("the head has no end")
    request = next(http.get_parser(cfg, connection, connection.peer))
    if request.method != "CONNECT" and not _TARGET.match(request.uri):
        raise InvalidRequestLine("")
    _check_host(request)
    expect_no_body(request)
    return request


def _check_host(request: Any) -> None:
    """RFC 9112 3.2; that there are not two of them is seen to by gunicorn."""
    host = next((value for name, value in request.headers if name == "HOST"), None)
    if host is None and request.version >= (1, 1):
        raise HostError
    if host and not _HOST.fullmatch(host):
        raise HostError


def has_more_to_come(request: Any, received: int) -> bool:
    """Whether a body is on its way of which only so much is here."""
    for name, value in request.headers:
        if name == "TRANSFER-ENCODING":
            return True
        if name == "CONTENT-LENGTH":
            return int(value) > received
    return False


def error_status(error: BaseException) -> int:
    """The status for what went wrong around the application."""
    # They are a kind of ParseException, but it is our header that is wrong.
    if isinstance(error, InvalidResponseHeader | InvalidResponseHeaderName):
        return 500
    return next((status for kind, status in _STATUSES if isinstance(error, kind)), 500)


def told(error: BaseException) -> str:
    """What is wrong with a request, in words for the log.

    SECURITY: gunicorn quotes what it could not read, and signatures and cookies with it: only its kind is told.
    """
    return _KINDS.get(type(error), "a line of its headers is malformed")

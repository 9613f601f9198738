"""What a request's head says: read before anybody has parsed it, also where it is no request; nothing here raises.

For refusals, for the log, and for the age in the queue.
"""

import random
import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from json import loads

from imgsvc.runtime.http.request_headers import (
    AMAZON_CONTEXT,
    CLIENT_ADDRESS,
    REAL_ADDRESS,
    REQUEST_ID,
    REQUEST_START,
)

# The request line and all headers, without what is behind them; more is answered 431.
MAX_HEAD_BYTES = 64 * 1024
# As many as gunicorn reads.
_MOST_LINES = 100
# nginx: proxy_set_header X-Request-Start "t=${msec}"; others write whole milliseconds or microseconds.
_START = re.compile(r"(?:t=)?(\d{10}(?:\.\d{0,9})?|\d{13}|\d{16})", re.ASCII)
# No client waits longer: a proxy that says so has another clock.
_LONGEST_WAIT_SECONDS = 600.0
# SECURITY: what stands there in a line that is no request may be anything, a signed path too.
_METHOD = re.compile(r"[A-Z]{1,20}")
# SECURITY: of a line with a blank too many, the first piece could be a signature alone.
_TARGET_AND_VERSION = re.compile(r"(\S+) HTTP/\d\.\d")
_HOST = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")
_HAS_START = re.compile(rb"\r\nx-request-start[ \t]*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Head:
    """The words of the first line, and the headers by lower-case name; of several the first one counts."""

    method: str
    target: str
    headers: Mapping[str, str]


def read_head(received: bytes) -> Head:
    """The head at the beginning of what was received, whole or not."""
    first, *lines = received.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n", _MOST_LINES)
    method, _, rest = first.partition(" ")
    if not _METHOD.fullmatch(method):
        method = rest = ""
    headers: dict[str, str] = {}
    for line in lines[: _MOST_LINES - 1]:
        name, colon, value = line.partition(":")
        if colon:
            headers.setdefault(name.strip().lower(), value.strip())
    found = _TARGET_AND_VERSION.fullmatch(rest)
    return Head(method, without_host(found[1]) if found else "", headers)


def without_host(target: str) -> str:
    """A request target in its absolute form less the scheme and the host; any other one as it is."""
    return _HOST.sub("", target, count=1) if not target.startswith("/") else target


def proxy_waited_seconds(received: bytes, now: float) -> float:
    """How long ago the proxy says that it got this request; `now` is Unix seconds."""
    # PERF: most requests come without it.
    if not _HAS_START.search(received):
        return 0.0
    return waited_seconds(REQUEST_START.usable(read_head(received).headers.get(REQUEST_START.name, "")), now)


def waited_seconds(request_start: str, now: float) -> float:
    """How long ago the proxy got the request, by X-Request-Start; 0 where it does not say, or what cannot be."""
    found = _START.fullmatch(request_start.strip())
    if not found:
        return 0.0
    digits = len(found[1].partition(".")[0])
    waited = now - float(found[1]) / 10.0 ** (digits - 10)
    return waited if 0 <= waited <= _LONGEST_WAIT_SECONDS else 0.0


def request_id(headers: Mapping[str, str]) -> str:
    """The id that the client or the load balancer gave the request, if it is a short plain word; else a new one."""
    for found in (headers.get(REQUEST_ID.name, ""), _amazon_id(headers.get(AMAZON_CONTEXT.name, ""))):
        if usable := REQUEST_ID.usable(found):
            return usable
    # PERF: no secret, only another one each time; the kernel is not asked for it.
    return urlsafe_b64encode(random.randbytes(16)).decode()[:21]  # noqa: S311 (as said)


def _amazon_id(text: str) -> str:
    if not AMAZON_CONTEXT.usable(text):
        return ""
    try:
        context = loads(text)
    # A number of thousands of digits is a ValueError that is none of JSON's.
    except (ValueError, RecursionError):
        return ""
    found = context.get("requestId") if isinstance(context, dict) else None
    return found if isinstance(found, str) else ""


def client_ip(headers: Mapping[str, str], peer: str) -> str:
    """For the log alone: anybody can send these headers."""
    forwarded = headers.get("x-forwarded-for", "").partition(",")[0].strip()
    told = (headers.get(CLIENT_ADDRESS.name, ""), forwarded, headers.get(REAL_ADDRESS.name, ""))
    return next(filter(None, map(REAL_ADDRESS.usable, told)), peer)

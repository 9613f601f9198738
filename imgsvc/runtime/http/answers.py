"""The answers that are given without the application: to what is no request, too slow, too old, or ends its worker.

Refusals (refusals.py) sends them; nothing else does, so that each of them is counted and logged.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus

# Of every answer, the application's too.
EVERY_ANSWER: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox",
    # SECURITY: raw answers and SVG are strangers' bytes; a browser must take them for what they are called.
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Words:
    """What the operator has answers say: who the server is, that it is well, and headers of his own."""

    server: str = "imgsvc"
    health: str = "imgsvc is running"
    custom: Mapping[str, str] = field(default_factory=dict)


# Of this process, and of those that it forks.
_words = [Words()]


def speak(words: Words) -> None:
    """Have every answer from here on say this."""
    _words[:] = [words]


def words() -> Words:
    """What answers say."""
    return _words[0]


# Seconds after which a client that was turned away may come back.
RETRY_AFTER_SECONDS = 1


def answer(status: int, request_id: str, *, has_body: bool = True) -> bytes:
    """A whole answer of this status that closes the connection; a 503 says when to try again."""
    headers = {**words().custom, "Content-Type": "text/plain; charset=utf-8"}
    # COMPAT: a 400 says nothing about caching, and has no policy, as imgproxy's; no cache keeps one unasked (RFC 9111),
    # and there is nothing in it to draw.
    if status == HTTPStatus.BAD_REQUEST:
        headers["Content-Security-Policy"] = ""
    else:
        headers["Cache-Control"] = "no-store"
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return whole(status, f"{status} {HTTPStatus(status).phrase}", headers, request_id, has_body=has_body)


def whole(status: int, text: str, headers: Mapping[str, str], request_id: str, *, has_body: bool = True) -> bytes:
    """A whole answer of a few words that closes the connection, with what every answer has; empty headers are none."""
    every = {
        "Server": words().server,
        **EVERY_ANSWER,
        "Date": _date(int(time.time())),
        "Connection": "close",
        "Content-Type": "text/plain",
        "X-Request-Id": request_id,
        "Content-Length": str(len(text)),
        **headers,
    }
    fields = (f"{name}: {value}" for name, value in every.items() if value)
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", *fields]
    return "\r\n".join([*lines, "", text if has_body else ""]).encode()


# PERF: an overload is thousands of answers a second.
@lru_cache(maxsize=1)
def _date(now: int) -> str:
    return formatdate(now, usegmt=True)

"""The answers that are given without the application: to what is no request, too slow, too old, or ends its worker.

Refusals (refusals.py) sends them; nothing else does, so that each of them is counted and logged.
"""

import time
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus

# Seconds after which a client that was turned away may come back.
RETRY_AFTER_SECONDS = 1


def answer(status: int, request_id: str, *, has_body: bool = True) -> bytes:
    """A whole answer of this status that closes the connection; a 503 says when to try again."""
    text = f"{status} {HTTPStatus(status).phrase}"
    lines = [
        f"HTTP/1.1 {text}",
        "Server: imgsvc",
        f"Date: {_date(int(time.time()))}",
        "Connection: close",
        "Content-Type: text/plain; charset=utf-8",
        f"Content-Length: {len(text)}",
        f"X-Request-Id: {request_id}",
        "X-Content-Type-Options: nosniff",
    ]
    # COMPAT: a 400 says nothing about caching, as imgproxy's; no cache keeps one unasked (RFC 9111).
    if status != HTTPStatus.BAD_REQUEST:
        lines.append("Cache-Control: no-store")
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        lines.append(f"Retry-After: {RETRY_AFTER_SECONDS}")
    return "\r\n".join([*lines, "", text if has_body else ""]).encode()


# PERF: an overload is thousands of answers a second.
@lru_cache(maxsize=1)
def _date(now: int) -> str:
    return formatdate(now, usegmt=True)

"""The answers that are given without the application: to what is no request, too slow, too old, or ends its worker."""

from http import HTTPStatus

# Seconds after which a client that was turned away may come back.
RETRY_AFTER_SECONDS = 1


def answer(status: int) -> bytes:
    """A whole answer of this status that closes the connection; a 503 says when to try again."""
    text = f"{status} {HTTPStatus(status).phrase}"
    lines = [
        f"HTTP/1.1 {text}",
        "Server: imgsvc",
        "Content-Type: text/plain; charset=utf-8",
        "X-Content-Type-Options: nosniff",
        "Connection: close",
        f"Content-Length: {len(text)}",
    ]
    # COMPAT: a 400 says nothing about caching, as imgproxy's; no cache keeps one unasked (RFC 9111).
    if status != HTTPStatus.BAD_REQUEST:
        lines.append("Cache-Control: no-store")
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        lines.append(f"Retry-After: {RETRY_AFTER_SECONDS}")
    return "\r\n".join([*lines, "", text]).encode()

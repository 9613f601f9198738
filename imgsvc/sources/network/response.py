"""An answer's head, as far as it says how long the body is and whether the connection may be used again.

Written anew because the standard library ends at a hundred headers and at a line of 64 KiB, reads a length that is none
as no length, and takes a body in a transfer coding that it does not know for the picture (RFC 9112 6).
"""

import http.client
import re
from collections.abc import Iterable

# Informational answers before the one that counts.
MAX_INFORMATIONAL = 10
# Of the heads of one answer together.
MAX_HEAD_BYTES = 1 << 20

# RFC 9112 2.2: within a line a bare CR is a space; an LF ends it, and is in none that was read.
_LINE_ENDS = str.maketrans("\r\n", "  ")
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_LENGTH = re.compile(r"[0-9]{1,18}")
_NO_BODY = frozenset({101, 204, 304})

Fields = list[tuple[str, str]]


class FinalResponse(http.client.HTTPResponse):
    """An answer without the informational ones before it, which the standard library knows 100 of only.

    RFC 9110 15.2: a client takes them, also those that it did not ask for; 101 is the last that comes as HTTP.
    """

    _left = MAX_HEAD_BYTES

    def begin(self) -> None:
        """As the parent's: read the head."""
        version, self.status, reason = self._read_status()
        self.code, self.reason = self.status, reason.strip()
        self.version = _version(version)
        fields = self._read_fields()
        self.chunked = is_chunked(fields)
        self.chunk_left = None
        self.length = None if self.chunked else body_length(fields)
        self.headers = self.msg = _message(fields, self.length)
        if self.status in _NO_BODY:
            self.length = 0
        ends_with_connection = self.length is None and not self.chunked
        self.will_close = ends_with_connection or self._check_close()  # type: ignore[attr-defined]  # typeshed leaves it out

    def _read_status(self) -> tuple[str, int, str]:
        for _ in range(MAX_INFORMATIONAL + 1):
            version, status, reason = super()._read_status()  # type: ignore[misc]  # typeshed leaves it out
            if status >= 200 or status == 101:
                return version, status, reason
            self._read_fields()
        raise http.client.HTTPException(f"more than {MAX_INFORMATIONAL} informational answers")

    def _read_fields(self) -> Fields:
        lines: list[bytes] = []
        while line := self.fp.readline(self._left + 1):
            self._left -= len(line)
            if self._left < 0:
                raise http.client.HTTPException(f"a head of more than {MAX_HEAD_BYTES} bytes")
            if line in (b"\r\n", b"\n"):
                return fields_of(lines)
            lines.append(line)
        raise http.client.HTTPException("the head ends early")


def fields_of(lines: Iterable[bytes]) -> Fields:
    """Names and values of a head's lines, continued ones joined (RFC 9112 5.2); a line that is none is passed over."""
    fields: Fields = []
    for line in lines:
        text = line.decode("latin-1").rstrip("\r\n").translate(_LINE_ENDS)
        name, colon, value = text.partition(":")
        if text[:1] in (" ", "\t"):
            if fields:
                fields[-1] = fields[-1][0], f"{fields[-1][1]} {text.strip()}".strip()
        elif colon and _NAME.fullmatch(name := name.rstrip(" \t")):
            fields.append((name, value.strip(" \t")))
    return fields


def is_chunked(fields: Fields) -> bool:
    """Whether the body comes in chunks; HTTPException where it is coded in a way that nobody knows how to undo."""
    codings = [each.lower() for each in _values(fields, "transfer-encoding") if each.lower() != "identity"]
    if codings not in ([], ["chunked"]):
        raise http.client.HTTPException(f"a transfer coding that is not known: {', '.join(codings)[:99]}")
    return bool(codings)


def body_length(fields: Fields) -> int | None:
    """What Content-Length says; HTTPException where it says nothing that is a length, or several things."""
    values = set(_values(fields, "content-length"))
    if not values:
        return None
    if len(values) > 1 or not _LENGTH.fullmatch(text := values.pop()):
        raise http.client.HTTPException("a Content-Length that is none")
    return int(text)


def _values(fields: Fields, name: str) -> list[str]:
    return [each.strip() for key, value in fields if key.lower() == name for each in value.split(",")]


def _message(fields: Fields, length: int | None) -> http.client.HTTPMessage:
    """The fields, with one length or none: what urllib3 makes of several, or of one beside chunks, is not asked."""
    message = http.client.HTTPMessage()
    for name, value in fields:
        if name.lower() != "content-length":
            message[name] = value
    if length is not None:
        message["Content-Length"] = str(length)
    return message


def _version(text: str) -> int:
    if text in ("HTTP/1.0", "HTTP/0.9"):
        return 10
    if text.startswith("HTTP/1."):
        return 11
    raise http.client.UnknownProtocol(text)

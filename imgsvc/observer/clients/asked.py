"""What a client of the observer asks for: the head of a request, read strictly."""

import re
from dataclasses import dataclass

MOST_BYTES = 8192
METHODS = frozenset({"GET", "HEAD"})

_END = re.compile(rb"\r?\n\r?\n")
_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([!-~]+) HTTP/1\.(\d)")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[^\0]*")
_AUTHORITY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?]*")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request; its `path` is without a query."""

    method: str
    path: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A head that is answered with this status."""

    status: int


def asked(received: bytes) -> Asked | Refused | None:
    """The request, once its head is there whole; what follows it does not count."""
    # RFC 9112 2.2: empty lines before a request are passed over.
    found = received.lstrip(b"\r\n")
    end = _END.search(found)
    if (end.start() if end else len(found)) > MOST_BYTES:
        return Refused(431)
    if end is None:
        return Refused(431) if len(received) > MOST_BYTES else None
    first, *fields = re.split(rb"\r?\n", found[: end.start()])
    line = _LINE.fullmatch(first)
    names = [match[1].lower() for match in map(_FIELD.fullmatch, fields) if match]
    # RFC 9112 3.2: HTTP/1.1 has one Host.
    if not line or len(names) != len(fields) or names.count(b"host") not in ((1,) if line[3] != b"0" else (0, 1)):
        return Refused(400)
    if line[1].decode() not in METHODS:
        return Refused(405)
    return Asked(line[1].decode(), _AUTHORITY.sub("", line[2].decode(), count=1).partition("?")[0] or "/")

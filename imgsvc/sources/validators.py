"""Conditional and range requests, for sources that must answer them themselves (RFC 9110 13 and 14)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_RANGE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*(?:,.*)?", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a body: its first and last byte, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        """Bytes in it."""
        return self.last - self.first + 1


def is_current(validators: Mapping[str, str], headers: Mapping[str, str]) -> bool:
    """Whether the client's copy is still good; If-None-Match outweighs If-Modified-Since."""
    if asked := headers.get("if-none-match"):
        tag = validators.get("etag", "")
        return asked.strip() == "*" or (bool(tag) and _opaque(tag) in map(_opaque, asked.split(",")))
    # PERF: most requests ask for no condition; reading a date takes 15 µs.
    since = _moment(headers["if-modified-since"]) if "if-modified-since" in headers else None
    modified = _moment(validators.get("last-modified", "")) if since else None
    return since is not None and modified is not None and modified <= since


def is_in_bytes(range_header: str) -> bool:
    """Whether a Range header counts in bytes; RFC 9110 14.2: one in another unit is to be ignored."""
    return range_header.partition("=")[0].strip().lower() == "bytes"


def may_resume(validators: Mapping[str, str], headers: Mapping[str, str]) -> bool:
    """Whether a part may be given: without If-Range, or where that names, strongly, what there is (RFC 9110 13.1.5)."""
    asked = headers.get("if-range", "").strip()
    return not asked or asked in (validators.get("etag"), validators.get("last-modified"))


def requested_span(header: str, size: int) -> Span | None:
    """The first range of a Range header, cut to `size`; None where there is nothing to give (416)."""
    match = _RANGE.fullmatch(header.strip())
    if not match or not (match[1] or match[2]):
        return None
    if not match[1]:
        first, last = max(size - int(match[2]), 0), size - 1
    else:
        first, last = int(match[1]), min(int(match[2] or size - 1), size - 1)
    return Span(first, last) if first <= last else None


def _opaque(tag: str) -> str:
    # Some stores give their tags without quotes, and a client may put them around.
    return tag.strip().removeprefix("W/").strip('"')


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

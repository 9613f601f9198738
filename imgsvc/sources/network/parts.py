"""Reading as much of a source as an answer needs: its beginning, then whatever part of it turns out to be missing.

Each part is a request of its own, which passes all that a request for the whole would: allowed sources and addresses at
every hop, the deadline, the bounds. An origin that has no ranges is read from its beginning on, and left.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from io import BytesIO
from typing import NamedTuple

from imgsvc.errors import SourceTooLargeError
from imgsvc.parts import MissingPartError, Parts
from imgsvc.runtime.scope import NotAtOnceError, Scope
from imgsvc.sources.fetching import Fetch
from imgsvc.sources.network.body import ABSOLUTE_MAX_BYTES, check_status, fetch, incomplete, length, reserved
from imgsvc.sources.network.unzipping import decoder
from imgsvc.sources.source import Fetched, Source, SourceRequest, Stream

# Of one request at least.
PART_BYTES = 64 * 1024
# Then all of it is fetched: there is more in it than can be looked for.
MOST_REQUESTS = 8
_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)", re.ASCII)
_CONDITIONS = frozenset({"if-none-match", "if-modified-since"})
# True of the part alone, or of a body that is packed.
_OF_THE_PART = frozenset({"content-range", "content-length", "content-encoding"})

# Raises MissingPartError; what else it raises is the answer's affair.
Read = Callable[[Parts], object]


class _Span(NamedTuple):
    first: int
    last: int
    size: int | None


def fetch_parts(source: Source, request: SourceRequest, scope: Scope, max_bytes: int, read: Read) -> Fetched:
    """As many parts of the source as `read` does not say are missing; `max_bytes` counts for the whole, as in `fetch`.

    Asked for packed, or in a way that makes no sense, the whole is fetched.
    """
    if not scope.can_wait:
        raise NotAtOnceError("what is read in parts is left to who can wait")
    try:
        found = _Reading(source, request, scope, max_bytes or ABSOLUTE_MAX_BYTES, read).fetched()
    except BaseException:
        if scope.credit:
            scope.credit.release()
        raise
    return found or fetch(source, request, scope, max_bytes)


class _Reading:
    def __init__(self, source: Source, request: SourceRequest, scope: Scope, limit: int, read: Read) -> None:
        self._source, self._request, self._scope = source, request, scope
        self._limit, self._read = limit, read
        self._parts = Parts()
        self._headers: Mapping[str, str] = {}

    def fetched(self) -> Fetched | None:
        """What is there once nothing is missing; None where it cannot be had in parts."""
        start, end = 0, PART_BYTES
        for _ in range(MOST_REQUESTS):
            with Fetch(self._source, self._asking(start, end), self._scope) as stream:
                if stream.status == 304:
                    return Fetched(304, stream.headers, b"")
                if stream.status == 200:
                    return self._from_the_beginning(stream)
                if not self._takes(stream, start, end):
                    return None
            missing = self._missing()
            if missing is None:
                return self._result()
            start, end = missing
        return None

    def _asking(self, start: int, end: int) -> SourceRequest:
        headers = {**self._request.headers, "range": f"bytes={start}-{end - 1}"}
        if self._parts.pieces:
            headers = {name: value for name, value in headers.items() if name not in _CONDITIONS}
            tag = self._headers.get("etag", "")
            if tag.startswith('"'):
                headers["if-range"] = tag
        return replace(self._request, headers=headers)

    def _takes(self, stream: Stream, start: int, end: int) -> bool:
        """Add a part; whether it is the one that was asked for, of the file that the others are of."""
        if stream.status == 416:
            return False
        if stream.status != 206:
            check_status(stream, self._request.source)
        span = _span(stream.headers)
        is_packed = decoder(stream.headers.get("content-encoding", "")) is not None
        if span is None or is_packed or span.first != start:
            return False
        if self._parts.pieces and (span.size, stream.headers.get("etag")) != (
            self._parts.size,
            self._headers.get("etag"),
        ):
            return False
        if not self._parts.pieces:
            self._headers = stream.headers
            self._parts = Parts({}, span.size)
            self._check_size(span.size)
        self._parts = self._parts.with_piece(start, self._piece(stream, min(span.last + 1, end) - start))
        return True

    def _piece(self, stream: Stream, expected: int) -> bytes:
        if self._scope.credit:
            self._scope.credit.reserve(self._scope, self._parts.there + expected, is_all=True)
        body = BytesIO()
        for chunk in stream.chunks():
            self._scope.receive(chunk)
            body.write(chunk[: expected - body.tell()])
            if body.tell() == expected:
                break
        if body.tell() < expected:
            raise incomplete(expected, body.tell())
        return body.getvalue()

    def _missing(self) -> tuple[int, int] | None:
        """The part that is needed next."""
        try:
            self._read(self._parts)
        except MissingPartError as error:
            begun = len(self._parts.beginning)
            start = begun if error.start <= begun < error.end else error.start
            end = max(error.end, start + PART_BYTES)
            return start, end if self._parts.size is None else min(end, self._parts.size)
        except Exception:  # noqa: BLE001 (whatever it is, it comes up again where it is answered)
            return None
        return None

    def _from_the_beginning(self, stream: Stream) -> Fetched:
        """Read on, as far as needed, what has no ranges, or is another file by now."""
        decodes = decoder(stream.headers.get("content-encoding", ""))
        expected = None if decodes else length(stream.headers)
        self._headers, self._parts = stream.headers, Parts({}, expected)
        self._check_size(expected)
        chunks = stream.chunks()
        if self._scope.credit:
            chunks = reserved(chunks, self._scope.credit, self._scope, None)
        body, wanted = BytesIO(), PART_BYTES
        for chunk in decodes(chunks) if decodes else chunks:
            self._scope.receive(chunk)
            body.write(chunk)
            self._check_size(body.tell())
            if body.tell() < wanted:
                continue
            self._parts = Parts({0: body.getvalue()}, expected)
            missing = self._missing()
            if missing is None:
                return self._result()
            # Twice as much each time, so that it is not read anew for every little bit.
            wanted = max(missing[1], 2 * body.tell())
        if expected is not None and body.tell() < expected:
            raise incomplete(expected, body.tell())
        self._parts = Parts.whole(body.getvalue())
        return self._result()

    def _check_size(self, size: int | None) -> None:
        if size is not None and size > self._limit:
            raise SourceTooLargeError(f"the source has {size} bytes; {self._limit} are allowed")

    def _result(self) -> Fetched:
        headers = {name: value for name, value in self._headers.items() if name not in _OF_THE_PART}
        return Fetched(200, headers, b"", self._parts)


def _span(headers: Mapping[str, str]) -> _Span | None:
    """What Content-Range says; None where it makes no sense."""
    match = _RANGE.fullmatch(headers.get("content-range", "").strip())
    if not match:
        return None
    first, last, size = int(match[1]), int(match[2]), None if match[3] == "*" else int(match[3])
    return _Span(first, last, size) if first <= last and (size is None or last < size) else None

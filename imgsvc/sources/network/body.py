"""Reading a source whole: which statuses are an image, how large it may be, when it is complete."""

import re
import sys
from collections.abc import Iterator, Mapping
from io import BytesIO
from types import TracebackType

from imgsvc.errors import SourceError, SourceIncompleteError, SourceStatusError, SourceTooLargeError
from imgsvc.runtime.scope import Credit, NotAtOnceError, Scope
from imgsvc.runtime.workers.memory import MMAP_BYTES
from imgsvc.source_url import SourceUrl
from imgsvc.sources.fetching import Fetch
from imgsvc.sources.network.unzipping import decoder
from imgsvc.sources.source import Fetched, Source, SourceRequest, Stream

# No source is held in memory beyond this, even where MAX_SRC_FILE_SIZE sets no limit: larger than any
# image that MAX_SRC_RESOLUTION lets through in practice, and small enough that one worker can hold it.
ABSOLUTE_MAX_BYTES = 512 * 1024 * 1024
EXCERPT_BYTES = 1024
# No chunk of a source is larger.
CHUNK_BYTES = 256 * 1024
# By so much what is reserved of a source grows, where its length is not known.
STEP_BYTES = 1024 * 1024
# What is larger is left to who can wait for it, before its first byte is read; and what is not there in so long, which
# is a long time for so little from an origin that is quick, is asked for once more by them.
AT_ONCE_BYTES = 16 * 1024 * 1024
AT_ONCE_SECONDS = 0.25
# COMPAT: until so much of a body is there, imgproxy is still looking for its format, and a fallback image may step in.
START_BYTES = 32 * 1024

# Headers that are true of the compressed body alone.
_ENCODED = frozenset({"content-encoding", "content-length"})
_WHOLE_RANGE = re.compile(r"bytes 0-(\d{1,18})/(\d{1,18}|\*)", re.ASCII)


def fetch(source: Source, request: SourceRequest, scope: Scope, max_bytes: int) -> Fetched:
    """The whole image behind `request.source`, decompressed; `max_bytes` 0 stands for ABSOLUTE_MAX_BYTES."""
    try:
        with _answered(source, request, scope) as stream:
            if stream.status == 304:
                return Fetched(304, stream.headers, b"")
            check_status(stream, request.source)
            return _whole(stream, scope, max_bytes or ABSOLUTE_MAX_BYTES)
    except BaseException:
        if scope.credit:
            scope.credit.release()
        raise


def _answered(source: Source, request: SourceRequest, scope: Scope) -> Stream:
    """The answer, of which no body has been read; one whose body will take is left to who can wait for it."""
    key = Fetch, request.source.text
    stream: Stream = scope.handed_over(key) or Fetch(source, request, scope)
    if not scope.can_wait and stream.status != 304:
        try:
            _must_come_at_once(length(stream.headers), scope)
        except NotAtOnceError:
            scope.hand_over(key, stream)
            raise
    return stream


def _must_come_at_once(expected: int | None, scope: Scope) -> None:
    """NotAtOnceError for a body that may be long, or has no room; once begun, it is asked for anew if it does not."""
    if expected is None or expected > AT_ONCE_BYTES:
        raise NotAtOnceError("the source is too long to come at once")
    if scope.credit and expected:
        scope.credit.reserve(scope, expected, is_all=True)
    scope.patient_until += AT_ONCE_SECONDS


def _whole(stream: Stream, scope: Scope, limit: int) -> Fetched:
    if decodes := decoder(stream.headers.get("content-encoding", "")):
        headers = {name: value for name, value in stream.headers.items() if name not in _ENCODED}
        return Fetched(200, headers, _joined(decodes(stream.chunks()), scope, limit))
    expected = length(stream.headers)
    if expected is not None and expected > limit:
        raise SourceTooLargeError(f"the source has {expected} bytes; {limit} are allowed")
    body = _joined(stream.chunks(), scope, limit, expected)
    if expected is not None and len(body) < expected:
        raise incomplete(expected, len(body))
    return Fetched(200, stream.headers, body if expected is None else body[:expected])


class Bounded(Stream):
    """A stream of at most `max_bytes`, 0 for any number: what has more ends in a SourceTooLargeError."""

    def __init__(self, stream: Stream, max_bytes: int) -> None:
        self.status, self.headers = stream.status, stream.headers
        self._stream, self._max_bytes = stream, max_bytes
        if max_bytes and self.status != 304 and (size := _size(stream.headers)) > max_bytes:
            error = SourceTooLargeError(f"the source has {size} bytes; {max_bytes} are allowed")
            stream.__exit__(type(error), error, None)
            raise error

    def chunks(self) -> Iterator[bytes]:
        """The body as it comes."""
        came = 0
        for chunk in self._stream.chunks():
            came += len(chunk)
            if self._max_bytes and came > self._max_bytes:
                raise SourceTooLargeError(f"the source has more than the {self._max_bytes} bytes that are allowed")
            yield chunk

    def close(self) -> None:
        """Give it up."""
        self._stream.close()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it, by this error if there is one."""
        self._stream.__exit__(kind, error, trace)


def _size(headers: Mapping[str, str]) -> int:
    """Bytes of the whole source, of which this answer may be a part; 0 where nothing says it."""
    total = headers.get("content-range", "").rpartition("/")[2]
    return length({"content-length": total}) or length(headers) or 0


def length(headers: Mapping[str, str]) -> int | None:
    """What Content-Length says; None where it is missing or says nothing."""
    text = headers.get("content-length", "")
    return int(text) if text.isdecimal() and text.isascii() and len(text) <= 18 else None


def is_whole(headers: Mapping[str, str]) -> bool:
    """Whether a 206's Content-Range covers the whole file, its last byte known from one side or the other."""
    match = _WHOLE_RANGE.fullmatch(headers.get("content-range", ""))
    if not match:
        return False
    total = length(headers) if match[2] == "*" else int(match[2])
    return total is not None and int(match[1]) == total - 1


def check_status(stream: Stream, source: SourceUrl) -> None:
    """SourceStatusError for an answer that is not the whole image."""
    status = stream.status
    if status == 200 or (status == 206 and is_whole(stream.headers)):
        return
    answered = _answered_status(status)
    said = f": {excerpt!r}" if (excerpt := _excerpt(stream)) else ""
    raise SourceStatusError(f"{source} answered {status}{said}", status=answered)


def _answered_status(status: int) -> int:
    if 400 <= status < 500:
        return status
    return 502 if status >= 500 else 404


def _excerpt(stream: Stream) -> bytes:
    """The beginning of an error page, for the log."""
    if not stream.headers.get("content-type", "").startswith("text/"):
        return b""
    try:
        return next(stream.chunks(), b"")[:EXCERPT_BYTES]
    except SourceError:
        return b""


def _joined(chunks: Iterator[bytes], scope: Scope, limit: int, expected: int | None = None) -> bytes:
    # PERF: a BytesIO hands its buffer out uncopied; a list and a join would hold every byte twice. One that grows
    # leaves smaller ones behind, a third of a large source.
    body = BytesIO()
    try:
        for chunk in reserved(chunks, scope.credit, scope, expected) if scope.credit else chunks:
            scope.receive(chunk)
            if expected and not body.tell() and _may_have_room(scope, expected):
                body = BytesIO(bytes(expected))
            body.write(chunk)
            if body.tell() > limit:
                raise SourceTooLargeError(f"the source has more than the {limit} bytes that are allowed")
    except SourceError as error:
        error.at_start = body.tell() < START_BYTES
        raise
    body.truncate()
    return body.getvalue()


def _may_have_room(scope: Scope, size: int) -> bool:
    """Whether there may be room for all of it from the start.

    There is credit for it, or it gets pages of its own, which take no memory until they are written to; what comes from
    a used heap is cleared.
    """
    credit = scope.credit
    return credit is None or size >= MMAP_BYTES or credit.reserve(scope, size, is_all=True) >= size


def reserved(chunks: Iterator[bytes], credit: Credit, scope: Scope, expected: int | None) -> Iterator[bytes]:
    """The chunks, each of which is read when there is room for it."""
    allowed = credit.reserve(scope, expected, is_all=True) if expected else 0
    came, most = 0, sys.maxsize if expected is None else expected
    # What comes beyond its length would be dropped anyway.
    while came < most:
        if min(came + CHUNK_BYTES, most) > allowed:
            allowed = credit.reserve(scope, min(came + STEP_BYTES, most))
        chunk = next(chunks, b"")
        if not chunk:
            break
        came += len(chunk)
        yield chunk
    credit.reserve(scope, came, is_all=True)


def incomplete(expected: int, came: int) -> SourceIncompleteError:
    """The error of a body that ends early."""
    error = SourceIncompleteError(f"the source has {expected} bytes, of which {came} came")
    error.at_start = came < START_BYTES
    return error

"""Passes a source's own answer on: its status, a few of its headers, its bytes as they come."""

import errno
import logging
from collections.abc import Callable, Iterator, Mapping
from itertools import chain

from imgsvc.codecs.sniff import sniff
from imgsvc.errors import (
    ClientClosedRequestError,
    RenderingError,
    RequestTimeoutError,
    SourceStatusError,
    UnknownFormatError,
)
from imgsvc.rendition import RawRendition
from imgsvc.runtime.scope import Scope
from imgsvc.sources.network.body import length
from imgsvc.sources.validators import is_in_bytes

_LOG = logging.getLogger("imgsvc.web")

# Asked of the client, and handed to the source.
_REQUEST_HEADERS = ("if-none-match", "if-modified-since", "accept-encoding", "range", "if-range")

# Taken from the source's answer.
_RESPONSE_HEADERS = (
    "content-type", "content-encoding", "content-range", "accept-ranges", "last-modified", "etag",
)  # fmt: skip

# Answers that have no body, whatever the source sends.
BODILESS = (204, 304)


def source_headers(client: Mapping[str, str]) -> dict[str, str]:
    """The client's headers that the source gets; all names are lower case."""
    asked = {name: client[name] for name in _REQUEST_HEADERS if client.get(name)}
    if not is_in_bytes(asked.get("range", "")):
        asked.pop("range", None)
        asked.pop("if-range", None)
    return asked


class RawBody:
    """The source's bytes; iterated by the WSGI server, which closes it too."""

    # Its rest may be passed on elsewhere than on the thread that answers.
    is_streamed = True

    def __init__(self, rendition: RawRendition, scope: Scope, request_id: str) -> None:
        self.rendition = rendition
        self._stream = rendition.stream
        self._scope = scope
        self._request_id = request_id
        self._chunks = rendition.stream.chunks()
        self._first = b""
        self._error: RenderingError | None = None
        # Told when the answer is out, with what broke it off if anything did.
        self.when_out: Callable[[RenderingError | None], None] = lambda _error: None

    def first(self) -> bytes:
        """The first bytes, which are sent all the same."""
        self._first = self._first or next(self._chunks, b"")
        return self._first

    def __iter__(self) -> Iterator[bytes]:
        is_out = False
        try:
            with self._stream:
                for chunk in chain((self._first,) if self._first else (), self._chunks):
                    self._scope.receive(chunk)
                    given = self._scope.elapsed()
                    yield chunk
                    self._scope.waited_for_client(self._scope.elapsed() - given)
                is_out = True
        except RenderingError as error:
            if is_out and isinstance(error, ClientClosedRequestError | RequestTimeoutError):
                # Who has everything may go, and nothing is late.
                return
            self._error = error
            _LOG.warning(
                "a raw answer broke off",
                extra={"fields": {"request_id": self._request_id, "error": str(error)}},
            )
            # The status is out already: all that is left is to break the connection, so that nobody
            # takes what was sent for the whole. A server is silent about this one.
            raise ConnectionResetError(errno.ECONNRESET, "the source's answer broke off") from error

    def end(self, error: BaseException | None = None) -> None:
        """Nothing of it is sent: its head was the whole answer, or this happened."""
        self._stream.__exit__(type(error) if error else None, error, None)

    def close(self) -> None:
        """Give the source's connection back."""
        self._stream.close()
        self.when_out(self._error)


def begun(rendition: RawRendition, scope: Scope, request_id: str) -> RawBody:
    """The body of a raw answer of which the first bytes are there, if it has any.

    Read before anything is promised: a source that breaks off at once is an error like any other. So is what one that
    is secret says in place of a picture, for most pages of errors name what was asked for.
    """
    body = RawBody(rendition, scope, request_id)
    try:
        status, source = rendition.stream.status, rendition.job.source
        if source.is_secret and not (200 <= status < 300 or status == 304):
            raise SourceStatusError(f"{source} answered {status}", status=status if status >= 400 else 404)
        if rendition.stream.status not in BODILESS:
            body.first()
    except BaseException as error:
        body.end(error)
        raise
    return body


def raw_headers(body: RawBody) -> dict[str, str]:
    """The source's headers that are passed on, by lower-case name; a missing type is told from the bytes."""
    stream = body.rendition.stream
    source = stream.headers
    found = {name: source[name] for name in _RESPONSE_HEADERS if source.get(name)}
    if stream.status in BODILESS:
        found.pop("content-type", None)
        return found
    if (count := length(source)) is not None:
        found["content-length"] = str(count)
    data = body.first()
    if data and "content-type" not in found and "content-encoding" not in found:
        found["content-type"] = _media_type(data)
    return found


def _media_type(data: bytes) -> str:
    """SECURITY: never text/html, which a browser would draw in our name."""
    try:
        return sniff(data).media_type
    except UnknownFormatError:
        return "application/octet-stream"

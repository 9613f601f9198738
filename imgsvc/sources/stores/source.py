"""The source behind s3://, gs://, abs:// and swift://: one object of a store, asked for as the store says."""

import re
from collections.abc import Iterator, Mapping

from imgsvc.errors import SourceError, SourceStatusError, SourceUnreachableError
from imgsvc.runtime.scope import Scope
from imgsvc.source_url import SourceUrl
from imgsvc.sources.budget import Budget, spending
from imgsvc.sources.keys import Key, parse_key
from imgsvc.sources.source import SourceRequest, Stream
from imgsvc.sources.stores.asking import Answer, Ask, StoreClient
from imgsvc.sources.stores.containers import Containers
from imgsvc.sources.stores.store import Store
from imgsvc.sources.validators import is_current, may_resume

# Nothing else of a client's goes to a store: no cookies, and no context of a trace.
_PASSED_ON = ("if-none-match", "if-modified-since", "if-range", "range", "accept-encoding")
_RETURNED = frozenset(
    {
        *("content-length", "content-type", "content-encoding", "content-range", "accept-ranges"),
        *("cache-control", "expires", "etag", "last-modified"),
    }
)
_NOT_MODIFIED = ("etag", "last-modified", "cache-control", "expires")
_ANSWERS = frozenset({200, 206, 304})
# Of what a store says to a request that it does not grant.
_REFUSAL_BYTES = 8 * 1024
# PERF: where it is needed `re` remembers it; compiling what is needed for refusals alone costs each start.
_CODE = rb"<Code>([A-Za-z0-9._-]{1,100})</Code>"


class Told(Stream):
    """An answer that is made here: of a refusal its reason alone, or that the client's copy is still good."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes = b"") -> None:
        self.status, self.headers = status, headers
        self._body = body

    def chunks(self) -> Iterator[bytes]:
        """All of it."""
        yield from filter(None, [self._body])

    def close(self) -> None:
        """Nothing is held."""


class StoreSource:
    """Reads a store's objects, within one budget for credentials, region, headers and body.

    `query_separator` cuts a version off the key.
    """

    def __init__(
        self,
        store: Store,
        client: StoreClient,
        timeout_seconds: float,
        *,
        query_separator: str = "?",
        containers: Containers = Containers(),
    ) -> None:
        self.store = store
        self._client = client
        self._timeout_seconds = timeout_seconds
        self._query_separator = query_separator
        self._containers = containers

    def open(self, request: SourceRequest, scope: Scope) -> Stream:
        """The object's answer: 200, 206, 304, or what the store refuses it with."""
        key = self.key(request.source)
        headers = _passed_on(request.headers) if request.headers else {}
        budget = Budget(self._timeout_seconds, scope)
        with spending(budget):
            budget.check()
            stream = self._answer(key, headers, request.source)
            # RFC 9110 13.1.5: of another version than the client's no part is given. Not every store looks.
            if headers and stream.status == 206 and not may_resume(stream.headers, headers):
                stream.close()
                whole = {name: value for name, value in headers.items() if name not in ("range", "if-range")}
                stream = self._answer(key, whole, request.source)
        return _compared(stream, headers) if headers else stream

    def key(self, source: SourceUrl) -> Key:
        """What the URL names; SourceUnreachableError where that cannot be, or may not be read."""
        key = parse_key(source, self._query_separator)
        if not key.container or not key.key:
            raise SourceUnreachableError(f"{source} names no {'key' if key.container else 'bucket'}")
        try:
            self._containers.check(key.container, key.key)
            self.store.check(key.container)
        except SourceUnreachableError as error:
            raise SourceUnreachableError(f"{source}: {error}") from None
        return key

    def awaited(self, source: SourceUrl) -> str:
        """The origin whose answer comes first: the bucket's, or where there is no login, that of who gives it."""
        if self.store.is_logged_in:
            return source.origin
        return self._client.login_origin or f"{source.scheme}://"

    def login(self, scope: Scope) -> str:
        """Have what requests are signed with; where that is from, in words."""
        with spending(Budget(self._timeout_seconds, scope)):
            return self.store.login()

    def close(self) -> None:
        """Close every idle connection of this process."""
        self._client.close()

    def _answer(self, key: Key, headers: Mapping[str, str], source: SourceUrl) -> Stream:
        ask = self.store.ask(key, headers)
        found = self._asked(ask, source)
        if isinstance(found, Answer) and self.store.learns(key, ask, found):
            found = self._asked(self.store.ask(key, headers), source)
        return _told(found, source) if isinstance(found, Answer) else found

    def _asked(self, ask: Ask, source: SourceUrl) -> Stream | Answer:
        """The object, or what the store says in place of it."""
        stream = self._client.send(ask, source)
        if stream.status in _ANSWERS:
            kept = _NOT_MODIFIED if stream.status == 304 else _RETURNED
            stream.headers = {name: value for name, value in stream.headers.items() if name in kept}
            return stream
        with stream:
            return Answer(stream.status, stream.headers, beginning(stream))


def _passed_on(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: headers[name] for name in _PASSED_ON if headers.get(name)}


def beginning(stream: Stream) -> bytes:
    """Of what a store says in place of an object."""
    body = b""
    try:
        for chunk in stream.chunks():
            body += chunk
            if len(body) >= _REFUSAL_BYTES:
                break
    except SourceError:
        # The status is known; its reason is not.
        pass
    return body[:_REFUSAL_BYTES]


def refusal_code(refusal: Answer) -> bytes:
    """What a store calls its reason, where it has one."""
    code = re.search(_CODE, refusal.body)
    return code[1] if code else b""


def _told(refusal: Answer, source: SourceUrl) -> Told:
    """SECURITY: of a refusal the code alone, for S3's repeats the request with its token, and a raw URL shows it."""
    reason = refusal_code(refusal)
    if not 400 <= refusal.status <= 599:
        raise SourceStatusError(f"{source} answered {refusal.status} {reason.decode()}".rstrip(), status=404)
    headers = {name: value for name, value in refusal.headers.items() if name == "content-range"}
    return Told(refusal.status, {**headers, "content-type": "text/plain", "content-length": str(len(reason))}, reason)


def _compared(stream: Stream, headers: Mapping[str, str]) -> Stream:
    """RFC 9110 13.1: not every store compares, and some compare dates to the fraction of a second."""
    if stream.status != 200 or not is_current(stream.headers, headers):
        return stream
    stream.close()
    return Told(304, {name: stream.headers[name] for name in _NOT_MODIFIED if name in stream.headers})

"""Asking a store, or whoever gives the credentials for it: what is signed is what is sent, and nothing of it is shown.

SECURITY: this client stands beside that for http(s), and its guard lets every address pass: the operator chose the
endpoint, and credentials live on link-local addresses. So no server that it asks may come from a URL: containers are
held against their store's grammar before there is a request, and no redirect is followed.

PERF: values of the stores are named tuples: a frozen dataclass takes 0.3 ms to be made, at each start, and a request
that is one three times as long.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from urllib3.util import SKIP_HEADER

from imgsvc.errors import SourceStatusError, SourceTooLargeError, SourceUnreachableError
from imgsvc.source_url import SourceUrl
from imgsvc.sources.budget import current
from imgsvc.sources.network.client import FOREIGN_ERRORS, Client, HttpStream, innermost, translated
from imgsvc.sources.network.lookups import Resolve, system_addresses
from imgsvc.sources.network.pool import MAX_CONNECTIONS, PreparedFetch
from imgsvc.sources.settings import SourceSettings

# Of an answer that is read whole: a token, a list of endpoints.
MAX_ANSWER_BYTES = 1024 * 1024


class Ask(NamedTuple):
    """One request, to the byte: `url` is made by `SourceUrl.asking`, or is the server's, with the `target` to ask for.

    A target is made of what targets.quoted gives, and goes out as it was signed. What is secret is in no repr.

    One that is `direct` goes past a proxy of the environment: link-local addresses mean this machine alone.
    """

    url: SourceUrl
    headers: Mapping[str, str] = MappingProxyType({})
    method: str = "GET"
    body: bytes = b""
    is_direct: bool = False
    # What it is signed with, for who learns of a refusal; another thread may have had something newer meanwhile.
    login: object = None
    target: str = ""

    def __repr__(self) -> str:
        return f"Ask({self.method})"


class Answer(NamedTuple):
    """A small answer, read whole; names of headers are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        return f"Answer({self.status})"


class StoreClient:
    """Asks on the budget that is being spent, from any number of threads; `connections` to a server are kept."""

    def __init__(
        self,
        settings: SourceSettings,
        *,
        resolve: Resolve = system_addresses,
        connections: int = MAX_CONNECTIONS,
    ) -> None:
        self._client = Client(
            settings, lambda address: None, checks_behind_proxies=False, resolve=resolve, connections=connections
        )
        # Who was asked for credentials last; empty where nobody was.
        self.login_origin = ""
        self._headers = {"User-Agent": self._client.user_agent, "Accept-Encoding": SKIP_HEADER}
        if not settings.client_keep_alive_timeout:
            self._headers["Connection"] = "close"

    def whole(self, ask: Ask, name: object, most_bytes: int) -> Answer | None:
        """The same read whole, at most so many bytes, where a connection is at hand; None: `send` has to do it."""
        if ask.is_direct:
            return None
        try:
            found = self._client.exchange(self._prepared(ask, name), most_bytes)
        except FOREIGN_ERRORS:
            return None
        return Answer(*found) if found else None

    def _prepared(self, ask: Ask, name: object) -> PreparedFetch:
        given = {each.title(): value for each, value in ask.headers.items()}
        try:
            return PreparedFetch(ask.url, {**self._headers, **given}, ask.method, ask.body, ask.target)
        except ValueError:
            # SECURITY: requests shows the value, which may be a token.
            raise SourceUnreachableError(f"{name}: a header would hold what no header may") from None

    def send(self, ask: Ask, name: object) -> HttpStream:
        """The answer, whatever its status; `name` is who is said to have failed, for a URL may be signed."""
        prepared = self._prepared(ask, name)
        try:
            return HttpStream(self._client.send(prepared, is_direct=ask.is_direct), current(), name)
        except FOREIGN_ERRORS as error:
            # SECURITY: what the libraries raise has the target in its text, and reports show the causes of an error.
            cause = innermost(error)
            raise translated(cause, name) from cause

    def answer(self, ask: Ask, name: object) -> Answer:
        """Of who gives credentials, an origin of its own: the same, read to its end; raises a SourceError without."""
        self.login_origin = ask.url.origin
        with current().login(ask.url) as login, self.send(ask, name) as stream:
            body = b""
            for chunk in stream.chunks():
                body += chunk
                if len(body) > MAX_ANSWER_BYTES:
                    raise SourceTooLargeError(f"{name} answered with more than {MAX_ANSWER_BYTES} bytes")
            if stream.status >= 400:
                login.failed(SourceStatusError(f"{name} answered {stream.status}", status=stream.status))
            return Answer(stream.status, stream.headers, body)

    def close(self) -> None:
        """Close every idle connection of this process."""
        self._client.close()

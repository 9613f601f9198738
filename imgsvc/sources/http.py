"""The source behind http:// and https://: one fetch with its redirects, each hop checked."""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from http.cookiejar import DefaultCookiePolicy
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

import requests
from requests.cookies import RequestsCookieJar, extract_cookies_to_jar
from urllib3.util import SKIP_HEADER

from imgsvc.errors import SourceAddressError, SourceStatusError, SourceUnreachableError
from imgsvc.runtime.http.named_headers import Pairs
from imgsvc.runtime.scope import NotAtOnceError, Scope
from imgsvc.source_url import DEFAULT_PORTS, SourceUrl
from imgsvc.sources.budget import Budget, spending
from imgsvc.sources.network.client import FOREIGN_ERRORS, Client, HttpStream, translated
from imgsvc.sources.network.dialing import Refusal
from imgsvc.sources.network.lookups import Resolve, system_addresses
from imgsvc.sources.network.pool import MAX_CONNECTIONS, PreparedFetch
from imgsvc.sources.settings import SourceSettings
from imgsvc.sources.source import IsAllowed, SourceRequest

REDIRECTS = frozenset({301, 302, 303, 307, 308})
# A redirect's body up to this size is read to keep the connection.
SMALL_BODY_BYTES = 2048
# What the client sent is for the source that it named, not for where that one points.
FIRST_HOP_ONLY = frozenset({"cookie", "authorization"})


class _Hop(NamedTuple):
    """One request of a fetch, of which redirects make several; the jar has the cookies of those before it."""

    source: SourceUrl
    headers: Mapping[str, str]
    jar: RequestsCookieJar | None = None
    number: int = 1
    # No redirect has led to another server than that of the URL.
    is_home: bool = True

    def close(self) -> None:
        """Nothing is held."""


class HttpSource:
    """Fetches over pooled connections, within one budget for lookup, redirects, headers and body.

    `refusal` says why an address may not be connected to, `is_allowed` whether a redirect's target is an
    allowed source, `lists_sources` whether only some are at all. Any number of threads may fetch at once; as many
    `connections` to a host are kept for them. `custom` are headers that the operator sets, `passed` the names of those
    that he lets clients set: no server gets them that a redirect points to, unless it is the source's own.
    """

    def __init__(
        self,
        settings: SourceSettings,
        refusal: Refusal,
        is_allowed: IsAllowed,
        *,
        lists_sources: bool = False,
        resolve: Resolve = system_addresses,
        connections: int = MAX_CONNECTIONS,
        custom: Pairs = (),
        passed: Iterable[str] = (),
    ) -> None:
        self._settings = settings
        self._custom = {name.title(): value for name, value in custom}
        self._passed = frozenset(map(str.lower, passed))
        self._is_allowed = is_allowed
        checks = not lists_sources
        self.client = Client(settings, refusal, checks_behind_proxies=checks, resolve=resolve, connections=connections)

    def open(self, request: SourceRequest, scope: Scope) -> HttpStream:
        """Send the request and follow redirects; any other status is an answer."""
        budget = Budget(self._settings.download_timeout, scope)
        with spending(budget):
            try:
                return HttpStream(self._follow(request, scope), budget, request.source)
            except FOREIGN_ERRORS as error:
                raise translated(error, request.source) from error

    def close(self) -> None:
        """Close every idle connection of this process."""
        self.client.close()

    def _follow(self, request: SourceRequest, scope: Scope) -> requests.Response:
        allowed = max(self._settings.max_redirects, 1)
        key = _Hop, request.source.text
        hop = scope.handed_over(key) or _Hop(request.source, request.headers)
        while hop.number <= allowed:
            prepared = self._prepared(hop)
            try:
                response = self.client.send(prepared)
            except NotAtOnceError:
                scope.hand_over(key, hop)
                raise
            if not _is_redirect(response):
                _check_is_final(hop.source, response)
                return response
            _finish(response)
            hop = self._next(hop, prepared, response)
        raise SourceUnreachableError(f"{request.source}: redirects again after {allowed} requests (MAX_REDIRECTS)")

    def _next(self, hop: _Hop, prepared: PreparedFetch, response: requests.Response) -> _Hop:
        jar = RequestsCookieJar(DefaultCookiePolicy(strict_domain=True)) if hop.jar is None else hop.jar
        extract_cookies_to_jar(jar, prepared, response.raw)  # type: ignore[no-untyped-call]
        target = self._target(hop.source, response)
        is_home = hop.is_home and _is_same_server(hop.source, target)
        dropped = FIRST_HOP_ONLY if is_home else FIRST_HOP_ONLY | self._passed
        headers = {name: value for name, value in hop.headers.items() if name not in dropped}
        return _Hop(target, headers, jar, hop.number + 1, is_home)

    def _prepared(self, hop: _Hop) -> PreparedFetch:
        sent = {"User-Agent": self.client.user_agent, "Accept-Encoding": SKIP_HEADER}
        if not self._settings.client_keep_alive_timeout:
            sent["Connection"] = "close"
        if hop.source.userinfo:
            sent["Authorization"] = _basic(hop.source.userinfo)
        sent.update({name.title(): value for name, value in hop.headers.items()})
        if hop.is_home:
            sent.update(self._custom)
        prepared = PreparedFetch(hop.source, sent)
        if hop.jar is not None and len(hop.jar):
            prepared.prepare_cookies(hop.jar)
        return prepared

    def _target(self, source: SourceUrl, response: requests.Response) -> SourceUrl:
        """Where a redirect points, as a URL that may be asked."""
        # Of several, the first, as browsers do.
        location = _text(response.headers.getlist("location")[0])  # type: ignore[attr-defined]  # urllib3's own
        try:
            target = source.joined(location)
        except SourceUnreachableError as error:
            raise SourceUnreachableError(f"{source} redirects to {error}") from error
        if not target.is_http:
            raise SourceUnreachableError(f"{source} redirects to {target}, which is neither http nor https")
        if not self._is_allowed(target):
            raise SourceAddressError(f"{source} redirects to {target}, which ALLOWED_SOURCES does not list")
        return target


def _is_same_server(source: SourceUrl, target: SourceUrl) -> bool:
    """Whether both are of one origin, or the same host by TLS, as browsers are sent there from http."""
    is_upgrade = (source.scheme, target.scheme) == ("http", "https") and source.host == target.host
    has_usual_ports = (source.port, target.port) == (DEFAULT_PORTS["http"], DEFAULT_PORTS["https"])
    return source.origin == target.origin or (is_upgrade and has_usual_ports)


def _basic(userinfo: str) -> str:
    """RFC 7617, in UTF-8."""
    user, _, password = userinfo.partition(":")
    return f"Basic {b64encode(unquote_to_bytes(user) + b':' + unquote_to_bytes(password)).decode()}"


def _text(location: str) -> str:
    """A Location whose bytes came as Latin-1: browsers and servers mean UTF-8, and bytes that are none as they are."""
    raw = location.encode("latin-1")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in raw)


def _check_is_final(source: SourceUrl, response: requests.Response) -> None:
    """RFC 9110 15: what is no final status of HTTP is passed on to nobody, not even as it is."""
    status = response.status_code
    if not 200 <= status <= 599:
        response.close()
        raise SourceStatusError(f"{source} answered {status}", status=502 if status >= 600 else 404)


def _is_redirect(response: requests.Response) -> bool:
    return response.status_code in REDIRECTS and bool(response.headers.get("location"))


def _finish(response: requests.Response) -> None:
    """Give the connection of an answer that is not wanted back, or close it."""
    length = response.headers.get("content-length", "")
    if length.isdecimal() and int(length) <= SMALL_BODY_BYTES:
        response.raw.drain_conn()
    response.close()

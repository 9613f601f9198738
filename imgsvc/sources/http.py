"""The source behind http:// and https://: one fetch with its redirects, each hop checked.

This is the one place where what requests, urllib3 and the socket raise becomes a SourceError.
Behind a configured proxy the guard of dialing.py sees the proxy's address and not the target's, of
which only a spelled-out address is checked.
"""

import os
import re
from collections.abc import Iterator, Mapping
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit
from urllib.request import getproxies_environment

import requests
from requests.cookies import RequestsCookieJar, extract_cookies_to_jar
from requests.utils import get_environ_proxies, select_proxy
from urllib3.exceptions import HTTPError
from urllib3.util import SKIP_HEADER

from imgsvc import __version__
from imgsvc.errors import (
    RenderingError,
    SourceAddressError,
    SourceIncompleteError,
    SourceTimeoutError,
    SourceUnreachableError,
)
from imgsvc.runtime.exhaustion import exhausted
from imgsvc.runtime.scope import Scope
from imgsvc.sources.budget import Budget, spending
from imgsvc.sources.dialing import Dialer, Refusal, literal_addresses
from imgsvc.sources.lookups import Resolve, system_addresses
from imgsvc.sources.pool import GuardedAdapter
from imgsvc.sources.settings import SourceSettings
from imgsvc.sources.source import IsAllowed, SourceRequest, Stream

# PERF: at 64 KiB, a source of 600 KB takes 0.2 ms longer.
CHUNK_BYTES = 256 * 1024
REDIRECTS = frozenset({301, 302, 303, 307, 308})
SCHEMES = frozenset({"http", "https"})
# A redirect's body up to this size is read to keep the connection.
SMALL_BODY_BYTES = 2048
# What the client sent is for the source that it named, not for where that one points.
FIRST_HOP_ONLY = frozenset({"cookie", "authorization"})
_DOT_SEGMENT = re.compile(r"/\.\.?(/|$)")
# PERF: taking every URL apart to find none is 1 % of a small picture.
_MAY_BE_DOT_SEGMENT = re.compile(r"/\.|%")
FOREIGN_ERRORS = (requests.RequestException, HTTPError, HTTPException, OSError, ValueError)


class HttpStream(Stream):
    """An answer whose body is read on what is left of the fetch's budget."""

    def __init__(self, response: requests.Response, budget: Budget) -> None:
        self.status: int = response.status_code
        self.headers: Mapping[str, str] = _headers(response)
        self._response = response
        self._budget = budget

    def chunks(self) -> Iterator[bytes]:
        """The body as it comes; a chunk is what one read of the socket gave."""
        while chunk := self._read():
            yield chunk

    def close(self) -> None:
        """Give the connection back if the body was read to its end, else close it."""
        self._response.close()

    def _read(self) -> bytes:
        raw: Any = self._response.raw
        with spending(self._budget):
            try:
                return bytes(raw.read1(CHUNK_BYTES, decode_content=False) or b"")
            except FOREIGN_ERRORS as error:
                raise SourceIncompleteError(f"{self._response.url}: the body broke off: {error}") from error


class HttpSource:
    """Fetches over pooled connections, within one budget for lookup, redirects, headers and body.

    `refusal` says why an address may not be connected to, `is_allowed` whether a redirect's target is an
    allowed source. The pool is made at the first fetch of a process, so that no fork shares a connection.
    """

    def __init__(
        self, settings: SourceSettings, refusal: Refusal, is_allowed: IsAllowed, *, resolve: Resolve = system_addresses
    ) -> None:
        self._settings = settings
        self._refusal = refusal
        self._is_allowed = is_allowed
        self._resolve = resolve
        self._user_agent = settings.user_agent.replace("%current_version", __version__)
        # PERF: reading the environment for every fetch takes 0.3 ms of 3.3 for a small picture.
        self._has_proxies = bool(getproxies_environment())
        self._adapters: dict[int, GuardedAdapter] = {}

    def open(self, request: SourceRequest, scope: Scope) -> HttpStream:
        """Send the request and follow redirects; any other status is an answer."""
        budget = Budget(self._settings.download_timeout, scope)
        with spending(budget):
            try:
                return HttpStream(self._follow(request, budget), budget)
            except FOREIGN_ERRORS as error:
                raise _translated(error, request.url) from error

    def close(self) -> None:
        """Close every idle connection of this process."""
        self._adapter().close()

    def _follow(self, request: SourceRequest, budget: Budget) -> requests.Response:
        url, headers = request.url, dict(request.headers)
        jar: RequestsCookieJar | None = None
        allowed = max(self._settings.max_redirects, 1)
        for _ in range(allowed):
            prepared = self._prepared(url, headers, jar)
            response = self._send(prepared, budget)
            if not _is_redirect(response):
                return response
            _finish(response)
            if jar is None:
                jar = RequestsCookieJar(DefaultCookiePolicy(strict_domain=True))
            extract_cookies_to_jar(jar, prepared, response.raw)  # type: ignore[no-untyped-call]
            url = self._target(response)
            headers = {name: value for name, value in headers.items() if name not in FIRST_HOP_ONLY}
        raise SourceUnreachableError(f"{request.url}: redirects again after {allowed} requests (MAX_REDIRECTS)")

    def _prepared(
        self, url: str, headers: Mapping[str, str], jar: RequestsCookieJar | None
    ) -> requests.PreparedRequest:
        sent = {"User-Agent": self._user_agent, "Accept-Encoding": SKIP_HEADER}
        if not self._settings.client_keep_alive_timeout:
            sent["Connection"] = "close"
        sent.update({name.title(): value for name, value in headers.items()})
        prepared = _get(url, sent, jar)
        if _MAY_BE_DOT_SEGMENT.search(url) and _DOT_SEGMENT.search(unquote(urlsplit(url).path)):
            # SECURITY: http://allowed/pictures/../secret begins as an allowed source does, and is another.
            resolved = urljoin(prepared.url or "", prepared.path_url)
            if not self._is_allowed(resolved):
                raise SourceAddressError(f"{url} is {resolved}, which ALLOWED_SOURCES does not list")
        return prepared

    def _send(self, prepared: requests.PreparedRequest, budget: Budget) -> requests.Response:
        """Ask once; and once more where a pooled connection turned out to be dead: a GET may be repeated."""
        adapter, dials = self._adapter(), budget.dials
        proxies = self._proxies(prepared.url or "")
        try:
            return adapter.send(prepared, stream=True, proxies=proxies)
        except requests.ConnectionError:
            if budget.dials > dials:
                raise
        adapter.close()
        return adapter.send(prepared, stream=True, proxies=proxies)

    def _proxies(self, url: str) -> dict[str, str]:
        """The proxies of the environment; no address that is spelled out is asked of one if it is refused here."""
        if not self._has_proxies:
            return {}
        proxies = get_environ_proxies(url)
        if select_proxy(url, proxies):
            for reason in filter(None, map(self._refusal, literal_addresses(urlsplit(url).hostname or ""))):
                raise SourceAddressError(f"{url}: {reason}")
        return proxies

    def _target(self, response: requests.Response) -> str:
        """Where a redirect points, as a whole URL that may be asked."""
        # Header bytes come as Latin-1; browsers and servers mean UTF-8.
        location = response.headers["location"].encode("latin-1").decode("utf-8", "replace")
        target = urljoin(response.url, location)
        if urlsplit(target).scheme not in SCHEMES:
            raise SourceUnreachableError(f"{response.url} redirects to {target}, which is neither http nor https")
        if not self._is_allowed(target):
            raise SourceAddressError(f"{response.url} redirects to {target}, which ALLOWED_SOURCES does not list")
        return target

    def _adapter(self) -> GuardedAdapter:
        if (pid := os.getpid()) not in self._adapters:
            dialer = Dialer(self._refusal, self._resolve)
            idle_seconds = self._settings.client_keep_alive_timeout
            verifies = not self._settings.ignore_ssl_verification
            self._adapters = {pid: GuardedAdapter(dialer, idle_seconds, verifies=verifies)}
        return self._adapters[pid]


def _get(url: str, headers: Mapping[str, str], jar: RequestsCookieJar | None) -> requests.PreparedRequest:
    """As requests.Request.prepare, less what only other requests have: a body, parameters, hooks."""
    prepared = requests.PreparedRequest()
    prepared.method = "GET"
    prepared.prepare_url(url, None)
    prepared.prepare_headers(headers)
    if jar is not None and len(jar):
        prepared.prepare_cookies(jar)
    if "@" in url:
        prepared.prepare_auth(None, url)
    return prepared


def _is_redirect(response: requests.Response) -> bool:
    return response.status_code in REDIRECTS and bool(response.headers.get("location"))


def _finish(response: requests.Response) -> None:
    """Give the connection of an answer that is not wanted back, or close it."""
    length = response.headers.get("content-length", "")
    if length.isdecimal() and int(length) <= SMALL_BODY_BYTES:
        response.raw.drain_conn()
    response.close()


def _headers(response: requests.Response) -> dict[str, str]:
    # By name, for repeated ones are joined then.
    headers = {name.lower(): response.headers[name] for name in response.headers}
    # RFC 9112 6.3: with a transfer coding, a length is wrong or an attack.
    if "transfer-encoding" in headers:
        headers.pop("content-length", None)
    return headers


def _translated(error: BaseException, url: str) -> RenderingError:
    if lack := next(filter(None, map(exhausted, _causes(error))), None):
        return lack
    is_timeout = any(isinstance(each, TimeoutError) for each in _causes(error))
    return (SourceTimeoutError if is_timeout else SourceUnreachableError)(f"{url}: {error}")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error:
        yield error
        error = error.__cause__ or error.__context__

"""The source behind http:// and https://: one fetch with its redirects, each hop checked.

This is the one place where what requests, urllib3 and the socket raise becomes a SourceError.
Behind a configured proxy the guard of dialing.py sees the proxy's address and not the target's, so that the
target is looked up and checked before the proxy is asked; what the proxy makes of the name is its own.
"""

import os
from base64 import b64encode
from collections.abc import Iterator, Mapping
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import unquote_to_bytes
from urllib.request import getproxies_environment

import requests
from requests.cookies import RequestsCookieJar, extract_cookies_to_jar
from requests.utils import get_environ_proxies, select_proxy
from urllib3.exceptions import HTTPError
from urllib3.util import SKIP_HEADER, parse_url

from imgsvc import __version__
from imgsvc.errors import (
    RenderingError,
    SourceAddressError,
    SourceIncompleteError,
    SourceStatusError,
    SourceTimeoutError,
    SourceUnreachableError,
)
from imgsvc.runtime.exhaustion import exhausted
from imgsvc.runtime.idle import keeps
from imgsvc.runtime.scope import Scope
from imgsvc.source_url import DEFAULT_PORTS, SourceUrl
from imgsvc.sources.budget import Budget, spending
from imgsvc.sources.dialing import Dialer, Refusal
from imgsvc.sources.lookups import Resolve, system_addresses
from imgsvc.sources.pool import GuardedAdapter, PreparedFetch
from imgsvc.sources.settings import SourceSettings
from imgsvc.sources.source import IsAllowed, SourceRequest, Stream

# PERF: at 64 KiB, a source of 600 KB takes 0.2 ms longer.
CHUNK_BYTES = 256 * 1024
REDIRECTS = frozenset({301, 302, 303, 307, 308})
# A redirect's body up to this size is read to keep the connection.
SMALL_BODY_BYTES = 2048
# What the client sent is for the source that it named, not for where that one points.
FIRST_HOP_ONLY = frozenset({"cookie", "authorization"})
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
    allowed source, `lists_sources` whether only some are at all. The pool is made at the first fetch of a process,
    so that no fork shares a connection.
    """

    def __init__(
        self,
        settings: SourceSettings,
        refusal: Refusal,
        is_allowed: IsAllowed,
        *,
        lists_sources: bool = False,
        resolve: Resolve = system_addresses,
    ) -> None:
        self._settings = settings
        self._refusal = refusal
        self._is_allowed = is_allowed
        self._lists_sources = lists_sources
        self._resolve = resolve
        self._user_agent = settings.user_agent.replace("%current_version", __version__)
        # PERF: reading the environment for every fetch takes 0.3 ms of 3.3 for a small picture.
        self._has_proxies = bool(getproxies_environment())
        self._adapters: dict[int, GuardedAdapter] = {}
        keeps(self)

    def open(self, request: SourceRequest, scope: Scope) -> HttpStream:
        """Send the request and follow redirects; any other status is an answer."""
        budget = Budget(self._settings.download_timeout, scope)
        with spending(budget):
            try:
                return HttpStream(self._follow(request, budget), budget)
            except FOREIGN_ERRORS as error:
                raise _translated(error, request.source) from error

    def close(self) -> None:
        """Close every idle connection of this process."""
        self._adapter().close()

    def let_go(self, now: float) -> None:
        """Close the connections of this process that would not be used again."""
        if adapter := self._adapters.get(os.getpid()):
            adapter.close_idle()

    def _follow(self, request: SourceRequest, budget: Budget) -> requests.Response:
        source, headers = request.source, dict(request.headers)
        jar: RequestsCookieJar | None = None
        allowed = max(self._settings.max_redirects, 1)
        for _ in range(allowed):
            prepared = self._prepared(source, headers, jar)
            response = self._send(prepared, budget)
            if not _is_redirect(response):
                _check_is_final(source, response)
                return response
            _finish(response)
            if jar is None:
                jar = RequestsCookieJar(DefaultCookiePolicy(strict_domain=True))
            extract_cookies_to_jar(jar, prepared, response.raw)  # type: ignore[no-untyped-call]
            source = self._target(source, response)
            headers = {name: value for name, value in headers.items() if name not in FIRST_HOP_ONLY}
        raise SourceUnreachableError(f"{request.source}: redirects again after {allowed} requests (MAX_REDIRECTS)")

    def _prepared(self, source: SourceUrl, headers: Mapping[str, str], jar: RequestsCookieJar | None) -> PreparedFetch:
        sent = {"User-Agent": self._user_agent, "Accept-Encoding": SKIP_HEADER}
        if not self._settings.client_keep_alive_timeout:
            sent["Connection"] = "close"
        if source.userinfo:
            sent["Authorization"] = _basic(source.userinfo)
        sent.update({name.title(): value for name, value in headers.items()})
        prepared = PreparedFetch(source, sent)
        if jar is not None and len(jar):
            prepared.prepare_cookies(jar)
        return prepared

    def _send(self, prepared: PreparedFetch, budget: Budget) -> requests.Response:
        """Ask once; and once more where a pooled connection turned out to be dead: a GET may be repeated."""
        adapter, dials = self._adapter(), budget.dials
        budget.peer = prepared.source.host, prepared.source.port
        proxies = self._proxies(prepared.source, budget)
        try:
            return adapter.send(prepared, stream=True, proxies=proxies)
        except requests.ConnectionError:
            if budget.dials > dials:
                raise
        adapter.close()
        return adapter.send(prepared, stream=True, proxies=proxies)

    def _proxies(self, source: SourceUrl, budget: Budget) -> dict[str, str]:
        """The proxies of the environment; none is asked for a source that has an address which is refused here."""
        if not self._has_proxies:
            return {}
        proxies = get_environ_proxies(source.origin)
        proxy = select_proxy(source.origin, proxies)
        if not proxy:
            return {}
        for reason in filter(None, map(self._refusal, self._looked_up(source))):
            raise SourceAddressError(f"{source}: {reason}")
        found = parse_url(proxy if "://" in proxy else f"http://{proxy}")
        budget.peer = (found.host or "").strip("[]"), found.port or DEFAULT_PORTS.get(found.scheme or "", 80)
        return proxies

    def _looked_up(self, source: SourceUrl) -> list[str]:
        """The source's addresses; none where only the proxy knows names, and the operator has listed the sources."""
        try:
            return self._adapter().dialer.addresses(source.host, source.port)
        except SourceUnreachableError as error:
            if self._lists_sources:
                return []
            raise SourceUnreachableError(
                f"{error}; only what ALLOWED_SOURCES lists is asked of a proxy then"
            ) from error

    def _target(self, source: SourceUrl, response: requests.Response) -> SourceUrl:
        """Where a redirect points, as a URL that may be asked."""
        # Header bytes come as Latin-1; browsers and servers mean UTF-8.
        location = response.headers["location"].encode("latin-1").decode("utf-8", "replace")
        try:
            target = source.joined(location)
        except SourceUnreachableError as error:
            raise SourceUnreachableError(f"{source} redirects to {error}") from error
        if not target.is_http:
            raise SourceUnreachableError(f"{source} redirects to {target}, which is neither http nor https")
        if not self._is_allowed(target):
            raise SourceAddressError(f"{source} redirects to {target}, which ALLOWED_SOURCES does not list")
        return target

    def _adapter(self) -> GuardedAdapter:
        if (pid := os.getpid()) not in self._adapters:
            dialer = Dialer(self._refusal, self._resolve)
            idle_seconds = self._settings.client_keep_alive_timeout
            verifies = not self._settings.ignore_ssl_verification
            self._adapters = {pid: GuardedAdapter(dialer, idle_seconds, verifies=verifies)}
        return self._adapters[pid]


def _basic(userinfo: str) -> str:
    """RFC 7617, in UTF-8."""
    user, _, password = userinfo.partition(":")
    return f"Basic {b64encode(unquote_to_bytes(user) + b':' + unquote_to_bytes(password)).decode()}"


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


def _headers(response: requests.Response) -> dict[str, str]:
    # By name, for repeated ones are joined then.
    headers = {name.lower(): response.headers[name] for name in response.headers}
    # RFC 9112 6.3: with a transfer coding, a length is wrong or an attack.
    if "transfer-encoding" in headers:
        headers.pop("content-length", None)
    return headers


def _translated(error: BaseException, source: SourceUrl) -> RenderingError:
    if lack := next(filter(None, map(exhausted, _causes(error))), None):
        return lack
    is_timeout = any(isinstance(each, TimeoutError) for each in _causes(error))
    return (SourceTimeoutError if is_timeout else SourceUnreachableError)(f"{source}: {error}")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error:
        yield error
        error = error.__cause__ or error.__context__

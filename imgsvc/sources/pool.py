"""The pool of connections to sources: requests' and urllib3's own, dialed through the guard.

What is overridden here is all that the program relies on inside of these two libraries.
"""

import http.client
import queue
import ssl
import time
from contextlib import suppress
from functools import cached_property, partial
from typing import Any

import certifi
import requests
from requests.adapters import HTTPAdapter
from requests.utils import select_proxy
from urllib3 import BaseHTTPResponse, HTTPConnectionPool, HTTPResponse, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util.ssl_ import create_urllib3_context

from imgsvc.source_url import SourceUrl
from imgsvc.sources.dialing import Dialer
from imgsvc.sources.sockets import PatientSocket, PatientSSLSocket

# Informational answers before the one that counts; Go's client takes five.
MAX_INFORMATIONAL = 10
# A worker serves one request at a time, so that a second connection to a host is rare.
MAX_HOSTS = 32
MAX_CONNECTIONS = 4


class FinalResponse(http.client.HTTPResponse):
    """An answer without the informational ones before it, which the standard library knows 100 of only.

    RFC 9110 15.2: a client takes them, also those that it did not ask for; 101 is the last that comes as HTTP.
    """

    def _read_status(self) -> tuple[str, int, str]:
        for _ in range(MAX_INFORMATIONAL + 1):
            version, status, reason = super()._read_status()  # type: ignore[misc]  # typeshed leaves it out
            if status >= 200 or status == 101:
                return version, status, reason
            http.client.parse_headers(self.fp)
        raise http.client.HTTPException(f"more than {MAX_INFORMATIONAL} informational answers")


class GuardedConnection(HTTPConnection):
    """A connection that its dialer opens, and that is not used again after lying idle."""

    response_class = FinalResponse

    dialer: Dialer
    idle_seconds: float
    _used_at = 0.0

    def _new_conn(self) -> PatientSocket:
        return self.dialer.dial(self._dns_host, self.port)

    @property
    def is_connected(self) -> bool:
        """Whether it may be used again."""
        return super().is_connected and time.monotonic() - self._used_at < self.idle_seconds

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # urllib3 says so of its own
        """As the parent's."""
        self._used_at = time.monotonic()
        return super().getresponse()


class GuardedTLSConnection(GuardedConnection, HTTPSConnection):
    """The same over TLS."""


class GuardedPool(HTTPConnectionPool):
    """The connections to one host."""

    ConnectionCls = GuardedConnection

    def __init__(self, dialer: Dialer, idle_seconds: float, *args: Any, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self._dialer = dialer
        self._idle_seconds = idle_seconds

    def _new_conn(self) -> Any:
        connection: Any = super()._new_conn()
        connection.dialer = self._dialer
        connection.idle_seconds = self._idle_seconds
        return connection

    def close_idle(self) -> None:
        """Close the connections that would not be used again: idle for too long, or left by the other side."""
        taken: list[Any] = []
        # A closed pool has no queue.
        with suppress(queue.Empty, AttributeError):
            while True:
                taken.append(self.pool.get(block=False))  # type: ignore[union-attr]
        for connection in reversed(taken):
            if connection and not connection.is_connected:
                connection.close()
            self.pool.put(connection, block=False)  # type: ignore[union-attr]


class GuardedTLSPool(GuardedPool, HTTPSConnectionPool):
    """The same over TLS."""

    ConnectionCls = GuardedTLSConnection

    def _validate_conn(self, conn: Any) -> None:
        # The parent also warns of each unverified certificate; here the operator has said that none is.
        if conn.is_closed:
            conn.connect()


class PreparedFetch(requests.PreparedRequest):
    """A GET that is made of a source URL's parts, and of no text that somebody would have to take apart again.

    Another `method`, with a body, is for what stores want to be told before they give anything.
    """

    def __init__(self, source: SourceUrl, headers: dict[str, str], method: str = "GET", body: bytes = b"") -> None:
        super().__init__()
        self.source = source
        self.method = method
        self.url = f"{source.origin}{source.target}"
        self.prepare_headers({"Host": source.netloc, **headers})
        if method != "GET":
            self.body = body
            self.headers["Content-Length"] = str(len(body))


def _source(request: requests.PreparedRequest) -> SourceUrl:
    if not isinstance(request, PreparedFetch):
        raise requests.exceptions.InvalidURL("only what is made of a SourceUrl is sent")
    return request.source


class GuardedAdapter(HTTPAdapter):
    """Every connection of one process to a source, or to the proxy before it."""

    def __init__(self, dialer: Dialer, idle_seconds: float, *, verifies: bool) -> None:
        pools = {"http": GuardedPool, "https": GuardedTLSPool}
        self._pools = {scheme: partial(pool, dialer, idle_seconds) for scheme, pool in pools.items()}
        self.dialer = dialer
        self._verifies = verifies
        self._latest: tuple[str, Any] = "", None
        super().__init__(pool_connections=MAX_HOSTS, pool_maxsize=MAX_CONNECTIONS)

    def close_idle(self) -> None:
        """Close the connections that would not be used again."""
        for manager in (self.poolmanager, *self.proxy_manager.values()):
            # From the oldest to the newest, for each look makes one the newest.
            for key in manager.pools.keys():  # noqa: SIM118 (it is no dict)
                manager.pools[key].close_idle()

    def init_poolmanager(self, *args: Any, **keywords: Any) -> None:
        """As the parent's, with guarded pools."""
        super().init_poolmanager(*args, **keywords)
        self._guard(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **keywords: Any) -> Any:
        """As the parent's, with guarded pools; a SOCKS proxy would connect past the guard."""
        if proxy.lower().startswith("socks"):
            raise requests.exceptions.InvalidProxyURL("a SOCKS proxy cannot be used")
        if proxy.lower().startswith("https"):
            keywords["proxy_ssl_context"] = self._tls
        manager = super().proxy_manager_for(proxy, **keywords)
        self._guard(manager)
        return manager

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, verify: Any, proxies: Any = None, cert: Any = None
    ) -> Any:
        """As the parent's.

        PERF: most sources are of the origin that the one before was of; finding its pool anew takes 2 % of a small
        picture.
        """
        if proxies:
            return super().get_connection_with_tls_context(request, verify, proxies, cert)
        origin = _source(request).origin
        known, pool = self._latest
        # A pool that was closed has none any more.
        if known != origin or pool.pool is None:
            pool = super().get_connection_with_tls_context(request, verify, proxies, cert)
            self._latest = origin, pool
        return pool

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[Any, Any]:
        """The source's host, and a TLS context of our own."""
        source = _source(request)
        host = {"scheme": source.scheme, "host": source.host, "port": source.port}
        return host, {"ssl_context": self._tls} if source.scheme == "https" else {}

    def request_url(self, request: requests.PreparedRequest, proxies: Any) -> str:
        """The target; for a proxy that speaks plain HTTP, the whole URL."""
        source = _source(request)
        is_proxied = source.scheme == "http" and select_proxy(request.url or "", proxies)
        return f"{source.origin}{source.target}" if is_proxied else source.target

    def build_response(self, req: requests.PreparedRequest, resp: BaseHTTPResponse) -> requests.Response:
        """As the parent's, less the cookies, which are nobody's but a redirect's, and http.py asks for them there."""
        response = requests.Response()
        response.status_code = resp.status
        # PERF: urllib3's own, which is asked in the same way; requests would copy it twice.
        response.headers = resp.headers  # type: ignore[assignment]
        response.raw, response.reason = resp, resp.reason or ""
        response.url, response.request = req.url or "", req
        return response

    def cert_verify(self, *args: Any, **keywords: Any) -> None:
        """Nothing: the TLS context verifies."""

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        # PERF: loading the certificates takes tens of milliseconds: once, and only where TLS is spoken.
        return tls_context(verifies=self._verifies)

    def _guard(self, manager: PoolManager) -> None:
        manager.pool_classes_by_scheme = self._pools  # type: ignore[assignment]


def tls_context(*, verifies: bool) -> ssl.SSLContext:
    """Trusts what the system trusts, and certifi's list, as a small system has none."""
    context = create_urllib3_context()
    context.sslsocket_class = PatientSSLSocket
    if verifies:
        context.load_default_certs()
        context.load_verify_locations(certifi.where())
    else:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context

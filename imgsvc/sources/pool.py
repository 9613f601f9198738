"""The pool of connections to sources: requests' and urllib3's own, dialed through the guard.

What is overridden here is all that the program relies on inside of these two libraries.
"""

import ssl
import time
from functools import cached_property, partial
from typing import Any
from urllib.parse import urlsplit

import certifi
import requests
from requests.adapters import HTTPAdapter
from urllib3 import BaseHTTPResponse, HTTPConnectionPool, HTTPResponse, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util.ssl_ import create_urllib3_context

from imgsvc.sources.dialing import Dialer
from imgsvc.sources.sockets import PatientSocket, PatientSSLSocket

# A worker serves one request at a time, so that a second connection to a host is rare.
MAX_HOSTS = 32
MAX_CONNECTIONS = 4


class GuardedConnection(HTTPConnection):
    """A connection that its dialer opens, and that is not used again after lying idle."""

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


class GuardedTLSPool(GuardedPool, HTTPSConnectionPool):
    """The same over TLS."""

    ConnectionCls = GuardedTLSConnection

    def _validate_conn(self, conn: Any) -> None:
        # The parent also warns of each unverified certificate; here the operator has said that none is.
        if conn.is_closed:
            conn.connect()


class GuardedAdapter(HTTPAdapter):
    """Every connection of one process to a source, or to the proxy before it."""

    def __init__(self, dialer: Dialer, idle_seconds: float, *, verifies: bool) -> None:
        pools = {"http": GuardedPool, "https": GuardedTLSPool}
        self._pools = {scheme: partial(pool, dialer, idle_seconds) for scheme, pool in pools.items()}
        self._verifies = verifies
        self._latest: tuple[str, Any] = "", None
        super().__init__(pool_connections=MAX_HOSTS, pool_maxsize=MAX_CONNECTIONS)

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
        parts = urlsplit(request.url or "")
        origin = f"{parts.scheme}://{parts.netloc}"
        known, pool = self._latest
        # A pool that was closed has none any more.
        if known != origin or pool.pool is None:
            pool = super().get_connection_with_tls_context(request, verify, proxies, cert)
            self._latest = origin, pool
        return pool

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[Any, Any]:
        """As the parent's, with a TLS context of our own."""
        host, _ = super().build_connection_pool_key_attributes(request, verify, cert)
        return host, {"ssl_context": self._tls} if host["scheme"] == "https" else {}

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

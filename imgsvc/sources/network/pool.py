"""The pools of connections to sources: requests' own adapter, which asks nothing but what was checked."""

import math
import ssl
import threading
from collections.abc import Iterable
from functools import partial
from typing import Any

import certifi
import requests
from requests.adapters import HTTPAdapter
from requests.utils import select_proxy
from urllib3 import BaseHTTPResponse, PoolManager
from urllib3.util.ssl_ import ALPN_PROTOCOLS, create_urllib3_context

from imgsvc.source_url import SourceUrl
from imgsvc.sources.network.connections import GuardedPool, GuardedTLSPool
from imgsvc.sources.network.dialing import Dialer
from imgsvc.sources.network.sockets import PatientSSLSocket

MAX_HOSTS = 32
# To one host, that are kept, where nobody says how many threads fetch: as many as FETCHES has by itself.
MAX_CONNECTIONS = 40
# To all hosts, that are kept when nothing is fetched; more where more are kept to one.
MAX_IDLE = 128


class PreparedFetch(requests.PreparedRequest):
    """A GET that is made of a source URL's parts, and of no text that somebody would have to take apart again.

    Another `method`, with a body, is for what stores want to be told before they give anything; another `target` than
    the source's own is what is signed, and goes out as it stands.
    """

    def __init__(
        self, source: SourceUrl, headers: dict[str, str], method: str = "GET", body: bytes = b"", target: str = ""
    ) -> None:
        super().__init__()
        self.source = source
        self.method = method
        self.target = target or source.target
        self.url = f"{source.origin}{self.target}"
        # PERF: what requests makes of them takes 3 us for each, and they are in one spelling already.
        self.headers = _checked_headers({"Host": source.netloc, **headers})  # type: ignore[assignment]
        if method != "GET":
            self.body = body
            self.headers["Content-Length"] = str(len(body))

    @property
    def identity(self) -> object:
        """Equal for two of which one answer is good for both; when they were signed is no matter."""
        return self.method, self.url, self.headers.get("Range", ""), self.body


def _checked_headers(headers: dict[str, str]) -> dict[str, str]:
    """Headers each of which is one; SECURITY: of a value that is none, nothing is shown."""
    together = "".join(headers.values())
    if "\r" in together or "\n" in together:
        raise requests.exceptions.InvalidHeader("a header would have more than one line")
    return headers


def _checked(request: requests.PreparedRequest) -> PreparedFetch:
    if not isinstance(request, PreparedFetch):
        raise requests.exceptions.InvalidURL("only what is made of a SourceUrl is sent")
    return request


class GuardedAdapter(HTTPAdapter):
    """Every connection of one process to a source, or to the proxy before it; for any number of threads.

    As many `connections` to a host are kept as threads may fetch from it at once.
    """

    def __init__(
        self, dialer: Dialer, idle_seconds: float, *, verifies: bool, connections: int = MAX_CONNECTIONS
    ) -> None:
        pools = {"http": GuardedPool, "https": GuardedTLSPool}
        self._pools = {scheme: partial(pool, dialer, idle_seconds) for scheme, pool in pools.items()}
        self.dialer = dialer
        self._verifies = verifies
        self._connections = connections
        self._tls_lock = threading.Lock()
        self._tls_context: ssl.SSLContext | None = None
        self._latest: tuple[str, Any] = "", None
        super().__init__(pool_connections=MAX_HOSTS, pool_maxsize=connections)

    def close_idle(self) -> None:
        """Close the connections that would not be used again; of too many, those that lie idle for longest."""
        pools = self._all_pools()
        since = sorted(each for pool in pools for each in pool.idle_since())
        most = max(MAX_IDLE, 2 * self._connections)
        used_before = since[-most] if len(since) > most else -math.inf
        for pool in pools:
            pool.close_idle(used_before)

    def close(self) -> None:
        """Close every idle connection; those in use are closed when they are given back."""
        self._latest = "", None
        super().close()

    def _all_pools(self) -> list[GuardedPool]:
        managers: list[Any] = [self.poolmanager, *list(self.proxy_manager.values())]
        pools: list[GuardedPool] = []
        for manager in managers:
            # Not by their keys: looking one up makes it the one that was used last, and it may be gone by then.
            with manager.pools.lock:
                pools += manager.pools._container.values()
        return pools

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
        origin = _checked(request).source.origin
        known, pool = self._latest
        if known != origin:
            pool = super().get_connection_with_tls_context(request, verify, proxies, cert)
            self._latest = origin, pool
        return pool

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[Any, Any]:
        """The source's host, and a TLS context of our own."""
        source = _checked(request).source
        host = {"scheme": source.scheme, "host": source.host, "port": source.port}
        return host, {"ssl_context": self._tls} if source.scheme == "https" else {}

    def request_url(self, request: requests.PreparedRequest, proxies: Any) -> str:
        """The target; for a proxy that speaks plain HTTP, the whole URL."""
        found = _checked(request)
        is_proxied = found.source.scheme == "http" and select_proxy(found.url or "", proxies)
        return f"{found.source.origin}{found.target}" if is_proxied else found.target

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

    @property
    def _tls(self) -> ssl.SSLContext:
        # PERF: loading the certificates takes tens of milliseconds: once, and only where TLS is spoken.
        with self._tls_lock:
            if self._tls_context is None:
                self._tls_context = tls_context(verifies=self._verifies)
            return self._tls_context

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
    # NOTE: urllib3 sets them again for every connection, and OpenSSL then frees what it may just be copying for one of
    # another thread, without the interpreter's lock: that corrupts memory.
    context.set_alpn_protocols(ALPN_PROTOCOLS)
    context.set_alpn_protocols = _are_set  # type: ignore[assignment, method-assign]
    return context


def _are_set(_protocols: Iterable[str]) -> None:
    """Nothing is left to do."""

"""The client that every source over HTTP asks through: a GET or what signs one, sent on the budget that is being spent.

This is the one place where what requests, urllib3 and the socket raise becomes an error of the catalogue. Nothing is
followed here, and nothing is decoded.
Behind a configured proxy the guard of dialing.py sees the proxy's address and not the target's, so that the
target is looked up and checked before the proxy is asked; what the proxy makes of the name is its own.
"""

import os
from collections.abc import Iterator, Mapping
from http.client import HTTPException
from typing import Any
from urllib.request import getproxies_environment

import requests
from requests.utils import get_environ_proxies, select_proxy
from urllib3.exceptions import HTTPError
from urllib3.util import parse_url

from imgsvc import __version__
from imgsvc.errors import (
    RenderingError,
    SourceAddressError,
    SourceIncompleteError,
    SourceTimeoutError,
    SourceUnreachableError,
)
from imgsvc.runtime.exhaustion import exhausted
from imgsvc.runtime.idle import keeps
from imgsvc.source_url import DEFAULT_PORTS, SourceUrl
from imgsvc.sources.budget import Budget, current, spending
from imgsvc.sources.network.dialing import Dialer, Refusal
from imgsvc.sources.network.exchanges import Exchanged, exchanged, is_plain
from imgsvc.sources.network.lookups import MAX_LOOKUPS, Resolve, system_addresses
from imgsvc.sources.network.pool import MAX_CONNECTIONS, GuardedAdapter, PreparedFetch
from imgsvc.sources.settings import SourceSettings
from imgsvc.sources.source import Stream

# PERF: at 64 KiB, a source of 600 KB takes 0.2 ms longer.
CHUNK_BYTES = 256 * 1024
FOREIGN_ERRORS = (requests.RequestException, HTTPError, HTTPException, OSError, ValueError)


class HttpStream(Stream):
    """An answer whose body is read on what is left of the fetch's budget; `name` is who is said to break off."""

    def __init__(self, response: requests.Response, budget: Budget, name: object) -> None:
        self.status: int = response.status_code
        self.headers: Mapping[str, str] = _headers(response)
        self._response = response
        self._budget = budget
        self._name = name

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
                raise SourceIncompleteError(f"{self._name}: the body broke off: {error}") from error


class Client:
    """Sends over pooled connections; `refusal` says why an address may not be connected to.

    The pool is made at the first request of a process, so that no fork shares a connection. Any number of threads may
    ask at once; as many `connections` to a host are kept for them. `checks_behind_proxies`: what only a proxy knows by
    name is not asked of it.
    """

    def __init__(
        self,
        settings: SourceSettings,
        refusal: Refusal,
        *,
        checks_behind_proxies: bool = True,
        resolve: Resolve = system_addresses,
        connections: int = MAX_CONNECTIONS,
    ) -> None:
        self._settings = settings
        self._refusal = refusal
        self._checks_behind_proxies = checks_behind_proxies
        self._resolve = resolve
        self._connections = connections
        self.user_agent = settings.user_agent.replace("%current_version", __version__)
        # PERF: reading the environment for every fetch takes 0.3 ms of 3.3 for a small picture.
        self._has_proxies = bool(getproxies_environment())
        self._adapters: dict[int, GuardedAdapter] = {}
        keeps(self)

    def send(self, prepared: PreparedFetch, *, is_direct: bool = False) -> requests.Response:
        """Ask once; and once more where a pooled connection turned out to be dead: a GET may be repeated.

        One that is direct goes past a proxy.
        """
        budget, adapter = current(), self._adapter()
        dials = budget.dials
        budget.peer = prepared.source.host, prepared.source.port
        proxies = {} if is_direct else self._proxies(prepared.source, budget)
        budget.target, budget.asked = adapter.request_url(prepared, proxies), prepared.identity
        try:
            return adapter.send(prepared, stream=True, proxies=proxies)
        except requests.ConnectionError as error:
            # Who is heard is alive, whatever it says.
            if budget.dials > dials or not any(isinstance(each, OSError) for each in _causes(error.__context__)):
                raise
        budget.reuses = False
        try:
            return adapter.send(prepared, stream=True, proxies=proxies)
        finally:
            budget.reuses = True

    def exchange(self, prepared: PreparedFetch, most_bytes: int) -> Exchanged | None:
        """The whole answer to a plain GET, over a connection that is there already; None: `send` has to do it.

        SECURITY: its connections are those that `send` made, to what was checked.
        """
        budget = current()
        if self._has_proxies or not is_plain(prepared):
            return None
        pool = self._adapter().get_connection_with_tls_context(prepared, True)
        if (connection := pool.connected()) is None:
            return None
        budget.check()
        found = exchanged(connection, prepared, most_bytes)
        if connection.sock is not None:
            pool._put_conn(connection)
        return found

    def close(self) -> None:
        """Close every idle connection of this process."""
        self._adapter().close()

    def let_go(self, now: float) -> None:
        """Close the connections of this process that would not be used again."""
        if adapter := self._adapters.get(os.getpid()):
            adapter.close_idle()

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
            if not self._checks_behind_proxies:
                return []
            raise SourceUnreachableError(
                f"{error}; only what ALLOWED_SOURCES lists is asked of a proxy then"
            ) from error

    def _adapter(self) -> GuardedAdapter:
        adapters, pid = self._adapters, os.getpid()
        if pid not in adapters:
            # Of two threads that are first at once, one makes it in vain.
            adapters.setdefault(pid, self._made_adapter())
            for other in adapters.keys() - {pid}:
                adapters.pop(other, None)
        return adapters[pid]

    def _made_adapter(self) -> GuardedAdapter:
        settings, connections = self._settings, self._connections
        dialer = Dialer(self._refusal, self._resolve, max(MAX_LOOKUPS, 2 * connections))
        verifies = not settings.ignore_ssl_verification
        return GuardedAdapter(dialer, settings.client_keep_alive_timeout, verifies=verifies, connections=connections)


def translated(error: BaseException, source: object) -> RenderingError:
    """The error of the catalogue for what a request raised."""
    if lack := next(filter(None, map(exhausted, _causes(error))), None):
        return lack
    is_timeout = any(isinstance(each, TimeoutError) for each in _causes(error))
    return (SourceTimeoutError if is_timeout else SourceUnreachableError)(f"{source}: {error}")


def innermost(error: BaseException) -> BaseException:
    """What all of it began with."""
    return list(_causes(error))[-1]


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error:
        yield error
        error = error.__cause__ or error.__context__


def _headers(response: requests.Response) -> dict[str, str]:
    # By name, for repeated ones are joined then.
    headers = {name.lower(): response.headers[name] for name in response.headers}
    # RFC 9112 6.3: with a transfer coding, a length is wrong or an attack.
    if "transfer-encoding" in headers:
        headers.pop("content-length", None)
    return headers

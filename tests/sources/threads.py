"""Many threads that fetch from one origin at once."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from imgsvc.runtime.scope import Scope
from imgsvc.source_url import SourceUrl
from imgsvc.sources.http import HttpSource
from imgsvc.sources.network.body import fetch
from imgsvc.sources.settings import SourceSettings
from imgsvc.sources.source import SourceRequest
from tests.misbehaving import Answer, Exchange, Origin, response

THREADS = 32


@contextmanager
def kept(connections: int) -> Iterator[HttpSource]:
    """A source that keeps so many connections to a host."""
    settings = SourceSettings(download_timeout=60, ignore_ssl_verification=True)
    http = HttpSource(settings, lambda address: None, lambda url: True, connections=connections)
    yield http
    http.close()


def fetched(http: HttpSource, origin: Origin, scope: Scope | None = None) -> bytes:
    return fetch(http, SourceRequest(SourceUrl.parse(origin.url("/a"))), scope or Scope(60), 0).body


def idle(http: HttpSource) -> list[Any]:
    """The connections that lie in the pools of this process."""
    manager = http.client._adapter().poolmanager
    pools = [manager.pools[key] for key in manager.pools.keys()]  # noqa: SIM118 (it is no dict)
    return [each for pool in pools for each in pool.pool.queue if each and each.sock]


def gathers(times: int) -> Answer:
    """Answers when so many are asking at once."""
    barrier = threading.Barrier(times)

    def answer(exchange: Exchange) -> None:
        barrier.wait(60)
        exchange.send(response(b"x"))

    return answer

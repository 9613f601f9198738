"""Twin of imgsvc/sources/pool.py: its reuse of connections is shown in test_http.py."""

import os
import ssl
import time
from typing import Any

import pytest
from urllib3.util import wait_for_read

from imgsvc.runtime.scope import Scope
from imgsvc.source_url import SourceUrl
from imgsvc.sources.body import fetch
from imgsvc.sources.dialing import Dialer
from imgsvc.sources.http import HttpSource
from imgsvc.sources.pool import GuardedAdapter, PreparedFetch, tls_context
from imgsvc.sources.settings import SourceSettings
from imgsvc.sources.sockets import PatientSSLSocket
from imgsvc.sources.source import SourceRequest
from tests.misbehaving import Origin, says


def test_tls_verifies_names_and_certificates() -> None:
    context = tls_context(verifies=True)

    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert context.cert_store_stats()["x509_ca"] > 50


def test_tls_verifies_nothing_where_the_operator_says_so() -> None:
    context = tls_context(verifies=False)

    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_NONE, False)


def test_tls_sockets_wait_on_the_budget() -> None:
    assert tls_context(verifies=True).sslsocket_class is PatientSSLSocket


@pytest.mark.parametrize("proxy", ["", "http://proxy.test:3128", "https://proxy.test:3128"])
@pytest.mark.parametrize("url", ["http://a.test/", "https://a.test/"])
def test_every_connection_that_the_adapter_makes_is_dialed_through_the_guard(url: str, proxy: str) -> None:
    dialer = Dialer(lambda address: "refused")
    adapter = GuardedAdapter(dialer, 90, verifies=True)
    prepared = PreparedFetch(SourceUrl.parse(url), {})

    pool: Any = adapter.get_connection_with_tls_context(prepared, True, proxies={"http": proxy, "https": proxy})

    assert pool._new_conn().dialer is dialer


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_forked_process_makes_connections_of_its_own() -> None:
    """Two processes on one connection would read each other's answers."""
    http = HttpSource(SourceSettings(), lambda address: None, lambda url: True)
    with Origin({"/a": says(b"x")}) as origin:
        fetch(http, SourceRequest(SourceUrl.parse(origin.url("/a"))), Scope(5), 0)
        if (child := os.fork()) == 0:
            try:
                fetch(http, SourceRequest(SourceUrl.parse(origin.url("/a"))), Scope(5), 0)
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        fetch(http, SourceRequest(SourceUrl.parse(origin.url("/a"))), Scope(5), 0)

        assert origin.connections == 2
    http.close()


def fetched(http: HttpSource, origin: Origin) -> None:
    fetch(http, SourceRequest(SourceUrl.parse(origin.url("/a"))), Scope(5), 0)


def idle(http: HttpSource) -> list[Any]:
    """The connections that lie in the pools of this process."""
    manager = http.client._adapter().poolmanager
    pools = [manager.pools[key] for key in manager.pools.keys()]  # noqa: SIM118 (it is no dict)
    return [each for pool in pools for each in pool.pool.queue if each and each.sock]


def test_a_connection_that_its_source_has_left_is_closed() -> None:
    http = HttpSource(SourceSettings(), lambda address: None, lambda url: True)
    with Origin({"/a": says(b"x")}) as origin:
        fetched(http, origin)
        (kept,) = idle(http)
    wait_for_read(kept.sock, timeout=30)

    http.client.let_go(time.monotonic())

    assert idle(http) == []


def test_a_connection_that_has_lain_idle_for_too_long_is_closed() -> None:
    http = HttpSource(SourceSettings(client_keep_alive_timeout=1), lambda address: None, lambda url: True)
    with Origin({"/a": says(b"x")}) as origin:
        fetched(http, origin)
        idle(http)[0]._used_at -= 1

        http.client.let_go(time.monotonic())

        assert idle(http) == []


def test_a_connection_that_may_be_used_again_stays_and_is_used() -> None:
    http = HttpSource(SourceSettings(), lambda address: None, lambda url: True)
    with Origin({"/a": says(b"x")}) as origin:
        fetched(http, origin)

        http.client.let_go(time.monotonic())

        fetched(http, origin)
        assert origin.connections == 1
    http.close()


def test_where_nothing_was_fetched_nothing_is_closed() -> None:
    http = HttpSource(SourceSettings(), lambda address: None, lambda url: True)

    http.client.let_go(time.monotonic())

    assert http.client._adapters == {}

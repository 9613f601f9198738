"""Twin of imgsvc/sources/pool.py: its reuse of connections is shown in test_http.py."""

import os
import ssl
from typing import Any

import pytest

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

"""Twin of imgsvc/sources/network/pool.py: its reuse of connections is shown in test_http.py."""

import os
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from urllib3.util import wait_for_read

from imgsvc.runtime.scope import Scope
from imgsvc.source_url import SourceUrl
from imgsvc.sources.http import HttpSource
from imgsvc.sources.network.body import fetch
from imgsvc.sources.network.dialing import Dialer
from imgsvc.sources.network.pool import MAX_IDLE, GuardedAdapter, PreparedFetch, tls_context
from imgsvc.sources.network.sockets import PatientSSLSocket
from imgsvc.sources.settings import SourceSettings
from imgsvc.sources.source import SourceRequest
from tests.certificates import negotiated, server_context
from tests.interpreter import at_once
from tests.misbehaving import Origin, says
from tests.sources.threads import THREADS, fetched, gathers, idle, kept


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


@pytest.mark.parametrize("value", ["a\r\nX-B: c", "a\nX-B: c", "a\r", "\n a"])
def test_a_header_is_one_line_and_what_is_none_is_not_shown(value: str) -> None:
    with pytest.raises(ValueError, match="more than one line") as caught:
        PreparedFetch(SourceUrl.parse("http://a.test/"), {"Authorization": value})

    assert "X-B" not in str(caught.value)


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
        idle(http)[0].used_at -= 1

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


@pytest.fixture(name="http")
def _http() -> Iterator[HttpSource]:
    with kept(THREADS) as http:
        yield http


@pytest.mark.slow
def test_many_threads_speak_tls_at_once(http: HttpSource, tmp_path: Path) -> None:
    with Origin({"/a": says(b"x", Connection="close")}, tls=server_context(tmp_path)) as origin:
        found = at_once(lambda _: [fetched(http, origin) for _ in range(5)], THREADS)

        assert [each.result() for each in found] == [[b"x"] * 5] * THREADS


def test_threads_that_are_first_at_once_make_one_pool(http: HttpSource) -> None:
    assert len({id(each.result()) for each in at_once(lambda _: http.client._adapter(), THREADS)}) == 1
    assert len({id(each.result()) for each in at_once(lambda _: http.client._adapter()._tls, THREADS)}) == 1


def test_no_more_connections_lie_idle_than_there_may(http: HttpSource) -> None:
    with ExitStack() as held:
        origins = [held.enter_context(Origin({"/a": gathers(THREADS)})) for _ in range(MAX_IDLE // THREADS + 1)]
        for origin in origins:
            at_once(lambda _, origin=origin: fetched(http, origin), THREADS)  # type: ignore[misc]

        http.client.let_go(time.monotonic())

        assert len(idle(http)) == MAX_IDLE
        http.close()


def test_what_a_library_would_change_in_the_tls_of_other_threads_stays(tmp_path: Path) -> None:
    context = tls_context(verifies=False)
    context.set_alpn_protocols(["h2"])

    assert negotiated(context, ["h2", "http/1.1"], tmp_path) == "http/1.1"

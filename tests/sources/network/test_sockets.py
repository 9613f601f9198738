"""Twin of imgsvc/sources/network/sockets.py: plain and over TLS, against a server that takes its time."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from imgsvc.errors import ClientClosedRequestError, SourceTimeoutError, SourceUnreachableError
from imgsvc.runtime.scope import Scope
from imgsvc.source_url import SourceUrl
from imgsvc.sources.budget import Budget, current, spending
from imgsvc.sources.http import HttpSource
from imgsvc.sources.network.body import fetch
from imgsvc.sources.network.dialing import Dialer
from imgsvc.sources.network.pool import tls_context
from imgsvc.sources.network.sockets import PatientSocket
from imgsvc.sources.settings import SourceSettings
from imgsvc.sources.source import Fetched, SourceRequest
from tests import misbehaving as answers
from tests.certificates import server_context
from tests.misbehaving import Origin, goes_dark, response, says
from tests.sources.contract import BODY

BIG = BODY * 20


@pytest.fixture(name="tls")
def _tls(tmp_path: Path) -> Iterator[Origin]:
    with Origin({}, tls=server_context(tmp_path)) as origin:
        yield origin


def fetched(url: str, scope: Scope | None = None, *, timeout: int = 1, verifies: bool = False) -> Fetched:
    settings = SourceSettings(download_timeout=timeout, ignore_ssl_verification=not verifies)
    http = HttpSource(settings, lambda address: None, lambda url: True)
    try:
        return fetch(http, SourceRequest(SourceUrl.parse(url)), scope or Scope(5), 0)
    finally:
        http.close()


@pytest.mark.slow
class TestTls:
    def test_a_body_comes_whole(self, tls: Origin) -> None:
        tls.answers = {"/a": says(BIG)}

        assert fetched(tls.url("/a")).body == BIG

    def test_waits_within_a_record_lose_no_byte(self, tls: Origin) -> None:
        tls.answers = {"/a": answers.drips(b"0123456789", 0.15)}

        assert fetched(tls.url("/a"), timeout=5).body == b"0123456789"

    def test_a_drip_ends_at_the_budget(self, tls: Origin) -> None:
        tls.answers = {"/a": answers.drips(BODY, 0.1)}

        with pytest.raises(SourceTimeoutError):
            fetched(tls.url("/a"))

    def test_a_client_that_leaves_during_a_blocked_read_ends_it(self, tls: Origin) -> None:
        tls.answers = {"/a": answers.stalls_at(0.5, BODY)}
        began = time.monotonic()

        with pytest.raises(ClientClosedRequestError):
            fetched(tls.url("/a"), Scope(60, client_gone=lambda: time.monotonic() - began > 0.3), timeout=60)

        assert time.monotonic() - began < 30

    def test_a_handshake_that_stalls_ends_at_the_budget(self) -> None:
        with Origin({}) as origin:
            began = time.monotonic()
            with pytest.raises(SourceTimeoutError):
                fetched(origin.url().replace("http", "https"))

        assert time.monotonic() - began < 30

    def test_a_connection_is_used_again(self, tls: Origin) -> None:
        tls.answers = {"/a": says(BIG)}
        http = HttpSource(SourceSettings(ignore_ssl_verification=True), lambda address: None, lambda url: True)

        for _ in range(3):
            fetch(http, SourceRequest(SourceUrl.parse(tls.url("/a"))), Scope(5), 0)
        http.close()

        assert tls.connections == 1

    def test_an_informational_answer_is_passed_over(self, tls: Origin) -> None:
        tls.answers = {"/a": lambda exchange: exchange.send(b"HTTP/1.1 103 Early Hints\r\n\r\n" + response(BODY))}

        assert fetched(tls.url("/a"), timeout=30).body == BODY

    def test_a_certificate_that_nobody_trusts_is_refused(self, tls: Origin) -> None:
        tls.answers = {"/a": says(BODY)}

        with pytest.raises(SourceUnreachableError, match="CERTIFICATE_VERIFY_FAILED"):
            fetched(tls.url("/a"), verifies=True, timeout=30)

        assert tls.heads == []


def _dialed(port: int) -> PatientSocket:
    current().peer = "127.0.0.1", port
    return Dialer(lambda address: None).dial("127.0.0.1", port)


def dialed(origin: Origin) -> PatientSocket:
    sock = _dialed(origin.port)
    sock.sendall(b"GET / HTTP/1.1\r\n\r\n")
    return sock


def test_a_send_that_nobody_reads_ends_at_the_budget() -> None:
    with Origin({"*": answers.never_answers}) as origin, spending(Budget(0.5, Scope(5))):
        sock = dialed(origin)
        with sock, pytest.raises(SourceTimeoutError):
            sock.sendall(bytes(50_000_000))


@pytest.mark.parametrize("over_tls", [False, True])
def test_a_send_that_has_to_wait_goes_on_where_it_stopped(over_tls: bool, tmp_path: Path) -> None:
    came = bytearray()

    def reads(exchange: answers.Exchange) -> None:
        exchange.send(b"x")
        while len(came) < len(BODY * 40):
            exchange.wait(0.001)
            came.extend(exchange.sock.recv(1_000_000))
        exchange.send(b"x")

    tls = server_context(tmp_path) if over_tls else None
    with Origin({"*": reads}, tls=tls) as origin, spending(Budget(30, Scope(30))):
        plain = _dialed(origin.port)
        with tls_context(verifies=False).wrap_socket(plain) if over_tls else plain as sock:
            sock.sendall(b"GET / HTTP/1.1\r\n\r\n")
            sock.recv(1)
            sock.sendall(BODY * 40)
            sock.recv(1)

    assert came == BODY * 40


def test_a_single_receive_over_tls_gives_what_was_sent(tls: Origin) -> None:
    tls.answers = {"*": says(b"body")}

    with spending(Budget(2, Scope(5))):
        plain = _dialed(tls.port)
        with tls_context(verifies=False).wrap_socket(plain) as sock:
            sock.sendall(b"GET / HTTP/1.1\r\n\r\n")
            assert sock.recv(1000).endswith(b"body")


def test_a_single_receive_waits_for_its_data() -> None:
    def later(exchange: answers.Exchange) -> None:
        exchange.wait(0.3)
        exchange.send(b"late")

    with Origin({"*": later}) as origin, spending(Budget(2, Scope(5))), dialed(origin) as sock:
        assert sock.recv(100) == b"late"


@pytest.mark.slow
def test_a_peer_that_acknowledges_nothing_is_given_up_before_the_budget() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, spending(Budget(20, Scope(20))):
        sock = _dialed(listener.getsockname()[1])
        peer, _ = listener.accept()
        goes_dark(peer)
        sock.sendall(b"GET / HTTP/1.1\r\n\r\n")
        with sock, peer, pytest.raises(ConnectionAbortedError, match="acknowledges nothing"):
            sock.recv(100)

import threading
import time

import pytest

from tests.images import encoded, quadrants
from tests.misbehaving import Origin
from tests.serving.server import PATIENCE_SECONDS, Server, everything

RAW = "GET /_/raw:1/plain/local:///big.bmp HTTP/1.1\r\nHost: x\r\n\r\n"
LOOPBACK = {"IMGSVC_ALLOW_LOOPBACK_SOURCE_ADDRESSES": "true"}


@pytest.fixture(scope="module")
def short(pictures):
    """One worker, and clients that have a second for each thing."""
    settings = {
        "IMGSVC_LOCAL_FILESYSTEM_ROOT": str(pictures),
        "IMGSVC_READ_REQUEST_TIMEOUT": "1",
        "IMGSVC_WRITE_RESPONSE_TIMEOUT": "1",
    }
    with Server(settings) as running:
        yield running


def test_a_client_that_never_reads_holds_the_worker_no_longer_than_the_write_timeout(short):
    with short.connect(receive_buffer=4096) as lazy:
        lazy.sendall(RAW.encode())
        answer = short.get("/health")
        told = short.await_log("did not take its answer in time")

    assert (answer.status_code, told) == (200, True)


def test_a_client_that_says_nothing_holds_the_worker_no_longer_than_the_read_timeout(short):
    with short.connect() as silent:
        answer = short.get("/health")
        told = everything(silent)

    assert (answer.status_code, told.partition(b"\r\n")[0]) == (200, b"HTTP/1.1 408 Request Timeout")


def test_a_client_that_sends_a_byte_now_and_then_is_cut_off_too(short):
    with short.connect() as slow:
        began = time.monotonic()
        for byte in b"GET /" * 100:
            try:
                slow.send(bytes([byte]))
            except OSError:
                break
            time.sleep(0.1)

    assert time.monotonic() - began < PATIENCE_SECONDS
    assert short.get("/health").status_code == 200


def test_an_answer_that_was_cut_off_does_not_look_whole(short, pictures):
    told = "did not take its answer in time"
    before = short.log().count(told)

    with short.connect(receive_buffer=4096) as lazy:
        lazy.sendall(RAW.encode())
        short.await_log(told, times=before + 1)
        taken = everything(lazy)

    assert len(taken) < (pictures / "big.bmp").stat().st_size


def test_a_client_that_leaves_while_its_source_is_fetched_is_noticed():
    def sip(exchange):
        body = encoded(quadrants(600, 600), "bmp")
        exchange.send(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode())
        for start in range(0, len(body), 10_000):
            exchange.send(body[start : start + 10_000])
            exchange.wait_briefly()

    with Origin({"*": slowly(sip)}) as origin, Server({**LOOPBACK, "IMGSVC_LOG_LEVEL": "info"}) as running:
        with running.connect() as client:
            client.sendall(f"GET /_/w:20/plain/{origin.url('/cat.bmp')} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            wait_for(lambda: origin.heads)
        noticed = running.await_log('outcome="client_gone"')

    assert noticed


def test_a_source_that_breaks_off_breaks_a_raw_answer_off_too():
    def cut(exchange):
        exchange.send(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")
        exchange.hang_up()

    with Origin({"*": cut}) as origin, Server(LOOPBACK) as running:
        answer = running.ask(f"GET /_/raw:1/plain/{origin.url('/cat.png')} HTTP/1.1\r\nHost: x\r\n\r\n")

        assert b"first" in answer
        assert not answer.endswith(b"0\r\n\r\n")
        assert running.await_log("a raw answer broke off")


def test_a_request_is_answered_by_its_deadline_however_slow_its_source():
    with (
        Origin({"*": lambda exchange: exchange.wait()}) as origin,
        Server(LOOPBACK | {"IMGSVC_TIMEOUT": "1"}) as running,
    ):
        began = time.monotonic()
        answer = running.get(f"/_/w:20/plain/{origin.url('/cat.png')}")

    assert answer.status_code in (503, 504)
    assert time.monotonic() - began < 60


def slowly(answer):
    """An answer whose `wait_briefly` takes a twentieth of a second."""

    class Slow:
        def __init__(self, exchange):
            self.send = exchange.send

        def wait_briefly(self):
            time.sleep(0.05)

    return lambda exchange: answer(Slow(exchange))


def wait_for(condition):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)


def test_a_request_in_work_is_answered_before_the_server_stops():
    picture = encoded(quadrants(), "png")
    asked, go = threading.Event(), threading.Event()

    def later(exchange):
        asked.set()
        go.wait(PATIENCE_SECONDS)
        exchange.send(f"HTTP/1.1 200 OK\r\nContent-Length: {len(picture)}\r\n\r\n".encode() + picture)

    with Origin({"*": later}) as origin, Server(LOOPBACK) as running, running.connect() as client:
        client.sendall(f"GET /_/w:20/plain/{origin.url('/cat.png')} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        asked.wait(PATIENCE_SECONDS)
        running.process.terminate()
        go.set()
        answer = everything(client)

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert running.process.returncode == 0

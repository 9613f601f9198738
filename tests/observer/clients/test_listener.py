import json
import socket
import threading
import time
from contextlib import ExitStack, contextmanager
from resource import RLIMIT_NPROC

import pytest
import requests

from imgsvc.observer.clients.listener import Listener, is_stranger
from imgsvc.observer.clients.page import Page, Slow
from tests.exhausted import no_more, told_by

GET = b"GET /json HTTP/1.1\r\nHost: x\r\n\r\n"


def json_page():
    return Page.json({"a": 1})


@contextmanager
def listening(pages=None, **options):
    pages = pages or {"/json": json_page, "/ill": lambda: Page.verdict(("because",), "well")}
    server = Listener(("127.0.0.1", 0), pages, lambda: Page(404, b"no"), **options)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join(10)


@pytest.fixture
def server():
    with listening() as running:
        yield running


@pytest.fixture
def url(server):
    return f"http://127.0.0.1:{server.address[1]}"


def connected(server):
    return socket.create_connection(server.address, 10)


def told(server, request):
    """All that is answered to these bytes."""
    with connected(server) as client:
        client.sendall(request)
        return b"".join(iter(lambda: client.recv(65_536), b""))


def test_data_is_json(url):
    answer = requests.get(f"{url}/json?x", timeout=10)

    assert (answer.headers["content-type"], json.loads(answer.text)) == ("application/json", {"a": 1})


def test_a_bad_verdict_is_503_with_its_reasons(url):
    answer = requests.get(f"{url}/ill", timeout=10)

    assert (answer.status_code, answer.text) == (503, "because\n")


def test_every_other_path_is_the_fallbacks(url):
    assert requests.get(f"{url}/x", timeout=10).status_code == 404


@pytest.mark.parametrize("path", ["/json", "/ill", "/x"])
def test_head_says_what_get_says_without_its_body(url, path):
    head, get = requests.head(f"{url}{path}", timeout=10), requests.get(f"{url}{path}", timeout=10)

    assert head.status_code == get.status_code
    assert dict(head.headers) | {"Date": ""} == dict(get.headers) | {"Date": ""}
    assert head.content == b""


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "BREW"])
def test_any_other_method_is_405_and_told_which_there_are(url, method):
    answer = requests.request(method, f"{url}/json", timeout=10)

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    ("request_", "status"),
    [(b"nonsense\r\n\r\n", b"400"), (b"GET / HTTP/1.1\r\n\r\n", b"400"), (b"GET /" + b"x" * 9000, b"431")],
)
def test_what_is_no_request_is_told_so(server, request_, status):
    assert told(server, request_).startswith(b"HTTP/1.1 " + status)


def test_what_comes_behind_a_request_takes_its_answer_away_from_nobody(server):
    assert told(server, GET + b"x" * 1_000_000).startswith(b"HTTP/1.1 200")


def test_a_request_may_come_byte_by_byte(server):
    with connected(server) as client:
        for byte in GET:
            client.send(bytes([byte]))

        assert client.recv(12) == b"HTTP/1.1 200"


def test_who_stops_sending_is_answered_all_the_same(server):
    with connected(server) as client:
        client.sendall(GET)
        client.shutdown(socket.SHUT_WR)

        assert client.recv(12) == b"HTTP/1.1 200"


def test_a_head_that_does_not_end_is_408(server):
    with connected(server) as client:
        client.sendall(b"GET / HT")

        assert client.recv(12) == b"HTTP/1.1 408"


def test_a_head_that_drips_has_one_deadline(server):
    with connected(server) as client:
        client.settimeout(0.2)
        answer, began = b"", time.monotonic()
        while not answer and time.monotonic() - began < 60:
            client.send(b"x")
            try:
                answer = client.recv(12)
            except TimeoutError:
                continue

    assert answer == b"HTTP/1.1 408"


def test_however_many_drip_whoever_asks_is_answered(server):
    with ExitStack() as stack:
        for _ in range(2 * server.most):
            client = stack.enter_context(connected(server))
            client.sendall(b"GET / HT")

        assert told(server, GET).startswith(b"HTTP/1.1 200")


def test_however_many_take_no_answer_whoever_asks_is_answered():
    with (
        listening({"/json": json_page, "/large": lambda: Page(200, b"x" * 10_000_000)}) as server,
        ExitStack() as stack,
    ):
        server.most = 8
        for _ in range(20):
            client = stack.enter_context(socket.socket())
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect(server.address)
            client.sendall(GET.replace(b"json", b"large"))

        assert told(server, GET).startswith(b"HTTP/1.1 200")


def test_a_page_that_takes_a_while_keeps_nobody_from_the_others():
    may_end = threading.Event()
    slow = Slow(lambda: Page(200, str(may_end.wait(20)).encode()))
    with listening({"/slow": slow, "/json": json_page}) as server, connected(server) as waiting:
        waiting.sendall(GET.replace(b"json", b"slow"))
        answer = told(server, GET)
        may_end.set()

        assert answer.startswith(b"HTTP/1.1 200")
        assert b"True" in b"".join(iter(lambda: waiting.recv(65_536), b""))


def test_who_asks_for_a_page_that_is_being_made_gets_that_one():
    makings, may_end = [], threading.Event()

    def make():
        makings.append(1)
        may_end.wait(20)
        return Page(200, b"made")

    with listening({"/slow": Slow(make)}) as server, ExitStack() as stack:
        clients = [stack.enter_context(connected(server)) for _ in range(20)]
        for client in clients:
            client.sendall(GET.replace(b"json", b"slow"))
        told(server, GET)
        may_end.set()

        assert [client.recv(12) for client in clients] == [b"HTTP/1.1 200"] * 20
    assert len(makings) == 1


def test_a_page_that_cannot_be_made_is_500_and_ends_nothing():
    with listening({"/ill": lambda: 1 / 0, "/json": json_page}) as server:
        assert told(server, GET.replace(b"json", b"ill")).startswith(b"HTTP/1.1 500")
        assert told(server, GET).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(("client", "status"), [("127.0.0.1", 200), ("::1", 200), ("10.0.0.5", 404)])
def test_a_private_page_is_for_this_machine_alone(client, status):
    with listening({"/status": json_page}, private=frozenset({"/status"})) as server:
        assert server.page("/status", client)().status == status


@pytest.mark.parametrize(
    ("address", "expected"),
    [("127.0.0.1", False), ("::1", False), ("::ffff:127.0.0.1", False), ("10.0.0.1", True), ("fe80::1%eth0", True)],
)
def test_it_is_known_who_is_on_another_machine(address, expected):
    assert is_stranger(address) is expected


def test_where_there_are_no_threads_the_pages_are_there_all_the_same():
    def work():
        with listening({"/slow": Slow(json_page)}) as server, no_more(RLIMIT_NPROC):
            return told(server, GET.replace(b"json", b"slow"))[:12].decode()

    assert told_by(work) == "HTTP/1.1 200"

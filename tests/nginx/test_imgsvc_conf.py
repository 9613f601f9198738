"""nginx/imgsvc.conf under a real nginx, before instances that are this test."""

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack

import pytest

from tests.faults.processes import children, stopped
from tests.images import encoded, quadrants
from tests.nginx.running import OK, Instance, Nginx, asked, got, needs_nginx, status
from tests.serving.server import Server
from tests.waiting import eventually

pytestmark = [pytest.mark.slow, needs_nginx]
CAT = "/_/rs:fit:20:20/plain/local:///cat.png"
# This machine is trusted as what stands before nginx; here it is a stranger.
STRANGERS = {"    127.0.0.0/8 1;\n": ""}


@pytest.fixture
def start(tmp_path) -> Iterator[Callable[..., int]]:
    """Starts nginx before these two instances or addresses; gives its port."""
    with ExitStack() as running:

        def go(*instances: Instance | str, changes: Mapping[str, str] | None = None) -> int:
            names = [each if isinstance(each, str) else each.address for each in instances]
            servers = {
                f"server 127.0.0.1:{own} ": f"server {name} " for own, name in zip((8080, 8082), names, strict=True)
            }
            return running.enter_context(Nginx(tmp_path, "imgsvc.conf", {**servers, **(changes or {})})).port

        yield go


@pytest.fixture
def served(tmp_path) -> Iterator[Server]:
    """The real imgsvc, with one picture."""
    (tmp_path / "cat.png").write_bytes(encoded(quadrants()))
    settings = {"IMGSVC_LOCAL_FILESYSTEM_ROOT": str(tmp_path), "IMGSVC_LOG_FORMAT": "structured"}
    with Server(settings) as server:
        yield server


@pytest.mark.parametrize(
    "path",
    [
        "/sig/plain/https://a.example//b/c.jpg@webp",
        "/sig/plain/https:%2F%2Fa.example%2Fb%20c.jpg%40x@png",
        "/sig/plain/local:///a/../b/./c.jpg?x=%3F&y=%25",
        f"/sig/{'b64/' * 1900}x.jpg",
    ],
    ids=["slashes", "escapes", "dots", "long"],
)
def test_a_target_passes_byte_for_byte(start, path):
    one, two = Instance(), Instance()

    assert b"200 OK" in got(start(one, two), path)
    assert one.paths() + two.paths() == [path]


def test_an_instance_is_told_when_the_request_came(start):
    one, two = Instance(), Instance()
    got(start(one, two), "/")

    assert re.search(rb"(?m)^X-Request-Start: t=\d+\.\d{3}\r$", (one.seen + two.seen)[0])


def test_an_instance_that_dies_costs_no_client_an_error(start):
    path = "/sig/plain/https:%2F%2Fa.example//b%20c.jpg@webp"
    one, two = Instance(), Instance()
    port = start(one, two)
    before = [got(port, "/") for _ in range(4)]
    one.stop()
    after = [got(port, path) for _ in range(6)]

    assert all(b"200 OK" in answer for answer in before + after)
    assert two.paths().count(path) == 6


def test_a_client_that_leaves_is_passed_on(start):
    left = threading.Event()

    def wait(client: socket.socket, _head: bytes) -> None:
        client.settimeout(20)
        if client.recv(1) == b"":
            left.set()

    one, two = Instance(wait), Instance(wait)
    with socket.create_connection(("127.0.0.1", start(one, two)), 20) as client:
        client.sendall(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
        assert eventually(lambda: one.seen or two.seen)

    assert left.wait(20)


def test_a_client_that_takes_nothing_frees_the_instance_at_once(start):
    done = threading.Event()
    body = bytes(8_000_000)

    def send(client: socket.socket, _head: bytes) -> None:
        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body)
        done.set()

    with socket.socket() as lazy:
        lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        lazy.connect(("127.0.0.1", start(Instance(send), Instance(send))))
        lazy.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")

        assert done.wait(20)


def test_a_picture_that_ends_a_worker_is_tried_once_and_nobody_is_thrown_out(start):
    def die(client: socket.socket, head: bytes) -> None:
        if b"poison" not in head:
            client.sendall(OK)

    one, two = Instance(die), Instance(die)
    port = start(one, two)
    poisoned = got(port, "/poison")
    time.sleep(0.2)
    others = [got(port, "/") for _ in range(6)]

    assert b" 502 " in poisoned.partition(b"\r\n")[0]
    assert (one.paths() + two.paths()).count("/poison") == 1
    assert all(b"200 OK" in answer for answer in others)


def test_a_picture_that_ends_a_worker_costs_nobody_else_an_error_where_the_other_instance_is_down(start):
    def die(client: socket.socket, head: bytes) -> None:
        if b"poison" not in head:
            client.sendall(OK)

    gone, one = Instance(), Instance(die)
    port = start(gone, one)
    gone.stop()
    poisoned = status(got(port, "/poison"))
    others = [status(got(port, "/")) for _ in range(10)]

    assert poisoned == 502
    assert others == [200] * 10


def test_a_worker_that_ends_with_many_in_hand_costs_them_alone_where_the_other_instance_is_down(start):
    over = threading.Event()

    def die(client: socket.socket, head: bytes) -> None:
        if b"in-hand" in head:
            over.wait(20)
        else:
            client.sendall(OK)

    gone, one = Instance(), Instance(die)
    port = start(gone, one)
    gone.stop()
    with ExitStack() as clients:
        crowd = [clients.enter_context(asked(port, f"/in-hand-{number}")) for number in range(12)]
        assert eventually(lambda: len(one.seen) == 12)
        over.set()
        lost = [status(client.recv(65_536)) for client in crowd]
    others = [status(got(port, "/")) for _ in range(10)]

    assert lost == [502] * 12
    assert others == [200] * 10


def test_where_no_instance_is_there_clients_are_told_to_come_again(start):
    one, two = Instance(), Instance()
    port = start(one, two)
    one.stop()
    two.stop()
    answer = got(port, "/")

    assert b" 503 " in answer.partition(b"\r\n")[0]
    assert b"Retry-After: 1" in answer


def test_an_instance_that_does_not_answer_in_time_is_not_asked_twice(start):
    def hang(client: socket.socket, _head: bytes) -> None:
        client.settimeout(20)
        client.recv(1)

    one, two = Instance(hang), Instance(hang)
    answer = got(start(one, two, changes={"proxy_read_timeout 15s;": "proxy_read_timeout 1s;"}), "/hang")

    assert b" 504 " in answer.partition(b"\r\n")[0]
    assert len(one.seen + two.seen) == 1


def test_an_instance_that_hangs_is_asked_little(start):
    def hang(client: socket.socket, _head: bytes) -> None:
        client.settimeout(20)
        client.recv(1)

    hangs, works = Instance(hang), Instance()
    port = start(hangs, works)
    with ExitStack() as clients:
        for number in range(4):
            clients.enter_context(asked(port, f"/{number}"))
        assert eventually(lambda: len(hangs.seen + works.seen) == 4)
        held = len(hangs.seen)
        statuses = {status(got(port, f"/later-{number}")) for number in range(20)}

    assert statuses == {200}
    assert len(hangs.seen) == held > 0


def test_who_dies_while_many_ask_costs_none_of_them_an_error(start):
    gone, there = Instance(), Instance()
    port = start(gone, there)
    gone.stop()
    with ExitStack() as clients:
        crowd = [clients.enter_context(asked(port, f"/{number}")) for number in range(60)]
        answers = [client.recv(65_536) for client in crowd]

    assert {status(answer) for answer in answers} == {200}
    assert len(there.seen) == 60


def test_who_asks_for_too_much_is_told_so(start):
    port = start(Instance(), Instance(), changes={**STRANGERS, "burst=200": "burst=5"})
    answers = [got(port, "/") for _ in range(20)]

    assert {status(answer) for answer in answers} == {200, 429}
    assert all(b"Retry-After: 1" in answer for answer in answers if status(answer) == 429)


def test_a_health_check_is_not_limited(start):
    port = start(Instance(), Instance(), changes={**STRANGERS, "burst=200": "burst=5"})

    assert {status(got(port, "/health")) for _ in range(20)} == {200}


def test_what_stands_in_front_is_not_limited_as_a_client(start):
    port = start(Instance(), Instance(), changes={"burst=200": "burst=5"})

    assert {status(got(port, "/")) for _ in range(20)} == {200}


def test_too_many_requests_under_way_are_refused(start):
    def wait(client: socket.socket, _head: bytes) -> None:
        client.settimeout(20)
        client.recv(1)

    one, two = Instance(wait), Instance(wait)
    port = start(one, two, changes={**STRANGERS, "imgsvc_connections 130": "imgsvc_connections 4"})
    with ExitStack() as clients:
        for number in range(4):
            clients.enter_context(asked(port, f"/{number}"))
        assert eventually(lambda: len(one.seen + two.seen) == 4)

        assert status(got(port, "/5")) == 429


@pytest.mark.parametrize("given", ["a-1", "a b", "x" * 65], ids=["plain", "not a word", "long"])
def test_a_strangers_request_id_is_replaced(start, given):
    one, two = Instance(), Instance()
    got(start(one, two, changes=STRANGERS), "/", f"X-Request-Id: {given}")

    assert re.search(rb"(?m)^X-Request-Id: [0-9a-f]{32}\r$", (one.seen + two.seen)[0])


CLAIMS = ("X-Forwarded-For: 1.1.1.1", "X-Forwarded-Host: y", "X-Real-IP: 1.1.1.1", "CF-Connecting-IP: 1.1.1.1")
NOBODYS = ("X-Forwarded-Ssl: on", "X-Forwarded-Protocol: ssl", "X-Amzn-Request-Context: {}", "X-Imgsvc-Canary: 1")


def test_what_a_stranger_says_of_himself_is_not_passed_on(start):
    one, two = Instance(), Instance()
    got(start(one, two, changes=STRANGERS), "/", *CLAIMS, *NOBODYS, "X-Request-Start: t=1", "SCRIPT_NAME: /x")

    head = (one.seen + two.seen)[0]
    assert re.findall(rb"(?im)^x-forwarded-for: (.+)\r$", head) == [b"127.0.0.1"]
    assert not re.search(rb"(?im)^(x-forwarded-host|x-real-ip|cf-connecting-ip|script_name)|1\.1\.1\.1|t=1\r$", head)


def test_what_stands_in_front_says_whose_a_request_is(start):
    one, two = Instance(), Instance()
    got(start(one, two), "/", *CLAIMS, *NOBODYS)

    head = (one.seen + two.seen)[0].replace(b", 127.0.0.1", b"").lower()
    assert [claim for claim in CLAIMS if claim.lower().encode() not in head] == []
    assert [claim for claim in NOBODYS if claim.lower().encode() in head] == []


def test_the_request_id_of_what_stands_in_front_is_kept(start):
    one, two = Instance(), Instance()
    got(start(one, two), "/", "X-Request-Id: from-the-cache_1")

    assert b"\r\nX-Request-Id: from-the-cache_1\r\n" in (one.seen + two.seen)[0]


def test_a_request_has_one_id_in_the_log_and_in_the_answer(start, served):
    port = start(f"127.0.0.1:{served.port}", f"127.0.0.1:{served.port}")
    answer = got(port, CAT, "X-Request-Id: followed-1")

    assert b"x-request-id: followed-1" in answer.lower()
    assert served.await_log('request_id="followed-1"')


def test_over_a_unix_socket_too_imgsvc_knows_how_long_a_request_has_waited(start, tmp_path):
    path = f"unix:{tmp_path}/imgsvc.sock"
    with Server({"IMGSVC_BIND": path, "IMGSVC_QUEUE_TIMEOUT": "1", "IMGSVC_WORKERS": "1"}) as server:
        port = start(path, path)
        with stopped(*children(server.process.pid)):
            client = asked(port, "/waits")
            time.sleep(2)
        with client:
            answer = client.recv(65_536)

    assert status(answer) == 503


def test_a_cache_may_tell_a_refusal_to_all_who_wait_for_the_same_picture(start):
    refusal = (
        b"HTTP/1.1 503 Service Unavailable\r\nCache-Control: no-store\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"
    )
    one, two = (Instance(lambda client, _: client.sendall(refusal)) for _ in range(2))
    answer = got(start(one, two), "/")

    assert status(answer) == 503
    assert b"Cache-Control" not in answer
    assert b"Retry-After: 1" in answer


@pytest.mark.parametrize("code", [200, 304, 404])
def test_what_an_instance_says_of_caches_is_passed_on(start, code):
    kept = f"HTTP/1.1 {code} It\r\nCache-Control: max-age=60, public\r\nConnection: close\r\n\r\n".encode()
    one, two = (Instance(lambda client, _: client.sendall(kept)) for _ in range(2))

    assert got(start(one, two), "/").count(b"Cache-Control: max-age=60, public") == 1

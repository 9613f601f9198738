"""What load balancers are told while every worker is busy: the same as while none is."""

import pytest

from tests.faults.origins import Gate
from tests.misbehaving import Origin
from tests.ports import free_port
from tests.serving.server import Server, everything
from tests.waiting import eventually

pytestmark = pytest.mark.slow

METHODS = ["GET", "HEAD", "OPTIONS"]


@pytest.fixture(params=["tcp", "unix"])
def bind(request, tmp_path):
    return f"127.0.0.1:{free_port()}" if request.param == "tcp" else f"unix:{tmp_path}/s"


def settings(bind, **more):
    return {"IMGSVC_BIND": bind, "IMGSVC_ALLOW_LOOPBACK_SOURCE_ADDRESSES": "true", **more}


def server(bind, **more):
    port = 0 if bind.startswith("unix:") else int(bind.rpartition(":")[2])
    return Server(settings(bind, **more), port=port)


def told(running, method):
    """An answer less what differs from one to the next."""
    answer = running.ask(f"{method} /health HTTP/1.1\r\nHost: x\r\n\r\n")
    head, _, body = answer.decode().partition("\r\n\r\n")
    status, *lines = head.split("\r\n")
    pairs = (line.lower().split(": ", 1) for line in lines)
    return status, {name: value for name, value in pairs if name not in ("date", "x-request-id")}, body


def request(origin):
    return f"GET /_/rs:fit:9:9/plain/{origin.url('/cat.png')} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


def test_it_is_the_same_while_the_only_worker_is_busy(bind):
    gate = Gate()
    with server(bind) as running, Origin({"*": gate}) as origin, running.connect() as held:
        idle = {method: told(running, method) for method in METHODS}
        held.sendall(request(origin))
        assert eventually(lambda: gate.waiting)
        busy = {method: told(running, method) for method in METHODS}
        gate.let_through()
        picture = everything(held)

    assert busy == idle
    assert idle["GET"][0] == "HTTP/1.1 200 OK"
    assert picture.startswith(b"HTTP/1.1 200 ")


def test_who_waits_beside_it_is_served(bind):
    gate = Gate()
    with server(bind) as running, Origin({"*": gate}) as origin, running.connect() as held:
        held.sendall(request(origin))
        assert eventually(lambda: gate.waiting)
        waiting = [running.connect() for _ in range(5)]
        for number, each in enumerate(waiting):
            each.sendall(f"GET /{number} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert told(running, "GET")[0] == "HTTP/1.1 200 OK"
        gate.let_through()
        answers = [everything(each) for each in waiting]
        for each in waiting:
            each.close()

    assert [answer[9:12] for answer in answers] == [b"404"] * 5


def test_a_stop_answers_those_who_wait_beside_a_busy_worker(bind):
    gate = Gate()
    with server(bind) as running, Origin({"*": gate}) as origin, running.connect() as held, running.connect() as other:
        held.sendall(request(origin))
        assert eventually(lambda: gate.waiting)
        other.sendall(b"GET /1 HTTP/1.1\r\nHost: x\r\n\r\n")
        assert told(running, "GET")[0] == "HTTP/1.1 200 OK"
        running.process.terminate()
        gate.let_through()
        answers = [everything(each) for each in (held, other)]

    assert [answer[9:12] for answer in answers] == [b"200", b"404"]

"""Rows F56, F57, F60, F63 and F64: who waits beside a worker that is busy, ended, or crowded."""

import re
import time
from itertools import repeat

from tests.faults.bounds import FAULT_SECONDS, PROBE_SERVED_ALL, _bound
from tests.faults.clients import Crowd, ask, ask_all, counted, request
from tests.faults.origins import Gate
from tests.faults.probe import Probe
from tests.faults.service import CAT, LARGE, Service, of
from tests.misbehaving import Origin
from tests.serving.server import everything
from tests.waiting import eventually

# A worker that is not told of a complete request looks for itself after a second.
AT_ONCE_SECONDS = _bound(0.2, 0.9)
# Some 200 ms of one core, or more on a busy machine.
COSTLY = "/_/rs:fit:1100:800/plain/local:///photo.jpg@png"


def gauge(own: Service, name: str, labels: str = "") -> float:
    """A metric's value now; 0 if there is none."""
    found = re.search(rf"(?m)^{name}{re.escape(labels)} (\S+)$", ask(own.observer_port, "/metrics").body.decode())
    return float(found[1]) if found else 0.0


def halves(crowd: Crowd, count: int, path: str = CAT):
    """Clients whose requests lack their end; `finish` sends it."""
    clients = [crowd.begin(path) for _ in range(count)]
    time.sleep(0.3)
    return clients


def finish(client, path: str = CAT) -> None:
    client.sendall(request(path)[-10:])


def test_f56_who_waits_behind_one_that_left_is_served_at_once(pictures, record):
    gate = Gate()
    # A canary would wake the worker.
    with (
        Service(pictures, workers=1, observer_bind="") as one,
        Origin({"*": gate}) as origin,
        Crowd(one.port) as crowd,
    ):
        first, second = halves(crowd, 2)
        crowd.ask_and_stay(of(origin))
        assert eventually(lambda: gate.waiting)
        finish(first)
        finish(second)
        time.sleep(0.3)
        first.close()
        gate.let_through()
        began = time.monotonic()
        told = second.recv(100)
        seconds = time.monotonic() - began

    record(seconds=round(seconds, 2))
    assert told.startswith(b"HTTP/1.1 200 ")
    assert seconds < AT_ONCE_SECONDS


def test_f57_who_is_in_the_hands_of_a_worker_that_is_ended_is_told_to_come_again(pictures, tmp_path, record):
    settings = {"workers": 1, "timeout": 4, "download_timeout": 4, "queue_timeout": 20, "read_request_timeout": 10}
    poison = {"application": "tests.faults.poison_app:application", "prefix": ["env", f"POISON_LOG={tmp_path / 'log'}"]}
    with (
        Service(pictures, **poison, **settings) as one,
        Crowd(one.port) as crowd,
    ):
        assert one.await_observer()
        before = gauge(one, "status_codes_total", '{status="503"}')
        clients = halves(crowd, 3)
        culprit = crowd.ask_and_stay("/_/rs:fit:20:20/plain/http://poison.test/native.png")
        assert eventually((tmp_path / "log").exists)
        for each in clients[:2]:
            finish(each)
        told = [everything(each) for each in (culprit, *clients)]
        counts = gauge(one, "status_codes_total", '{status="503"}') - before

    record(told=[each[9:12].decode() for each in told], counted=counts)
    assert all(each.startswith(b"HTTP/1.1 503 ") and b"\r\nRetry-After: " in each for each in told)
    # The observer's canary may be among them.
    assert len(told) <= counts <= len(told) + 1


def test_f60_half_sent_heads_do_not_push_a_half_sent_picture_out(pictures, record):
    settings = {"workers": 1, "max_worker_connections": 8, "write_response_timeout": 20, "read_request_timeout": 10}
    with Service(pictures, **settings) as one, Crowd(one.port) as crowd:
        reader = crowd.leak(LARGE, reads=1000)
        for _ in range(20):
            crowd.begin()
        ended = eventually(lambda: ask(one.port, CAT).status == 200)
        got = len(everything(reader))

    record(bytes=got)
    assert ended
    assert got > 20_000_000


def test_f63_health_checks_do_not_wait_for_costly_pictures(pictures, record):
    with Service(pictures) as own, Probe(own.port, "/health", per_second=4, timeout=1) as health:
        end = time.monotonic() + FAULT_SECONDS
        got = []
        while time.monotonic() < end:
            got += ask_all(own.port, repeat(COSTLY, 25), at_once=25)

    record(pictures=counted(got), health=health.report())
    assert health.report().served >= PROBE_SERVED_ALL


def test_f64_the_age_in_the_queue_begins_with_the_whole_head(pictures, record):
    settings = {"workers": 1, "queue_timeout": 1, "read_request_timeout": 10}
    with Service(pictures, **settings) as one, Crowd(one.port) as crowd:
        client = crowd.begin(CAT)
        time.sleep(1.5)
        finish(client)
        told = client.recv(100)

    record(status=told[9:12].decode())
    assert told.startswith(b"HTTP/1.1 200 ")

"""Rows F67 to F76: sources that are fetched ahead of the worker, and what becomes of them."""

import os
import re
import socket
import threading
import time
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests import misbehaving as answers
from tests.faults.bounds import IS_FULL, T_O, D, _bound
from tests.faults.clients import Crowd, ask, ask_all, counted
from tests.faults.dead_disk import dead_disk
from tests.faults.origins import Gate, gone, picture, slow_picture
from tests.faults.probe import Probe, percentile
from tests.faults.processes import descriptors
from tests.faults.service import CAT, WORKERS, Service, of
from tests.misbehaving import Origin, says
from tests.serving.server import everything
from tests.waiting import eventually

FETCHES = 32
# Sources that a worker holds, by MAX_FETCHED_MEGABYTES.
BUDGET_MEGABYTES = 32
LEFT_SECONDS = _bound(0.050, 1.0)
_JPEG = b"\xff\xd8\xff\xe0"


def poisonous(pictures, tmp_path, **settings) -> Service:
    """A server with sources that end, stop and hold the process that reads them."""
    prefix = ["env", f"POISON_LOG={tmp_path / 'log'}"]
    return Service(pictures, application="tests.faults.poison_app:application", prefix=prefix, **settings)


def poison(word: str) -> str:
    return f"/_/rs:fit:20:20/plain/http://poison.test/{word}.png"


def gauge(own: Service, name: str, labels: str = "") -> float:
    """A metric's value now; 0 if there is none."""
    found = re.search(rf"(?m)^{name}{re.escape(labels)} (\S+)$", ask(own.observer_port, "/metrics").body.decode())
    return float(found[1]) if found else 0.0


def asked(crowd: Crowd, gate: Gate, origin: Origin, count: int) -> list[socket.socket]:
    """Clients whose sources are being fetched."""
    clients = [crowd.ask_and_stay(of(origin, f"/{number}")) for number in range(count)]
    assert eventually(lambda: gate.waiting == count)
    return clients


def test_f67_a_worker_that_is_ended_loses_none_of_those_it_fetches_for(pictures, tmp_path, record):
    gate = Gate()
    with (
        poisonous(pictures, tmp_path, timeout=6, download_timeout=6) as own,
        Origin({"*": gate}) as origin,
        Crowd(own.port) as crowd,
    ):
        victim = crowd.ask_and_stay(poison("native"))
        assert eventually((tmp_path / "log").exists)
        time.sleep(3)
        clients = asked(crowd, gate, origin, 10)
        told = everything(victim)[9:12]
        gate.let_through()
        others = [everything(each)[9:12] for each in clients]

    record(victim=told.decode(), others={status.decode(): others.count(status) for status in set(others)})
    assert told == b"503"
    assert others == [b"200"] * len(clients)


@pytest.mark.parametrize("ends", ["reload", "recycling"])
def test_f68_workers_that_are_replaced_lose_nobody_who_waits_for_his_origin(pictures, record, ends):
    settings = {"max_requests": 200, "max_requests_jitter": 0} if ends == "recycling" else {}
    rounds = int(_bound(150, 2))
    with (
        Service(pictures, workers=2, **settings) as own,
        Origin({"*": slow_picture(1)}) as slow,
        Probe(own.port, of(slow), per_second=_bound(0.8 * 2 * FETCHES, 8), timeout=30) as probe,
    ):
        for _ in range(rounds):
            if ends == "reload":
                own.process.send_signal(1)
            time.sleep(1.2)

    record(rounds=rounds, statuses=probe.report().statuses)
    assert set(probe.report().statuses) == {200}


def test_f69_a_source_that_answers_while_the_interpreter_is_held_has_not_timed_out(pictures, tmp_path, record):
    """The lock is held by native code for longer than the source may take, and the source has answered long before."""
    with (
        poisonous(pictures, tmp_path) as own,
        Origin({"*": slow_picture(0.3)}) as origin,
        Crowd(own.port) as crowd,
    ):
        clients = [crowd.ask_and_stay(of(origin, f"/{number}")) for number in range(4 * WORKERS)]
        for _ in range(WORKERS):
            crowd.ask_and_stay(poison(f"locks{1000 * (T_O + 0.5):.0f}"))
        told = [everything(each)[9:12] for each in clients]

    record(answers={status.decode(): told.count(status) for status in set(told)})
    assert b"504" not in told


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(says, id="as it says"),
        pytest.param(answers.chunked, id="without a length"),
        pytest.param(lambda body: says(answers.zipped(body), Content_Encoding="gzip"), id="zipped"),
        pytest.param(lambda body: answers.cuts_at(0.5, body), id="with twice its length"),
        pytest.param(lambda body: says(body, Content_Length=str(len(body) // 20)), id="with a twentieth of its length"),
    ],
)
def test_f70_large_sources_in_flight_are_held_within_the_budget(pictures, record, answer):
    body = _JPEG + os.urandom(1 << 20) * 20
    settings = {"workers": 1, "max_fetched_megabytes": BUDGET_MEGABYTES, "timeout": 10 * D, "download_timeout": 10 * D}
    with Service(pictures, **settings) as own, Origin({"*": answer(body)}) as origin:
        assert own.await_observer()
        least = own.resident()
        peak = [0]
        with watched(lambda: peak.append(own.resident())):
            got = ask_all(own.port, [of(origin, f"/{number}") for number in range(FETCHES)], timeout=20 * D)

    grown = (max(peak) - least) >> 20
    record(statuses=counted(got), grown_megabytes=grown)
    assert set(counted(got)) == {422}
    # What a decoder and its own copies take comes on top.
    assert grown < BUDGET_MEGABYTES + 64


@contextmanager
def watched(look):
    """Look again and again meanwhile."""
    ends = threading.Event()

    def work() -> None:
        while not ends.wait(0.02):
            look()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ends.set()
        thread.join()


def test_f71_connections_to_origins_come_and_go_and_nothing_is_left(pictures, record):
    count = 10_000 if IS_FULL else 200
    with Service(pictures) as own, Origin({"*": answers.says(b"x", Connection="close")}) as origin:
        ask_all(own.port, [of(origin)] * 64)
        held = sum(map(descriptors, own.workers))
        got = ask_all(own.port, [of(origin, f"/{number}") for number in range(count)], at_once=32, timeout=60)
        flat = eventually(lambda: sum(map(descriptors, own.workers)) <= held + 8, seconds=30)
        threads = eventually(lambda: max(map(threads_of, own.workers)) <= 6, seconds=30)

    record(connections=count, statuses=counted(got), descriptors=held, flat=flat)
    assert flat
    assert threads


def threads_of(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


def test_f72_a_client_that_leaves_while_its_source_is_fetched_ends_the_fetch(pictures, record):
    with Service(pictures) as own, Origin({"*": answers.drips(bytes(10_000), 0.005)}) as silent:
        assert own.await_observer()
        seconds = []
        for number in range(10):
            with closing(socket.create_connection(("127.0.0.1", own.port))) as client:
                client.sendall(f"GET {of(silent, f'/{number}')} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                assert eventually(lambda: gauge(own, "imgsvc_requests_in_hand", '{state="fetching"}') == 1)
            began = time.monotonic()
            assert eventually(lambda: gone(silent), every=0.002)
            seconds.append(time.monotonic() - began)
        held = gauge(own, "imgsvc_held_source_bytes")

    record(seconds=[round(each, 3) for each in seconds], held_bytes=held)
    assert percentile(seconds, 0.9) < LEFT_SECONDS
    assert held == 0


@pytest.mark.skipif(not os.access("/dev/fuse", os.W_OK) or os.geteuid() != 0, reason="needs root and /dev/fuse")
def test_f73_a_disk_that_never_answers_takes_nothing_from_the_others(pictures, origin, tmp_path, record):
    (pictures / "dead").mkdir(exist_ok=True)
    with (
        dead_disk(pictures / "dead"),
        Service(pictures) as own,
        Probe(own.port, of(origin)) as probe,
        Probe(own.port, CAT) as beside,
    ):
        stuck = ask_all(own.port, ["/_/rs:fit:20:20/plain/local:///dead/cat.png"] * 40, timeout=D + 20)

    record(statuses=counted(stuck), others=probe.report(), same_root=beside.report())
    assert set(counted(stuck)) == {503}
    assert probe.report().served == 1


def test_f74_a_stop_answers_all_who_wait_for_a_slow_origin(pictures, record):
    with Service(pictures, workers=4) as own, Origin({"*": slow_picture(1.5)}) as slow, Crowd(own.port) as crowd:
        clients = [crowd.ask_and_stay(of(slow, f"/{number}")) for number in range(12)]
        time.sleep(0.5)
        own.process.terminate()
        told = [everything(each)[9:12] for each in clients]

    record(answers={status.decode(): told.count(status) for status in set(told)})
    assert told == [b"200"] * 12


@pytest.mark.parametrize("milliseconds", [20, 100, 400, 1000])
def test_f75_an_origin_of_any_latency_is_asked_up_to_its_capacity(pictures, record, milliseconds):
    seconds = milliseconds / 1000
    rate = min(_bound(40, 8), 0.8 * WORKERS * FETCHES / seconds)
    with (
        Service(pictures) as own,
        Origin({"*": slow_picture(seconds)}) as slow,
        Probe(own.port, of(slow), per_second=rate, timeout=30) as probe,
    ):
        time.sleep(_bound(10, 3))

    record(milliseconds=milliseconds, per_second=round(rate), probe=probe.report())
    assert set(probe.report().statuses) == {200}


def test_f75_a_burst_to_an_origin_of_which_nothing_is_known_is_served(pictures, record):
    with Service(pictures, queue_timeout=10, timeout=20) as own, Origin({"*": picture}) as origin:
        got = ask_all(own.port, [of(origin, f"/{number}") for number in range(200)], at_once=200, timeout=30)

    record(statuses=counted(got))
    assert counted(got) == {200: 200}


def test_f76_an_origin_that_was_quick_holds_nobody_else_when_it_is_not(pictures, origin, record):
    """The main thread itself waits for a quick one, and must notice that it waits for nothing."""
    gate = Gate()
    settings = {"workers": 1, "timeout": 10 * D, "download_timeout": 10 * D}
    with Service(pictures, **settings) as own, Origin({"*": picture}) as quick, Crowd(own.port) as crowd:
        before = ask_all(own.port, [of(quick, f"/{number}") for number in range(20)], at_once=1)
        quick.answers = {"*": gate}
        clients = [crowd.ask_and_stay(of(quick, f"/{number}")) for number in range(8)]
        assert eventually(lambda: gate.waiting >= 8)
        others = ask_all(own.port, [of(origin, f"/{number}") for number in range(20)], at_once=1)
        gate.let_through()
        told = [everything(each)[9:12] for each in clients]

    record(before=counted(before), others=counted(others), asked=gate.waiting)
    assert counted(before) == counted(others) == {200: 20}
    assert (told, gate.waiting) == ([b"200"] * 8, 8)

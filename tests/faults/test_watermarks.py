"""Rows F77 to F79: watermarks that URLs name, and what becomes of who waits for one."""

import signal
import time
from base64 import urlsafe_b64encode

import pytest

from tests.faults.clients import Crowd
from tests.faults.origins import Gate, picture
from tests.faults.processes import eventually
from tests.faults.service import Service
from tests.faults.test_fetching import poison, poisonous
from tests.misbehaving import Origin
from tests.serving.server import everything

WAITING = 5


def marked(source: Origin, mark: str) -> str:
    """The path that asks for a picture of `source` with this watermark."""
    name = urlsafe_b64encode(mark.encode()).decode().rstrip("=")
    return f"/_/wm:1:nowe/wmu:{name}/plain/{source.url('/cat.png')}"


def waiting(crowd: Crowd, source: Origin, gate: Gate, marks: Origin):
    """Clients whose sources are there, and whose watermarks are not."""
    found = [crowd.ask_and_stay(marked(source, marks.url(f"/{number}"))) for number in range(WAITING)]
    assert eventually(lambda: gate.waiting == WAITING and len(source.heads) == WAITING)
    return found


def statuses(clients) -> list[bytes]:
    return [everything(each)[9:12] for each in clients]


def test_f77_a_worker_that_is_ended_loses_none_of_those_who_wait_for_a_watermark(pictures, tmp_path, record):
    gate = Gate()
    with (
        poisonous(pictures, tmp_path, timeout=6, download_timeout=6) as own,
        Origin({"*": picture}) as source,
        Origin({"*": gate}) as marks,
        Crowd(own.port) as crowd,
    ):
        victim = crowd.ask_and_stay(poison("native"))
        assert eventually((tmp_path / "log").exists)
        time.sleep(3)
        clients = waiting(crowd, source, gate, marks)
        told = everything(victim)[9:12]
        gate.let_through()
        others = statuses(clients)

    record(victim=told.decode(), others={status.decode(): others.count(status) for status in set(others)})
    assert told == b"503"
    assert others == [b"200"] * WAITING


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGHUP], ids=["stop", "reload"])
def test_f77_a_worker_that_goes_answers_all_who_wait_for_a_watermark(pictures, record, told):
    gate = Gate()
    with (
        Service(pictures) as own,
        Origin({"*": picture}) as source,
        Origin({"*": gate}) as marks,
        Crowd(own.port) as crowd,
    ):
        clients = waiting(crowd, source, gate, marks)
        own.process.send_signal(told)
        time.sleep(0.5)
        gate.let_through()
        others = statuses(clients)

    record(others={status.decode(): others.count(status) for status in set(others)})
    assert others == [b"200"] * WAITING

"""The observer, top and stacks of a real server."""

import json
import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner, Result

from imgsvc.cli import main
from imgsvc.live.asking import ObserverError, ask
from tests.misbehaving import Origin, never_answers
from tests.observer.observed import eventually
from tests.ports import free_port
from tests.serving.server import Server

pytestmark = pytest.mark.slow


class Watched(Server):
    """A server with two workers and an observer."""

    def __init__(self, **settings: str) -> None:
        self.observer = f"127.0.0.1:{free_port()}"
        super().__init__({"IMGSVC_WORKERS": "2", "IMGSVC_OBSERVER_BIND": self.observer, **settings})

    def run(self, command: str, *arguments: str) -> Result:
        return CliRunner().invoke(main, [command, *arguments, "--observer", self.observer])

    def is_ready(self) -> bool:
        try:
            return bool(ask(self.observer, "/status")["ready"])
        except (ObserverError, KeyError):
            return False

    def workers(self) -> list[dict[str, Any]]:
        return list(ask(self.observer, "/status")["workers"])

    def fetches(self) -> int:
        return sum(len(each["fetches"]) for each in self.workers())

    def pids(self) -> list[int]:
        return [each["pid"] for each in self.workers()]


@pytest.fixture(scope="module")
def watched() -> Iterator[Watched]:
    with Watched() as server:
        assert eventually(server.is_ready)
        yield server


def test_top_shows_every_worker(watched):
    answer = watched.run("top", "--once")

    assert answer.exit_code == 0
    assert all(str(pid) in answer.output for pid in watched.pids())


def test_stacks_shows_what_every_worker_does(watched):
    answer = watched.run("stacks")

    assert answer.output.count("imgsvc/runtime/workers/worker.py") >= 2
    assert answer.exit_code == 0


def test_stopped_workers_cost_readiness_until_they_run_again_and_the_observer_answers_meanwhile(watched):
    pids = watched.pids()
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    was_lost = eventually(lambda: not watched.is_ready())
    meanwhile = ask(watched.observer, "/status")
    for pid in pids:
        os.kill(pid, signal.SIGCONT)

    assert was_lost
    assert meanwhile
    assert eventually(watched.is_ready)


def test_the_observer_survives_a_reload(watched):
    before = watched.pids()
    watched.process.send_signal(signal.SIGHUP)

    assert eventually(lambda: watched.is_ready() and not set(before) & set(watched.pids()))


def test_health_of_a_ready_server_is_200(watched):
    assert eventually(lambda: watched.get("/health").status_code == 200)


def test_an_observer_that_is_not_there_is_said_to_be_so():
    answer = CliRunner().invoke(main, ["top", "--once", "--observer", f"127.0.0.1:{free_port()}"])

    assert answer.exit_code == 1
    assert "Nobody listens" in answer.output


def test_an_observer_that_is_off_is_said_to_be(monkeypatch):
    monkeypatch.setenv("IMGSVC_OBSERVER_BIND", "")

    assert "OBSERVER_BIND is empty" in CliRunner().invoke(main, ["stacks"]).output


@pytest.fixture(scope="module")
def held() -> Iterator[tuple[Watched, Origin]]:
    """A server of one worker that has all its fetches at an origin that never answers, and two that wait for one."""
    settings = {"IMGSVC_WORKERS": "1", "IMGSVC_FETCHES": "4", "IMGSVC_ALLOW_LOOPBACK_SOURCE_ADDRESSES": "1"}
    long = {f"IMGSVC_{name}_TIMEOUT": "120" for name in ("DOWNLOAD", "QUEUE")} | {"IMGSVC_TIMEOUT": "240"}
    with Origin({"*": never_answers}) as origin, Watched(**settings, **long) as server:
        assert eventually(server.is_ready)
        clients = [server.connect() for _ in range(6)]
        for number, client in enumerate(clients):
            client.sendall(f"GET /_/w:4/plain/{origin.url(f'/{number}')} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert eventually(lambda: server.fetches() == 4 and server.workers()[0]["waiting"] == 2)
        yield server, origin
        for client in clients:
            client.close()


def test_fetches_that_hang_are_shown_with_their_origin_and_pin_no_worker(held):
    server, origin = held
    answer = server.run("top", "--once")

    assert answer.output.startswith("ready")
    assert f"4  {origin.url('')}" in answer.output
    assert ask(server.observer, "/status")["queue"] == 2


def test_stacks_shows_where_fetches_are(held):
    server, origin = held
    answer = server.run("stacks")

    assert f"4 of {origin.url('')}" in answer.output
    assert "imgsvc/sources/" in answer.output


def test_who_waits_for_his_fetch_is_counted_until_he_leaves(held):
    server, origin = held
    with server.connect() as client:
        client.sendall(f"GET /_/w:4/plain/{origin.url('/more')} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        came = eventually(lambda: server.workers()[0]["waiting"] == 3)

    assert came
    assert eventually(lambda: server.workers()[0]["waiting"] == 2)


def test_the_observer_ends_with_its_server():
    with Watched() as server:
        assert eventually(server.is_ready)
        json.dumps(ask(server.observer, "/status"))

    assert eventually(lambda: not server.is_ready())

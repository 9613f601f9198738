"""The observer, top and stacks of a real server."""

import json
import os
import signal
import time
from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result

from imgsvc.cli import main
from imgsvc.live.asking import ObserverError, ask
from tests.observer.observed import eventually
from tests.serving.server import Server, free_port

pytestmark = pytest.mark.slow


class Watched(Server):
    """A server with two workers and an observer."""

    def __init__(self) -> None:
        self.observer = f"127.0.0.1:{free_port()}"
        super().__init__({"IMGSVC_WORKERS": "2", "IMGSVC_OBSERVER_BIND": self.observer})

    def run(self, command: str, *arguments: str) -> Result:
        return CliRunner().invoke(main, [command, *arguments, "--observer", self.observer])

    def is_ready(self) -> bool:
        try:
            return bool(ask(self.observer, "/status")["ready"])
        except (ObserverError, KeyError):
            return False

    def pids(self) -> list[int]:
        return [each["pid"] for each in ask(self.observer, "/status")["workers"]]


@pytest.fixture(scope="module")
def watched() -> Iterator[Watched]:
    with Watched() as server:
        assert eventually(server.is_ready, 30)
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
    was_lost = eventually(lambda: not watched.is_ready(), 15)
    began = time.monotonic()
    ask(watched.observer, "/status")
    seconds = time.monotonic() - began
    for pid in pids:
        os.kill(pid, signal.SIGCONT)

    assert (was_lost, seconds < 2) == (True, True)
    assert eventually(watched.is_ready, 20)


def test_the_observer_survives_a_reload(watched):
    before = watched.pids()
    watched.process.send_signal(signal.SIGHUP)

    assert eventually(lambda: watched.is_ready() and not set(before) & set(watched.pids()), 30)


def test_health_of_a_ready_server_is_200(watched):
    assert eventually(lambda: watched.get("/health").status_code == 200, 20)


def test_an_observer_that_is_not_there_is_said_to_be_so():
    answer = CliRunner().invoke(main, ["top", "--once", "--observer", f"127.0.0.1:{free_port()}"])

    assert answer.exit_code == 1
    assert "Nobody listens" in answer.output


def test_an_observer_that_is_off_is_said_to_be(monkeypatch):
    monkeypatch.setenv("IMGSVC_OBSERVER_BIND", "")

    assert "OBSERVER_BIND is empty" in CliRunner().invoke(main, ["stacks"]).output


def test_the_observer_ends_with_its_server():
    with Watched() as server:
        assert eventually(server.is_ready, 30)
        json.dumps(ask(server.observer, "/status"))

    assert eventually(lambda: not server.is_ready(), 15)

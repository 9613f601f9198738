"""The observer as a process, beside a server that is this test."""

import os
import signal
import subprocess
import sys
import time

import pytest

from imgsvc.observer import spawning
from imgsvc.runtime.layout import State
from imgsvc.runtime.scoreboard import Scoreboard, path_of
from imgsvc.runtime.verdict import is_lost
from tests.observer.observed import Observed, eventually, is_there
from tests.serving.server import free_port

pytestmark = pytest.mark.slow


@pytest.fixture
def observed():
    with Observed() as running:
        assert eventually(running.is_ready)
        yield running


def test_every_page_is_there(observed):
    assert [observed.get(path).status_code for path in ("/health", "/ready", "/metrics", "/status", "/stacks")] == [
        200
    ] * 5


def test_another_path_says_which_there_are(observed):
    answer = observed.get("/nothing")

    assert (answer.status_code, "/ready" in answer.text) == (404, True)


def test_status_shows_what_a_worker_is_doing(observed):
    now = time.monotonic()
    observed.slot.begin("an-id", now, now + 10)
    observed.slot.enter(State.FETCH)
    observed.slot.ask("https://origin.example", "https://origin.example/x.png")
    worker = observed.status()["workers"][0]
    observed.slot.idle()

    assert (worker["state"], worker["request_id"], worker["origin"]) == ("fetch", "an-id", "https://origin.example")


def test_a_worker_over_its_deadline_costs_readiness_until_it_is_back(observed):
    now = time.monotonic()
    observed.slot.begin("an-id", now - 20, now - 10)
    was_lost = eventually(lambda: not observed.is_ready())
    reasons = observed.get("/ready").text
    observed.slot.idle()

    assert (was_lost, reasons) == (True, "all 1 workers are pinned\n")
    assert eventually(observed.is_ready)


def test_the_workers_are_told_of_the_verdict(observed):
    now = time.monotonic()
    observed.slot.begin("an-id", now - 20, now - 10)
    is_told = eventually(lambda: is_lost(os.getpid()))
    observed.slot.idle()

    assert is_told
    assert eventually(lambda: not is_lost(os.getpid()))


def test_an_observer_that_dies_is_started_again(observed):
    before = observed.pid()
    os.kill(before, signal.SIGKILL)

    assert eventually(lambda: observed.get("/health").ok)
    assert observed.pid() != before


def test_a_guard_that_dies_is_replaced():
    with Observed() as running:
        running.guard.kill()
        running.guard.wait()
        assert eventually(lambda: not is_there(running.port)) or True

        assert eventually(lambda: running.get("/health").ok)


def test_nobody_listening_costs_readiness():
    with Observed() as running:
        assert eventually(running.is_ready)
        running.stop_listening()

        assert eventually(lambda: "nobody listens" in running.get("/ready").text)


def test_every_path_gives_metrics_where_imgproxys_setting_is_used():
    with Observed("IMGPROXY_PROMETHEUS_BIND") as running:
        assert "requests_total" in running.get("/").text


def test_the_observer_goes_when_the_arbiter_goes():
    port = free_port()
    arbiter = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    board = Scoreboard.create(1, path_of(arbiter.pid))
    environ = {**os.environ, "IMGSVC_OBSERVER_BIND": f"127.0.0.1:{port}"}
    command = [
        sys.executable,
        "-m",
        "imgsvc.observer.guard",
        str(arbiter.pid),
        "127.0.0.1:1",
        str(board.descriptor),
        "",
    ]
    guard = subprocess.Popen(command, env=environ, pass_fds=(board.descriptor,))
    came = eventually(lambda: is_there(port))
    arbiter.kill()
    arbiter.wait()

    assert (came, guard.wait(30)) == (True, 0)
    assert eventually(lambda: not is_there(port))
    board.remove()
    board.close()


def test_only_one_guard_stays():
    with Observed() as running:
        second = spawning.start(os.getpid(), "127.0.0.1:1", running.stacks)

        assert second.wait(30) == 0

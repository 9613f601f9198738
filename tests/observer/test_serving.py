"""The observer as a process, beside a server that is this test."""

import os
import signal
import subprocess
import sys
import time

import pytest

from imgsvc.observer import spawning
from imgsvc.observer.assignment import Assignment, write
from imgsvc.observer.spawning import Handed
from imgsvc.runtime.board.layout import State
from imgsvc.runtime.board.scoreboard import Scoreboard
from imgsvc.runtime.board.verdict import follow, is_lost
from imgsvc.source_url import SourceUrl
from tests.observer.observed import Observed, eventually, is_there
from tests.ports import free_port

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
    observed.slot.ask(SourceUrl.parse("https://origin.example/x.png"))
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
    follow(observed.board)
    is_told = eventually(is_lost)
    observed.slot.idle()
    is_told_again = eventually(lambda: not is_lost())
    follow(None)

    assert (is_told, is_told_again) == (True, True)


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
    board, stacks, orders = Scoreboard.create(1), os.memfd_create("stacks"), os.memfd_create("assignment")
    write(orders, Assignment("127.0.0.1:1", settings={"IMGSVC_OBSERVER_BIND": f"127.0.0.1:{port}"}))
    guard = spawning.start(Handed(arbiter.pid, board.descriptor, stacks, orders))
    came = eventually(lambda: is_there(port))
    arbiter.kill()
    arbiter.wait()

    assert (came, guard.wait(30)) == (True, 0)
    assert eventually(lambda: not is_there(port))
    board.close()
    for descriptor in (stacks, orders):
        os.close(descriptor)


def test_only_one_guard_stays():
    with Observed() as running:
        second = spawning.start(running.handed)

        assert second.wait(30) == 0


def test_another_server_s_guard_is_no_reason_to_go():
    with Observed() as one, Observed() as another:
        assert one.get("/health").ok
        assert another.get("/health").ok


def test_another_assignment_makes_another_observer():
    with Observed() as running:
        before, port = running.pid(), free_port()
        running.assign(IMGSVC_OBSERVER_BIND=f"127.0.0.1:{port}")

        assert eventually(lambda: is_there(port))
        assert not is_there(running.port)
        assert running.pid() not in (before, 0)


def test_an_observer_that_is_off_waits_for_an_assignment():
    with Observed() as running:
        running.assign(IMGSVC_OBSERVER_BIND="")
        assert eventually(lambda: not is_there(running.port))
        running.assign(IMGSVC_OBSERVER_BIND=f"127.0.0.1:{running.port}")

        assert eventually(lambda: running.get("/health").ok)

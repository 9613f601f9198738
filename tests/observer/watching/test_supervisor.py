import socket

import pytest

from imgsvc.observer.watching.readiness import Evidence, readiness
from imgsvc.observer.watching.supervisor import NOBODY, Supervisor, is_worth_keeping

PATIENCE = 20.0


def seen(*, arbiter=True, canary=0.5):
    return Evidence(arbiter, (), None, is_listener_known=False, canary_seconds=canary)


def hear(supervisor, evidence, *, ready=True):
    """What is told of the evidence, where it makes the server ready or not."""
    verdict = readiness(evidence)
    supervisor.hear(evidence, type(verdict)(()) if ready else verdict)


@pytest.fixture
def systemd(tmp_path):
    """The supervisor's end, and what sends to it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(2)
        yield listener, Supervisor(str(tmp_path / "notify"), PATIENCE)


def test_ready_is_said_once_and_not_before_it_is_true(systemd):
    listener, supervisor = systemd
    told = []
    for ready in (False, True, True):
        hear(supervisor, seen(), ready=ready)
        told.append("READY=1" in listener.recv(1000).decode().splitlines())

    assert told == [False, True, False]


def test_the_status_is_said_when_it_changes(systemd):
    listener, supervisor = systemd
    hear(supervisor, seen(), ready=False)
    first = listener.recv(1000).decode()
    hear(supervisor, seen(), ready=False)

    assert "STATUS=there is no worker" in first
    assert "STATUS" not in listener.recv(1000).decode()


@pytest.mark.parametrize(
    ("evidence", "is_kept"),
    [
        pytest.param(seen(), True, id="well"),
        pytest.param(seen(canary=PATIENCE - 1), True, id="every worker is busy"),
        pytest.param(seen(canary=PATIENCE + 1), False, id="nothing comes back"),
        pytest.param(seen(arbiter=False), False, id="its arbiter is stopped"),
    ],
)
def test_the_watchdog_is_fed_while_the_server_may_do_its_work_again(evidence, is_kept):
    assert is_worth_keeping(evidence, PATIENCE) is is_kept


def test_where_nobody_started_it_nobody_is_told():
    hear(NOBODY, seen())


def test_who_does_not_listen_is_not_waited_for(tmp_path):
    hear(Supervisor(str(tmp_path / "gone"), PATIENCE), seen())

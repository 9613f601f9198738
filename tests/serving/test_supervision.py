"""A real server, started by somebody who wants to be told how it is, as systemd does."""

import os
import signal
import socket
import time

import pytest

from tests.faults.service import Service

pytestmark = pytest.mark.slow


@pytest.fixture
def systemd(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(20)
        yield listener


@pytest.fixture
def started(systemd, tmp_path, monkeypatch):
    (tmp_path / "sources").mkdir()
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    with Service(tmp_path / "sources") as running:
        yield running


def lines(listener):
    return listener.recv(1000).decode().splitlines()


def until(listener, word):
    """What is told before and with the line `word`; TimeoutError if it is not told."""
    found = []
    while word not in found:
        found += lines(listener)
    return found


def emptied(listener, seconds):
    """Everything that is told within so many seconds."""
    found, end = [], time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        listener.settimeout(left)
        try:
            found += lines(listener)
        except TimeoutError:
            break
    return found


def test_it_is_ready_when_a_worker_has_made_a_picture(systemd, started):
    before = until(systemd, "READY=1")

    assert not any("Gunicorn" in line for line in before)
    assert started.observed("/ready").status == 200


def test_the_watchdog_is_fed_until_the_arbiter_is_stopped(systemd, started):
    until(systemd, "READY=1")
    alive = emptied(systemd, 3)
    os.kill(started.process.pid, signal.SIGSTOP)
    emptied(systemd, 0.6)
    stopped = emptied(systemd, 1)
    os.kill(started.process.pid, signal.SIGCONT)

    assert alive.count("WATCHDOG=1") >= 2
    assert "WATCHDOG=1" not in stopped

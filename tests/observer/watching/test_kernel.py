import os
import signal
import socket
import subprocess
import sys

import pytest

from imgsvc.observer.watching.kernel import catches, cpu_seconds, is_running, queue, resident_bytes
from tests.observer.observed import eventually
from tests.ports import free_port


def test_connections_that_nobody_accepts_are_counted():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        clients = [socket.create_connection(("127.0.0.1", port)) for _ in range(3)]
        found = queue(port)
        for client in clients:
            client.close()

    assert found
    assert (found.length, len(found.waiting)) == (3, 3)


def test_who_has_been_accepted_waits_no_more():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)), listener.accept()[0]:
            found = queue(port)

    assert found
    assert (found.length, found.waiting) == (0, frozenset())


def test_where_nobody_listens_there_is_no_queue():
    assert queue(free_port()) is None


def test_a_stopped_process_does_not_run():
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as other:
        ran = is_running(other.pid)
        other.send_signal(signal.SIGSTOP)
        stopped = eventually(lambda: not is_running(other.pid))
        other.kill()

    assert (ran, stopped) == (True, True)


def test_a_process_that_is_gone_does_not_run():
    assert not is_running(2**22 - 1)


def test_a_handler_is_seen_from_outside():
    before = signal.signal(signal.SIGUSR2, lambda *_: None)
    seen = catches(os.getpid(), signal.SIGUSR2)
    signal.signal(signal.SIGUSR2, before)

    assert seen
    assert not catches(2**22 - 1, signal.SIGUSR2)


def test_what_a_process_takes_is_known():
    assert cpu_seconds(os.getpid(), with_children=True) >= cpu_seconds(os.getpid()) > 0
    assert resident_bytes(os.getpid()) > 1 << 20


def test_what_is_gone_takes_nothing():
    assert (cpu_seconds(2**22 - 1), resident_bytes(2**22 - 1)) == (0, 0)


@pytest.mark.skipif(os.getuid() != 0, reason="only root may mount")
def test_the_queue_can_be_told_where_systemd_shows_processes_only():
    """ProcSubset=pid of the unit hides /proc/net."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        told = f"from imgsvc.observer.watching.kernel import queue; print(queue({listener.getsockname()[1]}).length)"
        mount = 'mount -t proc -o subset=pid proc /proc && exec "$@"'
        command = ["unshare", "--mount", "sh", "-c", mount, "sh", sys.executable, "-c", told]

        assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "0\n"

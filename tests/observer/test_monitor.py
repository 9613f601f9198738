import os
import socket
import time

from tests.observer.boards import watched
from tests.observer.observed import eventually


def test_an_idle_worker_is_no_reason_to_worry(tmp_path):
    monitor, slot = watched(tmp_path)
    slot.occupy(os.getpid())
    slot.idle()

    assert [worker.is_pinned for worker in monitor.look().workers] == [False]


def test_a_worker_over_its_deadline_is_pinned(tmp_path):
    monitor, slot = watched(tmp_path)
    slot.occupy(os.getpid())
    slot.begin("id", time.monotonic() - 20, time.monotonic() - 10)

    assert [worker.is_pinned for worker in monitor.look().workers] == [True]


def test_a_worker_that_is_being_started_counts_neither_way(tmp_path):
    monitor, _ = watched(tmp_path)

    assert monitor.look().workers == ()


def test_the_queue_of_a_unix_socket_is_not_known(tmp_path):
    monitor, _ = watched(tmp_path)

    assert monitor.queue_length() is None


def test_counting_the_queue_takes_a_small_part_of_the_time(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        monitor, _ = watched(tmp_path, listener.getsockname()[1])
        first = monitor.queue_length()
        with socket.create_connection(listener.getsockname()):
            at_once = monitor.queue_length()

            assert (first, at_once) == (0, 0)
            assert eventually(lambda: monitor.queue_length() == 1)

import os
import socket
import time

import pytest

from imgsvc.observer.watching.kernel import Queue
from imgsvc.runtime.board.layout import Gauge
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
            # Fifty times what a count takes, which is long on a busy machine.
            assert eventually(lambda: monitor.queue_length() == 1)


class Kernel:
    """Counts how often it was asked for the queue."""

    def __init__(self):
        self.asked = 0

    def queue(self, _port):
        self.asked += 1
        return Queue(0, frozenset())


@pytest.fixture
def kernel():
    return Kernel()


@pytest.fixture
def at_work(tmp_path, kernel):
    """A monitor that asks this kernel, and the slot of a worker that waits for requests."""
    monitor, slot = watched(tmp_path, 80, count=kernel.queue)
    slot.occupy(os.getpid())
    slot.idle()
    return monitor, slot


def test_of_a_server_that_does_nothing_the_kernel_is_not_asked_and_looks_are_rare(at_work, kernel):
    monitor, _ = at_work
    waits = [monitor.turn() for _ in range(20)]

    assert set(waits) == {1.0}
    assert kernel.asked == 0
    assert monitor.readiness.is_ready


def test_a_server_at_work_is_looked_at_four_times_a_second(at_work, kernel):
    monitor, slot = at_work
    slot.begin("id", time.monotonic(), time.monotonic() + 10)

    assert monitor.turn() == 0.25
    assert kernel.asked == 1


@pytest.mark.parametrize("gauge", [Gauge.WAITING, Gauge.FETCHING, Gauge.READY], ids=str)
def test_a_worker_that_has_requests_in_hand_is_at_work(at_work, gauge):
    monitor, slot = at_work
    slot.gauge(gauge, 1)

    assert monitor.turn() == 0.25


def test_a_worker_whose_fetches_hang_is_not_pinned(at_work):
    monitor, slot = at_work
    slot.gauge(Gauge.FETCHING, 1)
    slot.fetch_begins(0, "id", "https://hangs.example")

    assert [worker.is_pinned for worker in monitor.look().workers] == [False]


@pytest.mark.parametrize("is_late", [True, False])
def test_a_canary_that_does_not_come_back_is_reason_to_look_closely(at_work, kernel, is_late):
    monitor, _ = at_work
    if is_late:
        monitor.canary.moment -= 3
    else:
        monitor.canary.fault = "refused"

    assert monitor.turn() == 0.25
    assert kernel.asked == 1


def test_a_server_that_is_not_ready_is_looked_at_often(at_work):
    monitor, slot = at_work
    slot.occupy(2**22 - 1)
    slot.idle()

    assert monitor.turn() == 0.25
    assert not monitor.readiness.is_ready

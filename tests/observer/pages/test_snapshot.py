import os
import time

import pytest

from imgsvc.observer.pages.snapshot import Snapshots
from imgsvc.runtime.board.layout import Gauge
from tests.observer.boards import watched


def test_processor_time_does_not_fall_when_a_worker_goes(tmp_path):
    monitor, slot = watched(tmp_path)
    slot.occupy(os.getpid())
    snapshots = Snapshots(monitor)
    before = snapshots.take().cpu_seconds
    slot.release()

    assert before > 0
    assert snapshots.take().cpu_seconds >= before


def test_memory_is_that_of_all_processes(tmp_path):
    monitor, slot = watched(tmp_path)
    alone = Snapshots(monitor).take().resident_bytes
    slot.occupy(os.getpid())

    assert Snapshots(monitor).take().resident_bytes > 1.5 * alone


def test_a_busy_worker_is_in_progress(tmp_path):
    monitor, slot = watched(tmp_path)
    slot.occupy(os.getpid())
    slot.begin("id", time.monotonic(), time.monotonic() + 10)
    snapshot = Snapshots(monitor).take()

    assert (snapshot.busy, snapshot.in_progress) == (1, 1)
    assert 0 <= snapshot.oldest_stage_seconds < 60


@pytest.fixture
def in_hand(tmp_path):
    """A worker that has seven requests: two wait, four are fetched for, one is ready; its main thread is idle."""
    monitor, slot = watched(tmp_path)
    slot.occupy(os.getpid())
    slot.idle()
    for gauge, count in ((Gauge.WAITING, 2), (Gauge.FETCHING, 4), (Gauge.READY, 1)):
        slot.gauge(gauge, count)
    slot.fetch_begins(0, "id", "https://a.example")
    return Snapshots(monitor)


def test_who_is_in_a_worker_s_hands_is_in_progress(in_hand):
    seen = in_hand.take()

    assert (seen.busy, seen.in_work, seen.queue_length, seen.in_progress) == (0, 4, 3, 7)


def test_a_source_that_is_fetched_takes_no_worker(in_hand):
    assert in_hand.take().wants_workers == 1


def test_a_fetch_is_a_stage_that_may_be_the_longest(in_hand):
    assert in_hand.take().oldest_stage_seconds > 0


def test_a_server_that_goes_on_never_seems_to_have_started_again(tmp_path):
    snapshots = Snapshots(watched(tmp_path)[0])

    assert snapshots.take().started == snapshots.take().started

import os
import time

from imgsvc.observer.snapshot import Snapshots
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


def test_a_server_that_goes_on_never_seems_to_have_started_again(tmp_path):
    snapshots = Snapshots(watched(tmp_path)[0])

    assert snapshots.take().started == snapshots.take().started

from dataclasses import replace

import pytest

from imgsvc.observer.watching.readiness import Evidence, WorkerEvidence, readiness

WELL = WorkerEvidence(1, True)
STOPPED = WorkerEvidence(2, False)
OVERDUE = WorkerEvidence(3, True, 0.5)
ALL_WELL = Evidence(True, (WELL, WELL), 0, True, 0.5)


def test_a_server_in_which_all_is_well_is_ready():
    assert readiness(ALL_WELL).is_ready


@pytest.mark.parametrize("workers", [(STOPPED, OVERDUE), (STOPPED,), ()], ids=["both", "stopped", "none"])
def test_a_server_whose_workers_are_all_pinned_is_not_ready(workers):
    assert not readiness(replace(ALL_WELL, workers=workers)).is_ready


def test_one_worker_that_works_is_enough():
    assert readiness(replace(ALL_WELL, workers=(WELL, STOPPED, OVERDUE))).is_ready


def test_a_canary_that_does_not_come_back_says_why():
    reasons = readiness(replace(ALL_WELL, canary_seconds=9.0, canary_fault="timed out")).reasons

    assert reasons == ("no canary came back for 9 s: timed out",)


def test_a_listener_that_is_gone_costs_readiness():
    assert readiness(replace(ALL_WELL, queue_length=None)).reasons == ("nobody listens",)


def test_a_queue_that_the_kernel_does_not_tell_of_costs_nothing():
    assert readiness(replace(ALL_WELL, queue_length=None, is_listener_known=False)).is_ready


def test_a_stopped_arbiter_costs_readiness():
    assert readiness(replace(ALL_WELL, is_arbiter_running=False)).reasons == ("the arbiter does not run",)

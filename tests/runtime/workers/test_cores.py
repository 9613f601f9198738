import math
import time

import pytest

from imgsvc.errors import RequestTimeoutError
from imgsvc.runtime.board.layout import Live
from imgsvc.runtime.board.scoreboard import Scoreboard
from imgsvc.runtime.deadline import Deadline
from imgsvc.runtime.workers.cores import LONGEST_SECONDS, PER_CORE, Cores, at_once


class Workers:
    """Four of them and two places; while one waits, time goes on, and after a while another one leaves."""

    def __init__(self, path):
        self.waited = 0.0
        self.leaves = None
        self.board = Scoreboard.create(4)
        self.slots = [self.board.reserve() for _ in range(4)]
        for slot in self.slots:
            slot.occupy(1)
        self.gates = [Cores(self.board, slot, 2) for slot in self.slots]

    def now(self):
        return self.waited

    def pause(self, seconds):
        self.waited += seconds
        if self.leaves is not None and self.waited > 0.1:
            self.gates[self.leaves].leave()

    def enter(self, number, is_gone=lambda: False, seconds=math.inf):
        before = self.waited
        self.gates[number].enter(Deadline(before + seconds, self.now, self.pause), is_gone)
        return self.waited - before


@pytest.fixture
def workers(tmp_path):
    made = Workers(tmp_path / "a.board")
    yield made
    made.board.close()


def test_two_for_each_core():
    assert at_once() % PER_CORE == 0


def test_who_finds_a_place_does_not_wait(workers):
    assert [workers.enter(0), workers.enter(1)] == [0, 0]


def test_who_finds_none_waits_until_one_leaves(workers):
    workers.enter(0)
    workers.enter(1)
    workers.leaves = 1

    assert 0.1 < workers.enter(2) < 0.11


def test_a_place_is_for_the_one_that_came_first(workers):
    workers.enter(0)
    workers.enter(1)
    workers.slots[2].take_ticket()
    workers.leaves = 0

    assert workers.enter(3) >= LONGEST_SECONDS


def test_nobody_waits_for_long(workers):
    workers.enter(0)
    workers.enter(1)

    assert LONGEST_SECONDS <= workers.enter(2) < LONGEST_SECONDS + 0.01


def test_nobody_waits_past_the_deadline_of_its_request(workers):
    workers.enter(0)
    workers.enter(1)

    with pytest.raises(RequestTimeoutError):
        workers.enter(2, seconds=0.3)
    assert workers.waited == pytest.approx(0.3)


def test_who_ran_out_of_time_keeps_no_ticket(workers):
    with pytest.raises(RequestTimeoutError):
        workers.enter(2, seconds=0)

    assert workers.slots[2].live(Live.TICKET) == 0


def test_a_client_that_is_gone_is_not_waited_with(workers):
    workers.enter(0)
    workers.enter(1)

    assert workers.enter(2, is_gone=lambda: True) == 0


def test_a_ticket_goes_with_its_worker(workers):
    workers.enter(0)
    workers.enter(1)
    workers.slots[1].release()

    assert workers.enter(2) == 0


def test_a_ticket_goes_with_its_request(workers):
    workers.enter(0)
    workers.slots[0].idle()

    assert workers.slots[0].live(Live.TICKET) == 0


def test_waiting_takes_real_time(workers):
    gates = [Cores(workers.board, slot, 1) for slot in workers.slots[:2]]
    gates[0].enter(Deadline(), lambda: False)
    began = time.monotonic()
    gates[1].enter(Deadline(), lambda: time.monotonic() > began + 0.05)

    assert time.monotonic() - began >= 0.05

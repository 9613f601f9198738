import os
import signal
from resource import RLIMIT_NOFILE

import pytest

from imgsvc.runtime.board.scoreboard import Scoreboard
from imgsvc.runtime.settings import RuntimeSettings
from imgsvc.runtime.workers.recycling import Recycling
from tests.exhausted import no_more, told_by


@pytest.fixture
def board(tmp_path):
    made = Scoreboard.create(4)
    made.want(2)
    for _ in range(2):
        slot = made.reserve()
        slot.occupy(1)
        slot.idle()
    yield made
    made.close()


def recycling(board=None, *, spread=0, **settings):
    return Recycling(RuntimeSettings(**settings), board, jitter=lambda _low, _high: spread)


def test_after_so_many_requests_it_is_time():
    found = recycling(max_requests=10, spread=3)

    assert [bool(found.reason(requests, 0)) for requests in (12, 13)] == [False, True]


def test_zero_is_never():
    assert not recycling(max_requests=0, spread=3).reason(1_000_000, 0)


def test_above_so_much_memory_it_is_time():
    assert "2 MiB" in recycling(max_worker_megabytes=1).reason(1, 2 << 20)
    assert not recycling(max_worker_megabytes=3).reason(1, 2 << 20)


def test_when_all_are_there_one_may_go(board):
    assert recycling(board).may_go()


def test_when_one_is_missing_nobody_may(board):
    board.slot(1).release()

    assert not recycling(board).may_go()


def test_while_another_one_starts_nobody_may(board):
    board.reserve().occupy(3)

    assert not recycling(board).may_go()


def test_while_one_goes_no_other_may_and_its_death_gives_the_permit_back(board):
    ready, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(writing, b"1" if recycling(board).may_go() else b"0")
        signal.pause()
        os._exit(0)
    went = os.read(ready, 1)
    meanwhile = recycling(board).may_go()
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)

    assert (went, meanwhile, recycling(board).may_go()) == (b"1", False, True)


def test_without_a_descriptor_to_spare_nobody_goes_and_nobody_fails(board):
    def work():
        with no_more(RLIMIT_NOFILE):
            meanwhile = recycling(board).may_go()
        return meanwhile, recycling(board).may_go()

    assert told_by(work) == "(False, True)"


def test_a_look_at_the_others_that_fails_keeps_no_permit(board):
    class Unreadable:
        wanted, permit_descriptor = 2, board.permit_descriptor

        def rows(self):
            raise MemoryError

    failing = recycling(Unreadable())
    with pytest.raises(MemoryError):
        failing.may_go()

    assert recycling(board).may_go()

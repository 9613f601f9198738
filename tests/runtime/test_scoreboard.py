import os
import signal
import time

import pytest

from imgsvc.runtime.layout import BOUNDS, CULPRITS, Counter, State
from imgsvc.runtime.scoreboard import Scoreboard, ScoreboardError, boards, path_of, sweep
from imgsvc.runtime.slot import Slot


@pytest.fixture
def board(tmp_path):
    made = Scoreboard.create(4, tmp_path / "a.board")
    yield made
    made.close()


def in_fork(work):
    """The wait status of a process that did `work`."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
        finally:
            os._exit(0)
    return os.waitpid(pid, 0)[1]


def test_a_new_board_is_empty(board):
    assert board.rows() == []
    assert set(board.totals().counters.values()) == {0}


def test_what_a_fork_writes_is_seen_by_its_parent(board):
    slot = board.reserve()

    def work():
        slot.occupy(77)
        slot.begin("id-1", 1.5, 11.5)
        slot.ask("http://a.example", "http://a.example/cat.png")
        slot.enter(State.FETCH)

    in_fork(work)

    row = board.rows()[0]
    assert (row.pid, row.state, row.request_id, row.origin) == (77, State.FETCH, "id-1", "http://a.example")
    assert (row.arrived, row.deadline, row.is_busy) == (1.5, 11.5, True)


def test_any_process_can_open_it_and_none_can_spoil_it(board):
    other = Scoreboard.open(board.path)

    assert (other.slot_count, other.arbiter_pid) == (4, os.getpid())
    with pytest.raises(TypeError):
        other.want(3)
    other.close()


def test_a_file_that_is_no_board_is_refused(tmp_path):
    (tmp_path / "b.board").write_bytes(b"\1" * 100_000)

    with pytest.raises(ScoreboardError):
        Scoreboard.open(tmp_path / "b.board")


def test_a_board_that_is_not_there_is_an_error_of_its_own(tmp_path):
    with pytest.raises(ScoreboardError):
        Scoreboard.open(tmp_path / "none")


def test_counters_survive_sigkill_and_go_on_with_the_next_worker(board):
    slot = board.reserve()

    def work(ends):
        slot.occupy(os.getpid())
        for _ in range(3):
            slot.count(Counter.REQUESTS)
        os.kill(os.getpid(), ends)

    assert os.WTERMSIG(in_fork(lambda: work(signal.SIGKILL))) == signal.SIGKILL
    in_fork(lambda: work(signal.SIGKILL))

    assert board.totals().counters[Counter.REQUESTS] == 6
    assert board.totals().workers_started == 2


def test_a_writer_that_died_half_way_neither_blocks_readers_nor_its_successor(board):
    slot = board.reserve()
    slot.occupy(5)
    slot.words[0] += 1

    assert board.rows()[0].pid == 5
    slot.idle()
    assert slot.words[0] % 2 == 0


def test_slots_are_given_out_once_and_again_when_they_are_free(board):
    slots = [board.reserve() for _ in range(4)]
    slots[2].release()

    assert [slot.number for slot in slots] == [0, 1, 2, 3]
    assert board.reserve().number == 2


def test_who_finds_no_free_slot_counts_for_itself(board):
    taken = [board.reserve() for _ in range(5)]

    taken[4].occupy(9)
    taken[4].count(Counter.REQUESTS)

    assert len(taken) == len(board.rows()) + 1


def test_a_reader_never_sees_half_a_change(board):
    slot = board.reserve()
    pid = os.fork()
    if pid == 0:
        for number in range(1_000_000):
            slot.begin(f"id-{number}", number, number)
    try:
        seen = [board.row(0) for _ in range(2000)]
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)

    assert {row.arrived == row.deadline for row in seen} == {True}


def test_histograms_are_summed_over_the_slots(board):
    for seconds in (0.001, BOUNDS[-1] + 1):
        board.reserve().observe("fetch", seconds)

    found = board.totals().histograms["fetch"]
    assert (found.buckets[0], found.buckets[-1], sum(found.buckets)) == (1, 1, 2)
    assert found.sum_seconds == pytest.approx(BOUNDS[-1] + 1.001)


def test_boards_of_servers_that_are_gone_are_swept_away():
    pid = os.fork()
    if pid == 0:
        Scoreboard.create(1)
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(pid, 0)
    left = path_of(pid)
    was_there = left.exists()

    sweep()

    assert (was_there, left.exists()) == (True, False)


def test_a_server_that_runs_is_found():
    board = Scoreboard.create(1)

    found = boards()
    board.remove()
    board.close()

    assert path_of(os.getpid()) in found


def test_reading_all_of_a_large_board_takes_a_moment():
    board = Scoreboard.create(256, path_of(os.getpid()).with_suffix(".large"))
    began = time.monotonic()

    board.totals()
    board.remove()

    assert time.monotonic() - began < 1
    board.close()


def test_a_private_slot_can_do_all_that_a_slot_can():
    slot = Slot.private()
    slot.occupy(1)
    slot.begin("x" * 100, 0, 1)

    assert slot.words[0] % 2 == 0
    assert CULPRITS > 0

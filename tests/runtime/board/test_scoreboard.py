import itertools
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from imgsvc.runtime.board.layout import BOUNDS, CULPRITS, Counter, State
from imgsvc.runtime.board.scoreboard import Scoreboard, ScoreboardError
from imgsvc.runtime.board.slot import Slot
from imgsvc.source_url import SourceUrl


@pytest.fixture
def board():
    made = Scoreboard.create(4)
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
        slot.ask(SourceUrl.parse("http://a.example/cat.png"))
        slot.enter(State.FETCH)

    in_fork(work)

    row = board.rows()[0]
    assert (row.pid, row.state, row.request_id, row.origin) == (77, State.FETCH, "id-1", "http://a.example")
    assert (row.arrived, row.deadline, row.is_busy) == (1.5, 11.5, True)


def test_who_may_look_into_its_process_can_read_it_and_nobody_can_spoil_it():
    code = "import sys; from imgsvc.runtime.board.scoreboard import Scoreboard; board = Scoreboard.create(3)"
    command = [sys.executable, "-c", f"{code}; print(flush=True); sys.stdin.read()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        other = Scoreboard.of(process.pid)
        process.stdin.close()

    assert (other.slot_count, other.arbiter_pid) == (3, process.pid)
    with pytest.raises(TypeError):
        other.want(3)
    other.close()


def test_it_has_no_name_that_somebody_else_could_take_or_sweep_away(board):
    names = [path.name for path in Path("/dev/shm").iterdir() if str(os.getpid()) in path.name]

    assert names == []
    assert os.fstat(board.descriptor).st_nlink == 0


@pytest.mark.parametrize("size", [0, 10**9])
def test_its_memory_can_neither_be_taken_away_nor_grow(board, size):
    with pytest.raises(PermissionError):
        os.ftruncate(board.descriptor, size)


@pytest.mark.parametrize("content", [b"", b"squatted", b"\1" * 100_000], ids=["empty", "short", "long"])
def test_what_is_no_board_is_refused(content):
    descriptor = os.memfd_create("no-board")
    os.write(descriptor, content)

    with pytest.raises(ScoreboardError):
        Scoreboard.inherited(os.dup(descriptor))
    os.close(descriptor)


@pytest.mark.parametrize("pid", [1, 2**22 - 1], ids=["another process", "no process"])
def test_a_process_without_a_board_is_an_error_of_its_own(pid):
    with pytest.raises(ScoreboardError):
        Scoreboard.of(pid)


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
        # Without an end: it would go on below, and kill everybody in pid 0's stead.
        try:
            for number in itertools.count():
                slot.begin(f"id-{number}", number, number)
        finally:
            os._exit(1)
    try:
        seen = [board.row(0) for _ in range(300)]
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


def test_reading_all_of_a_large_board_takes_a_moment():
    board = Scoreboard.create(256)
    began = time.thread_time()

    board.totals()

    assert time.thread_time() - began < 1
    board.close()


def test_a_private_slot_can_do_all_that_a_slot_can():
    slot = Slot.private()
    slot.occupy(1)
    slot.begin("x" * 100, 0, 1)

    assert slot.words[0] % 2 == 0
    assert CULPRITS > 0

import os
import threading

import pytest

from imgsvc.runtime.arbiter import ThreadBeforeForkError, bury, check_threads, equip, make_board, renew, settle
from imgsvc.runtime.layout import Counter, State
from imgsvc.runtime.quarantine import Quarantine
from imgsvc.runtime.settings import RuntimeSettings
from imgsvc.runtime.slot import hash_of

POISON = "http://a.example/poison.png"


class Worker:
    pid = 42
    aborted = False


@pytest.fixture
def board():
    made = make_board(2)
    yield made
    made.remove()
    made.close()


def worker(board):
    made = Worker()
    equip(board, made, 2)
    settle(made, RuntimeSettings(), None)
    made.slot.begin("id", 0, 1)
    made.slot.ask("http://a.example", POISON)
    return made


def crashes(board, **attributes):
    made = worker(board)
    vars(made).update(attributes)
    made.slot.enter(State.DECODE)
    os.write(made.last_words.descriptor, b"Fatal Python error: Segmentation fault")
    bury(board, made)


def test_there_are_slots_for_old_and_new_workers_at_a_reload(board):
    assert len({worker(board).slot.number for _ in range(4)} - {-1}) == 4
    assert board.wanted == 2


def test_a_buried_workers_slot_is_free(board):
    gone = worker(board)
    bury(board, gone)

    assert board.rows() == []


def test_a_source_over_which_two_workers_crashed_is_remembered(board):
    crashes(board)
    crashes(board)

    assert Quarantine(board.words).holds(hash_of(POISON))
    assert board.totals().counters[Counter.CRASHED] == 2


def test_a_worker_that_was_killed_from_outside_blames_nobody(board):
    for _ in range(2):
        bury(board, worker(board))

    assert not Quarantine(board.words).holds(hash_of(POISON))


def test_a_worker_that_was_killed_from_outside_is_counted_as_lost(board):
    gone, asked_to_go = worker(board), worker(board)
    asked_to_go.slot.enter(State.STOPPING)
    for each in (gone, asked_to_go):
        bury(board, each)

    assert board.totals().counters[Counter.LOST] == 1


def test_a_worker_that_the_arbiter_gave_up_on_blames_nobody(board):
    crashes(board, aborted=True)
    crashes(board, aborted=True)

    assert not Quarantine(board.words).holds(hash_of(POISON))


def test_a_worker_that_its_watchdog_ended_blames_its_source(board):
    for _ in range(2):
        gone = worker(board)
        gone.slot.enter(State.KILLED)
        bury(board, gone)

    assert Quarantine(board.words).holds(hash_of(POISON))


class App:
    """As gunicorn's, with an application that can, or cannot, be made."""

    callable = "old"

    def __init__(self, made):
        self._made = made

    def load(self):
        if self._made is None:
            raise SystemExit(78)
        return self._made


@pytest.mark.parametrize(("made", "serves"), [("new", "new"), (None, "old")])
def test_settings_that_cannot_be_used_leave_the_old_ones(made, serves):
    app = App(made)
    renew(app)

    assert app.callable == serves


def test_a_thread_before_the_fork_is_refused():
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait, name="rogue")
    thread.start()
    try:
        with pytest.raises(ThreadBeforeForkError, match="rogue"):
            check_threads()
    finally:
        stop.set()
        thread.join()


def test_a_worker_of_a_listener_that_outlives_the_server_leaves_its_queue_to_the_next(board):
    made = worker(board)
    settle(made, RuntimeSettings(), 12.5)

    assert (made.keeps_queue, made.opened) == (True, 12.5)

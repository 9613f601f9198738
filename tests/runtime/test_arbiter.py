import gc
import os
import threading
import time
import weakref

import pytest

from imgsvc.runtime.arbiter import (
    ThreadBeforeForkError,
    begin_loading,
    bury,
    check_threads,
    contained,
    equip,
    make_board,
    settle,
    share_loaded,
)
from imgsvc.runtime.board.layout import LIVE, Counter, Live, State
from imgsvc.runtime.board.quarantine import Quarantine
from imgsvc.runtime.board.slot import Slot, hash_of
from imgsvc.runtime.board.verdict import follow
from imgsvc.runtime.settings import RuntimeSettings
from imgsvc.source_url import SourceUrl

POISON = "http://a.example/poison.png"


class Worker:
    pid = 42
    aborted = False


@pytest.fixture
def board():
    made = make_board(2)
    yield made
    follow(None)
    made.close()


def worker(board, *, had_seconds=10):
    """At a request of ten seconds, of which its main thread had so many."""
    made = Worker()
    equip(board, made, 2)
    settle(made, RuntimeSettings(), None)
    deadline = time.monotonic() + had_seconds
    made.slot.begin("id", deadline - 10, deadline)
    made.slot.ask(SourceUrl.parse(POISON))
    return made


def crashes(board, stage=State.DECODE, **attributes):
    made = worker(board)
    vars(made).update(attributes)
    made.slot.enter(stage)
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


@pytest.mark.parametrize("stage", [State.REQUEST, State.FETCH, State.SEND], ids=str)
def test_a_worker_that_ended_outside_of_native_code_blames_nobody(board, stage):
    crashes(board, stage)
    crashes(board, stage)

    assert not Quarantine(board.words).holds(hash_of(POISON))


def overruns(board, had_seconds):
    """Its ten seconds are over just now; its main thread had so many of them."""
    gone = worker(board, had_seconds=-0.001)
    gone.slot.words[LIVE[Live.BEGAN]] -= int(had_seconds * 1e9)
    gone.slot.enter(State.DECODE)
    gone.slot.enter(State.KILLED)
    bury(board, gone)


@pytest.mark.parametrize(("had_seconds", "is_blamed"), [(10, True), (3, True), (2, False), (0, False)])
def test_a_worker_that_its_watchdog_ended_blames_its_source_unless_hardly_any_time_was_left(
    board, had_seconds, is_blamed
):
    for _ in range(2):
        overruns(board, had_seconds)

    assert Quarantine(board.words).holds(hash_of(POISON)) is is_blamed


@pytest.fixture
def rogue():
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait, name="rogue")
    thread.start()
    yield
    stop.set()
    thread.join()


@pytest.mark.usefixtures("rogue")
def test_a_thread_before_the_first_fork_is_refused():
    with pytest.raises(ThreadBeforeForkError, match="rogue"):
        check_threads(is_first=True)


@pytest.mark.usefixtures("rogue")
def test_a_thread_before_a_later_fork_is_said_and_ends_nothing(caplog):
    check_threads(is_first=False)

    assert "rogue" in caplog.text


def test_what_a_hook_raises_ends_nothing(caplog):
    def fails():
        raise OSError("no descriptor is left")

    contained(fails)()

    assert "no descriptor is left" in caplog.text


def test_a_worker_that_could_not_be_equipped_is_buried_all_the_same(board):
    bare = Worker()
    bare.slot, bare.last_words = Slot.private(), None

    bury(board, bare)

    assert board.rows() == []


def test_a_worker_of_a_listener_that_outlives_the_server_leaves_its_queue_to_the_next(board):
    made = worker(board)
    settle(made, RuntimeSettings(), 12.5)

    assert (made.keeps_queue, made.opened) == (True, 12.5)


@pytest.fixture
def thawed():
    yield
    gc.unfreeze()
    gc.enable()


def test_no_worker_looks_for_garbage_in_what_all_of_them_share(thawed):
    share_loaded()

    assert gc.get_freeze_count() > 1000


def test_nobody_looks_for_garbage_while_the_application_is_loaded_for_the_first_time(thawed):
    gc.unfreeze()

    begin_loading()
    loading = gc.isenabled()
    share_loaded()
    serving = gc.isenabled()
    begin_loading()

    assert (loading, serving, gc.isenabled()) == (False, True, True)


def test_what_a_reload_replaces_is_let_go_though_it_was_shared(thawed):
    replaced = Worker()
    replaced.itself = replaced
    share_loaded()
    gone = weakref.ref(replaced)
    del replaced

    share_loaded()

    assert gone() is None

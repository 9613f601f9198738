"""Who waits for his origin or for the main thread, and is looked after meanwhile."""

import socket

import pytest

from imgsvc.runtime.board.layout import Counter
from imgsvc.runtime.clients.connection import Connection
from imgsvc.runtime.clients.passing import MOST_WAITING
from imgsvc.runtime.settings import RuntimeSettings
from tests.runtime.workers.house import House
from tests.waiting import eventually


def test_who_has_waited_for_his_origin_for_q_is_refused_and_counted_apart(house):
    for _ in range(2):
        house.comes()
    waiting = house.comes()
    house.late = 2.1
    house.made.look()

    assert waiting.recv(100).startswith(b"HTTP/1.1 503 ")
    assert house.app.prepared[2].abandoned == 503
    assert house.counted(Counter.ORIGIN_QUEUE_TOO_OLD) == 1


def test_who_has_waited_for_the_main_thread_for_q_is_refused(house):
    waiting = house.comes("/other")
    house.late = 2.1
    house.made.look()

    assert waiting.recv(100).startswith(b"HTTP/1.1 503 ")
    assert house.counted(Counter.QUEUE_TOO_OLD) == 1


@pytest.fixture
def patient():
    made = House(RuntimeSettings(fetches=2, timeout=5, queue_timeout=10))
    yield made
    made.end()


@pytest.mark.parametrize(("late", "refused"), [(3.9, 0), (4.1, 1)])
def test_who_cannot_be_served_before_his_deadline_is_refused_and_not_begun(patient, late, refused):
    patient.serve(0.5, count=10)
    patient.comes("/other")
    patient.late = late
    patient.made.look()

    assert patient.counted(Counter.DEADLINE) == refused
    assert len(patient.made.ready) == 1 - refused


def test_when_those_who_kept_a_fetch_from_beginning_are_gone_it_begins(house):
    """The main thread is at a picture that takes long, and those who are ready have waited for too long."""
    for _ in range(2):
        house.comes("/other", age=3)
    house.comes()
    is_early = house.app.prepared[0].began.wait(0.05)
    house.made.look()

    assert not is_early
    assert house.app.prepared[0].began.wait(10)


def test_whose_answer_is_passed_on_is_not_given_up_once_he_is_ready(house):
    """Its place in flight is kept until the last byte; but whoever has it answers it."""
    house.app.kind = {"is_streamed": True}
    house.comes()
    house.app.prepared[0].over.set()
    assert eventually(lambda: len(house.made.ready) == 1)
    house.late = 5.4
    house.made.ready.take().connection.sendall(b"x")
    house.looks_in_time()
    house.made.fetching.release(house.made.fetching.in_flight()[0], None)

    assert house.seen_off == []


def test_who_leaves_while_he_waits_is_dropped(house):
    for _ in range(2):
        house.comes()
    house.comes().close()
    house.made.look()

    assert (house.counted(Counter.QUEUE_CLIENT_GONE), len(house.made)) == (1, 2)
    assert house.app.prepared[2].abandoned == 499


def test_whose_fetch_goes_on_past_its_deadline_is_answered_all_the_same(house, caplog):
    client = house.comes()
    assert house.app.prepared[0].began.wait(10)
    house.late = 4.9
    house.made.look()
    house.late = 5.4
    house.looks_in_time()

    assert client.recv(100).startswith(b"HTTP/1.1 503 ")
    assert house.counted(Counter.DEADLINE) == 1


def test_and_when_it_comes_back_it_is_abandoned(house, caplog):
    house.comes()
    assert house.app.prepared[0].began.wait(10)
    house.late = 5.4
    house.looks_in_time()
    house.app.prepared[0].over.set()

    assert eventually(lambda: house.app.prepared[0].abandoned == 503)
    assert len(house.made.ready) == 0


def test_a_look_that_comes_late_gives_no_fetch_up(house):
    house.comes()
    assert house.app.prepared[0].began.wait(10)
    house.late = 5.4
    house.made.look()

    assert house.seen_off == []


def test_who_is_stuck_behind_a_picture_is_passed_on_to_an_idle_worker(passing):
    house = House(passing=passing)
    house.board.loads[1] = 1
    house.comes("/other")
    house.made.ready.take()
    house.made.begins()
    house.comes("/other")
    house.late = 0.6
    house.looks_in_time()
    [found] = iter(passing.take, None)
    head = found.received
    found.close()
    house.end()

    assert head.startswith(b"GET /other ")


def test_who_finds_no_room_there_stays_and_is_served_here(passing):
    house = House(passing=passing)
    house.board.loads[1] = 1
    house.comes("/other")
    house.made.ready.take()
    house.made.begins()
    house.comes("/other")
    while passing.count() < MOST_WAITING:
        passing.put(Connection.adopt(socket.socket()))
    house.late = 0.6
    house.looks_in_time()
    environ = house.made.ready.take().environ
    house.end()

    assert environ["PATH_INFO"] == "/other"


def test_but_not_where_no_worker_is_idle(passing):
    house = House(passing=passing)
    house.board.loads[1] = 2
    house.comes("/other")
    house.made.ready.take()
    house.made.begins()
    house.comes("/other")
    house.late = 0.6
    house.looks_in_time()
    house.end()

    assert passing.take() is None

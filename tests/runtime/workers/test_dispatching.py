"""What becomes of a request whose head is whole; its fetches take until a test lets them go."""

import socket
import threading

import pytest

from imgsvc.errors import SourceTimeoutError
from imgsvc.runtime.board.layout import Counter
from imgsvc.runtime.board.quarantine import Quarantine
from imgsvc.runtime.board.slot import hash_of
from imgsvc.runtime.clients.connection import Connection
from imgsvc.runtime.fetching.admission import BREAKS_AFTER
from imgsvc.runtime.fetching.lookups import LOOKUP_SECONDS, MOST_THREADS
from imgsvc.runtime.settings import RuntimeSettings
from imgsvc.source_url import SourceUrl
from tests.runtime.workers.house import House
from tests.waiting import eventually


def test_a_health_check_is_answered_at_once(house):
    assert house.comes("/health").recv(100).startswith(b"HTTP/1.1 200 ")
    assert len(house.made) == 0


def test_what_is_no_request_is_told_so(house):
    ours, client = socket.socketpair()
    with client, Connection.adopt(ours) as connection:
        client.sendall(b"GET\r\n\r\n")
        connection.fill()
        house.made.take_in(connection)

        assert client.recv(100).startswith(b"HTTP/1.1 400 ")
    assert house.counted(Counter.UNREADABLE) == 1


def test_what_needs_no_source_is_the_main_thread_s(house):
    house.comes("/other")

    assert len(house.made.ready) == 1


def test_what_needs_one_is_fetched_first(house):
    house.comes()
    assert house.app.prepared[0].began.wait(10)
    before = len(house.made.ready)
    house.app.prepared[0].over.set()

    assert eventually(lambda: len(house.made.ready) == 1)
    assert before == 0


def test_an_error_of_the_application_is_answered_and_ends_nothing(house, caplog):
    house.app.kind = {"no-such": 1}

    assert house.comes().recv(100).startswith(b"HTTP/1.1 500 ")
    assert house.counted(Counter.FAILED) == 1


def test_one_request_in_hand_is_one(house):
    counts = [len(house.made)]
    house.comes()
    counts.append(len(house.made))
    house.app.prepared[0].over.set()
    assert eventually(lambda: len(house.made.ready) == 1)
    counts.append(len(house.made))
    house.made.ready.take()
    house.made.begins()
    counts.append(len(house.made))
    house.made.ended(0.001)

    assert [*counts, len(house.made)] == [0, 1, 1, 1, 0]


@pytest.fixture
def down(house):
    """A house whose origin is down."""
    source = SourceUrl.parse("http://a.example/image/cat.png")
    for _ in range(BREAKS_AFTER):
        house.made._admission.end(source, 1.0, SourceTimeoutError("slow"))
    return house


def test_whose_origin_is_down_is_the_main_thread_s_with_the_error(down):
    down.comes()

    assert len(down.made.ready) == 1
    assert type(down.app.prepared[0].refusal).__name__ == "OriginDownError"


def test_but_what_stands_in_for_its_source_is_fetched(down):
    down.app.kind = {"has_stand_in": True}
    down.comes()

    assert down.app.prepared[0].began.wait(10)


def test_a_source_that_ends_workers_is_not_fetched(house):
    text = "http://a.example/image/cat.png"
    for _ in range(2):
        Quarantine(house.board.words).blame(hash_of(text))
    house.comes()

    assert len(house.made.ready) == 1
    assert type(house.app.prepared[0].refusal).__name__ == "QuarantinedError"


def know(house, seconds):
    """The origin takes so long, as all workers know."""
    source = SourceUrl.parse("http://a.example/image/cat.png")
    house.made._admission.end(source, seconds, None)


def test_from_a_quick_origin_an_idle_main_thread_fetches_itself(house):
    know(house, 0.001)
    quick = house.comes_to_main()
    house.app.prepared[0].over.set()
    counts = [len(house.made)]
    found = house.made.fetch(quick)
    house.made.begins()

    assert (found, counts, len(house.made), len(house.made.ready)) == (True, [1], 1, 0)


@pytest.mark.parametrize("why", ["slow", "a file", "another one is ready", "not known"])
def test_else_a_thread_does(house, why):
    if why != "not known":
        know(house, 0.03 if why == "slow" else 0.001)
    if why == "another one is ready":
        house.comes("/other")
    if why == "a file":
        house.app.kind = {"root": "local:///"}

    assert house.comes_to_main() is None
    assert house.app.prepared[0].began.wait(10)


def test_what_a_quick_origin_does_not_give_at_once_a_thread_waits_for(house):
    know(house, 0.001)
    quick = house.comes_to_main()
    house.app.prepared[0].is_slow = True
    found = house.made.fetch(quick)
    house.app.prepared[0].over.set()

    assert not found
    assert eventually(lambda: len(house.made.ready) == 1)


def test_whose_origin_would_not_come_to_him_in_time_is_refused_at_once(house):
    know(house, 10.0)
    for _ in range(2):
        house.comes()

    assert house.comes().recv(100).startswith(b"HTTP/1.1 503 ")
    assert house.counted(Counter.ORIGIN_BUSY) == 1
    assert house.app.prepared[2].abandoned == 503


def test_but_what_is_kept_of_it_is_answered_though_it_is_old(house):
    know(house, 10.0)
    for _ in range(2):
        house.comes()
    house.app.kind = {"is_kept": True}
    house.comes()

    assert (len(house.made.ready), house.counted(Counter.ORIGIN_BUSY)) == (1, 0)
    assert not house.app.prepared[2].began.is_set()


def test_whom_the_main_thread_would_not_come_to_in_time_is_refused_at_once(house):
    for _ in range(6):
        house.made.ended(1.0)
    for _ in range(3):
        house.comes("/other")

    assert house.comes("/other").recv(100).startswith(b"HTTP/1.1 503 ")
    assert house.counted(Counter.OVERLOAD) == 1


def test_nor_behind_all_whose_sources_come_before_his(house):
    know(house, 0.2)
    for _ in range(6):
        house.made.ended(2.0)
    for _ in range(2):
        house.comes()

    assert house.comes().recv(100).startswith(b"HTTP/1.1 503 ")
    assert house.counted(Counter.OVERLOAD) == 1


def test_what_a_worker_that_goes_has_in_hand_is_taken_away(house):
    for target in ("/image/1", "/image/2", "/image/3", "/other"):
        house.comes(target)
    given_up = {each.received.split()[1] for each in house.made.give_up()}

    assert given_up == {b"/image/1", b"/image/2", b"/image/3", b"/other"}


def test_nobody_is_given_up_twice(house):
    house.app.kind = {"is_streamed": True}
    house.comes()
    house.app.prepared[0].over.set()
    assert eventually(lambda: len(house.made.ready) == 1)
    given_up = house.made.give_up()
    house.made.fetching.release(next(iter(house.made.fetching._began)), None)

    assert len(given_up) == 1


def test_who_is_half_answered_is_not_given_up(house):
    house.app.kind = {"is_streamed": True}
    house.comes()
    house.app.prepared[0].over.set()
    assert eventually(lambda: len(house.made.ready) == 1)
    request = house.made.ready.take()
    request.connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    request.connection.sendall(b"x")
    given_up = house.made.give_up()
    house.made.fetching.release(request, None)

    assert given_up == []


def test_a_worker_tells_the_others_what_it_has_to_do(house):
    house.comes("/other")
    before = house.board.loads[0]
    house.made.leaves()
    house.comes("/other")

    assert (before, house.board.loads[0]) == (2, 0)


def test_without_fetches_the_main_thread_does_it_all():
    house = House(RuntimeSettings(fetches=0))
    house.comes()
    count = len(house.made.ready)
    house.end()

    assert (count, house.app.prepared) == (1, [])


def test_whose_result_is_kept_is_the_main_thread_s_and_nothing_is_fetched(house):
    house.app.kind = {"kept": lambda: "a picture"}
    house.comes()

    assert eventually(lambda: len(house.made.ready) == 1)
    assert not house.app.prepared[0].began.is_set()


def test_where_nothing_is_kept_the_source_is_fetched(house):
    house.app.kind = {"kept": lambda: None}
    house.comes()

    assert house.app.prepared[0].began.wait(20)
    assert house.app.prepared[0].found == [None]


def test_a_store_that_does_not_answer_is_not_waited_for_and_not_asked_again(house):
    answers = threading.Event()
    house.app.kind = {"kept": answers.wait}
    for _ in range(MOST_THREADS // 2):
        house.comes()
    assert all(each.is_asked_of_store.wait(20) for each in house.app.prepared)
    house.late = LOOKUP_SECONDS + 1
    house.made.look()
    house.comes()

    assert house.app.prepared[0].began.wait(20)
    assert house.app.prepared[-1].found == [None]
    answers.set()


def test_what_comes_of_a_store_too_late_changes_nothing(house):
    answers = threading.Event()
    house.app.kind = {"kept": answers.wait}
    house.comes()
    assert house.app.prepared[0].is_asked_of_store.wait(20)
    house.late = LOOKUP_SECONDS + 1
    house.made.look()
    answers.set()

    assert eventually(lambda: not house.made.lookups.is_waited_for)
    assert house.app.prepared[0].found == [None]


def test_who_waits_for_a_store_is_given_up_with_the_others(house):
    answers = threading.Event()
    house.app.kind = {"kept": answers.wait}
    house.comes()
    given_up = house.made.give_up()
    answers.set()

    assert len(given_up) == 1

import contextlib
import socket
import time

import pytest

from imgsvc.runtime.board.layout import Counter, Gauge, State
from imgsvc.runtime.board.scoreboard import Scoreboard
from imgsvc.runtime.clients.overload import LASTS_SECONDS, Overload, waiting
from imgsvc.runtime.settings import RuntimeSettings


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0), backlog=100) as made:
        yield made


@pytest.fixture
def board(tmp_path):
    made = Scoreboard.create(6)
    made.want(2)
    for _ in range(2):
        made.reserve().occupy(1)
    yield made
    made.close()


@contextlib.contextmanager
def crowd(listener, count):
    with contextlib.ExitStack() as clients:
        for _ in range(count):
            clients.enter_context(socket.create_connection(listener.getsockname()))
        yield


def test_the_kernel_says_how_many_wait(listener):
    with crowd(listener, 5):
        assert waiting(listener) == 5


def test_of_a_unix_socket_nobody_can_tell():
    with socket.socket(socket.AF_UNIX) as listener:
        assert waiting(listener) == 0


@pytest.mark.parametrize(("seconds", "is_on"), [(0.1, False), (0.5, True)])
def test_more_than_can_be_served_in_time_is_an_overload(listener, board, seconds, is_on):
    overload = Overload([listener], RuntimeSettings(queue_timeout=2), board, board.slot(0))
    serve(overload, seconds)

    with crowd(listener, 10):
        assert overload.look() is is_on


@pytest.mark.parametrize(("seconds", "count"), [(0.1, 12), (0.5, 2), (5, 1)])
def test_a_worker_can_serve_so_many_in_time(listener, board, seconds, count):
    overload = Overload([listener], RuntimeSettings(queue_timeout=2), board, board.slot(0))
    serve(overload, seconds)

    assert overload.servable() == count


def test_a_burst_of_slow_requests_says_nothing(listener, board):
    overload = Overload([listener], RuntimeSettings(queue_timeout=2), board, board.slot(0))
    serve(overload, 0.01)
    for _ in range(12):
        overload.served(100)

    with crowd(listener, 10):
        assert not overload.look()


@pytest.mark.parametrize(("heavy", "is_on"), [(12, True), (1, False)])
def test_where_somebody_waited_for_the_queue_timeout_it_is_what_requests_take_on_average(listener, board, heavy, is_on):
    overload = Overload([listener], RuntimeSettings(queue_timeout=2), board, board.slot(0))
    serve(overload, 0.01)
    for _ in range(heavy):
        overload.served(2)
    board.slot(0).count(Counter.QUEUE_TOO_OLD)

    with crowd(listener, 10):
        assert overload.look() is is_on


def test_and_that_is_forgotten_after_a_moment(listener, board):
    overload = Overload([listener], RuntimeSettings(queue_timeout=2), board, board.slot(0))
    serve(overload, 0.01)
    for _ in range(12):
        overload.served(2)
    board.slot(0).count(Counter.QUEUE_TOO_OLD)
    overload.look()
    time.sleep(LASTS_SECONDS + 0.1)

    with crowd(listener, 10):
        assert not overload.look()


def test_a_new_worker_knows_nothing_of_those_who_waited_for_the_one_before(listener, board):
    board.slot(0).count(Counter.QUEUE_TOO_OLD)
    overload = Overload([listener], RuntimeSettings(queue_timeout=2), board, board.slot(0))
    serve(overload, 0.01)
    for _ in range(12):
        overload.served(2)

    with crowd(listener, 10):
        assert not overload.look()


def test_a_worker_that_an_origin_holds_up_says_nothing(listener, board):
    overloads = [Overload([listener], RuntimeSettings(), board, board.slot(number)) for number in range(2)]
    serve(overloads[0], 5)
    serve(overloads[1], 0.01)

    with crowd(listener, 10):
        assert not overloads[0].look()


def serve(overload, seconds):
    for _ in range(20):
        overload.served(seconds)


def test_without_a_request_served_nothing_is_known(listener, board):
    with crowd(listener, 10):
        assert not Overload([listener], RuntimeSettings(), board, board.slot(0)).look()


def test_all_workers_know_and_a_moment_after_the_last_refusal_it_is_over(listener, board):
    overloads = [Overload([listener], RuntimeSettings(), board, board.slot(number)) for number in range(2)]
    overloads[0].goes_on()
    during = overloads[1].look()
    time.sleep(LASTS_SECONDS + 0.1)

    assert (during, overloads[1].look()) == (True, False)


def hands(listener, board, *workers):
    """Whether all hands are full where the workers are in these states, with so many requests in hand."""
    for number, (state, count) in enumerate(workers):
        board.slot(number).enter(state)
        board.slot(number).gauge(Gauge.IN_HAND, count)
    return Overload([listener], RuntimeSettings(), board, board.slot(0)).hands_are_full()


def test_hands_are_full_when_every_worker_is_busy_and_has_another_one(listener, board):
    assert hands(listener, board, (State.DECODE, 1), (State.FETCH, 2))
    assert not hands(listener, board, (State.DECODE, 1), (State.FETCH, 0))
    assert not hands(listener, board, (State.DECODE, 1), (State.IDLE, 1))


def test_who_cannot_work_has_no_hands(listener, board):
    assert hands(listener, board, (State.DECODE, 1), (State.STARTING, 0))

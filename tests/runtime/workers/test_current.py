import socket
import time

import pytest

from imgsvc.errors import ClientClosedRequestError, RequestTimeoutError, SignatureError
from imgsvc.runtime.board.layout import BY_CATEGORY, COUNTERS, HISTOGRAMS, Counter, Live, State
from imgsvc.runtime.board.slot import Slot
from imgsvc.runtime.clients.connection import Connection
from imgsvc.runtime.workers.current import KEY, CurrentRequest, current, scope_of
from imgsvc.source_url import SourceUrl


class Gate:
    """An admission that lets everybody in, and remembers."""

    def __init__(self):
        self.seen = []

    def admit(self, source, deadline, queued):
        self.seen.append(source)

    def leave(self, error, seconds):
        self.seen.append(error)


@pytest.fixture
def request_():
    ours, client = socket.socketpair()
    with client, Connection.adopt(ours) as connection:
        connection.arrived -= 3
        slot = Slot.private()
        made = CurrentRequest(connection, slot, Gate())
        made.slot, made.gate, made.client = slot, made._admission, client
        yield made


def test_the_requests_time_began_when_it_arrived(request_):
    scope = scope_of({KEY: request_}, 10, "id")

    assert 6 < scope.remaining() < 7.1


def test_under_another_server_it_begins_now():
    assert 9 < scope_of({}, 10).remaining() <= 10
    assert current({}) is None


def test_a_client_that_leaves_is_noticed_at_the_next_boundary(request_):
    scope = scope_of({KEY: request_}, 10)
    request_.client.close()

    with pytest.raises(ClientClosedRequestError):
        scope.check()


def test_every_stage_is_marked_and_timed(request_):
    scope = scope_of({KEY: request_}, 10)
    with scope.stage("decode"):
        state = request_.slot.live(Live.STATE)
        time.sleep(0.01)

    assert state == list(State).index(State.DECODE)
    assert sum(request_.slot.words[HISTOGRAMS["decode"] : HISTOGRAMS["decode"] + 5]) == 1


def test_before_a_fetch_the_gate_is_asked_and_told_afterwards(request_):
    cat = SourceUrl.parse("http://a.example/cat.png")

    with scope_of({KEY: request_}, 10).stage("fetch", cat):
        pass

    assert request_.gate.seen == [cat, None]


def test_what_is_passed_on_is_being_fetched_until_its_last_byte(request_):
    with scope_of({KEY: request_}, 10).stage("fetch", "http://a.example/cat.png"):
        request_.slot.enter(State.FETCH)
        request_.sends()
        during = request_.slot.live(Live.STATE)

    states = list(State)
    assert (states[during], states[request_.slot.live(Live.STATE)]) == (State.FETCH, State.SEND)


def test_an_answer_without_a_fetch_is_being_sent(request_):
    request_.sends()

    assert request_.slot.live(Live.STATE) == list(State).index(State.SEND)


def test_a_stage_that_nobody_declared_is_no_state(request_):
    with scope_of({KEY: request_}, 10).stage("lunch"):
        assert request_.slot.live(Live.STATE) == 0


@pytest.mark.parametrize(
    ("error", "counter"),
    [(ClientClosedRequestError("x"), Counter.CLIENT_GONE), (RequestTimeoutError("x"), Counter.DEADLINE)],
)
def test_errors_are_counted_by_category_and_by_cause(request_, error, counter):
    request_.failed(error)
    request_.failed(SignatureError("x"))

    assert request_.slot.words[COUNTERS[counter]] == 1
    assert request_.slot.words[BY_CATEGORY["security"]] == 1


def test_what_comes_from_the_source_is_counted(request_):
    scope_of({KEY: request_}, 10).receive(b"12345")

    assert request_.slot.words[COUNTERS[Counter.BYTES_FETCHED]] == 5

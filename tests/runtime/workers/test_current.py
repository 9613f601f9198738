import math
import socket
import time

import pytest

from imgsvc.errors import ClientClosedRequestError, RequestTimeoutError, SignatureError
from imgsvc.runtime.board.layout import BY_CATEGORY, COUNTERS, HISTOGRAMS, Counter, Live, State
from imgsvc.runtime.board.slot import Slot, hash_of
from imgsvc.runtime.clients.connection import Connection
from imgsvc.runtime.scope import NotAtOnceError, Scope
from imgsvc.runtime.workers.current import KEY, CurrentRequest, beside, current, scope_of
from imgsvc.source_url import SourceUrl
from tests.runtime.workers.gate import Gate

CAT = SourceUrl.parse("http://a.example/cat.png")
MARK = SourceUrl.parse("http://b.example/mark.png")
DESK = SourceUrl.parse("http://c.example/token")


class Wanted:
    """A prepared request for a source, which remembers what is done with it."""

    source = CAT
    awaited = CAT.origin
    is_streamed = False

    def __init__(self):
        self.told = []

    def fetch(self, patient_seconds=math.inf):
        self.told.append("fetch")
        if patient_seconds == 0:
            raise NotAtOnceError

    def begin(self):
        self.told.append("begin")

    def end(self):
        self.told.append("end")

    def refuse(self, error):
        self.told.append(error)
        return False

    def abandon(self, status):
        self.told.append(status)


@pytest.fixture
def request_():
    ours, client = socket.socketpair()
    with client, Connection.adopt(ours) as connection:
        connection.arrived -= 3
        connection.deadline = connection.arrived + 10
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
    request_.begin()
    scope = scope_of({KEY: request_}, 10)
    with scope.stage("decode"):
        state = request_.slot.live(Live.STATE)
        time.sleep(0.01)

    assert state == list(State).index(State.DECODE)
    assert sum(request_.slot.words[HISTOGRAMS["decode"] : HISTOGRAMS["decode"] + 5]) == 1


def test_its_own_source_is_admitted_once_and_told_of_afterwards(request_):
    request_.admit(Wanted())
    with scope_of({KEY: request_}, 10).stage("fetch", CAT):
        pass

    assert request_.gate.seen == [CAT, (CAT, None)]


def test_any_other_source_is_admitted_when_it_is_fetched(request_):
    request_.admit(Wanted())
    with scope_of({KEY: request_}, 10).stage("fetch", MARK):
        pass

    assert request_.gate.seen == [CAT, MARK, (MARK, None)]


def test_a_source_that_was_kept_and_not_fetched_is_looked_at_before_its_picture_is_begun(request_):
    request_.prepared = Wanted()
    with scope_of({KEY: request_}, 10).stage("header"):
        pass

    assert request_.gate.seen == [("quarantine", CAT)]


def test_one_that_was_admitted_is_not_looked_at_again(request_):
    request_.admit(Wanted())
    with scope_of({KEY: request_}, 10).stage("header"):
        pass

    assert request_.gate.seen == [CAT]


def test_who_is_asked_for_credentials_is_admitted_and_told_of_besides_its_source(request_):
    request_.admit(Wanted())
    scope = scope_of({KEY: request_}, 10)
    with scope.stage("fetch", CAT), scope.login(DESK):
        pass

    assert request_.gate.seen == [CAT, DESK, (DESK, None), (CAT, None)]


def test_it_has_a_place_of_whose_answer_it_waits_for_first(request_):
    prepared = Wanted()
    prepared.awaited = DESK.origin

    request_.admit(prepared)

    assert request_.names[1] == DESK.origin
    assert request_.origin == hash_of(DESK.origin)
    assert request_.gate.seen == [CAT]


@pytest.fixture
def released(request_):
    """What is told of the places that are given back."""
    found = []
    request_.release = lambda _request, seconds: found.append(seconds)
    request_.admit(Wanted())
    return found


def test_the_end_of_its_own_fetch_gives_its_place_back(request_, released):
    scope = scope_of({KEY: request_}, 10)
    with scope.stage("fetch", MARK):
        pass
    before = list(released)
    with scope.stage("fetch", CAT):
        pass

    assert (before, [each >= 0 for each in released]) == ([], [True])


def test_an_end_that_says_nothing_of_the_origin_is_told_so(request_, released):
    with pytest.raises(ZeroDivisionError), scope_of({KEY: request_}, 10).stage("fetch", CAT):
        raise ZeroDivisionError

    assert released == [None]


def test_a_fetch_that_goes_on_elsewhere_keeps_its_place_and_says_nothing_of_the_origin(request_, released):
    with pytest.raises(NotAtOnceError), scope_of({KEY: request_}, 10).stage("fetch", CAT):
        raise NotAtOnceError

    assert (released, request_.gate.seen) == ([], [CAT])


def test_a_fetch_of_another_source_that_goes_on_elsewhere_is_asked_for_anew(request_, released):
    error = NotAtOnceError()
    with pytest.raises(NotAtOnceError), scope_of({KEY: request_}, 10).stage("fetch", MARK):
        raise error

    assert (released, request_.gate.seen[1:]) == ([], [MARK, (MARK, error)])


@pytest.mark.parametrize("seconds", [0, 1])
def test_what_is_there_at_once_is_fetched_and_nothing_else(request_, seconds):
    request_.admit(Wanted())

    assert (request_.fetch_at_once(seconds), request_.is_fetched) == (seconds > 0, seconds > 0)


def test_what_it_fetches_in_another_thread_is_no_state_of_the_main_one(request_):
    with scope_of({KEY: request_}, 10).stage("fetch", CAT):
        assert request_.slot.live(Live.STATE) == 0


def test_when_the_main_thread_begins_it_says_for_which_source(request_):
    request_.admit(Wanted())
    request_.begin()

    assert request_.slot.live(Live.ORIGIN) == hash_of(CAT.origin)


def test_a_source_that_could_not_be_had_is_not_the_one_that_is_worked_on(request_):
    request_.admit(Wanted())
    request_.begin()
    with pytest.raises(ZeroDivisionError), scope_of({KEY: request_}, 10).stage("fetch", CAT):
        raise ZeroDivisionError
    request_.enter("decode", None)

    assert request_.slot.live(Live.SOURCE) == 0


def test_nor_is_one_whose_fetch_failed_before_the_main_thread_began(request_):
    """What stands in for it is worked on: whoever is ended over that, it is not this source's doing."""
    request_.admit(Wanted())
    with pytest.raises(ZeroDivisionError), scope_of({KEY: request_}, 10).stage("fetch", CAT):
        raise ZeroDivisionError
    request_.begin()
    request_.enter("decode", None)

    assert request_.slot.live(Live.SOURCE) == 0


def test_when_its_fetch_is_over_it_waits_anew(request_):
    request_.queued = 0.0
    request_.admit(Wanted())
    request_.fetch()

    assert request_.queued > 0
    assert request_.prepared.told == ["fetch"]


def test_without_a_thread_for_its_fetch_there_is_an_error_in_the_source_s_place(request_):
    request_.admit(Wanted())
    request_.cannot_fetch(RuntimeError("can't start new thread"))

    assert [type(each).__name__ for each in request_.prepared.told] == ["ExhaustedError"]


@pytest.mark.parametrize(("end", "told"), [("end", "end"), ("abandon", 503)])
def test_what_was_fetched_is_given_back_once(request_, end, told):
    prepared = Wanted()
    request_.admit(prepared)
    for _ in range(2):
        getattr(request_, end)()
    request_.end()
    request_.abandon()

    assert prepared.told == [told]


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


def test_under_another_server_nobody_is_told_of_it():
    with Scope(10, journal=beside({})()).stage("fetch", MARK):
        pass


def test_while_a_watermark_is_decoded_that_one_is_to_blame(request_):
    request_.admit(Wanted())
    request_.begin()
    scope = scope_of({KEY: request_}, 10)
    with scope.stage("watermark", MARK):
        meanwhile = request_.slot.live(Live.SOURCE)
    with scope.stage("transform"):
        afterwards = request_.slot.live(Live.SOURCE)

    assert (meanwhile, afterwards) == (hash_of(MARK.text), hash_of(CAT.text))

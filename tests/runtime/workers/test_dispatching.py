"""What becomes of a request whose head is whole; its fetches take until a test lets them go."""

import contextlib
import math
import socket
import threading
import time

import pytest
from gunicorn.config import Config

from imgsvc.errors import SourceTimeoutError
from imgsvc.runtime.board.layout import COUNTERS, Counter
from imgsvc.runtime.board.quarantine import Quarantine
from imgsvc.runtime.board.scoreboard import Scoreboard
from imgsvc.runtime.board.slot import hash_of
from imgsvc.runtime.clients.connection import Connection
from imgsvc.runtime.clients.health import HealthResponder
from imgsvc.runtime.clients.passing import MOST_WAITING, Passing
from imgsvc.runtime.clients.refusals import Refusals
from imgsvc.runtime.fetching.admission import BREAKS_AFTER
from imgsvc.runtime.fetching.lookups import LOOKUP_SECONDS, MOST_THREADS
from imgsvc.runtime.http.health_checks import HealthChecks
from imgsvc.runtime.scope import NotAtOnceError
from imgsvc.runtime.settings import RuntimeSettings
from imgsvc.runtime.workers.dispatching import Dispatcher
from imgsvc.source_url import SourceUrl
from tests.waiting import eventually

SETTINGS = RuntimeSettings(fetches=2, timeout=5, queue_timeout=2)


class Wanted:
    """What is prepared of a request: its fetch takes until it is let go."""

    def __init__(
        self, path, *, has_stand_in=False, is_streamed=False, root="http://a.example", kept=None, is_kept=False
    ):
        self.source = SourceUrl.parse(f"{root}{path}")
        self.awaited = self.source.origin
        self.is_streamed, self.has_stand_in = is_streamed, has_stand_in
        self.began, self.over = threading.Event(), threading.Event()
        self.refusal, self.abandoned, self.is_slow = None, None, False
        # What a store says of it when it is asked; None: there is no store.
        self.kept, self.wants_lookup, self.found = kept, kept is not None, []
        self.is_asked_of_store = threading.Event()
        # Whether something old is.
        self.is_kept = is_kept

    def look_up(self):
        self.is_asked_of_store.set()
        return self.kept()

    def has_found(self, found):
        self.found.append(found)
        return found is not None

    def makes_do(self):
        return self.is_kept

    def fetch(self, patient_seconds=math.inf):
        self.began.set()
        if patient_seconds < 1 and self.is_slow:
            raise NotAtOnceError
        assert self.over.wait(20)

    def refuse(self, error):
        self.refusal = error
        return self.has_stand_in

    def begin(self):
        pass

    def end(self):
        pass

    def abandon(self, status):
        self.abandoned = status


class Application:
    """Paths below /image want a source; it keeps what it prepared."""

    held_bytes = 0

    def __init__(self):
        self.prepared = []
        self.kind = {}

    def __call__(self, environ):
        if not environ["PATH_INFO"].startswith("/image"):
            return None
        self.prepared.append(Wanted(environ["PATH_INFO"], **self.kind))
        return self.prepared[-1]


class House:
    """A dispatcher with a board, whose clients sit on real sockets."""

    def __init__(self, settings=SETTINGS, passing=None):
        self.board = Scoreboard.create(2)
        self.slots = [self.board.reserve() for _ in range(2)]
        self.slot, self.late = self.slots[0], 0.0
        self.app, self.seen_off = Application(), []
        refusals = Refusals(self.slot)
        self.made = Dispatcher(
            Config(),
            settings,
            self.slot,
            self.board,
            refusals,
            self.see_off,
            HealthResponder(HealthChecks(), refusals),
            self.app,
            passing,
            self.now,
        )
        self.open = contextlib.ExitStack()

    def now(self):
        return time.monotonic() + self.late

    def see_off(self, connection):
        self.seen_off.append(connection)
        connection.flush()

    def comes(self, target="/image/cat.png", age=0.0):
        """A client with a whole request, which waits for so long and is taken in."""
        client, connection = self.pair(target, age)
        self.made.take_in(connection)
        return client

    def comes_to_main(self, target="/image/cat.png"):
        """The same on the main thread, which has nothing to do; what it is to fetch itself."""
        _, connection = self.pair(target)
        return self.made.take_in_on_main(connection)

    def pair(self, target, age=0.0):
        ours, client = socket.socketpair()
        client.settimeout(10)
        self.open.enter_context(client)
        connection = Connection.adopt(ours, ("192.0.2.1", 1), ("192.0.2.2", 2))
        self.open.callback(connection.discard)
        client.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        connection.fill()
        connection.queued -= age
        return client, connection

    def serve(self, seconds=0.001, count=1):
        """The main thread takes so many requests, each for so long."""
        for _ in range(count):
            request = self.made.ready.take()
            if request:
                self.made.begins()
            self.made.ended(seconds)

    def counted(self, counter):
        return self.slot.words[COUNTERS[counter]]

    def end(self):
        for each in self.app.prepared:
            each.over.set()
        eventually(lambda: not self.made.fetching.in_flight())
        self.open.close()
        self.board.close()


@pytest.fixture
def house():
    made = House()
    yield made
    made.end()


@pytest.fixture
def passing():
    made = Passing()
    yield made
    made.close()


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
    house.made._looked = house.now()
    house.made.ready.take().connection.sendall(b"x")
    house.made.look()
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
    house.made._looked = house.now()
    house.made.look()

    assert client.recv(100).startswith(b"HTTP/1.1 503 ")
    assert house.counted(Counter.DEADLINE) == 1


def test_and_when_it_comes_back_it_is_abandoned(house, caplog):
    house.comes()
    assert house.app.prepared[0].began.wait(10)
    house.late = 5.4
    house.made._looked = house.now()
    house.made.look()
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
    house.made._looked = house.now()
    house.made.look()
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
    house.made._looked = house.now()
    house.made.look()
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
    house.made._looked = house.now()
    house.made.look()
    house.end()

    assert passing.take() is None


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

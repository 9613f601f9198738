"""Threads that fetch, with requests that say when they are done."""

import math
import random
import resource
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from imgsvc.runtime.board.layout import GAUGES, SLOT_FETCHES, Gauge
from imgsvc.runtime.board.slot import Slot
from imgsvc.runtime.board.views import slot_view
from imgsvc.runtime.fetching.fetch_threads import IDLE_SECONDS, FetchThreads
from imgsvc.runtime.fetching.in_flight import InFlight, Verdict
from tests.exhausted import no_more, told_by
from tests.waiting import eventually

MOST, CAPACITY, TIMEOUT = 4, 5, 10.0
# Nobody is refused, however busy the machine is.
A_LONG_TIME = 1e9


class Request:
    """Its fetch takes until it is let go."""

    def __init__(self, origin=1, *, is_streamed=False, lasts=True, error=None):
        self.origin, self.is_streamed, self.fails_with = origin, is_streamed, error
        self.queued = time.monotonic()
        self.names = ("an-id", "http://a.example")
        self.began, self.over, self.error = threading.Event(), threading.Event(), None
        if not lasts:
            self.over.set()

    def fetch(self):
        self.began.set()
        assert self.over.wait(10)
        if self.fails_with:
            raise self.fails_with

    def cannot_fetch(self, error):
        self.error = error


class Worker:
    """FetchThreads, who is ready, and a clock that a test may put forward."""

    def __init__(self, idle_seconds=IDLE_SECONDS):
        self.late, self.is_held, self.ready = 0.0, False, []
        self.slot = Slot.private()
        in_flight = InFlight(MOST, CAPACITY, A_LONG_TIME, self.now, has_enough=lambda _coming, _seconds: self.is_held)
        self.made = FetchThreads(in_flight, self.slot, self.ready.append, TIMEOUT, 2, self.now, idle_seconds)
        self.asked = []

    def now(self):
        return time.monotonic() + self.late

    def comes(self, *names, **kind):
        request = Request(*names, **kind)
        self.asked.append(request)
        assert self.made.ask(request) is Verdict.WAITS
        return request

    def gauge(self, gauge):
        return self.slot.words[GAUGES[gauge]]

    def end(self):
        for each in self.asked:
            each.over.set()


@pytest.fixture
def worker():
    made = Worker()
    yield made
    made.end()


def fetch_threads():
    return [each for each in threading.enumerate() if each.name.startswith("fetch-")]


def test_a_source_is_fetched_in_a_thread_and_its_request_is_ready_then(worker):
    request = worker.comes()
    assert request.began.wait(10)
    before = list(worker.ready)
    request.over.set()

    assert eventually(lambda: worker.ready == [request])
    assert (before, len(worker.made)) == ([], 0)


def test_who_waits_is_fetched_when_another_one_is_done(worker):
    first, *_ = [worker.comes() for _ in range(MOST)]
    waiting = worker.comes()
    is_early = waiting.began.wait(0.05)
    first.over.set()

    assert not is_early
    assert waiting.began.wait(10)


def test_one_that_is_idle_fetches_again(worker):
    names = set()
    for _ in range(20):
        request = worker.comes(lasts=False)
        assert eventually(lambda request=request: request in worker.ready and worker.made._idle)
        names |= {each.name for each in fetch_threads()}

    assert len(worker.made._threads) == 1
    assert "fetch-0" in names


def test_the_board_says_what_is_fetched_and_who_waits(worker):
    for _ in range(MOST + 2):
        worker.comes()

    assert (worker.gauge(Gauge.FETCHING), worker.gauge(Gauge.WAITING)) == (MOST, 2)


def test_while_the_main_thread_has_enough_nobody_begins(worker):
    worker.is_held = True
    held = worker.comes()
    is_early = held.began.wait(0.05)
    worker.is_held = False
    worker.made.made_room()

    assert not is_early
    assert held.began.wait(10)


def test_who_waits_for_something_else_once_his_source_is_there_is_in_hand_still(worker):
    request = worker.comes()
    assert request.began.wait(10)
    worker.made.release(request, 0.1)
    before = (worker.made.in_flight(), len(worker.made), worker.gauge(Gauge.FETCHING))
    request.over.set()

    assert eventually(lambda: worker.ready == [request])
    assert before == ([request], 1, 0)
    assert len(worker.made) == 0


def test_and_from_the_moment_at_which_the_main_thread_leaves_him_to_a_thread(worker):
    request = Request()
    worker.asked.append(request)
    worker.made.takes_longer(request)

    assert worker.made.in_flight() == [request]


def test_a_thread_that_ends_its_fetch_while_it_is_asked_is_in_no_hand(worker):
    class Ending:
        left = iter([Request()])

        @property
        def fetches_for(self):
            return next(self.left, None)

    worker.made._threads.add(ending := Ending())
    found = worker.made.in_flight()
    worker.made._threads.discard(ending)

    assert None not in found


def test_a_streamed_answer_keeps_its_place_until_it_is_passed_on(worker):
    request = worker.comes(is_streamed=True, lasts=False)
    assert eventually(lambda: worker.ready == [request])
    before = len(worker.made)
    passed_on = threading.Event()
    worker.made.pump(request, passed_on.set)
    assert passed_on.wait(10)
    worker.made.release(request, 0.1)

    assert (before, len(worker.made)) == (1, 0)


def test_a_place_is_given_back_once_however_often_it_is_said(worker):
    request = worker.comes(lasts=False)
    assert eventually(lambda: len(worker.made) == 0)
    for _ in range(3):
        worker.made.release(request, 0.1)

    assert len(worker.made) == 0


def test_a_thread_that_does_not_come_back_is_written_off_and_its_place_is_another_s(worker):
    lost = [worker.comes() for _ in range(MOST)]
    assert all(each.began.wait(10) for each in lost)
    waiting = worker.comes()
    worker.late = 2 * TIMEOUT + 1
    worker.made.write_off()

    assert waiting.began.wait(10)
    assert (worker.made.lost, worker.made.is_failing) == (MOST, True)
    assert worker.gauge(Gauge.LOST) == MOST


def test_what_does_not_come_back_is_seen_though_its_place_is_another_s(worker):
    lost = [worker.comes() for _ in range(MOST)]
    assert all(each.began.wait(10) for each in lost)
    worker.late = 2 * TIMEOUT + 1
    worker.made.write_off()
    later = worker.comes()
    assert later.began.wait(10)

    words = worker.slot.words
    assert len(slot_view(0, words, words[SLOT_FETCHES:]).fetches) == MOST + 1


def test_one_that_is_in_time_is_not_written_off(worker):
    request = worker.comes()
    assert request.began.wait(10)
    worker.late = 2 * TIMEOUT - 1
    worker.made.write_off()
    request.over.set()

    assert eventually(lambda: worker.ready == [request])
    assert worker.made.lost == 0


def test_who_waits_may_be_taken_away(worker):
    for _ in range(MOST):
        worker.comes()
    waiting = worker.comes()

    assert worker.made.withdraw(lambda each: each is waiting) == [waiting]
    assert (len(worker.made), worker.gauge(Gauge.WAITING)) == (MOST, 0)


def test_who_waits_longest_is_known(worker):
    for _ in range(MOST):
        worker.comes()
    before = worker.made.oldest()
    waiting = worker.comes()
    worker.comes()

    assert (before, worker.made.oldest()) == (math.inf, waiting.queued)


def test_one_that_comes_back_after_it_was_written_off_is_told_of(worker):
    """Whoever answered its request meanwhile gives back what it fetched."""
    lost = worker.comes()
    assert lost.began.wait(10)
    worker.late = 2 * TIMEOUT + 1
    worker.made.write_off()
    lost.over.set()

    assert eventually(lambda: worker.ready == [lost])
    assert len(worker.made) == 0


def test_a_fetch_that_fails_in_a_way_that_nobody_thought_of_keeps_no_place(worker, caplog):
    request = worker.comes(lasts=False, error=ZeroDivisionError())

    assert eventually(lambda: (worker.ready, len(worker.made)) == ([request], 0))
    assert isinstance(request.error, ZeroDivisionError)


def test_nor_does_one_whose_answer_cannot_be_passed_on(worker, caplog):
    request = worker.comes(is_streamed=True, lasts=False)
    assert eventually(lambda: worker.ready == [request])
    worker.made.pump(request, lambda: 1 // 0)

    assert eventually(lambda: len(worker.made) == 0)


def test_a_thread_that_is_idle_for_long_ends():
    worker = Worker(idle_seconds=0.02)
    worker.comes(lasts=False)

    assert eventually(lambda: len(worker.ready) == 1 and not worker.made._threads)


def ask_without_threads():
    """What becomes of a request where no thread can be started: whether its place is free, and its error."""
    worker = Worker()
    with no_more(resource.RLIMIT_NPROC):
        request = worker.comes()
    return len(worker.made), worker.ready == [request], type(request.error).__name__


def test_without_a_thread_to_be_had_a_request_is_ready_with_its_error():
    assert told_by(ask_without_threads) == "(0, True, 'RuntimeError')"


def pump_without_threads():
    """Whether an answer for whose rest no thread can be started is passed on all the same."""
    worker = Worker()
    request = worker.comes(is_streamed=True, lasts=False)
    assert eventually(lambda: worker.ready == [request])
    # The one that fetched it is at another one now.
    busy = worker.comes()
    assert busy.began.wait(10)
    passed_on = threading.Event()
    with no_more(resource.RLIMIT_NPROC):
        worker.made.pump(request, passed_on.set)
    return passed_on.is_set(), len(worker.ready)


def test_and_an_answer_is_passed_on_by_who_has_it():
    assert told_by(pump_without_threads) == "(True, 1)"


@pytest.fixture
def hasty():
    """Threads take turns as often as can be."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("hasty")
def test_threads_that_come_and_go_lose_no_request():
    worker = Worker(idle_seconds=0.0)
    for _ in range(2000):
        worker.comes(lasts=False)

    assert eventually(lambda: len(worker.ready) == 2000)
    assert eventually(lambda: (len(worker.made), worker.made._threads) == (0, set()))


def test_places_do_not_leak_and_every_request_is_ready_once(worker):
    chosen = random.Random(5)

    def come(_):
        request = Request(chosen.randrange(3), lasts=False)
        # On a machine that is busy with something else an origin may seem to have fallen silent, and one be refused.
        return None if worker.made.ask(request) is Verdict.REFUSED else request

    with ThreadPoolExecutor(4) as clients:
        asked = [each for each in clients.map(come, range(1000)) if each]

    assert eventually(lambda: len(worker.ready) == len(asked))
    assert {*asked} == {*worker.ready}
    assert eventually(lambda: (len(worker.made), worker.gauge(Gauge.FETCHING)) == (0, 0))


def quick_worker(seconds):
    """A worker whose origin 1 is known to take so long."""
    worker = Worker()
    worker.made._in_flight.took_longer(1, seconds)
    return worker


@pytest.mark.parametrize(("seconds", "is_idle", "verdict"), [
    (0.019, True, Verdict.BEGINS),
    (0.019, False, Verdict.WAITS),
    (0.021, True, Verdict.WAITS),
    (0.0, True, Verdict.WAITS),
])  # fmt: skip
def test_whoever_is_idle_fetches_himself_from_an_origin_that_is_known_to_be_quick(seconds, is_idle, verdict):
    worker, request = quick_worker(seconds), Request(lasts=False)

    assert worker.made.ask(request, is_idle=is_idle) is verdict
    assert request.began.wait(10 if verdict is Verdict.WAITS else 0.05) is (verdict is Verdict.WAITS)


def test_he_has_its_place_until_it_is_released():
    worker, request = quick_worker(0.001), Request()
    worker.made.ask(request, is_idle=True)
    counts = [len(worker.made)]
    worker.made.release(request, 0.001)

    assert [*counts, len(worker.made)] == [1, 0]


def test_what_takes_longer_is_waited_for_by_a_thread_and_its_origin_is_not_quick_any_more():
    worker, request = quick_worker(0.001), Request(lasts=False)
    worker.made.ask(request, is_idle=True)
    time.sleep(0.05)
    worker.made.takes_longer(request)

    assert eventually(lambda: worker.ready == [request])
    assert len(worker.made) == 0
    assert worker.made.ask(Request(lasts=False), is_idle=True) is Verdict.WAITS


def test_who_waits_for_something_else_than_its_origin_says_nothing_of_that():
    worker, request = quick_worker(0.001), Request(lasts=False)
    worker.made.ask(request, is_idle=True)
    worker.made.release(request, 0.001)
    worker.made.takes_longer(request)

    assert eventually(lambda: worker.ready == [request])
    assert worker.made.ask(Request(lasts=False), is_idle=True) is Verdict.BEGINS

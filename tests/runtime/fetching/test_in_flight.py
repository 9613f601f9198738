"""Which fetch begins, which waits and which is refused; time goes on where a test says so."""

import heapq
import math
import random
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.runtime.fetching.in_flight import ALONE_SECONDS, InFlight, Verdict

MOST, CAPACITY, Q = 8, 10, 2.0
# Origins.
A, B = 1, 2


@dataclass(eq=False)
class Request:
    """One that waits since then."""

    queued: float = 0.0
    origin: int = A


class Worker:
    """An InFlight with its clock, and requests that come to it."""

    def __init__(self, most=MOST, capacity=CAPACITY, mean_of=lambda _: 0.0):
        self.now = 1000.0
        # So many sources are as much as the main thread wants to come.
        self.enough = math.inf
        self.made = InFlight(most, capacity, Q, lambda: self.now, mean_of, lambda coming, _: coming >= self.enough)

    def comes(self, origin=A):
        return self.made.ask(origin, Request(self.now, origin))

    def begins(self, origin=A, count=1):
        """So many fetches begin; the moments."""
        assert [self.comes(origin) for _ in range(count)] == count * [Verdict.BEGINS]
        return count * [self.made.began(origin)]

    def all_next(self):
        return list(iter(self.made.next, None))


@pytest.fixture
def worker():
    return Worker()


@pytest.fixture
def known():
    """A worker that knows that its origin takes 0.2 s, and that it answered just now."""
    made = Worker()
    [began] = made.begins()
    made.made.end(A, began, 0.2)
    return made


def verdicts(worker, count, origin=A):
    return [worker.comes(origin) for _ in range(count)]


def test_an_origin_that_is_asked_for_alone_has_all_places_but_those_for_others(worker):
    assert verdicts(worker, MOST + 1) == MOST * [Verdict.BEGINS] + [Verdict.WAITS]


def test_others_find_a_place_beside_the_one_that_has_all(worker):
    worker.begins(A, MOST)

    assert verdicts(worker, 3, B) == [Verdict.BEGINS, Verdict.BEGINS, Verdict.WAITS]


def test_while_others_are_asked_for_an_origin_has_half(worker):
    worker.begins(B)

    assert verdicts(worker, MOST // 2 + 1) == MOST // 2 * [Verdict.BEGINS] + [Verdict.WAITS]


def test_others_that_were_asked_for_long_ago_do_not_count(worker):
    [began] = worker.begins(B)
    worker.made.end(B, began, 0.1)
    worker.now += ALONE_SECONDS + 0.1

    worker.begins(A, MOST)


def test_even_an_only_place_is_an_origin_s():
    worker = Worker(most=1, capacity=2)
    worker.begins(B)

    worker.begins(A)


def test_who_waits_begins_when_a_fetch_is_over(known):
    [began, *_] = known.begins(A, MOST)
    known.comes()
    before = known.made.next()
    known.made.end(A, began, 0.2)

    assert (before, len(known.all_next())) == (None, 1)


def test_nobody_overtakes_who_waits(known):
    [began, *_] = known.begins(A, MOST)
    known.comes()
    known.made.end(A, began, 0.2)

    assert known.comes() is Verdict.WAITS


def test_first_come_first_served_whichever_origin_it_is(known):
    for origin in (A, B):
        known.begins(origin, MOST // 2)
    for origin in (B, A, A, B):
        known.now += 0.001
        known.comes(origin)
    known.now += ALONE_SECONDS
    for origin in (A, B):
        for _ in range(2):
            known.made.end(origin, 1000.0, 0.2)

    queued = [request.queued for request, _ in known.all_next()]
    assert queued == sorted(queued)
    assert len(queued) == 4


def test_while_the_main_thread_has_enough_nobody_begins(worker):
    worker.enough = 0

    assert worker.comes() is Verdict.WAITS
    assert worker.made.before(0.0) == 1


def test_who_waits_for_the_main_thread_alone_is_not_refused(known):
    known.enough = 0

    assert set(verdicts(known, 100)) == {Verdict.WAITS}


def test_no_more_begin_than_the_main_thread_wants_to_come(known):
    known.enough = 3

    assert verdicts(known, 4) == 3 * [Verdict.BEGINS] + [Verdict.WAITS]


def test_who_was_held_for_long_begins_all_the_same(known):
    known.enough = 0
    known.comes()
    before = known.all_next()
    known.now += 0.85 * Q

    assert (before, len(known.all_next())) == ([], 1)


def test_when_it_has_taken_one_the_next_one_begins(known):
    known.enough = 1
    verdicts(known, 3)
    known.enough = 2

    assert len(known.all_next()) == 1


def in_flight_of_two(worker):
    """Four of an origin of 0.2 s, and three of one of 1 s."""
    for origin, seconds in ((A, 0.2), (B, 1.0)):
        [began] = worker.begins(origin)
        worker.made.end(origin, began, seconds)
    worker.begins(A, 4)
    worker.begins(B, 3)


@pytest.mark.parametrize(("seconds", "before"), [(0.0, 0), (0.1, 2.3), (0.2, 4.6), (1.0, 7)])
def test_before_a_newcomer_are_those_in_flight_whose_sources_come_before_his(worker, seconds, before):
    in_flight_of_two(worker)

    assert worker.made.before(seconds) == pytest.approx(before)


def test_those_of_an_origin_that_is_silent_do_not_count(worker):
    in_flight_of_two(worker)
    worker.now += 1.0

    assert worker.made.before(1.0) == 3


def test_those_of_one_of_which_nothing_is_known_count_until_it_is_silent(worker):
    worker.begins(A, MOST)
    before = worker.made.before(0.0)
    worker.now += 0.3

    assert (before, worker.made.before(0.0)) == (MOST, 0)


def test_while_nothing_is_known_nobody_is_refused(worker):
    worker.begins(A, MOST)

    assert set(verdicts(worker, 1000)) == {Verdict.WAITS}


def test_what_other_workers_know_is_known():
    worker = Worker(mean_of=lambda _: 60.0)
    worker.begins(A, MOST)

    assert worker.comes() is Verdict.REFUSED


def test_who_could_not_begin_within_q_is_refused_at_once():
    """Eight places of 0.25 s give 32 answers a second: as many may wait as that is in 0.8 of Q."""
    known = Worker(mean_of=lambda _: 0.25)
    known.begins(A, MOST)

    assert verdicts(known, 52) == 51 * [Verdict.WAITS] + [Verdict.REFUSED]


def test_behind_a_silent_origin_only_so_many_wait_as_begin_when_it_answers(known):
    known.begins(A, MOST)
    known.now += 1.0

    assert verdicts(known, MOST + 1) == MOST * [Verdict.WAITS] + [Verdict.REFUSED]


def test_behind_one_that_is_silent_for_nearly_q_nobody_does(known):
    known.begins(A, MOST)
    known.now += Q

    assert known.comes() is Verdict.REFUSED


def test_an_origin_that_takes_long_is_not_silent_before_twice_its_mean(worker):
    [began] = worker.begins()
    worker.made.end(A, began, 0.9)
    worker.begins(A, MOST)
    worker.now += 1.7

    assert worker.comes() is Verdict.WAITS


def test_an_origin_that_answers_one_of_many_is_not_silent(known):
    [began, *_] = known.begins(A, MOST)
    known.now += Q
    known.made.end(A, began, 0.2)
    known.begins()

    assert known.comes() is Verdict.WAITS


def test_who_has_waited_for_q_is_late(known):
    known.begins(A, MOST)
    known.comes()
    early = known.now
    known.now += 0.1
    known.comes()

    assert [each.queued for each in known.made.late(early + 0.05)] == [early]
    assert known.made.waiting_count == 1


def test_when_an_origin_falls_silent_the_last_ones_are_told_and_the_first_ones_keep_their_chance(known):
    known.begins(A, MOST)
    verdicts(known, 40)
    known.now += 0.5
    late = known.made.late(0.0)

    assert (len(late), known.made.waiting_count) == (16, 24)


def test_who_is_gone_waits_no_more(known):
    known.begins(A, MOST)
    gone = Request(known.now)
    known.made.ask(A, gone)
    known.comes()

    assert known.made.withdraw(lambda each: each is gone) == [gone]
    assert known.made.waiting_count == 1


def test_the_mean_follows_what_it_takes_now(known):
    for _ in range(30):
        [began] = known.begins()
        known.made.end(A, began, 1.0)

    assert known.made.mean_seconds(A) == pytest.approx(1.0, rel=0.01)


def test_an_end_that_says_nothing_changes_nothing_that_is_known(known):
    [began] = known.begins()
    known.made.end(A, began, None)

    assert known.made.mean_seconds(A) == pytest.approx(0.2)


def test_of_ten_thousand_origins_only_the_last_ones_are_remembered(worker):
    for origin in range(10_000):
        [began] = worker.begins(origin)
        worker.made.end(origin, began, 0.1)

    assert len(worker.made._origins) < 300


def test_one_that_has_a_fetch_in_flight_is_not_forgotten(worker):
    [busy] = worker.begins(0)
    for origin in range(1, 1000):
        [began] = worker.begins(origin)
        worker.made.end(origin, began, 0.1)
    worker.made.end(0, busy, 0.1)

    assert worker.made.count == 0


@given(st.integers(0, 1 << 32), st.integers(1, 12), st.integers(0, 4))
def test_never_are_more_in_flight_than_may_be_and_no_place_is_lost(seed, most, spare):
    chosen, worker = random.Random(seed), Worker(most, most + spare)
    running = []
    for _ in range(200):
        worker.now += chosen.choice([0, 0, 0.01, 1, 10])
        origin = chosen.randrange(3)
        if chosen.random() < 0.5:
            worker.enough = chosen.choice((0, 2, math.inf, math.inf))
            if worker.comes(origin) is Verdict.BEGINS:
                running.append((origin, worker.made.began(origin)))
        elif running:
            worker.made.end(*running.pop(chosen.randrange(len(running))), chosen.choice([None, 0.1, 3.0]))
        if found := worker.made.next():
            running.append((found[0].origin, found[1]))

        assert worker.made.count == len(running) <= most + spare
        assert all([name for name, _ in running].count(each) <= most for each in range(3))


class Simulated:
    """An origin of a latency, asked by clients at a rate, in one worker of MOST places."""

    def __init__(self, latency, rate, seed, seconds=60.0):
        self.worker, self.latency = Worker(), latency
        self.random = random.Random(seed)
        self.refused = self.late = self.answered = 0
        self.ends = []
        start, arrival = self.worker.now, self.worker.now
        while arrival < start + seconds:
            arrival += self.random.expovariate(rate)
            self.run_until(arrival)
            verdict = self.worker.comes()
            self.refused += verdict is Verdict.REFUSED
            if verdict is Verdict.BEGINS:
                self.begin()

    def begin(self):
        took = self.latency * self.random.uniform(0.9, 1.1)
        heapq.heappush(self.ends, (self.worker.now + took, self.worker.made.began(A), took))

    def run_until(self, moment):
        while self.ends and self.ends[0][0] <= moment:
            self.worker.now, began, took = heapq.heappop(self.ends)
            self.worker.made.end(A, began, took)
            self.answered += 1
            self.late += len(self.worker.made.late(self.worker.now - Q))
            while self.worker.made.next():
                self.begin()
        self.worker.now = moment
        self.late += len(self.worker.made.late(moment - Q))


@pytest.mark.parametrize("latency", [0.001, 0.02, 0.1, 0.2, 0.5, 1.0])
def test_no_origin_of_a_steady_latency_is_refused_below_its_capacity(latency):
    for seed in range(3):
        simulated = Simulated(latency, 0.7 * MOST / latency, seed, seconds=100 * latency)

        assert (simulated.refused, simulated.late) == (0, 0)
        assert simulated.answered > 300


@pytest.mark.parametrize("latency", [0.01, 0.5, 2.0, 5.0, 60.0])
def test_as_many_as_it_has_places_are_never_refused_however_long_it_takes(worker, latency):
    for _ in range(50):
        began = worker.begins(A, MOST)
        worker.now += latency
        for each in began:
            worker.made.end(A, each, latency)

    assert worker.made.count == 0


@pytest.mark.parametrize("latency", [0.02, 0.1, 0.2, 0.5, 1.0])
def test_over_its_capacity_it_gives_all_that_it_has_and_nobody_waits_in_vain(latency):
    simulated = Simulated(latency, 4 * MOST / latency, 1, seconds=100 * latency)

    assert simulated.answered > 0.9 * 100 * MOST
    assert simulated.late < 0.01 * simulated.refused

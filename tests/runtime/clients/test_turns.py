import pytest

from imgsvc.runtime.clients.turns import LONGEST_SECONDS, LOOK_SECONDS, Turns

A, B = 7, 8


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


class Gate:
    """It lets in who wants to go to an origin that is free."""

    def __init__(self):
        self.free = set()
        self.told = {}

    def may_try(self, origin, queued):
        return origin in self.free

    def waits(self, origin, count, since):
        self.told[origin] = count, since


class Waiting:
    """A connection, as far as it matters here."""

    def __init__(self, waits_for=A, queued=100.0):
        self.queued = queued
        self.waits_for = waits_for


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def gate():
    return Gate()


@pytest.fixture
def turns(gate, clock):
    return Turns(gate, clock)


def aside(turns, *connections):
    for each in connections:
        turns.put_aside(each)
    return connections


def test_nobody_is_tried_whose_origin_has_its_share(turns, gate, clock):
    (one,) = aside(turns, Waiting())
    before = turns.due()
    gate.free = {A}
    clock.now += LOOK_SECONDS

    assert (before, turns.due(), len(turns)) == (None, one, 0)


def test_of_each_origin_the_first_one_is_next(turns, gate):
    _, _, other = aside(turns, Waiting(A), Waiting(A), Waiting(B))
    gate.free = {B}

    assert turns.due() is other
    assert len(turns) == 2


def test_who_was_tried_in_vain_is_still_the_first(turns, gate, clock):
    first, _ = aside(turns, Waiting(), Waiting())
    gate.free = {A}
    turns.put_aside(turns.due())
    clock.now += LOOK_SECONDS

    assert turns.due() is first


def test_between_two_looks_there_is_a_moment(turns, gate):
    aside(turns, Waiting())
    turns.due()
    gate.free = {A}

    assert turns.due() is None
    assert turns.next_wait(1.0) == pytest.approx(LOOK_SECONDS)


def test_behind_one_whose_turn_it_was_nobody_waits_for_the_next_look(turns, gate):
    waiting = aside(turns, Waiting(), Waiting(), Waiting())
    gate.free = {A}

    assert (turns.due(), turns.due(), turns.due()) == waiting


def test_who_was_tried_in_vain_is_tried_no_sooner_than_at_the_next_look(turns, gate):
    aside(turns, Waiting())
    gate.free = {A}
    turns.put_aside(turns.due())

    assert turns.due() is None
    assert turns.next_wait(1.0) == pytest.approx(LOOK_SECONDS)


def test_with_nobody_aside_the_worker_sleeps_as_long_as_it_likes(turns):
    assert turns.next_wait(1.0) == 1.0


def test_all_workers_are_told_how_many_wait_and_since_when(turns, gate, clock):
    aside(turns, Waiting(A, 98.0), Waiting(A, 99.0), Waiting(B, 97.0))
    before = dict(gate.told)
    gate.free = {A}
    turns.due()

    assert (before, gate.told[A]) == ({A: (2, 98.0), B: (1, 97.0)}, (1, 99.0))


def test_there_is_an_end_to_what_is_put_aside(turns):
    assert [turns.put_aside(Waiting()) for _ in range(300)].count(False) > 0


def test_in_an_overload_the_end_is_nearer(turns):
    turns.limit(4)

    assert [turns.put_aside(Waiting()) for _ in range(9)].count(True) == 4


def test_who_is_not_looked_at_any_more_is_taken_away(turns, clock):
    one, other = aside(turns, Waiting(), Waiting())
    turns.due()
    clock.now += LONGEST_SECONDS
    meanwhile = turns.overdue(0.0, is_held=True)
    clock.now += 0.1

    assert (meanwhile, turns.overdue(0.0, is_held=True), len(turns)) == ([], [one, other], 0)


def test_so_is_who_arrived_too_long_ago(turns):
    early, _ = aside(turns, Waiting(queued=97.0), Waiting(queued=99.0))

    assert turns.overdue(98.0, is_held=False) == [early]


def test_a_worker_without_a_scoreboard_tries_at_once():
    turns, one = Turns(), Waiting()
    turns.put_aside(one)

    assert turns.due() is one

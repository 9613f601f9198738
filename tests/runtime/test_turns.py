from imgsvc.runtime.turns import LONGEST_SECONDS, MOST_RETRY_SECONDS, RETRY_SECONDS, Turns


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


class Waiting:
    """A connection, as far as it matters here."""

    def __init__(self, arrived=100.0):
        self.arrived = self.queued = arrived


def test_a_request_that_was_put_aside_comes_back_in_a_moment():
    clock, one = Clock(), Waiting()
    turns = Turns(clock)
    turns.put_aside(one)
    at_once = turns.due()
    clock.now += RETRY_SECONDS

    assert (at_once, turns.due(), len(turns)) == (None, one, 0)


def test_who_has_waited_for_long_is_tried_less_often():
    clock, one = Clock(), Waiting(arrived=99.0)
    turns = Turns(clock)
    turns.put_aside(one)
    clock.now += MOST_RETRY_SECONDS - 0.001
    before = turns.due()
    clock.now += 0.001

    assert (before, turns.due()) == (None, one)


def test_the_worker_sleeps_until_the_next_try():
    turns = Turns(Clock())
    longest = turns.next_wait(1.0)
    turns.put_aside(Waiting())

    assert longest == 1.0
    assert 0 < turns.next_wait(1.0) <= RETRY_SECONDS + 1e-6


def test_there_is_an_end_to_what_is_put_aside():
    turns = Turns(Clock())

    assert [turns.put_aside(Waiting()) for _ in range(300)].count(False) > 0


def test_in_an_overload_the_end_is_nearer():
    turns = Turns(Clock())
    turns.limit(4)

    assert [turns.put_aside(Waiting()) for _ in range(9)].count(True) == 4


def test_who_is_not_tried_any_more_is_taken_away():
    clock, tried, forgotten = Clock(), Waiting(), Waiting()
    turns = Turns(clock)
    turns.put_aside(tried)
    turns.put_aside(forgotten)
    clock.now += LONGEST_SECONDS
    turns.put_aside(turns.due())
    clock.now += 0.1

    assert (turns.overdue(0.0, is_held=True), len(turns)) == ([forgotten], 1)


def test_so_is_who_arrived_too_long_ago():
    turns, early, late = Turns(Clock()), Waiting(97.0), Waiting(99.0)
    turns.put_aside(early)
    turns.put_aside(late)

    assert turns.overdue(98.0, is_held=True) == [early]

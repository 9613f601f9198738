from imgsvc.runtime.turns import LONGEST_SECONDS, RETRY_SECONDS, Turns


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


class Waiting:
    """A connection, as far as it matters here."""

    aside_since = 0.0


def test_a_request_that_was_put_aside_comes_back_in_a_moment():
    clock, one = Clock(), Waiting()
    turns = Turns(clock)
    turns.put_aside(one)
    at_once = turns.due()
    clock.now += RETRY_SECONDS

    assert (at_once, turns.due(), len(turns)) == (None, one, 0)


def test_the_worker_sleeps_until_the_next_try():
    turns = Turns(Clock())
    longest = turns.next_wait(1.0)
    turns.put_aside(Waiting())

    assert longest == 1.0
    assert 0 < turns.next_wait(1.0) <= RETRY_SECONDS + 1e-6


def test_there_is_an_end_to_what_is_put_aside():
    turns = Turns(Clock())

    assert [turns.put_aside(Waiting()) for _ in range(300)].count(False) > 0


def test_who_waited_too_long_in_all_is_taken_away():
    clock, early, late = Clock(), Waiting(), Waiting()
    turns = Turns(clock)
    turns.put_aside(early)
    clock.now += LONGEST_SECONDS
    turns.put_aside(turns.due())
    turns.put_aside(late)
    clock.now += 0.1

    assert (turns.overdue(), len(turns)) == ([early], 1)

from imgsvc.runtime.turns import RETRY_SECONDS, Turns


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


def test_a_request_that_was_put_aside_comes_back_in_a_moment():
    clock = Clock()
    turns = Turns(clock)
    turns.put_aside("one")
    at_once = turns.due()
    clock.now += RETRY_SECONDS

    assert (at_once, turns.due(), len(turns)) == (None, "one", 0)


def test_the_worker_sleeps_until_the_next_try():
    turns = Turns(Clock())
    longest = turns.next_wait(1.0)
    turns.put_aside("one")

    assert longest == 1.0
    assert 0 < turns.next_wait(1.0) <= RETRY_SECONDS + 1e-6


def test_there_is_an_end_to_what_is_put_aside():
    turns = Turns(Clock())

    assert [turns.put_aside(number) for number in range(300)].count(False) > 0

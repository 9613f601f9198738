import select
import threading

import pytest

from imgsvc.runtime.workers.ready import Ready


class Waiting:
    """A request, as far as it matters here."""

    def __init__(self, queued=100.0):
        self.queued = queued


@pytest.fixture
def ready():
    return Ready()


def is_told(ready):
    return bool(select.select([ready.descriptor], [], [], 0)[0])


def all_of(ready):
    return list(iter(ready.take, None))


def test_they_are_taken_in_their_order_but_for_who_goes_first(ready):
    one, two, first = Waiting(), Waiting(), Waiting()
    ready.add(one)
    ready.add(two)
    ready.add(first, goes_first=True)

    assert all_of(ready) == [first, one, two]


def test_with_nobody_there_nobody_is_waited_for(ready):
    assert ready.take() is None


def test_who_sleeps_is_woken(ready):
    asleep = ready.sleeps()
    ready.add(Waiting())

    assert (asleep, is_told(ready)) == (True, True)


def test_who_is_awake_is_not(ready):
    ready.sleeps()
    ready.awakes()
    ready.add(Waiting())

    assert not is_told(ready)


def test_who_is_woken_is_woken_once(ready):
    ready.sleeps()
    ready.add(Waiting())
    ready.awakes()

    assert not is_told(ready)


def test_nobody_sleeps_while_somebody_waits(ready):
    ready.add(Waiting())

    assert not ready.sleeps()


def test_those_for_whom_it_is_over_are_taken_away(ready):
    late, fresh = Waiting(1.0), Waiting()
    ready.add(late)
    ready.add(fresh)

    assert ready.withdraw(lambda each: each.queued < 50) == [late]
    assert all_of(ready) == [fresh]


def in_threads(*works):
    """Each of these, all at once, to the end."""
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)


def test_who_is_added_by_many_threads_is_had_by_one_alone(ready):
    taken, withdrawn = [], []
    added = [[Waiting() for _ in range(500)] for _ in range(3)]
    is_over = threading.Event()

    def take():
        while not is_over.is_set() or len(ready):
            taken.extend(all_of(ready))

    def withdraw():
        for _ in range(500):
            withdrawn.extend(ready.withdraw(lambda _: True))

    def add(mine):
        for each in mine:
            ready.add(each)

    ended = threading.Thread(target=take)
    ended.start()
    in_threads(withdraw, *(lambda mine=mine: add(mine) for mine in added))
    is_over.set()
    ended.join(30)

    assert len(taken) + len(withdrawn) == len({*taken, *withdrawn}) == 1500


def test_nobody_is_slept_over(ready):
    """A main thread that goes to sleep while others add misses none of them."""
    taken = []

    def main():
        while len(taken) < 1000:
            if request := ready.take():
                taken.append(request)
            elif ready.sleeps():
                assert select.select([ready.descriptor], [], [], 10)[0]
                ready.awakes()

    def add():
        for _ in range(500):
            ready.add(Waiting())

    in_threads(main, add, add)

    assert len(taken) == 1000

from collections import deque

import pytest

from imgsvc.runtime.doorkeeping import Doorkeeper
from imgsvc.runtime.layout import Counter
from imgsvc.runtime.turns import LONGEST_SECONDS, Turns


class Waiting:
    """A connection, as far as it matters here."""

    aside_since = 0.0

    def __init__(self, arrived):
        self.arrived = arrived


class Queue:
    """A door with so many behind it, and who was refused at it."""

    def __init__(self, count):
        self._waiting = [Waiting(float("inf")) for _ in range(count)]
        self.refused = []

    def open(self):
        return self._waiting.pop(0) if self._waiting else None

    def refuse(self, connection, why=Counter.QUEUE_TOO_OLD):
        self.refused.append((connection, why))


class Load:
    def __init__(self, is_on, is_full):
        self._is_on, self._is_full = is_on, is_full

    def look(self):
        return self._is_on

    def goes_on(self):
        pass

    def hands_are_full(self):
        return self._is_full


def looked(count, *, is_on=True, is_full=True):
    """The door and what is in hand, after one look."""
    door, complete = Queue(count), deque()
    Doorkeeper(door, complete, Turns(), Load(is_on, is_full), 2).look(complete.append)
    return door, complete


def test_whose_time_is_over_is_refused_while_the_worker_is_busy():
    door, late, fresh = Queue(0), Waiting(0.0), Waiting(float("inf"))
    complete = deque([late, fresh])

    Doorkeeper(door, complete, Turns(), None, 2).look(complete.append)

    assert door.refused == [(late, Counter.QUEUE_TOO_OLD)]
    assert list(complete) == [fresh]


def test_so_is_who_was_put_aside():
    now = [100.0]
    door, turns, one = Queue(0), Turns(lambda: now[0]), Waiting(float("inf"))
    turns.put_aside(one)
    now[0] += LONGEST_SECONDS + 0.1

    Doorkeeper(door, deque(), turns, None, 2).look(lambda _: None)

    assert door.refused == [(one, Counter.ORIGIN_BUSY)]


def test_in_an_overload_one_is_taken_in_hand_and_the_others_are_refused():
    door, complete = looked(5)

    assert (len(complete), len(door.refused)) == (1, 4)
    assert {why for _, why in door.refused} == {Counter.OVERLOAD}


@pytest.mark.parametrize(("is_on", "is_full", "taken"), [(False, True, 0), (True, False, 1)])
def test_without_one_or_while_others_have_a_hand_free_nobody_is_refused(is_on, is_full, taken):
    door, complete = looked(5, is_on=is_on, is_full=is_full)

    assert (len(complete), door.refused) == (taken, [])

from collections import deque

import pytest

from imgsvc.runtime.doorkeeping import Doorkeeper
from imgsvc.runtime.health_checks import HealthChecks
from imgsvc.runtime.layout import Counter
from imgsvc.runtime.turns import LONGEST_SECONDS, Turns


def held():
    return LONGEST_SECONDS


class Waiting:
    """A connection, as far as it matters here."""

    def __init__(self, arrived, path="/cat"):
        self.arrived = self.queued = arrived
        self.waits_for = 7
        self.received = f"GET {path} HTTP/1.1\r\n\r\n".encode()


class Queue:
    """A door with so many behind it, and who was refused at it."""

    def __init__(self, count):
        self._waiting = [Waiting(float("inf")) for _ in range(count)]
        self.refused = []

    def comes(self, count, path="/cat"):
        self._waiting += [Waiting(float("inf"), path) for _ in range(count)]

    def open(self):
        return self._waiting.pop(0) if self._waiting else None

    def refuse(self, connection, why=Counter.QUEUE_TOO_OLD):
        self.refused.append((connection, why))


class Load:
    def __init__(self, is_on, is_full, servable=1):
        self._is_on, self._is_full, self._servable = is_on, is_full, servable

    def servable(self):
        return self._servable

    def look(self):
        return self._is_on

    def goes_on(self):
        pass

    def hands_are_full(self):
        return self._is_full


def looked(count, *, is_on=True, is_full=True):
    """The door and what is in hand, after one look."""
    door, complete = Queue(count), deque()
    Doorkeeper(door, complete, Turns(), Load(is_on, is_full), HealthChecks(), 2, held).look(complete.append)
    return door, complete


def test_whose_time_is_over_is_refused_while_the_worker_is_busy():
    door, late, fresh = Queue(0), Waiting(0.0), Waiting(float("inf"))
    complete = deque([late, fresh])

    Doorkeeper(door, complete, Turns(), None, HealthChecks(), 2, held).look(complete.append)

    assert door.refused == [(late, Counter.QUEUE_TOO_OLD)]
    assert list(complete) == [fresh]


def test_so_is_who_was_put_aside():
    now = [100.0]
    door, turns, one = Queue(0), Turns(clock=lambda: now[0]), Waiting(float("inf"))
    turns.put_aside(one)
    now[0] += LONGEST_SECONDS + 0.1

    Doorkeeper(door, deque(), turns, None, HealthChecks(), 2, held).look(lambda _: None)

    assert door.refused == [(one, Counter.ORIGIN_BUSY)]


def test_who_was_put_aside_by_a_worker_that_makes_a_picture_has_the_time_of_all_others():
    now = [100.0]
    door, turns, late, fresh = Queue(0), Turns(clock=lambda: now[0]), Waiting(0.0), Waiting(float("inf"))
    turns.put_aside(late)
    turns.put_aside(fresh)
    now[0] += LONGEST_SECONDS + 0.1

    Doorkeeper(door, deque(), turns, None, HealthChecks(), 2, lambda: 0.9).look(lambda _: None)

    assert [connection for connection, _ in door.refused] == [late]


def test_in_an_overload_one_is_taken_in_hand_and_the_others_are_refused():
    door, complete = looked(5)

    assert (len(complete), len(door.refused)) == (1, 4)
    assert {why for _, why in door.refused} == {Counter.OVERLOAD}


def test_who_waited_when_it_began_is_kept_as_far_as_he_can_be_served():
    door, complete = Queue(5), deque()

    Doorkeeper(door, complete, Turns(), Load(is_on=True, is_full=True, servable=3), HealthChecks(), 2, held).look(
        complete.append
    )

    assert (len(complete), len(door.refused)) == (3, 2)


def test_nobody_who_comes_later_takes_the_place_of_one_that_is_served():
    door, complete = Queue(3), deque()
    keeper = Doorkeeper(door, complete, Turns(), Load(is_on=True, is_full=True, servable=3), HealthChecks(), 2, held)
    keeper.look(complete.append)
    complete.popleft()
    door.comes(2)

    keeper.look(complete.append)

    assert (len(complete), len(door.refused)) == (2, 2)


def test_health_checks_are_not_refused_but_for_a_flood_of_them():
    door, complete = Queue(3), deque()
    door.comes(9, "/health")

    Doorkeeper(door, complete, Turns(), Load(is_on=True, is_full=True), HealthChecks(), 2, held).look(complete.append)

    assert [each.received.split()[1] for each in complete] == [b"/cat", *[b"/health"] * 4]
    assert len(door.refused) == 2 + 5


@pytest.mark.parametrize(("is_on", "is_full", "taken"), [(False, True, 0), (True, False, 1)])
def test_without_one_or_while_others_have_a_hand_free_nobody_is_refused(is_on, is_full, taken):
    door, complete = looked(5, is_on=is_on, is_full=is_full)

    assert (len(complete), door.refused) == (taken, [])


class Flood(Queue):
    """A door behind which there is always somebody."""

    def open(self):
        return Waiting(float("inf"))


def test_a_flood_of_those_to_be_refused_does_not_keep_the_thread_from_the_others():
    door, complete = Flood(0), deque([Waiting(float("inf"))])

    Doorkeeper(door, complete, Turns(), Load(is_on=True, is_full=True), HealthChecks(), 2, held).look(complete.append)

    assert door.refused

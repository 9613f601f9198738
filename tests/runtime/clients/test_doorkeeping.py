import pytest

from imgsvc.runtime.board.layout import Counter
from imgsvc.runtime.clients.complete import CompleteRequests
from imgsvc.runtime.clients.doorkeeping import Doorkeeper
from imgsvc.runtime.clients.health import HealthDesk
from imgsvc.runtime.clients.turns import LONGEST_SECONDS, Turns
from imgsvc.runtime.http.health_checks import HealthChecks


def held():
    return LONGEST_SECONDS


class Told:
    """Where health checks are told something."""

    def tell_health(self, *_told):
        pass


def desk():
    return HealthDesk(HealthChecks(), Told(), lost=lambda: False)


def hands(*connections):
    """What a worker has in hand."""
    found = CompleteRequests()
    for each in connections:
        found.add(each)
    return found


def taken(complete):
    return list(iter(complete.take, None))


class Waiting:
    """A connection, as far as it matters here."""

    def __init__(self, arrived, path="/cat", more=""):
        self.arrived = self.queued = arrived
        self.waits_for = 7
        self.received = f"GET {path} HTTP/1.1\r\n{more}\r\n".encode()

    def is_complete(self):
        return self.received.endswith(b"\r\n\r\n")


class Queue:
    """A door with so many behind it, and what became of those who were looked at."""

    def __init__(self, count, room=0):
        self._waiting = [Waiting(float("inf")) for _ in range(count)]
        self._room = room
        self.refused, self.handed_on, self.first, self.seen_off = [], [], [], []

    def comes(self, count, path="/cat", more=""):
        self._waiting += [Waiting(float("inf"), path, more) for _ in range(count)]

    def look(self):
        return self._waiting.pop(0) if self._waiting else None

    def open_shared(self):
        return self.handed_on.pop(0) if self.handed_on else None

    def enter(self, _connection):
        return True

    def hand_on(self, connection, *, goes_first=False):
        if goes_first:
            self.first.append(connection)
            return len(self.first) <= 4
        self.handed_on.append(connection)
        return True

    def has_room(self):
        return len(self.handed_on) < self._room

    def see_off(self, connection):
        self.seen_off.append(connection)

    def refuse(self, connection, why=Counter.QUEUE_TOO_OLD):
        self.refused.append((connection, why))


class Load:
    def __init__(self, is_on, is_full, servable=1):
        self._is_on, self._is_full, self._servable = is_on, is_full, servable

    def wait_seconds(self):
        return 0.0

    def tell_shared(self):
        pass

    def servable(self):
        return self._servable

    def look(self):
        return self._is_on

    def goes_on(self):
        pass

    def hands_are_full(self):
        return self._is_full


def keeper(door, complete, load=None, turns=None, fetching=held, clock=lambda: 100.0):
    return Doorkeeper(door, complete, turns or Turns(), load, desk(), 2, fetching, clock)


def looked(door, load, busy_seconds=0.0):
    """What is in hand after one look."""
    complete = hands()
    keeper(door, complete, load).look(complete.add, busy_seconds)
    return taken(complete)


OVERLOADED = Load(is_on=True, is_full=True)
QUIET = Load(is_on=False, is_full=True)
BUSY_SECONDS = 0.1


def test_whose_time_is_over_is_refused_while_the_worker_is_busy():
    door, late, fresh = Queue(0), Waiting(0.0), Waiting(float("inf"))
    complete = hands(late, fresh)

    keeper(door, complete).look(complete.add)

    assert door.refused == [(late, Counter.QUEUE_TOO_OLD)]
    assert taken(complete) == [fresh]


def test_so_is_who_was_put_aside():
    now = [100.0]
    door, turns, one = Queue(0), Turns(clock=lambda: now[0]), Waiting(float("inf"))
    turns.put_aside(one)
    now[0] += LONGEST_SECONDS + 0.1

    keeper(door, hands(), turns=turns).look(lambda _: None)

    assert door.refused == [(one, Counter.ORIGIN_BUSY)]


def test_who_was_put_aside_by_a_worker_that_makes_a_picture_has_the_time_of_all_others():
    now = [100.0]
    door, turns, late, fresh = Queue(0), Turns(clock=lambda: now[0]), Waiting(0.0), Waiting(float("inf"))
    turns.put_aside(late)
    turns.put_aside(fresh)
    now[0] += LONGEST_SECONDS + 0.1

    keeper(door, hands(), turns=turns, fetching=lambda: 0.9).look(lambda _: None)

    assert [connection for connection, _ in door.refused] == [late]


def test_in_an_overload_one_is_taken_in_hand_and_the_others_are_refused():
    door = Queue(5)

    assert len(looked(door, OVERLOADED)) == 1
    assert [why for _, why in door.refused] == [Counter.OVERLOAD] * 4


def test_who_waited_when_it_began_is_kept_as_far_as_he_can_be_served():
    door = Queue(5)

    assert len(looked(door, Load(is_on=True, is_full=True, servable=3))) == 3
    assert len(door.refused) == 2


def test_nobody_who_comes_later_takes_the_place_of_one_that_is_served():
    door, complete = Queue(3), hands()
    keeps = keeper(door, complete, Load(is_on=True, is_full=True, servable=3))
    keeps.look(complete.add)
    complete.take()
    door.comes(2)

    keeps.look(complete.add)

    assert (len(complete), len(door.refused)) == (2, 2)


def test_who_was_handed_on_before_comes_before_the_others():
    door = Queue(3)
    door.handed_on = [early := Waiting(0.0)]

    assert looked(door, OVERLOADED) == [early]
    assert len(door.refused) == 3


@pytest.mark.parametrize("load", [OVERLOADED, QUIET], ids=["in an overload", "behind a queue"])
def test_who_asks_for_health_waits_for_nobody(load):
    door = Queue(3, room=9)
    door.comes(9, "/health")

    in_hand = looked(door, load, BUSY_SECONDS)

    assert {each.received.split()[1] for each in in_hand + door.handed_on} == {b"/cat"}
    assert [each.received.split()[1] for each in door.seen_off] == [b"/health"] * 9


def test_a_canary_is_for_the_first_worker_that_is_free_and_a_flood_of_them_is_refused():
    door = Queue(0, room=9)
    door.comes(6, "/health", "X-Imgsvc-Canary: 1\r\n")

    assert looked(door, QUIET, BUSY_SECONDS) == []
    assert (len(door.first), len(door.refused), door.seen_off) == (6, 2, [])


def test_a_busy_worker_leaves_the_others_to_whoever_is_free():
    door = Queue(3, room=9)

    assert looked(door, QUIET, BUSY_SECONDS) == []
    assert (len(door.handed_on), door.refused) == (3, [])


def test_where_there_is_no_room_they_stay_in_the_accept_queue():
    door = Queue(3, room=1)

    assert looked(door, QUIET, BUSY_SECONDS) == []
    assert (len(door.handed_on), door.look() is None) == (1, False)


def test_who_has_not_said_all_yet_is_read_on():
    door, half = Queue(0, room=9), []
    door.comes(1, more="Half")

    keeper(door, hands(), QUIET).look(half.append, BUSY_SECONDS)

    assert (len(half), door.handed_on) == (1, [])


def test_a_worker_that_is_busy_for_a_moment_leaves_the_accept_queue_alone():
    door = Queue(3, room=9)

    assert looked(door, QUIET, busy_seconds=0.001) == []
    assert (door.handed_on, door.refused) == ([], [])


def test_a_worker_that_stops_leaves_it_alone_too():
    door, complete = Queue(3, room=9), hands()

    keeper(door, complete, OVERLOADED).look(complete.add, BUSY_SECONDS, leaves_queue=True)

    assert (len(complete), door.handed_on, door.refused) == (0, [], [])


def test_while_others_have_a_hand_free_nobody_is_refused():
    door = Queue(5)

    assert len(looked(door, Load(is_on=True, is_full=False))) == 1
    assert door.refused == []


class Flood(Queue):
    """A door behind which there is always somebody."""

    def look(self):
        return Waiting(float("inf"))


def test_a_flood_of_those_to_be_refused_does_not_keep_the_thread_from_the_others():
    door, complete = Flood(0), hands()

    pause = keeper(door, complete, OVERLOADED, clock=iter(range(100_000)).__next__).look(complete.add)

    assert len(door.refused) < 100
    assert pause == 0

"""Who lets newcomers in, and when; on a clock that a test moves."""

import math
import socket

import pytest

from imgsvc.runtime.board.slot import Slot
from imgsvc.runtime.clients.accepting import Acceptor
from imgsvc.runtime.clients.newcomers import AWAY_SECONDS, LEFT_SECONDS, Newcomers
from imgsvc.runtime.clients.refusals import Refusals
from imgsvc.runtime.settings import RuntimeSettings


class Others:
    is_better = False

    def is_another_better(self):
        return self.is_better


class House:
    """A listener with clients in its queue."""

    def __init__(self, listener):
        self.listener, self.now, self.others, self.clients = listener, 100.0, Others(), []
        slot = Slot.private()
        acceptor = Acceptor([listener], RuntimeSettings(), slot, Refusals(slot), lambda _: None)
        self.made = Newcomers(acceptor, self.others.is_another_better, lambda: self.now)
        self.let_in = []

    def comes(self, count=1):
        for _ in range(count):
            self.clients.append(socket.create_connection(self.listener.getsockname()))

    def look(self):
        return self.made.look(self.let_in.append)

    def close(self):
        for each in [*self.clients, *self.let_in]:
            each.close()


@pytest.fixture(name="house")
def _house():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        made = House(listener)
        yield made
        made.close()


def test_one_at_a_time_is_let_in(house):
    house.comes(2)

    assert [(house.look(), len(house.let_in)) for _ in range(3)] == [(True, 1), (True, 2), (False, 2)]


def test_whoever_is_left_to_a_better_worker_is_let_in_when_that_does_not_take_him(house):
    house.comes()
    house.others.is_better = True
    at_once = house.look()
    left = house.made.left_seconds()
    house.now += LEFT_SECONDS / 2
    meanwhile = house.look()
    house.now += LEFT_SECONDS / 2

    assert (at_once, left, meanwhile, house.look()) == (False, pytest.approx(LEFT_SECONDS), False, True)


def test_nobody_is_waited_for_any_longer_when_the_better_worker_has_him(house):
    house.comes()
    house.others.is_better = True
    house.look()
    house.listener.accept()[0].close()
    house.look()

    assert house.made.left_seconds() == math.inf


def test_before_the_main_thread_has_looked_it_is_away(house):
    assert house.made.is_main_away


def test_a_main_thread_that_looks_is_not_away(house):
    house.look()
    house.now += 2 * AWAY_SECONDS

    assert not house.made.is_main_away


def test_a_main_thread_that_has_not_looked_for_a_while_is_away(house):
    house.look()
    house.made.go_away()
    house.now += AWAY_SECONDS / 2
    meanwhile = house.made.is_main_away
    house.made.go_away()
    house.now += AWAY_SECONDS / 2

    assert (meanwhile, house.made.is_main_away) == (False, True)


def test_until_it_is_away_is_known_beforehand(house):
    house.look()
    looks = house.made.away_seconds()
    house.made.go_away()
    house.now += AWAY_SECONDS / 4

    assert (looks, house.made.away_seconds()) == (math.inf, pytest.approx(AWAY_SECONDS * 3 / 4))


def test_nobody_is_let_in_any_more(house):
    house.comes()
    house.made.is_open = False

    assert not house.look()

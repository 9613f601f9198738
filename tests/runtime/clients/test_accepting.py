import math
import socket
import struct
import time

import pytest

from imgsvc.runtime.board.layout import COUNTERS, Counter
from imgsvc.runtime.board.slot import Slot
from imgsvc.runtime.clients.accepting import Acceptor
from imgsvc.runtime.clients.passing import Passing
from imgsvc.runtime.clients.refusals import Refusals
from imgsvc.runtime.settings import RuntimeSettings

HEAD = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
HEALTH = HEAD.replace(b"/ ", b"/health ")


class House:
    """A listener, who accepts from it, who was taken in and who was shown out."""

    def __init__(self, listener, opened=-math.inf, passing=None):
        listener.setblocking(False)
        self.listener = listener
        self.slot = Slot.private()
        self.shown_out = []
        settings, refusals = RuntimeSettings(queue_timeout=1), Refusals(self.slot)
        self.acceptor = Acceptor(
            [listener], settings, self.slot, refusals, self.shown_out.append, opened, passing=passing
        )

    def client(self, says=HEAD):
        client = socket.socket(self.listener.family)
        client.settimeout(10)
        client.connect(self.listener.getsockname())
        client.sendall(says)
        time.sleep(0.05)
        return client

    def take(self):
        """Those who are taken in, until nobody is there."""
        taken = []
        while self.acceptor.accept(taken.append):
            pass
        return taken

    def counted(self, counter):
        return self.slot.words[COUNTERS[counter]]


@pytest.fixture(params=["tcp", "unix"])
def house(request, tmp_path):
    if request.param == "tcp":
        listener = socket.create_server(("127.0.0.1", 0))
    else:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(tmp_path / "s"))
        listener.listen()
    with listener:
        yield House(listener)


@pytest.fixture
def tcp():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


def reset(client):
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def test_with_nobody_there_nobody_is_waited_for(house):
    assert house.take() == []


def test_who_waits_comes_in_with_what_he_said(house):
    with house.client():
        [connection] = house.take()
    with connection:
        assert connection.received == HEAD


def test_they_are_taken_one_at_a_time(house):
    taken = []
    with house.client(), house.client():
        came = house.acceptor.accept(taken.append)
    count = len(taken)
    for each in (*taken, *house.take()):
        each.close()

    assert (came, count) == (True, 1)


@pytest.mark.parametrize("leave", [socket.socket.close, reset], ids=["closed", "reset"])
def test_who_left_while_he_waited_costs_nothing(house, leave):
    for _ in range(3):
        leave(house.client())
    time.sleep(0.05)

    assert house.take() == []
    assert house.counted(Counter.QUEUE_CLIENT_GONE) == 3


def test_a_live_client_is_found_behind_those_who_left(house):
    house.client().close()
    with house.client():
        [connection] = house.take()
    with connection:
        assert connection.received == HEAD


def test_the_time_in_the_queue_is_the_requests_own(tcp):
    house = House(tcp)
    with house.client():
        time.sleep(0.5)
        [connection] = house.take()
    with connection:
        assert time.monotonic() - connection.arrived > 0.4


@pytest.fixture
def late(tcp):
    """A house with a client who has waited for longer than Q."""

    def make(says):
        house = House(tcp)
        client = house.client(says)
        time.sleep(1.2)
        return house, client

    return make


def test_who_waited_too_long_is_refused_at_once(late):
    house, client = late(HEAD)
    with client:
        nobody = house.take()
        told = client.recv(1000)
    house.shown_out[0].close()

    assert nobody == []
    assert told.startswith(b"HTTP/1.1 503 ")
    assert house.counted(Counter.QUEUE_TOO_OLD) == 1


@pytest.mark.parametrize("says", [HEALTH, HEAD[:-2]], ids=["a health check", "who has not said all"])
def test_who_is_not_refused_however_long_he_waited(late, says):
    house, client = late(says)
    with client:
        [connection] = house.take()
    with connection:
        assert connection.received == says


def test_who_came_while_the_server_was_replaced_has_waited_since_it_began(tcp):
    house = House(tcp, opened=time.monotonic() + 1.2)
    with house.client():
        time.sleep(1.25)
        [connection] = house.take()
    with connection:
        assert time.monotonic() - connection.arrived < 0.5


def test_who_is_passed_on_comes_before_who_is_in_the_queue(tcp):
    passing = Passing()
    house = House(tcp, passing=passing)
    with house.client(b"first"):
        [first] = house.take()
        with house.client(HEAD):
            passing.put(first)
            taken = house.take()
    said = [each.received for each in taken]
    for each in (*taken, passing):
        each.close()

    assert said == [b"first", HEAD]

import math
import socket
import struct
import time

import pytest

from imgsvc.runtime.board.layout import COUNTERS, Counter
from imgsvc.runtime.board.slot import Slot
from imgsvc.runtime.clients.connection import Connection
from imgsvc.runtime.clients.door import Door
from imgsvc.runtime.clients.refusals import Refusals
from imgsvc.runtime.settings import RuntimeSettings

HEAD = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


class House:
    """A listener, its door, and who was shown out."""

    def __init__(self, listener, opened=-math.inf):
        listener.setblocking(False)
        self.listener = listener
        self.slot = Slot.private()
        self.shown_out = []
        settings, refusals = RuntimeSettings(queue_timeout=1), Refusals(self.slot)
        self.door = Door([listener], settings, self.slot, refusals, self.shown_out.append, opened)

    def client(self, says=HEAD):
        client = socket.socket(self.listener.family)
        client.settimeout(10)
        client.connect(self.listener.getsockname())
        client.sendall(says)
        time.sleep(0.05)
        return client

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


def reset(client):
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def test_with_nobody_there_nobody_is_waited_for(house):
    assert house.door.open() is None


def test_who_waits_comes_in_with_what_he_said(house):
    with house.client(), house.door.open() as connection:
        assert connection.received == HEAD


@pytest.mark.parametrize("leave", [socket.socket.close, reset], ids=["closed", "reset"])
def test_who_left_while_he_waited_costs_nothing(house, leave):
    for _ in range(3):
        leave(house.client())
    time.sleep(0.05)

    assert house.door.open() is None
    assert house.counted(Counter.QUEUE_CLIENT_GONE) == 3


def test_a_live_client_is_found_behind_those_who_left(house):
    house.client().close()
    with house.client(), house.door.open() as connection:
        assert connection.received == HEAD


def test_the_time_in_the_queue_is_the_requests_own():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        house = House(listener)
        with house.client():
            time.sleep(0.5)
            with house.door.open() as connection:
                assert time.monotonic() - connection.arrived > 0.4


def test_who_waited_too_long_is_refused_at_once():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        house = House(listener)
        with house.client() as client:
            time.sleep(1.2)
            nobody = house.door.open()
            told = client.recv(1000)
        house.shown_out[0].close()

    assert nobody is None
    assert told.startswith(b"HTTP/1.1 503 ")
    assert house.counted(Counter.QUEUE_TOO_OLD) == 1


def test_who_came_while_the_server_was_replaced_has_waited_since_it_began():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        house = House(listener, opened=time.monotonic() + 1.2)
        with house.client():
            time.sleep(1.25)
            with house.door.open() as connection:
                assert time.monotonic() - connection.arrived < 0.5


def test_who_waited_on_our_side_is_asked_again(house):
    with house.client(), house.door.open() as connection:
        fresh = house.door.may_pass(connection)
        connection.queued -= 2

        assert (fresh, house.door.may_pass(connection)) == (True, False)


def test_one_who_left_meanwhile_does_not_pass(house):
    client = house.client()
    connection = house.door.open()
    client.close()

    assert isinstance(connection, Connection)
    assert not house.door.may_pass(connection)

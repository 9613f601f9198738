"""What becomes of clients whom the main thread does not answer, on real sockets."""

import socket

import pytest

from imgsvc.runtime.board.layout import COUNTERS, Counter
from imgsvc.runtime.board.slot import Slot
from imgsvc.runtime.clients.connection import Connection
from imgsvc.runtime.clients.refusals import Refusals
from imgsvc.runtime.workers.current import CurrentRequest
from imgsvc.runtime.workers.endings import Endings

HEAD = b"GET /sig/plain/local:///a HTTP/1.1\r\nHost: x\r\n\r\n"


class Client:
    """One with a whole request, and how that may end."""

    def __init__(self):
        self.slot, self.seen_off, self.ready = Slot.private(), [], []
        ours, self.socket = socket.socketpair()
        self.socket.settimeout(10)
        self.socket.sendall(HEAD)
        self.connection = Connection.adopt(ours)
        self.connection.fill()
        self.request = CurrentRequest(self.connection, self.slot)
        self.endings = Endings(Refusals(self.slot), self.see_off, None, self.ready.append)

    def see_off(self, connection):
        self.seen_off.append(connection)
        connection.flush()

    def status(self):
        return int(self.socket.recv(4096).split()[1])

    def counted(self, counter):
        return self.slot.words[COUNTERS[counter]]


@pytest.fixture
def client():
    made = Client()
    yield made
    made.socket.close()
    made.connection.discard()


def test_who_is_refused_is_told_and_seen_off(client):
    client.endings.refuse([client.request], Counter.OVERLOAD)

    assert (client.status(), client.seen_off) == (503, [client.connection])
    assert client.counted(Counter.OVERLOAD) == 1


def test_whose_origin_is_busy_is_refused_for_that(client):
    client.endings.refuse_busy(client.request)

    assert (client.status(), client.counted(Counter.ORIGIN_BUSY)) == (503, 1)


class MakesDo:
    """Of which something old is kept."""

    def makes_do(self):
        return True


def test_but_not_who_makes_do_with_what_is_kept(client):
    client.request.prepared = MakesDo()
    client.endings.refuse_busy(client.request)

    assert (client.ready, client.counted(Counter.ORIGIN_BUSY)) == ([client.request], 0)
    assert client.request.is_fetched


def test_who_has_left_is_told_nothing(client):
    client.endings.let_go([client.request])

    assert (client.socket.recv(4096), client.seen_off) == (b"", [])
    assert client.counted(Counter.QUEUE_CLIENT_GONE) == 1


def test_an_error_of_ours_is_answered(client):
    client.endings.answer_error(client.connection, ZeroDivisionError("ours"))

    assert (client.status(), client.counted(Counter.FAILED)) == (500, 1)

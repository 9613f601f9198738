import socket
import time

import pytest
from gunicorn.config import Config
from gunicorn.http import wsgi

from imgsvc.runtime.board.layout import BY_STATUS, COUNTERS, STATUSES, Counter
from imgsvc.runtime.board.slot import Slot
from imgsvc.runtime.clients.connection import Connection
from imgsvc.runtime.clients.refusals import Refusals
from imgsvc.runtime.settings import RuntimeSettings
from imgsvc.runtime.workers.serving import Serving

HEAD = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


def test_the_server_is_not_called_gunicorn():
    assert wsgi.SERVER == "imgsvc"


class Unwatched:
    """A watchdog that ends nobody, and knows whether it was asked to watch."""

    deadline = 0.0

    def watch(self, _connection, deadline):
        self.deadline = deadline

    def release(self):
        pass


class House:
    """What serves requests with an application, and says how it counted them."""

    def __init__(self, application):
        self.slot, self.watchdog = Slot.private(), Unwatched()
        refusals = Refusals(self.slot)
        self.serving = Serving(application, Config(), RuntimeSettings(), self.slot, refusals, self.watchdog, None)

    def serve(self, head=HEAD, arrived=None):
        ours, client = socket.socketpair()
        client.settimeout(10)
        client.sendall(head)
        with client, Connection.adopt(ours, ("192.0.2.1", 1), ("192.0.2.2", 2)) as connection:
            connection.fill()
            connection.arrived = arrived or connection.arrived
            assert self.serving.serve(connection)
            connection.close()
            return client.recv(1000)

    @property
    def statuses(self):
        found = {status: self.slot.words[BY_STATUS[status]] for status in STATUSES}
        return {status: count for status, count in found.items() if count}


def breaks_at_once(_environ, start_response):
    start_response("200 OK", [])
    raise ZeroDivisionError
    yield b""


def breaks_in_its_body(_environ, start_response):
    start_response("200 OK", [("Content-Length", "9")])
    return (1 // 0 for _ in range(1))


def answers(_environ, start_response):
    start_response("200 OK", [("Content-Length", "1")])
    return [b"x"]


def test_an_answer_is_sent_and_counted():
    house = House(answers)

    assert house.serve().endswith(b"\r\n\r\nx")
    assert house.statuses == {200: 1}


@pytest.mark.parametrize("application", [breaks_at_once, breaks_in_its_body])
def test_a_body_that_breaks_before_it_began_is_a_500_at_once(application):
    house, began = House(application), time.monotonic()

    assert house.serve().startswith(b"HTTP/1.1 500 ")
    assert time.monotonic() - began < 0.9
    assert house.statuses == {500: 1}


def test_what_is_no_request_is_told_so_and_counted():
    house = House(answers)

    assert house.serve(b"GET\r\n\r\n").startswith(b"HTTP/1.1 400 ")
    assert (house.statuses, house.slot.words[COUNTERS[Counter.UNREADABLE]]) == ({400: 1}, 1)


def test_whose_time_is_over_before_it_begins_does_not_end_the_worker():
    house = House(answers)

    assert house.serve(arrived=time.monotonic() - 60).startswith(b"HTTP/1.1 503 ")
    assert (house.watchdog.deadline, house.statuses) == (0.0, {503: 1})


def test_the_watchdog_and_the_request_go_by_the_same_moment_wherever_it_waited():
    house, started = House(answers), time.time() - 5
    house.serve(f"GET / HTTP/1.1\r\nHost: x\r\nX-Request-Start: t={started:.3f}\r\n\r\n".encode())

    assert house.watchdog.deadline - time.monotonic() < RuntimeSettings().timeout - 4.9

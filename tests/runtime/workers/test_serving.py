import contextlib
import socket
import time

import pytest
from gunicorn.config import Config
from gunicorn.http import wsgi

from imgsvc.runtime.board.layout import BY_STATUS, STATUSES
from imgsvc.runtime.board.slot import Slot
from imgsvc.runtime.clients.connection import Claimant, Connection
from imgsvc.runtime.clients.refusals import Refusals
from imgsvc.runtime.http.parsing import parse
from imgsvc.runtime.settings import RuntimeSettings
from imgsvc.runtime.workers.current import KEY, CurrentRequest
from imgsvc.runtime.workers.serving import Serving
from imgsvc.source_url import SourceUrl

HEAD = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


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
        self.seen_off, self.pumped = [], []
        self.serving = Serving(
            application,
            RuntimeSettings(),
            self.slot,
            Refusals(self.slot),
            self.watchdog,
            self.seen_off.append,
            lambda *work: self.pumped.append(work),
        )

    def request(self, connection, prepared=None):
        connection.fill()
        connection.deadline = connection.arrived + RuntimeSettings().timeout
        request = CurrentRequest(connection, self.slot)
        cfg = Config()
        peers = ("192.0.2.1", 1), ("192.0.2.2", 2)
        request.response, request.environ = wsgi.create(parse(cfg, connection), connection, *peers, cfg)
        request.response.force_close()
        request.prepared = prepared
        return request

    def serve(self, prepared=None, age=0.0):
        """What the client of one request gets, if its answer is not passed on elsewhere."""
        with self.pair() as (connection, client):
            client.sendall(HEAD)
            connection.arrived -= age
            self.serving.serve(self.request(connection, prepared))
            connection.flush()
            if self.pumped:
                return b""
            connection.close()
            return client.recv(1000)

    @contextlib.contextmanager
    def pair(self):
        ours, client = socket.socketpair()
        client.settimeout(10)
        with client, Connection.adopt(ours) as connection:
            yield connection, client

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


def test_whose_time_is_over_before_it_begins_does_not_end_the_worker():
    house = House(answers)

    assert house.serve(age=60).startswith(b"HTTP/1.1 503 ")
    assert (house.watchdog.deadline, house.statuses) == (0.0, {503: 1})


def test_the_watchdog_and_the_request_go_by_the_same_moment_wherever_it_waited():
    house = House(answers)
    house.serve(age=5)

    assert house.watchdog.deadline - time.monotonic() < RuntimeSettings().timeout - 4.9


class Prepared:
    """A raw answer that is there, as far as it matters here; it remembers how it ended."""

    source = SourceUrl.parse("http://a.example/cat.png")
    awaited = source.origin
    is_streamed = True
    ended = None

    def begin(self):
        pass

    def end(self):
        self.ended = "end"

    def abandon(self, status):
        self.ended = status


class Streamed:
    """A body that may be passed on elsewhere."""

    is_streamed = True

    def __init__(self, *pieces):
        self.pieces, self.is_closed = pieces, False

    def __iter__(self):
        yield from self.pieces

    def close(self):
        self.is_closed = True


def streams(body):
    def application(_environ, start_response):
        start_response("200 OK", [("Content-Length", "2")])
        return body

    return application


def test_a_streamed_answer_is_passed_on_elsewhere():
    body = Streamed(b"a", b"b")
    house = House(streams(body))
    house.serve(Prepared())

    assert (len(house.pumped), body.is_closed, house.seen_off) == (1, False, [])


def test_and_is_closed_and_counted_there():
    body, prepared = Streamed(b"a", b"b"), Prepared()
    house = House(streams(body))
    with house.pair() as (connection, client):
        client.sendall(HEAD)
        house.serving.serve(house.request(connection, prepared))
        house.pumped[0][1]()
        told = client.recv(1000)

    assert told.endswith(b"\r\n\r\nab")
    assert (body.is_closed, prepared.ended, house.statuses) == (True, "end", {200: 1})
    assert house.seen_off == [connection]


def test_who_is_answered_already_is_left_alone():
    """By the connection thread, which gave up a fetch that came back at that moment."""
    house, prepared = House(answers), Prepared()
    with house.pair() as (connection, client):
        client.sendall(HEAD)
        request = house.request(connection, prepared)
        connection.claim(Claimant.WATCHDOG)
        request.is_answered = True
        house.serving.serve(request)
        connection.flush()
        client.setblocking(False)
        with pytest.raises(BlockingIOError):
            client.recv(1)

    assert (house.seen_off, prepared.ended, house.statuses) == ([], 503, {})


@pytest.mark.parametrize("application", [answers, breaks_at_once, breaks_in_its_body])
def test_nor_is_he_answered_twice_where_that_comes_meanwhile(application):
    def meanwhile(environ, start_response):
        environ[KEY].is_answered = True
        environ[KEY].connection.claim(Claimant.WATCHDOG)
        return application(environ, start_response)

    house, prepared = House(meanwhile), Prepared()
    with house.pair() as (connection, client):
        client.sendall(HEAD)
        request = house.request(connection, prepared)
        request.environ[KEY] = request
        house.serving.serve(request)
        connection.flush()
        client.setblocking(False)
        with pytest.raises(BlockingIOError):
            client.recv(1)

    assert (house.seen_off, house.statuses) == ([], {})

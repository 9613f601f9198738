import socket
import threading
import time

import pytest

from imgsvc.runtime.connection import AnswerNotTakenError, Connection, RequestReadTimeoutError


@pytest.fixture
def pair():
    """A way to adopt one end of a connection with short budgets; the other end is the client."""
    ends = list(socket.socketpair())
    yield ends
    for each in ends:
        each.close()


def adopted(pair, **budgets):
    pair[0] = Connection.adopt(pair[0], **({"read_seconds": 5, "send_seconds": 5} | budgets))
    return pair[0]


def for_ever(step):
    while True:
        step()


def test_what_arrives_in_time_is_read(pair):
    connection = adopted(pair)
    pair[1].sendall(b"GET /")

    assert connection.recv(99) == b"GET /"


def test_a_silent_client_is_given_up(pair):
    connection = adopted(pair, read_seconds=0.05)

    with pytest.raises(RequestReadTimeoutError):
        connection.recv(99)


def test_a_byte_now_and_then_does_not_lengthen_the_time_for_reading(pair):
    connection = adopted(pair, read_seconds=0.3)

    def trickle():
        for _ in range(100):
            try:
                pair[1].send(b"x")
            except OSError:
                return
            time.sleep(0.05)

    threading.Thread(target=trickle, daemon=True).start()
    with pytest.raises(RequestReadTimeoutError):
        for_ever(lambda: connection.recv(1))


def test_an_answer_that_is_taken_arrives_whole(pair):
    connection, body, taken = adopted(pair), b"x" * 3_000_000, bytearray()

    def take():
        while len(taken) < len(body):
            taken.extend(pair[1].recv(65_536))

    reader = threading.Thread(target=take)
    reader.start()
    connection.sendall(body)
    reader.join(10)

    assert bytes(taken) == body


def test_a_client_that_takes_nothing_is_given_up(pair):
    connection = adopted(pair, send_seconds=0.1)

    with pytest.raises(AnswerNotTakenError):
        connection.sendall(b"x" * 10_000_000)


def test_a_client_that_sips_does_not_lengthen_the_time_for_sending(pair):
    connection = adopted(pair, send_seconds=0.3)

    def sip():
        for _ in range(100):
            try:
                pair[1].recv(1000)
            except OSError:
                return
            time.sleep(0.05)

    threading.Thread(target=sip, daemon=True).start()
    with pytest.raises(AnswerNotTakenError):
        for_ever(lambda: connection.sendall(b"x" * 100_000))


def test_the_goodbye_is_short_whatever_was_left_of_the_request_time(pair):
    connection = adopted(pair, read_seconds=3600)

    connection.shutdown(socket.SHUT_WR)

    with pytest.raises(TimeoutError):
        connection.recv(99)


def test_a_tcp_connection_sends_small_answers_at_once():
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()):
        server, _ = listener.accept()

        with Connection.adopt(server, read_seconds=1, send_seconds=1) as connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

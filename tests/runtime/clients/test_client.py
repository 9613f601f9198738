import socket
import time

import pytest

from imgsvc.runtime.clients.client import LINGER_SECONDS, Client, Phase, Progress
from imgsvc.runtime.clients.connection import Connection

HEAD = b"GET / HTTP/1.1\r\n\r\n"
RATE = 1000


@pytest.fixture
def pair():
    ours, client = socket.socketpair()
    client.settimeout(10)
    connection = Connection.adopt(ours)
    with client, connection:
        yield connection, client


def client(connection, phase, seconds=5, now=100.0):
    return Client(connection, phase, seconds, RATE, now)


def test_a_request_that_comes_in_pieces_is_complete_with_the_last_one(pair):
    connection, peer = pair
    reading = client(connection, Phase.READING)
    peer.sendall(HEAD[:5])
    first = reading.advance()
    peer.sendall(HEAD[5:])

    assert (first, reading.advance()) == (Progress.STAYS, Progress.COMPLETE)


def test_a_client_that_leaves_before_its_request_is_whole_costs_nothing(pair):
    connection, peer = pair
    peer.close()

    assert client(connection, Phase.READING).advance() is Progress.HEADER_GONE


def test_a_request_that_takes_too_long_has_to_be_told_so(pair):
    connection, _ = pair
    reading = client(connection, Phase.READING, seconds=2)

    assert [reading.expire(101.9), reading.expire(102.0)] == [Progress.STAYS, Progress.HEADER_TIMEOUT]


def test_a_client_that_took_everything_and_closed_has_left(pair):
    connection, peer = pair
    connection.sendall(b"answer")
    sending = client(connection, Phase.SENDING)
    sending.advance()
    peer.recv(100)
    peer.close()

    assert sending.advance() is Progress.LEFT


def test_a_client_that_took_everything_and_never_closes_is_left_behind(pair):
    connection, peer = pair
    connection.sendall(b"answer")
    sending = client(connection, Phase.SENDING)
    sending.advance()
    peer.recv(100)

    assert [sending.expire(100.0 + LINGER_SECONDS - 1), sending.expire(101 + LINGER_SECONDS)][1] is Progress.LEFT


def test_a_client_that_takes_nothing_is_cut_off_when_its_time_is_over(pair):
    connection, _ = pair
    connection.sendall(bytes(5_000_000))
    sending = client(connection, Phase.SENDING)
    sending.advance()

    assert [sending.expire(104.9), sending.expire(105.0)] == [Progress.STAYS, Progress.WRITE_TIMEOUT]


def test_a_byte_a_second_is_not_taking(pair):
    connection, peer = pair
    connection.sendall(bytes(5_000_000))
    sending = client(connection, Phase.SENDING)
    sending.advance()
    fates = []
    for second in range(1, 9):
        peer.recv(1)
        fates.append(sending.expire(100.0 + second))

    assert Progress.WRITE_TIMEOUT in fates


def test_a_client_that_is_slow_but_takes_is_waited_for(pair):
    connection, peer = pair
    connection.sendall(bytes(5_000_000))
    sending = client(connection, Phase.SENDING)
    sending.advance()
    fates = []
    for second in range(1, 21):
        peer.recv(100_000)
        sending.advance()
        fates.append(sending.expire(100.0 + second))

    assert set(fates) == {Progress.STAYS}


def test_a_client_that_goes_away_in_the_middle_has_not_taken_its_answer(pair):
    connection, peer = pair
    connection.sendall(bytes(5_000_000))
    sending = client(connection, Phase.SENDING)
    peer.close()

    assert sending.advance() is Progress.WRITE_GONE


def test_a_client_that_sends_without_end_is_not_listened_to_for_ever(pair):
    connection, peer = pair
    connection.sendall(b"answer")
    sending = client(connection, Phase.SENDING)
    peer.settimeout(1)
    fates = []
    deadline = time.monotonic() + 10
    while Progress.LEFT not in fates and time.monotonic() < deadline:
        peer.send(bytes(60_000))
        fates.append(sending.advance())

    assert fates[-1] is Progress.LEFT

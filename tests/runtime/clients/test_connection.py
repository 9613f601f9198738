import resource
import socket
import threading
import time

import pytest

from imgsvc.runtime.board.layout import Counter
from imgsvc.runtime.clients.connection import (
    HEAD_END,
    MAX_AHEAD_BYTES,
    Claimant,
    Connection,
)
from imgsvc.runtime.clients.spool import AnswerNotTakenError
from imgsvc.runtime.http.heads import MAX_HEAD_BYTES

HEAD = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
LARGE = bytes(20_000_000)


@pytest.fixture
def pair():
    """A connection and its client, over TCP."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        accepted, peer = listener.accept()
    client.settimeout(10)
    connection = Connection.adopt(accepted, peer)
    connection.limit(5)
    with client, connection:
        yield connection, client


def arrived(connection):
    """Whether the head is whole, once the loopback has brought what was sent."""
    time.sleep(0.05)
    return connection.fill()


def test_a_head_that_is_whole_is_read_from_memory(pair):
    connection, client = pair
    client.sendall(HEAD)

    assert arrived(connection)
    assert connection.recv(8192) == HEAD


def test_behind_the_head_comes_nothing_and_nobody_waits_for_it(pair):
    connection, client = pair
    client.sendall(HEAD)
    arrived(connection)
    connection.recv(8192)

    assert connection.recv(8192) == b""


def test_half_a_head_is_not_whole(pair):
    connection, client = pair
    client.sendall(HEAD[:10])

    assert not arrived(connection)


def test_a_head_without_end_is_handed_on_when_it_is_too_long(pair):
    connection, client = pair
    client.sendall(b"x" * MAX_HEAD_BYTES)

    deadline = time.monotonic() + 10
    while not connection.fill() and time.monotonic() < deadline:
        time.sleep(0.01)

    assert connection.is_complete()
    assert HEAD_END not in connection.received


def test_a_client_that_leaves_before_its_request_is_whole_is_an_error(pair):
    connection, client = pair
    client.close()

    with pytest.raises(ConnectionResetError):
        arrived(connection)


def test_sending_never_waits_and_keeps_what_the_kernel_does_not_take(pair):
    connection, _ = pair
    began = time.monotonic()

    connection.sendall(b"head")
    connection.sendall(LARGE)

    assert time.monotonic() - began < 30
    assert connection.unsent_bytes + connection.sent_bytes == len(LARGE) + 4
    assert connection.unsent_bytes > 0


def test_what_is_kept_is_sent_in_order(pair):
    connection, client = pair
    pieces = [b"head", *(bytes([number]) * 100_000 for number in range(100))]
    for piece in pieces:
        connection.sendall(piece)
    got = bytearray()

    while len(got) < sum(map(len, pieces)):
        connection.flush()
        got += client.recv(1 << 20)

    assert bytes(got) == b"".join(pieces)


def test_the_head_waits_for_what_follows_it(pair):
    connection, client = pair
    client.setblocking(False)
    connection.sendall(b"head")
    time.sleep(0.05)

    with pytest.raises(BlockingIOError):
        client.recv(10)
    connection.flush()


def test_an_answer_of_which_nothing_is_sent_can_be_made_anew(pair):
    connection, client = pair
    connection.sendall(b"one")
    connection.forget()
    connection.sendall(b"two")
    connection.flush()

    assert client.recv(10) == b"two"


def test_only_one_may_answer(pair):
    connection, _ = pair

    assert [connection.claim(who) for who in (Claimant.WORKER, Claimant.WATCHDOG)] == [True, False]


def test_who_may_answer_may_ask_again(pair):
    connection, _ = pair

    assert [connection.claim(Claimant.WORKER), connection.claim(Claimant.WORKER)] == [True, True]


def test_each_byte_is_counted_once(pair):
    connection, _ = pair
    connection.sendall(b"answer")
    connection.flush()
    first = connection.count_sent()
    connection.sendall(b"more")

    assert (first, connection.count_sent(), connection.count_sent()) == (6, 4, 0)


def test_a_request_waits_from_the_moment_when_its_head_is_whole(pair):
    connection, client = pair
    connection.arrived = connection.queued = 1.0
    client.sendall(b"GET / HTTP/1.1\r\n")
    connection.fill()
    before = connection.queued
    client.sendall(b"\r\n")
    connection.fill()

    assert (before, connection.arrived) == (1.0, 1.0)
    assert time.monotonic() - connection.queued < 60


@pytest.mark.parametrize(("family", "seconds"), [(socket.AF_UNIX, 500), (socket.AF_INET, 0)])
def test_a_proxy_on_a_unix_socket_says_for_how_long_it_had_the_request(pair, family, seconds):
    ours, client = socket.socketpair() if family == socket.AF_UNIX else pair
    with client, Connection.adopt(ours) as connection:
        client.sendall(f"GET / HTTP/1.1\r\nX-Request-Start: t={time.time() - 500:.3f}\r\n\r\n".encode())
        connection.fill()

        assert -1 < time.monotonic() - connection.queued - seconds < 60
        assert connection.arrived <= connection.queued


def test_a_streamed_answer_whose_file_would_be_too_large_is_broken_off(pair):
    connection, _ = pair
    connection.most_file_bytes = 10_000_000

    connection.sendall(bytes(9_000_000))
    connection.sendall(bytes(9_000_000))

    with pytest.raises(AnswerNotTakenError) as caught:
        connection.sendall(bytes(9_000_000))

    assert caught.value.why is Counter.EVICTED


def test_a_reset_is_seen_as_one(pair):
    connection, client = pair
    connection.reset()

    with pytest.raises(ConnectionResetError):
        client.recv(1)


def test_a_streamed_answer_waits_for_its_client_no_longer_than_the_request_may_take(pair):
    connection, _ = pair
    connection.deadline = time.monotonic() + 0.3
    connection.most_ahead_bytes = MAX_AHEAD_BYTES
    connection.sendall(b"head")
    connection.sendall(bytes(3 * MAX_AHEAD_BYTES))

    with pytest.raises(AnswerNotTakenError):
        connection.sendall(b"more")


def test_what_a_client_does_not_take_of_a_streamed_answer_takes_no_memory_and_no_time(pair):
    connection, _ = pair
    for _ in range(6):
        connection.sendall(bytes(MAX_AHEAD_BYTES))

    assert connection.unsent_bytes > 4 * MAX_AHEAD_BYTES
    assert connection.held_bytes < 3 * MAX_AHEAD_BYTES
    connection.discard()


def test_a_streamed_answer_arrives_in_order_however_late_it_is_taken(pair):
    connection, client = pair
    parts = [bytes([number]) * MAX_AHEAD_BYTES for number in range(5)]
    for part in parts:
        connection.sendall(part)
    got = bytearray()
    while len(got) < 5 * MAX_AHEAD_BYTES:
        connection.flush()
        got += client.recv(1 << 20)

    assert bytes(got) == b"".join(parts)
    assert connection.flush()
    connection.discard()


def test_a_streamed_answer_goes_on_with_a_client_that_takes_it(pair):
    connection, client = pair
    connection.deadline = time.monotonic() + 20
    got = []

    def take():
        while sum(got) < 5 * MAX_AHEAD_BYTES and (data := client.recv(1 << 20)):
            got.append(len(data))

    taking = threading.Thread(target=take)
    taking.start()
    for _ in range(5):
        connection.sendall(bytes(MAX_AHEAD_BYTES))
    while not connection.flush():
        time.sleep(0.01)
    taking.join(20)

    assert sum(got) == 5 * MAX_AHEAD_BYTES


def test_where_a_file_has_no_room_an_answer_breaks_off(pair):
    connection, _ = pair
    for _ in range(2):
        connection.sendall(bytes(MAX_AHEAD_BYTES))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        with pytest.raises(OSError, match="large"):
            connection.sendall(b"more")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    connection.discard()

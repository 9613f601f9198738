import select
import socket
import struct

import pytest

from imgsvc.runtime.clients.disconnect import is_gone, watcher


@pytest.fixture
def tcp():
    """A connected pair over loopback: the server's end and the client's."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        server, _ = listener.accept()
        with client, server:
            yield server, client


@pytest.fixture
def unix():
    """A connected pair of unix sockets."""
    server, client = socket.socketpair()
    with client, server:
        yield server, client


def test_a_client_that_waits_is_there(tcp):
    assert not is_gone(tcp[0])


def test_a_client_that_closed_is_gone(tcp):
    server, client = tcp

    client.close()

    assert is_gone(server)


def test_a_client_that_reset_is_gone(tcp):
    server, client = tcp
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    client.close()

    assert is_gone(server)


def test_a_client_that_stops_sending_counts_as_gone_over_tcp(tcp):
    server, client = tcp

    client.shutdown(socket.SHUT_WR)

    assert is_gone(server)


def test_a_client_that_stops_sending_is_there_over_a_unix_socket(unix):
    server, client = unix

    client.shutdown(socket.SHUT_WR)

    assert not is_gone(server)


def test_a_client_that_closed_is_gone_over_a_unix_socket(unix):
    server, client = unix

    client.close()

    assert is_gone(server)


def test_asking_takes_no_byte_away(tcp):
    server, client = tcp
    client.sendall(b"next")

    assert not is_gone(server)
    assert server.recv(9) == b"next"


def test_a_client_that_left_bytes_behind_is_gone(tcp):
    server, client = tcp
    client.sendall(b"next")

    client.close()

    assert is_gone(server)


def test_a_closed_socket_is_gone(tcp):
    server, _ = tcp

    server.close()

    assert is_gone(server)


def test_a_watcher_asks_anew_each_time(tcp):
    server, client = tcp
    gone = watcher(server)
    before = gone()

    client.close()

    assert (before, gone()) == (False, True)


def test_without_a_socket_the_client_never_seems_gone():
    assert not watcher(None)()


@pytest.mark.parametrize("pair", ["tcp", "unix"])
def test_what_a_watcher_says_of_its_client_poll_says_with_others(pair, request):
    server, client = request.getfixturevalue(pair)
    watch, poll = watcher(server), select.poll()
    poll.register(*watch.pollfd)
    before = watch(), poll.poll(0)

    client.close()

    assert before == (False, [])
    assert watch()
    assert [descriptor for descriptor, _ in poll.poll(0)] == [server.fileno()]

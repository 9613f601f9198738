import contextlib
import os
import select
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from imgsvc.runtime.clients.connection import Connection
from imgsvc.runtime.clients.shared_queue import MOST_FIRST, MOST_WAITING, SharedQueue


@pytest.fixture
def shared():
    made = SharedQueue()
    yield made
    made.close()


@pytest.fixture
def come():
    """Clients that have said something, each with the connection that was accepted for it."""
    with contextlib.ExitStack() as clients:

        def one(says=b"GET"):
            ours, client = socket.socketpair()
            clients.enter_context(client)
            connection = Connection.adopt(ours)
            clients.callback(connection.discard)
            client.sendall(says)
            return connection, client

        yield one


def taken(shared, *, first=False):
    """What the next ones say, and since when they wait."""
    found = []
    while one := shared.take(first=first):
        connection, since = one
        with connection:
            connection.fill()
            found.append((connection.received, since))
    return found


def test_who_is_handed_on_comes_out_in_order_with_all_that_was_said(shared, come):
    for number in range(3):
        assert shared.put(come(b"%d" % number)[0], float(number))

    assert shared.oldest() == 0.0
    assert taken(shared) == [(b"0", 0.0), (b"1", 1.0), (b"2", 2.0)]


def test_any_process_may_take_it(shared, come):
    connection, client = come()
    shared.put(connection, 1.0)
    if (pid := os.fork()) == 0:
        found = shared.take(first=False)
        os._exit(0 if found and found[0].fill() is False and found[0].sendmsg([b"answer"]) else 1)
    os.waitpid(pid, 0)

    assert client.recv(100) == b"answer"


def test_it_says_how_many_wait_and_since_when(shared, come):
    shared.put(come()[0], 7.0)
    shared.put(come()[0], 8.0)

    assert (shared.count(), shared.oldest()) == (2, 7.0)
    assert len(taken(shared)) == 2
    assert (shared.count(), shared.oldest()) == (0, 0.0)


def test_it_can_be_waited_for(shared, come):
    before = select.select(shared.readable, [], [], 0)[0]
    shared.put(come()[0], 1.0)

    assert (before, len(select.select(shared.readable, [], [], 10)[0])) == ([], 1)


def test_who_goes_first_has_a_way_of_his_own_and_there_are_few(shared, come):
    assert [shared.put(come()[0], 1.0, goes_first=True) for _ in range(MOST_FIRST + 1)] == [True] * MOST_FIRST + [False]
    assert (taken(shared), len(taken(shared, first=True))) == ([], MOST_FIRST)


def test_where_there_is_no_room_the_connection_stays_with_who_has_it(shared, come):
    crowd = come()[0]
    while shared.has_room():
        shared.put(Connection.adopt(crowd.dup()), 1.0)
    one, _ = come()

    assert not shared.put(one, 1.0)
    assert shared.count() == MOST_WAITING
    assert one.send(b"x") == 1


def test_a_client_that_was_reset_meanwhile_is_no_fault(shared):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        shared.put(Connection.adopt(listener.accept()[0]), time.monotonic())
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        client.close()
        time.sleep(0.05)
    found = shared.take(first=False)

    assert found
    found[0].close()


@pytest.fixture
def hasty():
    """Threads take turns as often as can be."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("hasty")
def test_a_worker_and_its_thread_may_look_at_the_same_time(shared):
    def look():
        return all(shared.is_empty() for _ in range(50_000))

    with ThreadPoolExecutor(4) as threads:
        found = [threads.submit(look) for _ in range(4)]

    assert [each.result() for each in found] == 4 * [True]

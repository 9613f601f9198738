import contextlib
import os
import resource
import select
import socket
import threading
import time
from itertools import chain

import pytest

from imgsvc.runtime.clients.connection import Connection
from imgsvc.runtime.clients.passing import MOST_WAITING, Passing
from tests.descriptors import open_descriptors
from tests.exhausted import told_by


@pytest.fixture
def passing():
    made = Passing()
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
            connection.fill()
            return connection, client

        yield one


def taken(passing):
    """What the next ones have said."""
    found = []
    while connection := passing.take():
        with connection:
            found.append(connection.received)
    return found


def test_who_is_passed_on_comes_out_in_order_with_all_that_was_said(passing, come):
    heads = [b"%d" % number * 20_000 for number in range(3)]

    assert all(passing.put(come(head)[0]) for head in heads)
    assert taken(passing) == heads


def test_his_time_began_when_he_arrived(passing, come):
    connection, _ = come()
    connection.arrived = 7.0
    passing.put(connection)

    with passing.take() as found:
        assert found.arrived == 7.0


def test_his_age_in_the_queue_begins_anew(passing, come):
    connection, _ = come()
    connection.queued = 7.0
    passing.put(connection)

    with passing.take() as found:
        assert time.monotonic() - found.queued < 5


def test_any_process_may_take_him(passing, come):
    connection, client = come()
    passing.put(connection)
    if (pid := os.fork()) == 0:
        found = passing.take()
        os._exit(0 if found and found.received == b"GET" and found.sendmsg([b"answer"]) else 1)
    os.waitpid(pid, 0)

    assert client.recv(100) == b"answer"


def test_who_passes_on_has_the_connection_no_more(passing, come):
    connection, _ = come()
    passing.put(connection)

    assert connection.fileno() == -1


def test_it_says_how_many_wait(passing, come):
    counts = [passing.count()]
    for _ in range(2):
        passing.put(come()[0])
        counts.append(passing.count())
    taken(passing)

    assert (counts, passing.count()) == ([0, 1, 2], 0)


def test_it_can_be_waited_for(passing, come):
    before = select.select([passing.readable], [], [], 0)[0]
    passing.put(come()[0])

    assert (before, len(select.select([passing.readable], [], [], 10)[0])) == ([], 1)


def test_with_nobody_there_nobody_is_waited_for(passing):
    assert passing.take() is None


def test_where_there_is_no_room_the_connection_stays_with_who_has_it(passing, come):
    crowd, _ = come()
    for _ in range(MOST_WAITING):
        passing.put(Connection.adopt(crowd.dup()))
    one, client = come()

    assert not passing.put(one)
    assert passing.count() == MOST_WAITING
    one.sendmsg([b"x"])
    assert client.recv(1) == b"x"


def test_who_is_gone_already_stays_with_who_has_him(passing, come):
    connection, _ = come()
    connection.discard()

    assert not passing.put(connection)
    assert passing.count() == 0


def test_where_the_way_is_broken_the_connection_stays_with_who_has_it(come):
    broken = Passing()
    broken.readable.close()
    connection, client = come()
    was_put = broken.put(connection)
    broken.close()

    assert not was_put
    connection.sendmsg([b"x"])
    assert client.recv(1) == b"x"


def test_a_client_that_was_reset_meanwhile_is_no_fault(passing):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        passing.put(Connection.adopt(listener.accept()[0]))
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        client.close()
        time.sleep(0.05)

    with passing.take() as found:
        assert found.fileno() >= 0


def test_no_head_is_left_behind(passing, come):
    before = open_descriptors("imgsvc-head")
    for _ in range(50):
        connection, client = come()
        passing.put(connection)
        taken(passing)
        client.close()

    assert open_descriptors("imgsvc-head") == before


def taken_with_one_descriptor_left():
    """Whether anybody is taken where there is room for his connection, and none for his head; and what is left."""
    passing = Passing()
    ours, _client = socket.socketpair()
    connection = Connection.adopt(ours)
    connection.received = b"GET"
    passing.put(connection)
    free = os.dup(0)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    found = passing.take()
    resource.setrlimit(resource.RLIMIT_NOFILE, (free + 9, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    after = os.dup(0)
    return found, after == free


def test_for_whom_there_is_no_descriptor_is_let_go():
    assert told_by(taken_with_one_descriptor_left) == "(None, True)"


def test_who_is_taken_by_one_of_several_is_taken_once(passing, come):
    for number in range(200):
        passing.put(come(b"%d" % number)[0])
    found = [[] for _ in range(4)]
    threads = [threading.Thread(target=lambda mine=mine: mine.extend(taken(passing))) for mine in found]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(chain(*found), key=int) == [b"%d" % number for number in range(200)]

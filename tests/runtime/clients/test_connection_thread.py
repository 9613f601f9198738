import contextlib
import select
import socket
import threading
import time

import pytest

from imgsvc.runtime.board.layout import COUNTERS, Counter
from imgsvc.runtime.board.slot import Slot
from imgsvc.runtime.clients.connection import Connection
from imgsvc.runtime.clients.connection_thread import ConnectionThread
from imgsvc.runtime.clients.refusals import Refusals
from imgsvc.runtime.clients.turns import Turns
from imgsvc.runtime.settings import RuntimeSettings

HEAD = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
SETTINGS = RuntimeSettings(read_request_timeout=1, write_response_timeout=1, max_unsent_megabytes=8)
LARGE = bytes(5_000_000)


class House:
    """A connection thread with its slot, and clients that come to it."""

    def __init__(self, max_connections, turns=None):
        self.slot = Slot.private()
        self.thread = ConnectionThread(SETTINGS, self.slot, Refusals(self.slot), max_connections, turns=turns)
        self.thread.start()
        self.open = contextlib.ExitStack()

    def pair(self):
        ours, client = socket.socketpair()
        client.settimeout(10)
        self.open.enter_context(client)
        return Connection.adopt(ours), client

    def owes(self, answer):
        """A client whose answer is on its way."""
        connection, client = self.pair()
        connection.sendall(answer)
        self.thread.see_off(connection)
        return client

    def counted(self, counter):
        return self.slot.words[COUNTERS[counter]]


@pytest.fixture
def house():
    made = House(max_connections=20)
    with made.open:
        yield made
        made.thread.finish(0)


def is_over(client):
    """What comes until the other side ends it; None: it was broken off."""
    found = bytearray()
    try:
        while data := client.recv(1 << 20):
            found += data
    except ConnectionResetError:
        return None
    return bytes(found)


def eventually(condition):
    deadline = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()


def test_a_request_that_comes_slowly_is_given_back_when_it_is_whole(house):
    connection, client = house.pair()
    house.thread.read_on(connection)
    for start in range(0, len(HEAD), 5):
        client.sendall(HEAD[start : start + 5])
        time.sleep(0.01)
    select.select([house.thread.complete_descriptor], [], [], 10)

    with house.thread.take() as complete:
        assert complete.received == HEAD


def test_a_request_that_never_gets_whole_is_told_so(house):
    connection, client = house.pair()
    house.thread.read_on(connection)

    assert is_over(client).startswith(b"HTTP/1.1 408 ")


def test_an_answer_is_sent_to_its_end_however_slowly_it_is_taken(house):
    client = house.owes(LARGE)
    time.sleep(0.3)

    assert len(is_over(client)) == len(LARGE)


def test_a_client_that_takes_nothing_is_cut_off(house):
    client = house.owes(LARGE)

    assert eventually(lambda: house.counted(Counter.WRITE_TIMEOUT) == 1)
    assert len(is_over(client) or b"") < len(LARGE)


def test_over_the_bound_of_connections_the_oldest_goes(house):
    clients = [house.owes(LARGE[:400_000]) for _ in range(21)]

    assert eventually(lambda: house.counted(Counter.EVICTED) == 1)
    assert is_over(clients[-1]) is not None


def test_over_the_bound_of_bytes_the_oldest_goes(house):
    clients = [house.owes(LARGE) for _ in range(2)]

    assert eventually(lambda: house.counted(Counter.EVICTED) == 1)
    assert len(is_over(clients[1])) == len(LARGE)


def test_an_only_answer_may_be_larger_than_the_bound(house):
    client = house.owes(bytes(20_000_000))

    assert len(is_over(client)) == 20_000_000


def test_clients_that_reset_at_the_worst_moments_do_not_end_the_thread(house):
    for _ in range(50):
        connection, client = house.pair()
        connection.sendall(LARGE[:300_000])
        client.close()
        house.thread.see_off(connection)
        connection, client = house.pair()
        house.thread.read_on(connection)
        client.close()
    dead, _ = house.pair()
    dead.close()
    house.thread.see_off(dead)

    assert len(is_over(house.owes(LARGE))) == len(LARGE)
    assert house.thread.is_alive()


def test_who_is_there_at_the_end_may_finish(house):
    client = house.owes(LARGE)
    ending = threading.Thread(target=house.thread.finish, args=(5,))
    ending.start()
    got = is_over(client)
    ending.join()

    assert len(got) == len(LARGE)


def test_who_does_not_finish_in_time_is_broken_off(house):
    client = house.owes(LARGE)

    house.thread.finish(0.2)

    assert len(is_over(client) or b"") < len(LARGE)


def test_the_worker_of_a_thread_that_dies_is_woken(house):
    house.thread._selector.close()
    house.owes(b"x")
    house.thread.join(10)

    assert select.select([house.thread.complete_descriptor], [], [], 10)[0]
    assert not house.thread.is_alive()


def test_who_is_put_aside_by_a_worker_that_is_then_held_does_not_wait_for_it():
    turns = Turns()
    house = House(max_connections=20, turns=turns)
    connection, client = house.pair()
    turns.put_aside(connection)
    house.thread.mind_the_door(is_minded=True)
    told = is_over(client)
    house.thread.finish(0)
    client.close()

    assert told.startswith(b"HTTP/1.1 503 ")


def test_nor_does_who_is_complete():
    house = House(max_connections=20)
    connection, client = house.pair()
    client.sendall(HEAD)
    connection.fill()
    connection.queued -= SETTINGS.queue_timeout - 0.5
    house.thread.read_on(connection)
    house.thread.mind_the_door(is_minded=True)
    told = is_over(client)
    house.thread.finish(0)
    client.close()

    assert told.startswith(b"HTTP/1.1 503 ")


def test_while_another_one_is_complete_the_worker_is_not_left_to_sleep(house):
    for _ in range(3):
        connection, client = house.pair()
        client.sendall(HEAD)
        house.thread.read_on(connection)
    assert eventually(lambda: len(house.thread._complete) == 3)
    seen = []
    while connection := house.thread.take():
        connection.discard()
        seen.append(bool(select.select([house.thread.complete_descriptor], [], [], 0)[0]))

    assert seen[:2] == [True, True]
    assert not select.select([house.thread.complete_descriptor], [], [], 0)[0]


def test_who_is_in_hand_when_the_worker_goes_is_told_to_come_again():
    turns = Turns()
    house = House(max_connections=20, turns=turns)
    (whole, first), (aside, second), (half, third) = (house.pair() for _ in range(3))
    for connection, client, said in ((whole, first, HEAD), (aside, second, HEAD), (half, third, HEAD[:-2])):
        client.sendall(said)
        connection.fill()
    turns.put_aside(aside)
    house.thread.read_on(whole)
    house.thread.read_on(half)
    with house.open:
        house.thread.finish(5)
        told = [is_over(client) for client in (first, second, third)]

    assert all(each.startswith(b"HTTP/1.1 503 ") for each in told)
    assert house.counted(Counter.WORKER_ENDED) == 3


def test_each_byte_that_is_sent_is_counted_once(house):
    connection, client = house.pair()
    connection.sendall(LARGE)
    connection.flush()
    house.slot.count(Counter.BYTES_SENT, connection.count_sent())
    house.thread.see_off(connection)
    got = len(is_over(client))
    client.close()

    assert eventually(lambda: house.counted(Counter.BYTES_SENT) == got == len(LARGE))


def test_a_flood_of_half_sent_heads_leaves_an_answer_alone(house):
    slow = house.owes(LARGE)
    for _ in range(40):
        connection, client = house.pair()
        client.sendall(HEAD[:-2])
        house.thread.read_on(connection)
    assert eventually(lambda: house.counted(Counter.EVICTED) >= 20)

    assert len(is_over(slow)) == len(LARGE)

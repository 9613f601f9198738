import contextlib
import socket
import threading
import time
from itertools import count

import pytest

from imgsvc.runtime.board.layout import COUNTERS, Counter
from imgsvc.runtime.board.slot import Slot
from imgsvc.runtime.clients.accepting import Acceptor
from imgsvc.runtime.clients.connection import Connection
from imgsvc.runtime.clients.connection_thread import ConnectionThread
from imgsvc.runtime.clients.newcomers import Newcomers
from imgsvc.runtime.clients.passing import Passing
from imgsvc.runtime.clients.refusals import Refusals
from imgsvc.runtime.settings import RuntimeSettings
from tests.waiting import eventually

HEAD = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
SETTINGS = RuntimeSettings(read_request_timeout=1, write_response_timeout=1, max_unsent_megabytes=8)
LARGE = bytes(5_000_000)


class Desk:
    """Who serves requests: it keeps them, and says of other workers what it is told."""

    def __init__(self):
        self.taken_in = []
        self.is_better = self.is_there = False
        self.looks = 0

    def take_in(self, connection):
        self.taken_in.append(connection)

    def look(self):
        self.looks += 1
        return 0.02

    def is_another_better(self):
        return self.is_better

    def is_another_there(self):
        return self.is_there

    def give_up(self):
        given_up, self.taken_in = self.taken_in, []
        return given_up

    def __len__(self):
        return len(self.taken_in)


class House:
    """A connection thread with its slot and its listener, and clients that come to it."""

    def __init__(self, max_connections=20, passing=None, *, begins=True):
        self.slot, self.desk, self.passing = Slot.private(), Desk(), passing
        self.open = contextlib.ExitStack()
        self.listener = self.open.enter_context(socket.create_server(("127.0.0.1", 0), backlog=100))
        self.listener.setblocking(False)
        refusals = Refusals(self.slot)
        self.thread = ConnectionThread(SETTINGS, self.slot, refusals, max_connections, passing)
        self.acceptor = Acceptor([self.listener], SETTINGS, self.slot, refusals, self.thread.see_off, passing=passing)
        self.newcomers = Newcomers(self.acceptor, lambda: self.desk.is_another_better())  # noqa: PLW0108 (a test may replace it)
        if begins:
            self.begin()

    def begin(self):
        self.thread.serve(self.newcomers, self.desk)

    def end(self):
        self.thread.finish(0)
        for each in self.desk.taken_in:
            each.close()
        self.open.close()

    def pair(self):
        ours, client = socket.socketpair()
        client.settimeout(10)
        self.open.enter_context(client)
        return Connection.adopt(ours), client

    def comes(self, says=HEAD):
        """A client at the listener."""
        client = self.open.enter_context(socket.create_connection(self.listener.getsockname(), timeout=10))
        client.sendall(says)
        return client

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
    made = House()
    yield made
    made.end()


@pytest.fixture
def passing():
    made = Passing()
    yield made
    made.close()


def is_over(client):
    """What comes until the other side ends it; None: it was broken off."""
    found = bytearray()
    try:
        while data := client.recv(1 << 20):
            found += data
    except ConnectionResetError:
        return None
    return bytes(found)


def test_a_request_that_comes_whole_is_served(house):
    house.comes()

    assert eventually(lambda: [each.received for each in house.desk.taken_in] == [HEAD])


def test_a_request_that_comes_slowly_is_served_when_it_is_whole(house):
    client = house.comes(b"")
    for start in range(0, len(HEAD), 5):
        client.sendall(HEAD[start : start + 5])
        time.sleep(0.01)

    assert eventually(lambda: [each.received for each in house.desk.taken_in] == [HEAD])


def test_a_request_that_never_gets_whole_is_told_so(house):
    assert is_over(house.comes(HEAD[:-2])).startswith(b"HTTP/1.1 408 ")


def test_a_newcomer_is_left_to_a_worker_that_has_less_to_do():
    house = House(begins=False)
    house.desk.is_better = True
    house.comes()
    is_left = []
    house.desk.is_another_better = lambda: is_left.append(len(house.desk)) or True
    house.begin()
    came = eventually(lambda: len(house.desk) == 1)
    house.end()

    assert (is_left[0], came) == (0, True)


def test_who_is_left_to_nobody_in_the_end_is_taken(house):
    house.desk.is_better = True
    for _ in range(3):
        house.comes()

    assert eventually(lambda: len(house.desk) == 3)


def test_before_each_newcomer_the_others_are_looked_at(house):
    asked = []
    house.desk.is_another_better = lambda: asked.append(len(house.desk)) and False
    for _ in range(3):
        house.comes()
    eventually(lambda: len(house.desk) == 3)

    assert {0, 1, 2} <= set(asked)


def test_a_newcomer_is_the_main_thread_s_while_that_looks(house):
    house.newcomers.look(lambda _: None)
    house.comes()
    time.sleep(0.1)

    assert len(house.desk) == 0
    assert house.newcomers.look(lambda connection: connection.close())


def test_whose_main_thread_goes_away_and_stays_is_taken_in_here(house):
    house.newcomers.look(lambda _: None)
    house.comes()
    house.thread.attend()

    assert eventually(lambda: len(house.desk) == 1)


def test_a_main_thread_that_has_only_just_gone_is_asked_after_again():
    asked = count()
    house = House(begins=False)
    house.newcomers = Newcomers(house.acceptor, lambda: False, lambda: 100.0 if next(asked) < 10 else 101.0)
    house.newcomers.look(lambda _: None)
    house.newcomers.go_away()
    house.begin()
    house.comes()
    came = eventually(lambda: len(house.desk) == 1)
    house.end()

    assert came


def test_what_the_main_thread_has_let_in_is_read_to_its_end_here(house):
    ours, client = house.pair()
    house.thread.read(ours)
    client.sendall(HEAD)

    assert eventually(lambda: [each.received for each in house.desk.taken_in] == [HEAD])


def test_while_requests_are_in_hand_they_are_looked_after(house):
    house.comes()
    eventually(lambda: len(house.desk) == 1)
    before = house.desk.looks

    assert eventually(lambda: house.desk.looks > before + 3)


def test_who_comes_after_the_worker_has_stopped_accepting_stays_in_the_queue(house):
    house.thread.stop_accepting()
    time.sleep(0.2)
    house.comes()
    time.sleep(0.2)

    assert len(house.desk) == 0
    house.listener.accept()[0].close()


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
        house.comes(b"G").close()
    dead, _ = house.pair()
    dead.close()
    house.thread.see_off(dead)

    assert len(is_over(house.owes(LARGE))) == len(LARGE)
    assert house.thread.is_alive()


def test_who_is_seen_off_twice_is_seen_off_once(house):
    connection, client = house.pair()
    connection.sendall(LARGE)
    for _ in range(2):
        house.thread.see_off(connection)

    assert len(is_over(client)) == len(LARGE)
    assert len(is_over(house.owes(LARGE))) == len(LARGE)


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


def test_a_thread_that_fails_ends_and_its_requests_are_answered(house):
    client = house.comes()
    eventually(lambda: len(house.desk) == 1)
    house.desk.look = lambda: 1 // 0
    told = is_over(client)
    house.thread.join(10)

    assert told.startswith(b"HTTP/1.1 503 ")
    assert not house.thread.is_alive()


def test_who_is_in_hand_when_the_worker_goes_is_told_to_come_again(house):
    whole, half = house.comes(), house.comes(HEAD[:-2])
    assert eventually(lambda: len(house.desk) == 1 and house.thread.has_requests)
    house.thread.finish(5)

    assert all(is_over(client).startswith(b"HTTP/1.1 503 ") for client in (whole, half))
    assert house.counted(Counter.WORKER_ENDED) == 2


def test_or_is_passed_on_where_another_worker_is_there(passing):
    house = House(passing=passing)
    house.desk.is_there = True
    house.comes()
    house.comes(HEAD[:-2])
    assert eventually(lambda: len(house.desk) == 1 and house.thread.has_requests)
    house.thread.finish(5)
    said = set()
    while connection := passing.take():
        with connection:
            said.add(connection.received)
    house.end()

    assert said == {HEAD, HEAD[:-2]}


def test_who_is_passed_on_to_it_is_served(passing):
    house = House(passing=passing)
    connection, client = house.pair()
    client.sendall(HEAD)
    connection.fill()
    passing.put(connection)
    came = eventually(lambda: [each.received for each in house.desk.taken_in] == [HEAD])
    house.end()

    assert came


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
        house.comes(HEAD[:-2])
    assert eventually(lambda: house.counted(Counter.EVICTED) >= 20)

    assert len(is_over(slow)) == len(LARGE)

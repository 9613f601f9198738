import contextlib
import selectors
import socket

import pytest

from imgsvc.runtime.clients.client import Client, Phase
from imgsvc.runtime.clients.client_list import ClientList
from imgsvc.runtime.clients.connection import MAX_AHEAD_BYTES, Connection
from imgsvc.runtime.settings import RuntimeSettings

SETTINGS = RuntimeSettings(max_unsent_megabytes=20, max_spooled_megabytes=40)


@pytest.fixture
def clients():
    with contextlib.ExitStack() as open_ones, selectors.DefaultSelector() as selector:
        made = ClientList(selector, SETTINGS, most=3)

        def come(phase, owes=0):
            ours, peer = socket.socketpair()
            connection = Connection.adopt(ours)
            open_ones.callback(peer.close)
            open_ones.callback(connection.discard)
            for size in (MAX_AHEAD_BYTES + 1, owes - MAX_AHEAD_BYTES - 1) if owes > MAX_AHEAD_BYTES else (owes,):
                connection.sendall(bytes(size))
            client = Client(connection, phase, 5, 1000)
            made.admit(client)
            return client

        yield made, come


def test_who_is_within_the_bounds_stays(clients):
    listed, come = clients
    for phase in Phase:
        come(phase)

    assert listed.surplus() == []


def test_half_sent_heads_go_before_good_byes_and_these_before_half_sent_answers(clients):
    listed, come = clients
    sending, lingering, first, second = (
        come(phase) for phase in (Phase.SENDING, Phase.LINGERING, Phase.READING, Phase.READING)
    )
    one_too_many = listed.surplus()
    listed.forget(first)
    listed.forget(second)
    others = [come(Phase.SENDING), come(Phase.SENDING)]

    assert (one_too_many, listed.surplus()) == ([first], [lingering])
    assert listed.of(sending.descriptor) is sending
    assert len(others) == 2


def test_a_head_that_comes_when_all_others_are_answers_goes_itself(clients):
    listed, come = clients
    for _ in range(3):
        come(Phase.SENDING)
    newest = come(Phase.READING)

    assert listed.surplus() == [newest]


def test_over_the_bound_of_files_the_oldest_goes(clients):
    listed, come = clients
    come(Phase.SENDING)
    oldest = come(Phase.SENDING, owes=30_000_000)
    come(Phase.SENDING, owes=30_000_000)

    assert listed.surplus() == [oldest]


def test_who_is_here_already_is_not_taken_in_again(clients):
    listed, come = clients
    sending = come(Phase.SENDING)

    assert listed.admit(Client(sending.connection, Phase.SENDING, 5, 1000))
    assert list(listed) == [sending]


def test_whose_descriptor_is_another_one_s_by_now_is_forgotten(clients):
    listed, come = clients
    gone = come(Phase.LINGERING)
    gone.connection.close()
    newcomer = come(Phase.SENDING)

    assert newcomer.descriptor == gone.descriptor
    assert list(listed) == [newcomer]


def test_what_the_worker_itself_has_in_a_file_counts_too(clients):
    listed, come = clients
    in_work = come(Phase.SENDING, owes=40_000_000)
    listed.forget(in_work)
    other = come(Phase.SENDING, owes=20_000_000)

    assert listed.surplus() == [other]

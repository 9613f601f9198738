import socket

import pytest

from imgsvc.observer.clients.client import SECONDS, Client, Phase
from imgsvc.observer.clients.page import Page

GET = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.settimeout(10)
    with ours, theirs:
        yield Client(ours, "127.0.0.1", is_stranger=False, since=0.0), theirs


def test_a_whole_head_waits_for_its_page(pair):
    client, other = pair
    other.sendall(GET)

    assert client.read(1.0)
    assert (client.phase, client.request.path) == (Phase.WAITING, "/a")


def test_half_a_head_does_not_begin_its_time_anew(pair):
    client, other = pair
    other.sendall(GET[:9])
    client.read(1.5)

    assert (client.phase, client.deadline) == (Phase.READING, SECONDS[Phase.READING])


def test_an_answer_that_is_sent_is_followed_by_the_end(pair):
    client, other = pair
    client.answer(Page(200, b"x"), 1.0)

    assert client.send(2.0)
    assert client.phase is Phase.LEAVING
    assert other.recv(4096).endswith(b"x")
    assert other.recv(1) == b""


def test_who_left_is_of_no_use(pair):
    client, other = pair
    other.close()

    assert not client.read(1.0)


def test_half_a_head_is_told_that_its_time_is_over_and_silence_is_not(pair):
    client, other = pair
    silent = client.expire(9.0)
    other.sendall(GET[:9])
    client.read(9.0)

    assert (silent, client.expire(9.0)) == (False, True)

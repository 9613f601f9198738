import socket

import pytest

from imgsvc.runtime.board.layout import BY_STATUS
from imgsvc.runtime.board.slot import Slot
from imgsvc.runtime.clients import health
from imgsvc.runtime.clients.connection import Connection
from imgsvc.runtime.clients.health import HealthResponder, prove, proved_by
from imgsvc.runtime.clients.refusals import Refusals
from imgsvc.runtime.http.health_checks import HealthChecks


class Asked:
    """A desk, and what it told who asked."""

    def __init__(self, method="GET", *, lost=False, proof=bool):
        self.slot = Slot.private()
        self.proofs = 0
        self._proof = proof
        self.desk = HealthResponder(HealthChecks(), Refusals(self.slot), self.prove, lambda: lost)
        self.method = method

    def prove(self):
        self.proofs += 1
        return self._proof()

    def told(self):
        ours, client = socket.socketpair()
        client.settimeout(10)
        client.sendall(f"{self.method} /health HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        with client, Connection.adopt(ours) as connection:
            connection.fill()
            self.desk.answer(connection)
            return client.recv(2000).partition(b"\r\n\r\n")


def breaks():
    raise OSError("no encoder")


@pytest.mark.parametrize(
    ("method", "body"), [("GET", b"imgsvc is running"), ("HEAD", b""), ("OPTIONS", b"imgsvc is running")]
)
def test_a_worker_that_makes_pictures_is_well(method, body):
    asked = Asked(method)
    head, _, text = asked.told()

    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert (text, asked.slot.words[BY_STATUS[200]]) == (body, 1)


def test_where_readiness_is_lost_it_says_so():
    head, _, text = Asked(lost=True).told()

    assert head.startswith(b"HTTP/1.1 503 ")
    assert b"\r\nRetry-After: 1" in head
    assert text == b"imgsvc is not ready"


def test_a_worker_that_can_make_none_is_not_well(caplog):
    assert Asked(proof=breaks).told()[0].startswith(b"HTTP/1.1 500 ")
    assert "no encoder" in caplog.records[0].fields["error"]


def test_a_flood_of_checks_makes_no_flood_of_pictures():
    asked = Asked()
    for _ in range(20):
        asked.told()

    assert asked.proofs < 20


@pytest.fixture
def nothing_proved():
    """As before any application is made, and as it was afterwards."""
    before = list(health._proofs)
    health._proofs.clear()
    yield
    health._proofs[:] = before


def test_who_makes_pictures_says_how_it_is_proved(nothing_proved):
    prove()
    proved_by(lambda: 1)
    proved_by(breaks)

    with pytest.raises(OSError, match="no encoder"):
        prove()

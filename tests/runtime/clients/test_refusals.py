import ast
import logging
import socket
from pathlib import Path

import pytest

import imgsvc
from imgsvc.runtime.board.layout import BY_STATUS, COUNTERS, Counter
from imgsvc.runtime.board.slot import Slot
from imgsvc.runtime.clients.connection import Claimant, Connection
from imgsvc.runtime.clients.refusals import LINES_A_SECOND, Refusals

HEAD = b"GET /app/signature/rs:fit:9:9/plain/local:///a HTTP/1.1\r\nHost: x\r\nX-Request-Id: an-id\r\n\r\n"


class Desk:
    """Who refuses, at a moment that stands still, and those who are refused."""

    def __init__(self):
        self.now = 100.0
        self.slot = Slot.private()
        self.refusals = Refusals(self.slot, "/app", lambda: self.now)
        self.clients = []

    def asks(self, head=HEAD):
        ours, client = socket.socketpair()
        client.settimeout(10)
        client.sendall(head)
        connection = Connection.adopt(ours)
        connection.fill()
        self.clients += [client, connection]
        return connection, client

    def counted(self, counter, status):
        return self.slot.words[COUNTERS[counter]], self.slot.words[BY_STATUS[status]]


@pytest.fixture
def desk():
    made = Desk()
    yield made
    for each in made.clients:
        each.close()


def test_who_is_refused_is_told_and_counted(desk):
    connection, client = desk.asks()

    desk.refusals.refuse(connection, Counter.OVERLOAD)

    assert b"\r\nX-Request-Id: an-id\r\n" in client.recv(1000)
    assert desk.counted(Counter.OVERLOAD, 503) == (1, 1)


def test_who_is_refused_keeps_the_name_that_traces_and_the_scoreboard_have(desk, caplog):
    connection, client = desk.asks(HEAD.replace(b"X-Request-Id: an-id\r\n", b""))
    connection.request_id = "named-before"

    desk.refusals.refuse(connection, Counter.ORIGIN_BUSY)

    assert b"\r\nX-Request-Id: named-before\r\n" in client.recv(1000)
    assert caplog.records[0].fields["request_id"] == "named-before"


def test_a_refusal_is_one_line_without_a_signature(desk, caplog):
    connection, _ = desk.asks()

    desk.refusals.refuse(connection, Counter.QUEUE_TOO_OLD)
    (line,) = caplog.records

    assert (line.getMessage(), line.levelno, line.name) == ("GET 503", logging.ERROR, "imgsvc.access")
    assert line.fields | {"ms": 0, "client_ip": ""} == {
        "request_id": "an-id",
        "method": "GET",
        "target": "/app/***/rs:fit:9:9/plain/local:///a",
        "status": 503,
        "client_ip": "",
        "ms": 0,
        "outcome": "queue_too_old",
    }


@pytest.mark.parametrize("head", [b"/signed/path HTTP/1.1\r\n", b"\xff\x00 secret\r\nAuthorization secret"])
def test_what_is_no_request_does_not_get_into_the_log(desk, caplog, head):
    connection, client = desk.asks(head)

    desk.refusals.refuse(connection, Counter.UNREADABLE, 400)

    assert client.recv(1000).startswith(b"HTTP/1.1 400 ")
    assert (caplog.records[0].fields["method"], caplog.records[0].fields["target"]) == ("", "")


def test_who_is_answered_by_somebody_else_is_not_refused(desk):
    connection, _ = desk.asks()
    connection.claim(Claimant.WATCHDOG)

    assert not desk.refusals.refuse(connection, Counter.OVERLOAD)
    assert desk.counted(Counter.OVERLOAD, 503) == (0, 0)


def test_a_head_request_is_refused_without_a_body(desk):
    connection, client = desk.asks(b"HEAD / HTTP/1.1\r\n\r\n")

    desk.refusals.refuse(connection, Counter.OVERLOAD)

    assert client.recv(1000).endswith(b"\r\n\r\n")


def test_who_left_is_a_line_too(desk, caplog):
    desk.refusals.let_go(desk.asks()[0], Counter.QUEUE_CLIENT_GONE)

    assert desk.counted(Counter.QUEUE_CLIENT_GONE, 499) == (1, 0)
    assert caplog.records[0].fields["outcome"] == "queue_client_gone"


def test_of_a_flood_some_are_logged_and_the_others_counted(desk, caplog):
    for _ in range(LINES_A_SECOND + 7):
        connection, _ = desk.asks()
        desk.refusals.refuse(connection, Counter.OVERLOAD)
    logged = len(caplog.records)
    desk.now += 1
    desk.refusals.tell()

    assert logged == LINES_A_SECOND
    assert caplog.records[-1].fields == {"left_out": {"overload": 7}}


def test_nothing_else_makes_an_answer_without_the_application():
    package = Path(imgsvc.__file__).parent
    users = {
        path.relative_to(package).as_posix()
        for path in sorted(package.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "imgsvc.runtime.http.answers"
        for name in node.names
        if name.name in ("answer", "whole")
    }

    assert users == {"runtime/clients/refusals.py"}

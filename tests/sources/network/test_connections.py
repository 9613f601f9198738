"""Twin of imgsvc/sources/network/connections.py: with as many threads as a worker fetches with."""

import math
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from weakref import WeakSet

import pytest

from imgsvc.errors import SourceUnreachableError
from imgsvc.runtime.scope import NotAtOnceError, Scope
from imgsvc.source_url import SourceUrl
from imgsvc.sources.budget import Budget, spending
from imgsvc.sources.http import HttpSource
from imgsvc.sources.network.body import fetch
from imgsvc.sources.network.connections import GuardedConnection
from imgsvc.sources.source import SourceRequest
from tests.certificates import server_context
from tests.faults.origins import SMALL, Gate, gone
from tests.interpreter import at_once
from tests.misbehaving import Answer, Exchange, Origin, closes_at_once, in_turn, response, says
from tests.sources.threads import THREADS, fetched, gathers, idle, kept
from tests.waiting import eventually


def answers_once() -> Answer:
    """Keeps each connection open, and closes it when it is asked again."""
    seen: WeakSet[Any] = WeakSet()

    def answer(exchange: Exchange) -> None:
        if exchange.sock in seen:
            exchange.hang_up()
        else:
            seen.add(exchange.sock)
            exchange.send(response(b"x"))

    return answer


@pytest.mark.parametrize(("name", "value"), [("X", "a\r\nY: b"), ("X", "a\nY: b"), ("X\r\nY", "a")])
def test_a_header_of_several_lines_is_not_sent(name: str, value: str) -> None:
    connection = GuardedConnection("a.test")

    with spending(Budget(5, Scope(5))):
        connection.putrequest("GET", "/")
        with pytest.raises(ValueError, match="Invalid header"):
            connection.putheader(name, value)


def test_a_header_is_sent_as_it_is_given_and_one_that_is_to_be_left_out_is_not() -> None:
    with Origin({"/a": says(b"x")}) as origin, kept(1) as http:
        http.open(SourceRequest(SourceUrl.parse(origin.url("/a")), {"if-none-match": '"\xe4: b"'}), Scope(5)).close()

    assert origin.heads[0].endswith('\r\nIf-None-Match: "\xe4: b"')
    assert "accept-encoding" not in origin.heads[0].lower()


@pytest.fixture(name="http")
def _http() -> Iterator[HttpSource]:
    with kept(THREADS) as http:
        yield http


class TestThreads:
    def test_as_many_connections_are_kept_as_threads_may_fetch_at_once(self, http: HttpSource) -> None:
        with Origin({"/a": gathers(THREADS)}) as origin:
            found = [each.result() for _ in range(2) for each in at_once(lambda _: fetched(http, origin), THREADS)]

        assert (found, origin.connections) == ([b"x"] * 2 * THREADS, THREADS)

    def test_what_is_more_than_is_kept_is_closed_without_a_word(self, caplog: pytest.LogCaptureFixture) -> None:
        with kept(2) as http, Origin({"/a": gathers(8)}) as origin:
            at_once(lambda _: fetched(http, origin), 8)

            assert (len(idle(http)), caplog.records) == (2, [])

    def test_each_connection_that_is_dead_is_replaced_by_a_new_one(self, http: HttpSource) -> None:
        with Origin({"/a": answers_once()}) as origin:
            found = at_once(lambda _: [fetched(http, origin) for _ in range(10)], THREADS)

            assert [each.result() for each in found] == [[b"x"] * 10] * THREADS

    def test_one_that_is_dead_closes_none_that_is_in_use(self, http: HttpSource) -> None:
        may_end = threading.Event()

        def slow(exchange: Exchange) -> None:
            exchange.send(response(b"xy")[:-1])
            may_end.wait(60)
            exchange.send(b"y")

        with Origin({"/a": in_turn(says(b"1"), closes_at_once, says(b"2")), "/slow": slow}) as origin:
            stream = http.open(SourceRequest(SourceUrl.parse(origin.url("/slow"))), Scope(60))
            others = [fetched(http, origin) for _ in range(2)]
            may_end.set()

            assert (others, b"".join(stream.chunks())) == ([b"1", b"2"], b"xy")
        stream.close()

    def test_looking_for_idle_ones_takes_none_away_from_who_wants_one(self, http: HttpSource) -> None:
        is_over = threading.Event()

        def looks() -> None:
            while not is_over.wait(0.0001):
                http.client.let_go(time.monotonic())

        with Origin({"/a": says(b"x")}) as origin:
            looking = threading.Thread(target=looks)
            looking.start()
            found = at_once(lambda _: [fetched(http, origin) for _ in range(20)], 4)
            is_over.set()
            looking.join()

            assert [each.result() for each in found] == [[b"x"] * 20] * 4
            assert origin.connections <= 4


def hurried(seconds: float = 0.05) -> Scope:
    """One that waits for nothing for longer; whoever asks again may."""
    scope = Scope(30)
    scope.patient_until = time.monotonic() + seconds
    return scope


@pytest.fixture(name="asked", params=["http", "https"])
def _asked(request: pytest.FixtureRequest, tmp_path: Path, http: HttpSource) -> Iterator[tuple[Origin, Gate, Scope]]:
    """An origin that keeps its second answer back, and a scope that had no time for it."""
    gate = Gate()
    tls = server_context(tmp_path) if request.param == "https" else None
    with Origin({"/a": in_turn(says(b"first"), gate), "/b": says(b"b")}, tls=tls) as origin:
        fetched(http, origin)
        scope = hurried()
        with pytest.raises(NotAtOnceError):
            fetched(http, origin, scope)
        scope.patient_until = math.inf
        yield origin, gate, scope
        scope.let_go()
        gate.let_through()


class TestHandedOver:
    def test_an_answer_that_does_not_come_at_once_is_waited_for_by_who_can_and_not_asked_for_again(
        self, http: HttpSource, asked: tuple[Origin, Gate, Scope]
    ) -> None:
        origin, gate, scope = asked
        gate.let_through()

        assert (fetched(http, origin, scope), fetched(http, origin)) == (SMALL, SMALL)
        assert (origin.targets, origin.connections) == (["/a"] * 3, 1)

    def test_nobody_else_gets_it(self, http: HttpSource, asked: tuple[Origin, Gate, Scope]) -> None:
        origin, _, scope = asked
        url = SourceUrl.parse(origin.url("/b"))

        found = [fetch(http, SourceRequest(url), each, 0).body for each in (scope, Scope(30))]

        assert (found, origin.connections) == ([b"b"] * 2, 2)

    def test_it_is_closed_where_nobody_goes_on_with_it(self, asked: tuple[Origin, Gate, Scope]) -> None:
        origin, gate, scope = asked
        scope.let_go()
        gate.let_through()

        assert eventually(lambda: gone(origin))

    def test_one_that_is_new_and_ends_without_an_answer_is_not_tried_again(self, http: HttpSource) -> None:
        gate, scope = threading.Event(), hurried()

        def hangs_up(exchange: Exchange) -> None:
            gate.wait(20)
            exchange.hang_up()

        with Origin({"/a": hangs_up}) as origin:
            with pytest.raises(NotAtOnceError):
                fetched(http, origin, scope)
            scope.patient_until = math.inf
            gate.set()
            with pytest.raises(SourceUnreachableError):
                fetched(http, origin, scope)

        assert origin.targets == ["/a"]

    def test_an_answer_that_has_begun_is_asked_for_again(self, http: HttpSource) -> None:
        def stalls(exchange: Exchange) -> None:
            exchange.send(b"HTTP/1.1 200")
            exchange.closing.wait(20)

        with Origin({"/a": in_turn(says(b"first"), stalls, says(b"x"))}) as origin:
            fetched(http, origin)
            sock = idle(http)[0].sock
            before = sock.came
            # Its patience ends when something has come.
            scope = Scope(30, clock=lambda: 10.0 * (sock.came > before))
            scope.patient_until = 5
            with pytest.raises(NotAtOnceError):
                fetched(http, origin, scope)
            scope.patient_until = math.inf

            assert fetched(http, origin, scope) == b"x"
            origin.closing.set()

"""Twin of imgsvc/sources/budget.py."""

import select
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from imgsvc.errors import ClientClosedRequestError, RequestTimeoutError, SourceTimeoutError
from imgsvc.runtime.clients.disconnect import watcher
from imgsvc.runtime.scope import NotAtOnceError, Scope
from imgsvc.sources.budget import SLICE_SECONDS, STALL_SECONDS, Budget, current, spending
from tests.interpreter import holds_the_interpreter, wakes_up_less_than


class Clock:
    """Time that stands still until it is set."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_it_never_ends_later_than_the_request() -> None:
    clock = Clock()

    assert Budget(5, Scope(3, clock=clock)).remaining() == 3
    assert Budget(2, Scope(3, clock=clock)).remaining() == 2


def test_a_wait_without_a_descriptor_is_a_slice_and_at_the_end_what_is_left() -> None:
    clock = Clock()
    budget = Budget(0.2, Scope(10, clock=clock))

    assert budget.next_wait() == SLICE_SECONDS
    clock.now += 0.19
    assert budget.next_wait() == pytest.approx(0.01)
    clock.now += 0.01
    with pytest.raises(SourceTimeoutError):
        budget.next_wait()


def test_nor_does_a_wait_without_a_descriptor_last_longer_than_the_patience() -> None:
    clock = Clock()
    scope = Scope(10, clock=clock)
    scope.patient_until = clock.now + 0.01

    assert Budget(5, scope).next_wait() == pytest.approx(0.01)
    clock.now += 0.01
    with pytest.raises(NotAtOnceError):
        Budget(5, scope).next_wait()


def passes(clock: Clock, budget: Budget, seconds: float) -> None:
    """Time goes by, and the thread that spends the budget is never held up."""
    for _ in range(round(seconds / 0.1)):
        clock.now += 0.1
        budget.check()


def test_spent_it_is_the_source_that_was_too_slow() -> None:
    clock = Clock()
    budget = Budget(5, Scope(10, clock=clock))

    with pytest.raises(SourceTimeoutError, match="5 s"):
        passes(clock, budget, 5 + 2 * STALL_SECONDS)


def test_past_the_request_deadline_it_is_the_request_that_timed_out() -> None:
    clock = Clock()
    budget = Budget(5, Scope(5, clock=clock))

    with pytest.raises(RequestTimeoutError):
        passes(clock, budget, 5.1)


def test_what_comes_a_moment_late_is_still_taken() -> None:
    clock = Clock()
    budget = Budget(5, Scope(10, clock=clock))

    passes(clock, budget, 5.1)


def test_time_in_which_its_thread_was_held_up_is_not_spent() -> None:
    clock = Clock()
    budget = Budget(5, Scope(10, clock=clock))
    passes(clock, budget, 4.5)

    clock.now += 3
    budget.check()

    assert budget.remaining() == pytest.approx(0.5)


def test_time_in_which_its_thread_was_held_up_is_the_requests_all_the_same() -> None:
    clock = Clock()
    budget = Budget(5, Scope(10, clock=clock))

    clock.now += 10

    with pytest.raises(RequestTimeoutError):
        budget.check()


def test_what_the_client_takes_is_not_spent_by_the_source() -> None:
    clock = Clock()
    scope = Scope(10, clock=clock)
    budget = Budget(5, scope)
    clock.now += 8
    scope.waited_for_client(7)

    assert budget.remaining() == 2


def test_a_client_that_left_ends_it() -> None:
    with pytest.raises(ClientClosedRequestError):
        Budget(5, Scope(5, client_gone=lambda: True)).check()


class Gone(threading.Event):
    """A client without a descriptor."""

    def __call__(self) -> bool:
        return self.is_set()


@pytest.fixture(name="pair")
def _pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def soon(work: Callable[[], object]) -> None:
    threading.Timer(0.1, work).start()


class TestWaiting:
    def test_it_ends_when_there_is_something_to_do(self, pair: tuple[socket.socket, socket.socket]) -> None:
        soon(lambda: pair[1].send(b"x"))

        assert Budget(30, Scope(30)).wait(pair[0].fileno(), select.POLLIN)

    def test_it_ends_after_its_seconds(self, pair: tuple[socket.socket, socket.socket]) -> None:
        assert not Budget(30, Scope(30)).wait(pair[0].fileno(), select.POLLIN, 0.05)

    def test_what_is_there_already_is_taken_where_no_time_is_left(
        self, pair: tuple[socket.socket, socket.socket]
    ) -> None:
        pair[1].send(b"x")

        assert Budget(0, Scope(30)).wait(pair[0].fileno(), select.POLLIN)

    @pytest.mark.parametrize(
        ("seconds", "deadline", "error"), [(0.1, 9, SourceTimeoutError), (9, 0.1, RequestTimeoutError)]
    )
    def test_it_ends_with_its_budget_and_with_the_request(
        self, pair: tuple[socket.socket, socket.socket], seconds: float, deadline: float, error: type[Exception]
    ) -> None:
        with pytest.raises(error):
            Budget(seconds, Scope(deadline)).wait(pair[0].fileno(), select.POLLIN)

    def test_a_client_with_a_descriptor_ends_it_and_wakes_nobody_before(
        self, pair: tuple[socket.socket, socket.socket]
    ) -> None:
        server, client = socket.socketpair()
        soon(client.close)

        with server, pytest.raises(ClientClosedRequestError), wakes_up_less_than(10):
            Budget(30, Scope(30, client_gone=watcher(server))).wait(pair[0].fileno(), select.POLLIN)

    def test_a_client_without_a_descriptor_is_asked_again_and_again(
        self, pair: tuple[socket.socket, socket.socket]
    ) -> None:
        gone = Gone()
        soon(gone.set)

        with pytest.raises(ClientClosedRequestError):
            Budget(30, Scope(30, client_gone=gone)).wait(pair[0].fileno(), select.POLLIN)

    def test_one_that_has_no_patience_ends_with_that(self, pair: tuple[socket.socket, socket.socket]) -> None:
        scope = Scope(30)
        scope.patient_until = time.monotonic() + 0.05

        with pytest.raises(NotAtOnceError):
            Budget(30, scope).wait(pair[0].fileno(), select.POLLIN)

    def test_one_in_which_the_interpreter_was_held_is_not_counted(
        self, pair: tuple[socket.socket, socket.socket]
    ) -> None:
        budget = Budget(0.5, Scope(30))
        holder = holds_the_interpreter(1.5)

        assert not budget.wait(pair[0].fileno(), select.POLLIN, 0.4)
        holder.join()

        assert budget.remaining() > 0.25


def test_the_innermost_one_is_current() -> None:
    outer, inner = Budget(1, Scope(1)), Budget(1, Scope(1))

    with spending(outer):
        with spending(inner):
            assert current() is inner
        assert current() is outer


def test_none_is_current_outside() -> None:
    with pytest.raises(LookupError):
        current()


def test_a_part_of_a_budget_ends_with_it_at_the_latest() -> None:
    whole = Budget(5, Scope(30))

    assert whole.within(1).remaining() <= 1
    assert 4 < whole.within(10).remaining() <= 5

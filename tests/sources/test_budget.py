"""Twin of imgsvc/sources/budget.py."""

import pytest

from imgsvc.errors import ClientClosedRequestError, RequestTimeoutError, SourceTimeoutError
from imgsvc.runtime.scope import Scope
from imgsvc.sources.budget import SLICE_SECONDS, Budget, current, spending


class Clock:
    """Time that stands still until it is set."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_it_never_ends_later_than_the_request() -> None:
    clock = Clock()

    assert Budget(5, Scope(3, clock=clock)).remaining() == 3
    assert Budget(2, Scope(3, clock=clock)).remaining() == 2


def test_a_wait_is_a_slice_and_at_the_end_what_is_left() -> None:
    clock = Clock()
    budget = Budget(5, Scope(10, clock=clock))

    assert budget.next_wait() == SLICE_SECONDS
    clock.now += 4.99
    assert budget.next_wait() == pytest.approx(0.01)


def test_spent_it_is_the_source_that_was_too_slow() -> None:
    clock = Clock()
    budget = Budget(5, Scope(10, clock=clock))
    clock.now += 5

    with pytest.raises(SourceTimeoutError, match="5 s"):
        budget.check()


def test_past_the_request_deadline_it_is_the_request_that_timed_out() -> None:
    clock = Clock()
    budget = Budget(5, Scope(5, clock=clock))
    clock.now += 5

    with pytest.raises(RequestTimeoutError):
        budget.next_wait()


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

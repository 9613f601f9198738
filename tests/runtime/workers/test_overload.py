import pytest

from imgsvc.runtime.workers.overload import LASTS_SECONDS, Overload

Q = 2.0


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def overload(clock):
    return Overload(Q, clock)


def serve(overload, seconds, count=20):
    for _ in range(count):
        overload.served(seconds)


@pytest.mark.parametrize(("seconds", "is_shed"), [(0.05, False), (0.2, True)])
def test_who_would_wait_for_nearly_as_long_as_q_is_refused(overload, seconds, is_shed):
    serve(overload, seconds)

    assert overload.sheds(10) is is_shed


def test_while_nothing_is_known_nobody_is_refused(overload):
    serve(overload, 60, count=3)

    assert not overload.sheds(1000)


def test_a_few_requests_after_the_start_say_enough(overload):
    serve(overload, 60, count=4)

    assert overload.sheds(1)


def test_what_was_long_ago_is_forgotten(overload):
    serve(overload, 60)
    serve(overload, 0.001, count=32)

    assert not overload.sheds(10)


def test_whose_source_comes_later_waits_less(overload):
    serve(overload, 0.2)

    assert not overload.sheds(10, seconds_until_ready=2)


def test_in_an_overload_the_queue_is_kept_short(overload):
    serve(overload, 0.1)
    overload.sheds(20)

    assert [overload.sheds(count) for count in (2, 4)] == [False, True]


def test_an_overload_ends_though_somebody_always_asks(overload, clock):
    serve(overload, 1.5)
    began = overload.sheds(3)
    for _ in range(40):
        clock.now += 0.05
        overload.served(0.05)
        last = overload.sheds(3)

    assert (began, last) == (True, False)


def test_it_lasts_for_a_moment_after_the_last_refusal(overload, clock):
    serve(overload, 0.2)
    overload.sheds(10)
    during = overload.lasts
    clock.now += LASTS_SECONDS

    assert (during, overload.lasts) == (True, False)


def test_when_it_is_over_the_queue_may_grow_again(overload, clock):
    serve(overload, 0.2)
    overload.sheds(10)
    clock.now += LASTS_SECONDS

    assert not overload.sheds(4)


def test_who_comes_while_nobody_waits_is_never_refused(overload):
    serve(overload, 60)

    assert not overload.sheds(0)

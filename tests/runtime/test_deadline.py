import pytest

from imgsvc.errors import RequestTimeoutError
from imgsvc.runtime.deadline import Deadline


class Time:
    """It goes on where somebody sleeps."""

    def __init__(self):
        self.now = 100.0
        self.slept = []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds
        self.slept.append(seconds)


@pytest.fixture
def time():
    return Time()


def deadline(time, seconds):
    return Deadline(time.now + seconds, time, time.sleep)


def test_it_is_over_at_its_moment(time):
    found = deadline(time, 1)
    before = found.is_over
    time.now += 1

    assert (before, found.is_over) == (False, True)


def test_what_holds_already_is_not_waited_for(time):
    assert deadline(time, 1).wait_until(lambda: True, 0.5)
    assert time.slept == []


def test_a_wait_ends_when_its_condition_holds(time):
    assert deadline(time, 1).wait_until(lambda: len(time.slept) == 2, 0.25)
    assert time.slept == [0.25, 0.25]


def test_no_wait_goes_past_the_moment(time):
    assert not deadline(time, 1).wait_until(lambda: False, 0.75)
    assert time.slept == [0.75, 0.25]


@pytest.mark.parametrize(("seconds", "left"), [(0.5, 0.5), (2, 1)])
def test_a_part_of_it_is_no_longer_than_the_whole(time, seconds, left):
    assert deadline(time, 1).within(seconds).moment == time.now + left


def test_past_it_the_request_has_timed_out(time):
    deadline(time, 1).check("a core")
    with pytest.raises(RequestTimeoutError, match="a core"):
        deadline(time, 0).check("a core")


def test_without_a_moment_there_is_none():
    assert not Deadline().is_over

import pytest

from imgsvc.runtime.board.layout import CULPRITS, HEAD_WORDS, WORD
from imgsvc.runtime.board.quarantine import Quarantine


class Clock:
    now = 10**12

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def quarantine(clock):
    return Quarantine(memoryview(bytearray(HEAD_WORDS * WORD)).cast("Q"), clock)


def test_a_source_that_ended_one_worker_may_be_an_accident(quarantine):
    quarantine.blame(7)

    assert not quarantine.holds(7)


def test_a_source_that_ended_two_gets_no_third(quarantine):
    quarantine.blame(7)
    quarantine.blame(7)

    assert (quarantine.holds(7), quarantine.holds(8)) == (True, False)


def test_after_a_while_it_is_tried_again(quarantine, clock):
    quarantine.blame(7)
    quarantine.blame(7)
    clock.now += 601 * 10**9

    assert not quarantine.holds(7)


def test_an_old_accident_does_not_count(quarantine, clock):
    quarantine.blame(7)
    clock.now += 601 * 10**9

    assert quarantine.blame(7) == 1


def test_the_list_is_bounded_and_forgets_the_oldest(quarantine, clock):
    for source in range(1, CULPRITS + 2):
        clock.now += 1
        quarantine.blame(source)
        quarantine.blame(source)

    assert (quarantine.holds(1), quarantine.holds(2), quarantine.holds(CULPRITS + 1)) == (False, True, True)

import itertools

import pytest

from imgsvc.runtime.board.scoreboard import Scoreboard
from imgsvc.runtime.workers.balance import Balance


@pytest.fixture
def board():
    made = Scoreboard.create(4)
    yield made
    made.close()


@pytest.fixture
def workers(board):
    """Three of them, on a board with a place for four."""
    made = [Balance(board, number) for number in range(3)]
    for each in made:
        each.tell(0)
    return made


@pytest.mark.parametrize(
    ("mine", "theirs", "is_better"),
    [(0, 0, False), (1, 0, True), (1, 1, False), (4, 3, False), (4, 2, True), (32, 30, True)],
)
def test_another_one_is_better_who_has_at_least_two_fewer_in_hand_or_none(workers, mine, theirs, is_better):
    for each in workers:
        each.tell(theirs)
    workers[0].tell(mine)

    assert workers[0].is_another_better() is is_better


def test_no_two_ever_leave_a_newcomer_to_each_other(workers):
    for loads in itertools.product(range(12), repeat=3):
        for worker, load in zip(workers, loads, strict=True):
            worker.tell(load)

        assert not all(each.is_another_better() for each in workers), loads


def test_who_takes_none_is_not_better(workers):
    for each in workers:
        each.tell(5)
    workers[1].leave()

    assert not workers[0].is_another_better()


def test_a_place_that_no_worker_has_is_not_better(workers):
    for each in workers:
        each.tell(9)

    assert not workers[0].is_another_better()


def test_idle_is_who_has_nothing_to_do_and_is_not_oneself(workers):
    workers[0].tell(0)
    workers[1].tell(1)
    workers[2].tell(2)

    assert [each.is_another_idle() for each in workers] == [False, True, True]


def test_a_worker_is_alone_when_no_other_one_takes_requests(workers):
    before = workers[0].is_alone()
    workers[1].leave()
    workers[2].leave()

    assert (before, workers[0].is_alone()) == (False, True)


def test_nor_does_it_find_company_in_itself_when_it_leaves(workers):
    for each in workers:
        each.leave()

    assert workers[0].is_alone()


@pytest.mark.parametrize("number", [-1, 0])
def test_without_a_board_or_a_place_on_it_a_worker_is_alone(board, number):
    alone = Balance(None if number == 0 else board, number)
    alone.tell(7)
    alone.leave()

    assert (alone.is_alone(), alone.is_another_better(), alone.is_another_idle()) == (True, False, False)

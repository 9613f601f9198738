import pytest

from imgsvc.runtime.board.scoreboard import Scoreboard
from imgsvc.runtime.board.verdict import follow, is_lost, tell


@pytest.fixture
def board():
    made = Scoreboard.create(1)
    follow(made)
    yield made
    follow(None)
    made.close()


@pytest.mark.parametrize("is_ready", [True, False])
def test_workers_learn_what_the_observer_told(board, is_ready):
    tell(board, is_ready=is_ready)

    assert is_lost() is not is_ready


@pytest.mark.usefixtures("board")
def test_where_nothing_was_told_nothing_is_lost():
    assert not is_lost()


def test_without_a_scoreboard_nothing_is_lost():
    assert not is_lost()

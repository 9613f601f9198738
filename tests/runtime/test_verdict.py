import os

import pytest

from imgsvc.runtime.scoreboard import Scoreboard, path_of
from imgsvc.runtime.verdict import is_lost, tell


@pytest.fixture
def board():
    made = Scoreboard.create(1, path_of(os.getpid()))
    yield made
    made.remove()
    made.close()


@pytest.mark.parametrize("is_ready", [True, False])
def test_workers_learn_what_the_observer_told(board, is_ready):
    tell(os.getpid(), is_ready=is_ready)

    assert is_lost(os.getpid()) is not is_ready


def test_where_nothing_was_told_nothing_is_lost(board):
    assert not is_lost(os.getpid())


def test_without_a_scoreboard_nothing_is_lost():
    tell(2**22 - 1, is_ready=False)

    assert not is_lost(2**22 - 1)

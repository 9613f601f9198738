import os

import pytest

from imgsvc.runtime.board.layout import ORIGINS
from imgsvc.runtime.board.origins import Origins, origin_names
from imgsvc.runtime.board.scoreboard import Scoreboard


@pytest.fixture
def board(tmp_path):
    made = Scoreboard.create(2)
    yield made
    made.close()


def fill(board, count):
    origins = Origins(board)
    for number in range(1, count + 1):
        for _ in range(number):
            origins.row(number, f"http://{number}.example")


def test_the_first_origin_has_a_row_at_once(board):
    assert Origins(board).row(7, "http://a.example") == 0
    assert origin_names(board) == ["http://a.example"]


def test_workers_agree_on_the_rows(board):
    Origins(board).row(7, "http://a.example")
    pid = os.fork()
    if pid == 0:
        origins = Origins(board)
        os._exit(10 * origins.row(7, "http://a.example") + [origins.row(8, "b") for _ in range(2)][-1])

    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 1


def test_a_later_origin_has_to_be_asked_more_often(board):
    fill(board, 3)
    origins = Origins(board)
    rows = [origins.row(99, "http://late.example") for _ in range(4)]

    assert rows == [ORIGINS, ORIGINS, ORIGINS, 3]


def test_one_that_the_operator_named_has_its_row_at_once(board):
    fill(board, 3)

    assert Origins(board).row(99, "http://desk.example", is_operators=True) == 3


def test_there_are_never_more_rows(board):
    fill(board, ORIGINS + 5)

    assert len(origin_names(board)) == ORIGINS
    assert Origins(board).row(10_000, "http://x.example") == ORIGINS


def test_asking_for_everything_once_takes_no_rows(board):
    origins = Origins(board)
    for number in range(1, 2000):
        origins.row(number, f"http://{number}.example")

    assert len(origin_names(board)) < 3


def test_a_long_name_is_cut(board):
    Origins(board).row(1, "http://" + "ö" * 200)

    assert len(origin_names(board)[0].encode()) <= 98

import os
from pathlib import Path

from imgsvc.observer import spawning
from imgsvc.observer.spawning import Handed


def test_the_file_of_the_stacks_is_one_for_all_and_has_no_name():
    assert spawning.stacks_file() == spawning.stacks_file()
    assert "memfd" in str(Path(f"/proc/self/fd/{spawning.stacks_file()}").readlink())


def test_writers_of_the_file_append():
    descriptor = spawning.stacks_file()
    os.ftruncate(descriptor, 0)
    os.write(descriptor, b"one")
    os.ftruncate(descriptor, 0)
    os.write(descriptor, b"two")

    assert os.pread(descriptor, 10, 0) == b"two"


def test_a_guard_without_an_arbiter_ends_at_once():
    board = os.memfd_create("board")
    guard = spawning.start(Handed(2**22 - 1, board, spawning.stacks_file(), spawning.assignment_file()))

    assert guard.wait(30) == 0
    os.close(board)


def test_what_is_handed_over_comes_through_the_command_line():
    handed = Handed(1, 2, 3, 4)

    assert Handed.from_arguments(handed.arguments()) == handed

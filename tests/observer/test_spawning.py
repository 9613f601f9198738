import os
from pathlib import Path

from imgsvc.observer import spawning


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
    guard = spawning.start(2**22 - 1, "127.0.0.1:1", spawning.stacks_file())

    assert guard.wait(30) == 0

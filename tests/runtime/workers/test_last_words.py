import ctypes
import os
import signal
import time

import pytest

from imgsvc.runtime.workers.last_words import LastWords


@pytest.fixture
def words():
    made = LastWords.prepare()
    yield made
    made.close()


def ended(work):
    """The wait status of a process in which `work` came to an end."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
        finally:
            os._exit(0)
    return os.waitpid(pid, 0)[1]


def test_a_crash_leaves_its_stack(words):
    def crash():
        words.listen()
        ctypes.string_at(0)

    assert os.WTERMSIG(ended(crash)) == 11
    assert "Segmentation fault" in words.read()
    assert "crash" in words.read()


def test_native_code_that_holds_the_interpreter_is_ended_in_time(words):
    def hang():
        words.listen()
        words.arm(0.3)
        ctypes.PyDLL(None).usleep(20_000_000)

    began = time.monotonic()

    assert os.WTERMSIG(ended(hang)) == signal.SIGALRM
    assert time.monotonic() - began < 10
    assert "hang" in words.read()


def test_who_ends_in_order_leaves_none(words):
    def work():
        words.listen()
        words.arm(0.1)
        words.disarm()
        time.sleep(0.3)

    assert ended(work) == 0
    assert words.read() == ""

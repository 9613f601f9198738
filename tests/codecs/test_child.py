import ctypes
import os
import threading
import time
import warnings
from pathlib import Path

import pytest

from imgsvc.codecs.child import ChildError, in_child
from tests.descriptors import open_descriptors


def test_the_answer_of_the_work_comes_back() -> None:
    assert in_child(lambda: b"x" * 3_000_000, 5) == b"x" * 3_000_000


def test_the_work_is_done_elsewhere() -> None:
    assert in_child(lambda: str(os.getpid()).encode(), 5) != str(os.getpid()).encode()


def test_an_error_comes_back_with_its_sentence() -> None:
    def fail() -> bytes:
        raise ValueError("no root")

    with pytest.raises(ChildError, match="no root"):
        in_child(fail, 5)


def test_work_that_takes_too_long_is_ended() -> None:
    def sleep() -> bytes:
        time.sleep(60)
        return b""

    with pytest.raises(ChildError, match="signal 14"):
        in_child(sleep, 0.1)


def test_work_that_ends_its_process_ends_nothing_else() -> None:
    with pytest.raises(ChildError, match="signal 11"):
        in_child(lambda: ctypes.string_at(0), 5)


def test_the_child_holds_no_connection_open() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading), os.fdopen(writing), pytest.raises(ChildError, match="descriptor"):
        in_child(lambda: str(os.write(writing, b"x")).encode(), 5)


def test_other_threads_do_not_disturb_the_child() -> None:
    stop = threading.Event()
    thread = threading.Thread(target=lambda: [bytes(1000) for _ in iter(stop.is_set, True)])
    thread.start()
    try:
        with warnings.catch_warnings():  # Python 3.12 and later warn of a fork beside threads
            warnings.simplefilter("ignore")
            assert [in_child(lambda: b"x", 5) for _ in range(10)] == [b"x"] * 10
    finally:
        stop.set()
        thread.join()


def children() -> str:
    # Those that are dead but not waited for are among them.
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text()


def test_no_process_and_no_descriptor_is_left_behind() -> None:
    before = open_descriptors("pipe:"), children()

    in_child(lambda: b"x", 5)

    assert (open_descriptors("pipe:"), children()) == before

import mmap
import os
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from imgsvc.runtime.child import Child, ChildError
from imgsvc.runtime.confinement import confine

MEGABYTES = 64


def confined(work: Callable[[], object]) -> str:
    """What a confined process says of it: its kind of error, or that it was done."""

    def told(_: bytes) -> bytes:
        confine(MEGABYTES)
        try:
            work()
        except (OSError, MemoryError) as error:
            return type(error).__name__.encode()
        return b"done"

    child = Child(told)
    try:
        return child(b"", 10).decode()
    finally:
        child.close()


def with_a_higher_limit() -> None:
    import resource  # noqa: PLC0415 (of the child)

    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


@pytest.mark.parametrize(
    "work",
    [
        pytest.param(lambda: Path("/etc/hostname").read_bytes(), id="reads a file"),
        pytest.param(lambda: Path("/tmp/written").write_bytes(b"x"), id="writes one"),
        pytest.param(socket.socket, id="connects"),
        pytest.param(lambda: os.memfd_create("x"), id="has a file in memory"),
        pytest.param(lambda: subprocess.run(["/bin/true"], check=True), id="runs a program"),
        pytest.param(lambda: list(Path("/").iterdir()), id="looks around"),
    ],
)
def test_whoever_is_confined_opens_nothing(work: Callable[[], object]) -> None:
    assert confined(work) == "OSError"


def test_whoever_is_confined_takes_no_more_memory_than_he_may() -> None:
    assert confined(lambda: mmap.mmap(-1, (MEGABYTES + 16) << 20)) == "OSError"


def test_whoever_is_confined_takes_as_much_memory_as_he_may() -> None:
    assert confined(lambda: mmap.mmap(-1, (MEGABYTES - 16) << 20)) == "done"


def test_whoever_is_confined_answers_one_question_after_another() -> None:
    def works(data: bytes) -> bytes:
        if data == b"first":
            confine(MEGABYTES)
        return data

    child = Child(works)
    try:
        assert [child(each, 10) for each in (b"first", b"second", b"third")] == [b"first", b"second", b"third"]
    finally:
        child.close()


def test_what_is_confined_stays_so_whatever_limit_it_asks_for() -> None:
    def works(_: bytes) -> bytes:
        confine(MEGABYTES)
        if os.getuid() == 0:
            # Who is root may raise any limit; a server's child is not.
            os.setgid(65534)
            os.setuid(65534)
        with_a_higher_limit()
        return b""

    child = Child(works)
    try:
        with pytest.raises(ChildError, match="not allowed"):
            child(b"", 10)
    finally:
        child.close()

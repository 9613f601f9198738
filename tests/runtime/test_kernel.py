import os
import select
import socket
import termios
from collections.abc import Iterator

import pytest

from imgsvc.runtime import kernel

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture(name="pair")
def _pair() -> Iterator[Pair]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def test_nothing_has_come_yet(pair: Pair) -> None:
    assert kernel.ready(pair[0].fileno(), select.POLLIN) == 0


def test_what_has_come_is_told(pair: Pair) -> None:
    pair[1].send(b"x")

    assert kernel.ready(pair[0].fileno(), select.POLLIN | select.POLLOUT) == select.POLLIN | select.POLLOUT


def test_an_end_is_told_though_nobody_asked(pair: Pair) -> None:
    pair[1].close()

    assert kernel.ready(pair[0].fileno(), 0) == select.POLLHUP


def test_a_descriptor_that_is_closed_is_told(pair: Pair) -> None:
    number = pair[0].detach()
    os.close(number)

    assert kernel.ready(number, select.POLLIN) == select.POLLNVAL


def test_the_kernel_counts_what_is_unread(pair: Pair) -> None:
    pair[1].send(b"four")

    assert kernel.count_of(pair[0].fileno(), termios.FIONREAD) == 4


def test_what_has_no_such_number_says_why() -> None:
    with pytest.raises(OSError, match="Bad file descriptor"):
        kernel.count_of(-1, termios.FIONREAD)


def test_the_beginning_is_read_anew_each_time(tmp_path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"first")
    with path.open("r+b", buffering=0) as file:
        first = kernel.beginning(file.fileno(), 3)
        file.write(b"F")

        assert (first, kernel.beginning(file.fileno(), 99)) == (b"fir", b"First")


def test_what_is_told_is_written_from_the_beginning(tmp_path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"first")
    with path.open("r+b") as file:
        told = kernel.tell(file.fileno(), b"F")

    assert (told, path.read_bytes()) == (True, b"First")


def test_who_cannot_be_told_says_why() -> None:
    with pytest.raises(OSError, match="Bad file descriptor"):
        kernel.tell(-1, b"x")

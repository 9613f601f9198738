import io
import logging
import os
import socket
from contextlib import closing

import pytest

from imgsvc.telemetry.stream import NeverWaiting


def record(message="done"):
    return logging.LogRecord("imgsvc", logging.INFO, "x.py", 1, message, None, None)


@pytest.fixture
def pipe():
    """The end to read, and a stream for the end to write."""
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb", buffering=0) as reader, os.fdopen(writing, "w") as writer:
        yield reader, writer


class TestPipe:
    def test_a_line_arrives(self, pipe):
        reader, writer = pipe
        with closing(NeverWaiting(writer)) as handler:
            handler.emit(record())

        assert reader.read(100) == b"done\n"

    def test_a_full_pipe_keeps_nobody_waiting_and_what_it_drops_is_counted(self, pipe):
        with closing(NeverWaiting(pipe[1])) as handler:
            for _ in range(100):
                handler.emit(record("x" * 1000))

        assert 20 < handler.dropped < 60

    def test_the_number_of_dropped_lines_is_told_when_there_is_room_again(self, pipe):
        reader, writer = pipe
        with closing(NeverWaiting(writer)) as handler:
            for _ in range(100):
                handler.emit(record("x" * 1000))
            reader.read(100_000)
            handler.emit(record("again"))

        assert reader.read(1000).endswith(b" log lines were dropped: nobody took them\nagain\n")
        assert handler.dropped == 0

    def test_a_reader_that_has_left_ends_nothing(self, pipe):
        reader, writer = pipe
        reader.close()
        with closing(NeverWaiting(writer)) as handler:
            handler.emit(record())

        assert handler.dropped == 1


def test_a_full_socket_keeps_nobody_waiting():
    """As journald's: what systemd hands a service for its standard error."""
    mine, theirs = socket.socketpair()
    with mine, theirs, mine.makefile("w") as stream, closing(NeverWaiting(stream)) as handler:
        for _ in range(1000):
            handler.emit(record("x" * 1000))

        assert theirs.recv(5) == b"xxxxx"
        assert handler.dropped


def test_what_is_no_descriptor_is_written_as_ever():
    stream = io.StringIO()
    NeverWaiting(stream).emit(record())

    assert stream.getvalue() == "done\n"


def test_a_file_is_written_at_its_end(tmp_path):
    with (tmp_path / "log").open("a") as stream, closing(NeverWaiting(stream)) as handler:
        stream.write("before\n")
        handler.emit(record())

    assert (tmp_path / "log").read_text() == "before\ndone\n"

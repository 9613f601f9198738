import logging
import threading
from dataclasses import replace

import pytest

from imgsvc.results.entry import Entry
from imgsvc.results.writer import Writer
from tests.results.made import rendition
from tests.waiting import eventually

ENTRY = Entry.of(rendition(body=b"x" * 10), "key", 1000)


def entry(key: str) -> Entry:
    return replace(ENTRY, key=key)


class Disk:
    """What is written to it, once it may be."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.may, self.is_asked = threading.Event(), threading.Event()
        self.fault: Exception | None = None

    def write(self, entry: Entry) -> None:
        self.is_asked.set()
        assert self.may.wait(20)
        if self.fault:
            raise self.fault
        self.written.append(entry.key)


@pytest.fixture
def disk():
    made = Disk()
    yield made
    made.may.set()


def test_entries_are_written_in_their_order_by_a_thread_of_their_own(disk) -> None:
    writer = Writer(disk.write)
    for key in "abc":
        writer.add(entry(key))
    before = [*disk.written]
    disk.may.set()

    assert before == []
    assert eventually(lambda: disk.written == ["a", "b", "c"])


def test_what_a_slow_disk_cannot_take_is_lost_and_counted(disk) -> None:
    writer = Writer(disk.write, most_bytes=25)
    for key in "abcd":
        writer.add(entry(key))
    disk.may.set()

    assert eventually(lambda: disk.written == ["a", "b"])
    assert (writer.take_lost(), writer.take_lost()) == (2, 0)


def test_there_is_room_again_for_what_has_been_written(disk) -> None:
    writer = Writer(disk.write, most_bytes=10)
    disk.may.set()

    for key in "abc":
        writer.add(entry(key))
        assert eventually(lambda key=key: disk.written[-1:] == [key] and writer.is_empty)
    assert writer.take_lost() == 0


def test_who_waits_for_it_is_told_when_all_is_written(disk) -> None:
    writer = Writer(disk.write)
    writer.add(entry("a"))
    is_done_at_once = writer.wait(0)
    disk.may.set()

    assert not is_done_at_once
    assert writer.wait(20)
    assert disk.written == ["a"]


def test_a_disk_that_fails_is_said_once_and_ends_nothing(disk, caplog) -> None:
    disk.fault = OSError("no space left")
    disk.may.set()
    writer = Writer(disk.write)
    with caplog.at_level(logging.WARNING):
        for key in "abc":
            writer.add(entry(key))
        assert eventually(lambda: writer.is_empty)

    assert (writer.take_lost(), len(caplog.records)) == (3, 1)
    disk.fault = None
    writer.add(entry("d"))
    assert eventually(lambda: disk.written == ["d"])

import logging
import threading
from typing import NamedTuple

import pytest

from imgsvc.keeping.writer import Writer
from tests.waiting import eventually


class Entry(NamedTuple):
    key: str
    body: bytes


def entry(key: str, body: bytes = b"x" * 10) -> Entry:
    return Entry(key, body)


def writer_of(disk: "Disk", **bounds: int) -> Writer[Entry]:
    return Writer(disk.write, "picture", **bounds)


class Disk:
    """What is written to it, once it may be."""

    def __init__(self) -> None:
        self.written: list[Entry] = []
        self.at_once = self.most_at_once = 0
        self.may, self.lock = threading.Event(), threading.Lock()
        self.fault: Exception | None = None

    def write(self, entry: Entry) -> None:
        with self.lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        assert self.may.wait(20)
        with self.lock:
            self.at_once -= 1
            if self.fault:
                raise self.fault
            self.written.append(entry)

    @property
    def keys(self) -> list[str]:
        return [each.key for each in self.written]


@pytest.fixture
def disk():
    made = Disk()
    yield made
    made.may.set()


def test_entries_of_one_key_are_written_in_their_order_by_other_threads(disk) -> None:
    writer = writer_of(disk)
    bodies = [b"1", b"2", b"3"]
    for body in bodies:
        writer.add(entry("a", body))
    before = [*disk.written]
    disk.may.set()

    assert before == []
    assert eventually(lambda: writer.is_empty)
    assert [each.body for each in disk.written] == bodies
    assert disk.most_at_once == 1


def test_those_of_several_keys_are_written_at_once_by_at_most_so_many(disk) -> None:
    writer = writer_of(disk, most_threads=3)
    for key in "abcdefgh":
        writer.add(entry(key))
    assert eventually(lambda: disk.at_once == 3)
    disk.may.set()

    assert eventually(lambda: writer.is_empty)
    assert (sorted(disk.keys), disk.most_at_once) == (list("abcdefgh"), 3)


def test_one_thread_does_for_a_disk_that_is_quick(disk) -> None:
    disk.may.set()
    writer = writer_of(disk)
    for key in "abc":
        writer.add(entry(key))
        assert eventually(lambda: writer.is_empty)

    assert (disk.keys, disk.most_at_once) == (["a", "b", "c"], 1)


def test_what_a_slow_disk_cannot_take_is_lost_and_counted(disk) -> None:
    writer = writer_of(disk, most_bytes=25)
    for key in "abcd":
        writer.add(entry(key))
    disk.may.set()

    assert eventually(lambda: writer.is_empty)
    assert sorted(disk.keys) == ["a", "b"]
    assert (writer.take_lost(), writer.take_lost()) == (2, 0)


def test_there_is_room_again_for_what_has_been_written(disk) -> None:
    writer = writer_of(disk, most_bytes=10)
    disk.may.set()

    for key in "abc":
        writer.add(entry(key))
        assert eventually(lambda key=key: disk.keys[-1:] == [key] and writer.is_empty)
    assert writer.take_lost() == 0


def test_who_waits_for_it_is_told_when_all_is_written(disk) -> None:
    writer = writer_of(disk)
    writer.add(entry("a"))
    is_done_at_once = writer.wait(0)
    disk.may.set()

    assert not is_done_at_once
    assert writer.wait(20)
    assert disk.keys == ["a"]


def test_a_disk_that_fails_is_said_once_and_ends_nothing(disk, caplog) -> None:
    disk.fault = OSError("no space left")
    disk.may.set()
    writer = writer_of(disk)
    with caplog.at_level(logging.WARNING):
        for key in "abc":
            writer.add(entry(key))
        assert eventually(lambda: writer.is_empty)

    assert (writer.take_lost(), len(caplog.records)) == (3, 1)
    disk.fault = None
    writer.add(entry("d"))
    assert eventually(lambda: disk.keys == ["d"])

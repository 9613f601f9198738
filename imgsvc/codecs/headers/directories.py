"""Reads the directories of a TIFF, and of a block of EXIF, which is one too: their tags, within bounds."""

import struct
from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from imgsvc.codecs.headers.extent import Bound
from imgsvc.errors import UndecodableImageError

# Read whole by Pillow, three times; libtiff takes more for damage.
TAGS = Bound(4096, "tiff tags")
# Each is a step of a loop, and of a chain that may be as long as the file.
PAGES = Bound(10_000, "tiff pages")

_ORIENTATION = 274
# EXIF, GPS, interoperability.
_DIRECTORIES = frozenset({34665, 34853, 40965})
# How the types that are integers are read: bytes, shorts and longs, without a sign and with one.
_INTEGERS = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 13: "I", 16: "Q", 17: "q", 18: "Q"}
_TYPE_BYTES = (0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8)
# What tags refer to may overlap a little, and is read as often as it is referred to.
_MOST_TIMES = 2
_HARMLESS_BYTES = 16 << 20

# Larger blocks are no metadata any more.
_MOST_BLOCK_BYTES = 4 << 20
_MOST_NUMBERS = 64
_BIG = (b"II\x2b\0", b"MM\0\x2b")

# Of each tag how many values it has, and the first of them if that is an integer that stands in the directory.
Tags = Mapping[int, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Form:
    """How numbers stand in a file: in which order of bytes, and whether where something is takes 8 bytes (BigTIFF)."""

    order: str
    is_big: bool

    def first(self, data: bytes) -> int:
        """Where the first directory is."""
        found: int = struct.unpack_from(self.order + ("Q" if self.is_big else "I"), data, 8 if self.is_big else 4)[0]
        return found

    def following(self, data: bytes, at: int) -> int:
        """Where the directory behind that one is; 0 where that is the last, or the file ends in it."""
        entries, step, room = (8, 20, "Q") if self.is_big else (2, 12, "I")
        place = at + entries + step * self.count(data, at)
        return struct.unpack_from(self.order + room, data, place)[0] if place + 4 <= len(data) else 0

    def with_first(self, data: bytes, at: int) -> bytes:
        """The same file, whose first directory is that one."""
        place, room = (8, "Q") if self.is_big else (4, "I")
        number = struct.pack(self.order + room, at)
        return b"".join((data[:place], number, memoryview(data)[place + len(number) :]))

    def count(self, data: bytes, at: int) -> int:
        """How many entries a directory says that it has."""
        found: int = struct.unpack_from(self.order + ("Q" if self.is_big else "H"), data, at)[0]
        return found

    def entries(self, data: bytes, at: int, count: int) -> Iterator["_Entry"]:
        """Those that are there whole."""
        room = 8 if self.is_big else 4
        kind = struct.Struct(self.order + ("HHQ" if self.is_big else "HHI"))
        start, step = at + (8 if self.is_big else 2), kind.size + room
        for place in range(start, min(start + step * count, len(data) - step + 1), step):
            tag, type_, values = kind.unpack_from(data, place)
            yield _Entry(tag, type_, values, place + kind.size, room)


class _Entry(NamedTuple):
    """Tag, type, number of values; where these are, or where it says where they are if they do not have room.

    PERF: made for each tag of each photograph, in a third of a dataclass's time.
    """

    tag: int
    kind: int
    values: int
    place: int
    room: int

    @property
    def taken(self) -> int:
        """How many bytes its values take."""
        return self.values * _TYPE_BYTES[self.kind] if self.kind < len(_TYPE_BYTES) else 0

    @property
    def is_integer(self) -> bool:
        """Whether its values are, and one of them has room."""
        return self.kind in _INTEGERS and _TYPE_BYTES[self.kind] <= self.room

    def at(self, data: bytes, form: _Form) -> int:
        """Where its values are."""
        if self.taken <= self.room:
            return self.place
        found: int = struct.unpack_from(form.order + ("Q" if form.is_big else "I"), data, self.place)[0]
        return found

    def first(self, data: bytes, form: _Form) -> int:
        """What stands in the entry, as an integer of its type; 0 if that is none, or has no room."""
        if not self.is_integer:
            return 0
        found: int = struct.unpack_from(form.order + _INTEGERS[self.kind], data, self.place)[0]
        return found


def orientation(block: bytes) -> int:
    """That of a block of EXIF, 1 to 8; 1 where it has none, or none that makes sense.

    COMPAT: imgproxy takes any kind of integer for it; of several the first that makes sense counts, as in Chromium.
    Whatever else is wrong with the block is nobody's business here.
    """
    form = _form(block)
    for entry in _first_entries(block, form):
        if entry.tag == _ORIENTATION and entry.values and 1 <= (found := entry.first(block, form)) <= 8:
            return found
    return 1


def upright(block: bytes) -> bytes:
    """A block of EXIF of the same length that says 1, where it has said something else."""
    changed, form = bytearray(block), _form(block)
    for entry in _first_entries(block, form):
        if entry.tag == _ORIENTATION and entry.values and entry.is_integer:
            struct.pack_into(form.order + _INTEGERS[entry.kind], changed, entry.place, 1)
    return bytes(changed)


def pages(data: bytes) -> list[Callable[[], bytes]]:
    """What makes a file of each directory that is a picture of its own; one that is damaged ends them."""
    form = _form(data)
    found: dict[int, None] = {}
    at = form.first(data)
    with suppress(struct.error):
        while at and at not in found:
            form.count(data, at)
            found[at] = None
            PAGES.hold(len(found))
            at = form.following(data, at)
    return [partial(form.with_first, data, each) for each in found]


class FirstDirectory:
    """The tags of a file's first directory, whatever else is wrong with it; of those said twice the first."""

    def __init__(self, data: bytes) -> None:
        """Find them."""
        self._data, self._form = data, _form(data)
        self._entries: dict[int, _Entry] = {}
        for entry in _first_entries(data, self._form):
            self._entries.setdefault(entry.tag, entry)

    @property
    def is_little_endian(self) -> bool:
        """Of several bytes of a number the lowest comes first."""
        return self._form.order == "<"

    def numbers(self, tag: int, otherwise: int | None = None) -> tuple[int, ...]:
        """The integers of a tag, at most 64 of them; `otherwise`, or none, where there are no such."""
        entry = self._entries.get(tag)
        if entry is None or entry.kind not in _INTEGERS or not 0 < entry.values <= _MOST_NUMBERS:
            return () if otherwise is None or entry else (otherwise,)
        block = self.block(tag)
        if not block:
            return ()
        return struct.unpack(f"{self._form.order}{entry.values}{_INTEGERS[entry.kind]}", block)

    def block(self, tag: int) -> bytes:
        """The bytes that a tag refers to; empty if they are not there, or too many."""
        entry = self._entries.get(tag)
        if entry is None or entry.taken > _MOST_BLOCK_BYTES:
            return b""
        at = entry.at(self._data, self._form)
        return self._data[at : at + entry.taken] if at + entry.taken <= len(self._data) else b""


def check_directories(data: bytes, *, once: Container[int] = ()) -> Tags:
    """Hold the first directory, and those that it has for EXIF and the like, to the bounds; the tags of the first.

    Those in `once` may not be said twice, unless alike.

    SECURITY: Pillow copies what each of the tags refers to, which may be the whole file for all of them.
    """
    form = _form(data)
    tags = _directory(data, form.first(data), form, once=once)
    count = len(tags)
    for tag in _DIRECTORIES & tags.keys():
        # One that cannot be read is passed over by Pillow too.
        with suppress(struct.error):
            inner = _directory(data, tags[tag][1], form)
            count += len(inner)
            for deeper in _DIRECTORIES & inner.keys():
                count += len(_directory(data, inner[deeper][1], form))
            TAGS.hold(count)
    return tags


def _first_entries(block: bytes, form: _Form) -> Iterator[_Entry]:
    """Those of the first directory, as far as there are any."""
    if block[:2] in (b"II", b"MM"):
        with suppress(struct.error):
            at = form.first(block)
            yield from form.entries(block, at, min(form.count(block, at), TAGS.most))


def _directory(data: bytes, at: int, form: _Form, *, once: Container[int] = ()) -> Tags:
    count = form.count(data, at)
    TAGS.hold(count)
    tags: dict[int, tuple[int, int]] = {}
    referred = 0
    for entry in form.entries(data, at, count):
        # At what lies beyond the end Pillow stops.
        if entry.taken > entry.room and entry.at(data, form) + entry.taken <= len(data):
            referred += entry.taken
        found = (entry.values, entry.first(data, form))
        if tags.setdefault(entry.tag, found) != found and entry.tag in once:
            raise UndecodableImageError(f"a TIFF that says its tag {entry.tag} twice")
    if referred > max(_HARMLESS_BYTES, _MOST_TIMES * len(data)):
        raise UndecodableImageError(f"the tags of a TIFF of {len(data)} bytes take {referred}")
    return tags


def _form(data: bytes) -> _Form:
    return _Form("<" if data.startswith(b"II") else ">", data[:4] in _BIG)

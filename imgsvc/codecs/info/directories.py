"""Reads the directories of a TIFF, and of a block of EXIF, entry by entry, from what is there of it."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from imgsvc.codecs.headers.extent import Bound
from imgsvc.codecs.info.outline import MOST_BLOCK_BYTES
from imgsvc.errors import UndecodableImageError
from imgsvc.parts import Parts

# Cameras write some 60, and 100 into their notes.
ENTRIES = Bound(1000, "exif tags")
# Bytes, shorts, longs and their fractions, signed and not; characters; what is undefined; real numbers.
_TYPE_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_INTEGERS = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 13: "I", 16: "Q", 17: "q", 18: "Q"}
_BIG = 43


class Entry(NamedTuple):
    """A tag, how many values of which type it has, and where they are."""

    tag: int
    kind: int
    values: int
    at: int

    @property
    def length(self) -> int:
        """Bytes that its values take."""
        return self.values * _TYPE_BYTES.get(self.kind, 0)


@dataclass(frozen=True, slots=True)
class Directory:
    """Its entries by tag, of those said twice the first; where another one is, if a tag says that."""

    parts: Parts
    order: str
    is_big: bool = False
    entries: dict[int, Entry] = field(default_factory=dict)

    def number(self, tag: int, otherwise: int = 0) -> int:
        """The first integer of a tag; `otherwise` where there is none."""
        entry = self.entries.get(tag)
        letter = _INTEGERS.get(entry.kind) if entry else None
        if entry is None or letter is None or not entry.values:
            return otherwise
        size = struct.calcsize(letter)
        data = self.parts.read(entry.at, size)
        return int(struct.unpack(self.order + letter, data)[0]) if len(data) == size else otherwise

    def block(self, tag: int) -> bytes:
        """What a tag refers to; empty where that is not there, or too much."""
        entry = self.entries.get(tag)
        return self.content(entry) if entry else b""

    def content(self, entry: Entry, most: int = MOST_BLOCK_BYTES) -> bytes:
        """The bytes of its values, no more than the first of them; none where they are not all there."""
        if entry.length > MOST_BLOCK_BYTES:
            return b""
        length = min(entry.length, most)
        data = self.parts.read(entry.at, length)
        return data if len(data) == length else b""

    def within(self, tag: int) -> "Directory":
        """The directory that a tag points at; one without entries where it does not."""
        at = self.number(tag)
        return _directory(self.parts, self.order, at, is_big=self.is_big) if at else Directory(self.parts, self.order)


def first_directory(parts: Parts) -> Directory:
    """The first one of a file or a block; UndecodableImageError where there is none."""
    head = parts.read(0, 16)
    order = {b"II": "<", b"MM": ">"}.get(head[:2])
    if order is None or len(head) < 8:
        raise UndecodableImageError("no TIFF begins so")
    is_big = struct.unpack_from(order + "H", head, 2)[0] == _BIG
    if is_big and len(head) < 16:
        raise UndecodableImageError("a TIFF that ends in its header")
    at = struct.unpack_from(order + "Q", head, 8)[0] if is_big else struct.unpack_from(order + "I", head, 4)[0]
    return _directory(parts, order, at, is_big=is_big)


def _directory(parts: Parts, order: str, at: int, *, is_big: bool) -> Directory:
    found = Directory(parts, order, is_big)
    for entry in _entries(parts, order, at, is_big=is_big):
        found.entries.setdefault(entry.tag, entry)
    return found


def _entries(parts: Parts, order: str, at: int, *, is_big: bool) -> Iterator[Entry]:
    """Those that are there whole."""
    length, room = (8, 8) if is_big else (2, 4)
    kind = struct.Struct(order + ("HHQ" if is_big else "HHI"))
    place = struct.Struct(order + ("Q" if is_big else "I"))
    number = parts.read(at, length)
    if len(number) < length:
        return
    count = int(struct.unpack(order + ("Q" if is_big else "H"), number)[0])
    ENTRIES.hold(count)
    step = kind.size + room
    table = parts.read(at + length, count * step)
    for begin in range(0, len(table) - step + 1, step):
        tag, type_, values = kind.unpack_from(table, begin)
        if type_ not in _TYPE_BYTES:
            continue
        inside = at + length + begin + kind.size
        fits = values * _TYPE_BYTES[type_] <= room
        yield Entry(tag, type_, values, inside if fits else place.unpack_from(table, begin + kind.size)[0])

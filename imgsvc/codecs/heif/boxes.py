"""Goes through boxes, of which HEIC, AVIF and films are made (ISO/IEC 14496-12, 4.2)."""

from collections.abc import Iterator
from typing import NamedTuple

from imgsvc.codecs.headers.extent import Bound

# libheif and libavif read all of them before anything is decoded.
BOXES = Bound(20_000, "heif boxes")


# PERF: a tuple is made in 0.2 us where a frozen dataclass takes 0.6, and a file has 50 of them.
class Box(NamedTuple):
    """Its four letters, where its length stands, and where its content begins and ends."""

    kind: bytes
    at: int
    start: int
    end: int


def boxes(data: bytes, at: int, end: int) -> Iterator[Box]:
    """The boxes from `at` to `end`; a length of 1 is followed by one of 64 bits, one of 0 goes to the end."""
    count = 0
    while at + 8 <= end:
        count += 1
        if count > BOXES.most:
            BOXES.hold(count)
        length, start = int.from_bytes(data[at : at + 4]), at + 8
        if length == 1:
            length, start = int.from_bytes(data[start : start + 8]), start + 8
        behind = min(end, at + length) if length else end
        if behind < start:
            return
        yield Box(data[at + 4 : at + 8], at, start, behind)
        at = behind


def inner(data: bytes, box: Box, skipped: int = 0) -> Iterator[Box]:
    """The boxes within one, which begin so many bytes behind its own beginning."""
    return boxes(data, box.start + skipped, box.end)


def find(data: bytes, path: tuple[bytes, ...], within: Box | None = None) -> Box | None:
    """The first box of each of these kinds, one within the other; a `meta` begins with four bytes of its own."""
    found = within
    for kind in path:
        skipped = 4 if found and found.kind == b"meta" else 0
        around = inner(data, found, skipped) if found else boxes(data, 0, len(data))
        found = next((each for each in around if each.kind == kind), None)
        if not found:
            return None
    return found


class Numbers:
    """Reads one number after the other; EOFError where they end."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def take(self, length: int) -> int:
        """The next so many bytes, as a number."""
        self._at += length
        if self._at > len(self._data):
            raise EOFError("a box that ends early")
        return int.from_bytes(self._data[self._at - length : self._at])

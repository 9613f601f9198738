"""Reads the directories of a TIFF, and of a block of EXIF, which is one too: their tags, within bounds."""

import struct
from collections.abc import Iterator, Mapping
from contextlib import suppress

from imgsvc.codecs.headers.extent import Bound
from imgsvc.errors import UndecodableImageError

# Read whole by Pillow, three times; libtiff takes more for damage.
TAGS = Bound(4096, "tiff tags")

_ORIENTATION = 274
# EXIF, GPS, interoperability.
_DIRECTORIES = frozenset({34665, 34853, 40965})
# How the types that are integers are read: bytes, shorts and longs, without a sign and with one.
_INTEGERS = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i"}
_TYPE_BYTES = (0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4)
# What tags refer to may overlap a little, and is read as often as it is referred to.
_MOST_TIMES = 2
_HARMLESS_BYTES = 16 << 20

# Of each tag how many values it has, and the first of them if that is an integer that stands in the directory.
Tags = Mapping[int, tuple[int, int]]


def orientation(block: bytes) -> int:
    """That of a block of EXIF, 1 to 8; 1 where it has none, or none that makes sense.

    COMPAT: imgproxy takes any kind of integer for it; of several the first that makes sense counts, as in Chromium.
    Whatever else is wrong with the block is nobody's business here.
    """
    with suppress(struct.error):
        for tag, kind, values, at in _entries(block):
            if tag == _ORIENTATION and kind in _INTEGERS and values:
                found: int = struct.unpack_from(_order(block) + _INTEGERS[kind], block, at)[0]
                if 1 <= found <= 8:
                    return found
    return 1


def upright(block: bytes) -> bytes:
    """A block of EXIF of the same length that says 1, where it has said something else."""
    changed = bytearray(block)
    with suppress(struct.error):
        for tag, kind, values, at in _entries(block):
            if tag == _ORIENTATION and kind in _INTEGERS and values:
                struct.pack_into(_order(block) + _INTEGERS[kind], changed, at, 1)
    return bytes(changed)


def check_directories(data: bytes, *, once: bool = False) -> Tags:
    """Hold the first directory, and those that it has for EXIF and the like, to the bounds; the tags of the first.

    With `once` none of them may be said twice, unless alike.

    SECURITY: Pillow copies what each of the tags refers to, which may be the whole file for all of them.
    """
    order = _order(data)
    tags = _directory(data, struct.unpack_from(order + "I", data, 4)[0], order, once=once)
    count = len(tags)
    for tag in _DIRECTORIES & tags.keys():
        # One that cannot be read is passed over by Pillow too.
        with suppress(struct.error):
            inner = _directory(data, tags[tag][1], order)
            count += len(inner)
            for deeper in _DIRECTORIES & inner.keys():
                count += len(_directory(data, inner[deeper][1], order))
            TAGS.hold(count)
    return tags


def _entries(block: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Tag, type, number of values, and where these stand if they are short, of the first directory's entries."""
    if block[:2] not in (b"II", b"MM"):
        return
    order = _order(block)
    (at,) = struct.unpack_from(order + "I", block, 4)
    (count,) = struct.unpack_from(order + "H", block, at)
    for place in range(at + 2, at + 2 + 12 * min(count, TAGS.most), 12):
        yield (*struct.unpack_from(order + "HHI", block, place), place + 8)


def _directory(data: bytes, at: int, order: str, *, once: bool = False) -> Tags:
    (count,) = struct.unpack_from(order + "H", data, at)
    TAGS.hold(count)
    tags: dict[int, tuple[int, int]] = {}
    referred = 0
    for place in range(at + 2, min(at + 2 + 12 * count, len(data) - 11), 12):
        tag, kind, values, at = struct.unpack_from(order + "HHII", data, place)
        taken = values * _TYPE_BYTES[kind] if kind < len(_TYPE_BYTES) else 0
        # At what lies beyond the end Pillow stops.
        if taken > 4 and at + taken <= len(data):
            referred += taken
        found = (values, struct.unpack_from(order + _INTEGERS[kind], data, place + 8)[0] if kind in _INTEGERS else 0)
        if tags.setdefault(tag, found) != found and once:
            raise UndecodableImageError(f"a TIFF that says its tag {tag} twice")
    if referred > max(_HARMLESS_BYTES, _MOST_TIMES * len(data)):
        raise UndecodableImageError(f"the tags of a TIFF of {len(data)} bytes take {referred}")
    return tags


def _order(data: bytes) -> str:
    return "<" if data.startswith(b"II") else ">"

"""Segments of a JPEG beside its picture: what is told of it."""

import struct
from collections.abc import Iterator

APP0, APP1, APP2 = 0xE0, 0xE1, 0xE2
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_PROFILE = b"ICC_PROFILE\0"
# A segment tells its length in two bytes, and they count.
_MOST_BYTES = 65_533
_START = 2


def segment(marker: int, content: bytes) -> bytes:
    """One of at most 65,533 bytes."""
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def with_segments(body: bytes, *segments: bytes) -> bytes:
    """The file with these before all that it has."""
    return b"".join((body[:_START], *segments, body[_START:]))


def density(dpi: float) -> bytes:
    """Dots per inch, in the segment that comes first."""
    rounded = min(max(round(dpi), 1), 0xFFFF)
    return segment(APP0, b"JFIF\0" + struct.pack(">HBHHBB", 0x0101, 1, rounded, rounded, 0, 0))


def exif(block: bytes) -> bytes:
    """A block that begins with its name; nothing for none, or for one that is too long."""
    return segment(APP1, block) if 0 < len(block) <= _MOST_BYTES else b""


def xmp(packet: bytes) -> bytes:
    """Nothing for none, or for one that is too long."""
    return segment(APP1, _XMP + packet) if 0 < len(packet) <= _MOST_BYTES - len(_XMP) else b""


def profile(body: bytes) -> bytes:
    """A color profile, in as many segments as it takes."""
    return b"".join(_parts(body))


def _parts(body: bytes) -> Iterator[bytes]:
    most = _MOST_BYTES - len(_PROFILE) - 2
    starts = range(0, len(body), most)
    for number, start in enumerate(starts, 1):
        yield segment(APP2, _PROFILE + bytes((number, len(starts))) + body[start : start + most])

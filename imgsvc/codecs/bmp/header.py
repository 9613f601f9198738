"""Reads the sizes of a BMP, and of the bitmaps in an icon."""

import struct

from imgsvc.codecs.headers.extent import Extent, Survey

# The oldest header has sides of 16 bits.
_CORE_BYTES = 12
_FILE_HEADER_BYTES = 14


def survey(data: bytes, extent: Extent) -> Survey:
    """Hold its size against the limit."""
    return Survey(extent.admit(*sides(data, _FILE_HEADER_BYTES)))


def sides(data: bytes | memoryview, at: int) -> tuple[int, int]:
    """Width and height of the bitmap header there; rows that begin at the top make a height negative."""
    if struct.unpack_from("<I", data, at)[0] == _CORE_BYTES:
        width, height = struct.unpack_from("<HH", data, at + 4)
    else:
        width, height = struct.unpack_from("<Ii", data, at + 4)
    return width, abs(height)

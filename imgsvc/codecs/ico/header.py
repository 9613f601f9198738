"""Reads an icon's directory, and of each image in it the size that its own header says.

The directory's own sizes are one byte and often wrong; its depths are often not given.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from imgsvc.codecs.bmp import header as bmp
from imgsvc.codecs.headers.extent import Bound, Extent, Survey
from imgsvc.codecs.png import header as png
from imgsvc.options.geometry import Size

# No real icon has more; a directory of 65,535 images is somebody's experiment.
IMAGES = Bound(256, "ico images")

_HEADER, _ENTRY = struct.Struct("<HHH"), struct.Struct("<BBBBHHII")
_PNG = struct.Struct(">IIBB")


@dataclass(frozen=True, slots=True)
class Entry:
    """One image of an icon: a PNG file, or a bitmap without its file header, and what lies behind it."""

    size: Size
    bits: int
    data: memoryview
    # As the directory says; some say less than there is.
    length: int

    @property
    def is_png(self) -> bool:
        """It is a PNG file."""
        return self.data[: len(png.SIGNATURE)] == png.SIGNATURE


def survey(data: bytes, extent: Extent) -> Survey:
    """Hold the image that is shown against the limit, by everything that its own format may say."""
    entry = largest(data)
    extent.admit(*entry.size, "image")
    if entry.is_png:
        png.survey(entry.data, extent)
    return Survey(entry.size)


def largest(data: bytes) -> Entry:
    """The image with the most pixels, the deepest of equals, the first of those; ValueError or struct.error if none."""
    return max(_entries(data), key=_rank)


def pages(data: bytes) -> list[Callable[[], bytes]]:
    """What makes an icon of each image alone, the largest first."""
    return [partial(_alone, each) for each in sorted(_entries(data), key=_rank, reverse=True)]


def _rank(each: Entry) -> tuple[int, int]:
    return each.size.width * each.size.height, each.bits


def _alone(each: Entry) -> bytes:
    width, height = (min(side, 255) for side in each.size)
    entry = _ENTRY.pack(width, height, 0, 0, 1, each.bits, each.length, _HEADER.size + _ENTRY.size)
    return _HEADER.pack(0, 1, 1) + entry + each.data


def _entries(data: bytes) -> list[Entry]:
    view = memoryview(data)
    _, _, count = _HEADER.unpack_from(view)
    count = min(count, IMAGES.most)
    entries = (_ENTRY.unpack_from(view, _HEADER.size + i * _ENTRY.size) for i in range(count))
    return [_entry(view[offset:], length) for *_, length, offset in entries if length]


def _entry(payload: memoryview, length: int) -> Entry:
    if payload[: len(png.SIGNATURE)] == png.SIGNATURE:
        width, height, depth, color_type = _PNG.unpack_from(payload, png.HEADER_AT)
        return Entry(Size(width, height), depth * png.CHANNELS.get(color_type, 1), payload, length)
    width, height = bmp.sides(payload, 0)
    (depth,) = struct.unpack_from("<H", payload, bmp.bits_at(payload))
    # A mask of one bit a pixel follows the colors and counts as height.
    return Entry(Size(width, height // 2), depth, payload, length)

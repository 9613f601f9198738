"""Lays out GIF files frame by frame.

Pillow's own writer leaves out frames that look like the one before; a client that counts frames would miss them.
"""

import struct
from collections.abc import Callable, Iterable, Iterator

import numpy
from PIL import Image

from imgsvc.codecs.color.palette import with_binary_alpha
from imgsvc.codecs.gif.blocks import depth_of, filled, packed, table_of
from imgsvc.codecs.gif.choosing import cheapest
from imgsvc.codecs.gif.differences import Screen
from imgsvc.codecs.gif.pixels import Pixels, colors_of, pixels_of
from imgsvc.codecs.gif.tables import Tables
from imgsvc.codecs.native.saving import EncodeOptions
from imgsvc.codecs.picture import Picture
from imgsvc.options.geometry import Box, Size

_KEEP, _CLEAR = 1, 2
_TRAILER = b";"
_MAX_BITS = 8


def write_gif(picture: Picture, options: EncodeOptions) -> bytes:
    """Every frame."""
    return gif(picture, picture.palette_bits or _MAX_BITS, options.check)


def gif(picture: Picture, bits: int, check: Callable[[], None] = lambda: None) -> bytes:
    """A file of all frames, each in a palette of at most `bits`; `check` is called before each."""
    if not picture.is_animated:
        check()
        return _still(picture, bits)
    is_kept = _keeps_colors(picture, bits)
    tables, screen, parts = Tables(bits), Screen(picture.size), list[bytes]()
    for (frame, following), delay_ms in zip(_with_following(picture.frames), picture.delays_ms, strict=True):
        check()
        difference = screen.difference(frame, following)
        block = cheapest(difference, tables, is_kept=is_kept).shortest()
        tables.take(block.drawing)
        screen.draw(difference, block.drawing.colors, block.drawing.drawn)
        disposal = _CLEAR if difference.is_cleared else _KEEP
        parts += (_control(disposal, delay_ms, block.transparent), _descriptor(block.box, block.table), block.codes)
    return b"".join((_head(picture.size, table_of(tables.shared)), _repeats(picture), *parts, _TRAILER))


def _still(picture: Picture, bits: int) -> bytes:
    image = with_binary_alpha(picture.frames[0], bits)
    table = filled(bytes(image.getpalette("RGB") or [])[: 3 << _MAX_BITS])
    transparent = image.info.get("transparency")
    control = b"" if transparent is None else _control(_KEEP, 0, transparent)
    place = _descriptor(Box(0, 0, *picture.size), b"")
    return b"".join((_head(picture.size, table), control, place, packed(numpy.asarray(image)), _TRAILER))


def _keeps_colors(picture: Picture, bits: int) -> bool:
    """Whether no frame has more than the source's may have: it was not scaled."""
    return all(colors_of(pixels_of(frame).ravel(), 1 << bits) is not None for frame in picture.held)


def _with_following(frames: Iterable[Image.Image]) -> Iterator[tuple[Pixels, Pixels | None]]:
    """PERF: of many frames there are two at a time."""
    before: Pixels | None = None
    for frame in map(pixels_of, frames):
        if before is not None:
            yield before, frame
        before = frame
    if before is not None:
        yield before, None


def _head(size: Size, table: bytes) -> bytes:
    """The screen, of eight bits a channel, and the palette that frames share."""
    return b"GIF89a" + struct.pack("<HHBBB", *size, 0xF0 | depth_of(table) - 1, 0, 0) + table


def _repeats(picture: Picture) -> bytes:
    if picture.loop == 1:
        return b""
    return b"\x21\xff\x0bNETSCAPE2.0\x03\x01" + struct.pack("<H", max(0, picture.loop - 1)) + b"\0"


def _control(disposal: int, delay_ms: int, transparent: int | None) -> bytes:
    flags = disposal << 2 | (transparent is not None)
    return b"\x21\xf9\x04" + struct.pack("<BHBx", flags, delay_ms // 10, transparent or 0)


def _descriptor(box: Box, table: bytes) -> bytes:
    """A frame's place, and its own palette if it has one."""
    flags = 0x80 | depth_of(table) - 1 if table else 0
    return b"," + struct.pack("<HHHHB", box.left, box.top, *box.size, flags) + table

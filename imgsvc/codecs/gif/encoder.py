"""Lays out GIF files frame by frame.

Pillow's own writer leaves out frames that look like the one before; a client that counts frames would miss them.
"""

import struct
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO

import numpy
from PIL import Image, ImageFile

from imgsvc.codecs.color.palette import with_binary_alpha
from imgsvc.codecs.gif.differences import Difference, Screen
from imgsvc.codecs.gif.pixels import Indices, Pixels, in_runs, pixels_of, places
from imgsvc.codecs.gif.tables import Drawing, Tables
from imgsvc.codecs.native.saving import EncodeOptions
from imgsvc.codecs.picture import Picture
from imgsvc.options.geometry import Box, Size

_KEEP, _CLEAR = 1, 2
_TRAILER = b";"
_MAX_BITS, _LEAST_CODE_BITS = 8, 2
_NOTHING = 0
# Runs of what stays that are shorter may cost less if they are drawn.
_SHORT_RUN = 16


def write_gif(picture: Picture, options: EncodeOptions) -> bytes:
    """Every frame."""
    return gif(picture, picture.palette_bits or _MAX_BITS, options.check)


def gif(picture: Picture, bits: int, check: Callable[[], None] = lambda: None) -> bytes:
    """A file of all frames, each in a palette of at most `bits`; `check` is called before each."""
    if not picture.is_animated:
        check()
        return _still(picture, bits)
    tables, parts = Tables(bits), list[bytes]()
    for difference, drawing, delay_ms in _drawings(picture, tables):
        check()
        parts += _frame(difference, drawing, delay_ms)
    table = _table(tables.shared, has_none=not tables.is_full)
    return b"".join((_head(picture.size, table), _repeats(picture), *parts, _TRAILER))


def _still(picture: Picture, bits: int) -> bytes:
    image = with_binary_alpha(picture.frames[0], bits)
    table = _filled(bytes(image.getpalette("RGB") or [])[: 3 << _MAX_BITS])
    transparent = image.info.get("transparency")
    control = b"" if transparent is None else _control(_KEEP, 0, transparent)
    place = _descriptor(Box(0, 0, *picture.size), b"")
    return b"".join((_head(picture.size, table), control, place, _codes(numpy.asarray(image)), _TRAILER))


def _drawings(picture: Picture, tables: Tables) -> Iterator[tuple[Difference, Drawing, int]]:
    screen = Screen(picture.size)
    for (frame, following), delay_ms in zip(_with_following(picture.frames), picture.delays_ms, strict=True):
        difference = screen.difference(frame, following)
        drawing = tables.drawing(difference)
        screen.draw(difference, drawing.colors, drawing.drawn)
        yield difference, drawing, delay_ms


def _with_following(frames: Iterable[Image.Image]) -> Iterator[tuple[Pixels, Pixels | None]]:
    """PERF: of many frames there are two at a time."""
    before: Pixels | None = None
    for frame in map(pixels_of, frames):
        if before is not None:
            yield before, frame
        before = frame
    if before is not None:
        yield before, None


def _frame(difference: Difference, drawing: Drawing, delay_ms: int) -> Iterator[bytes]:
    disposal = _CLEAR if difference.is_cleared else _KEEP
    yield _control(disposal, delay_ms, None if drawing.is_whole else _NOTHING)
    yield _descriptor(
        difference.box, b"" if drawing.is_shared else _table(drawing.table, has_none=not drawing.is_whole)
    )
    yield min((_codes(each) for each in _indices(difference, drawing)), key=len)


def _indices(difference: Difference, drawing: Drawing) -> Iterator[Indices]:
    """Ways to write the same frame: what stays may be left out, or drawn once more in the color that it has."""
    there = numpy.where(drawing.drawn, drawing.colors, difference.shown)
    found, is_in_table = places(there, drawing.table)
    if drawing.is_whole:
        yield found
        return
    indices = found + numpy.uint8(1)
    left_out = numpy.where(drawing.drawn, indices, numpy.uint8(_NOTHING))
    yield left_out
    again = ~drawing.drawn & is_in_table
    if again.any():
        yield numpy.where(again & ~in_runs(~drawing.drawn, _SHORT_RUN), indices, left_out)
        yield numpy.where(again, indices, left_out)


def _head(size: Size, table: bytes) -> bytes:
    """The screen, of eight bits a channel, and the palette that frames share."""
    return b"GIF89a" + struct.pack("<HHBBB", *size, 0xF0 | _depth(table) - 1, 0, 0) + table


def _repeats(picture: Picture) -> bytes:
    if picture.loop == 1:
        return b""
    return b"\x21\xff\x0bNETSCAPE2.0\x03\x01" + struct.pack("<H", max(0, picture.loop - 1)) + b"\0"


def _control(disposal: int, delay_ms: int, transparent: int | None) -> bytes:
    flags = disposal << 2 | (transparent is not None)
    return b"\x21\xf9\x04" + struct.pack("<BHBx", flags, delay_ms // 10, transparent or 0)


def _descriptor(box: Box, table: bytes) -> bytes:
    """A frame's place, and its own palette if it has one."""
    flags = 0x80 | _depth(table) - 1 if table else 0
    return b"," + struct.pack("<HHHHB", box.left, box.top, *box.size, flags) + table


def _table(colors: Pixels, *, has_none: bool) -> bytes:
    """A palette; if it has none, that is what is left out, its first entry is nothing."""
    entries = numpy.concatenate((numpy.zeros(int(has_none), numpy.uint32), colors))
    return _filled(entries.astype("<u4").view(numpy.uint8).reshape(-1, 4)[:, :3].tobytes())


def _filled(table: bytes) -> bytes:
    return table.ljust(3 << _depth(table), b"\0")


def _depth(table: bytes) -> int:
    return max(1, (len(table) // 3 - 1).bit_length())


def _codes(indices: Indices) -> bytes:
    """Compressed, with codes that begin as short as can be."""
    bits = max(_LEAST_CODE_BITS, int(indices.max()).bit_length())
    file = BytesIO()
    image = Image.fromarray(indices, "P")
    ImageFile._save(image, file, [ImageFile._Tile("gif", (0, 0, *image.size), 0, ("P", bits, 0))])
    return bytes([bits]) + file.getvalue() + b"\0"

"""Walks through the blocks of a GIF: its screen, its frames, how often they are shown, and where the file is damaged.

What browsers do where the specification is silent was seen in Chromium: the first frame makes the screen larger, a
block that nobody knows ends the file, and a control block is for the next frame, whatever lies between.
"""

import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from itertools import islice

from imgsvc.codecs.headers.extent import Bound, Extent, Survey
from imgsvc.options.geometry import Box, Size

# Looked at one by one, 0.1 us, where they are not full.
BLOCKS = Bound(100_000, "gif blocks")

_SCREEN, _IMAGE, _CONTROL = struct.Struct("<6xHHBxx"), struct.Struct("<HHHHB"), struct.Struct("<BBHBB")
_EXTENSION, _SEPARATOR, _TRAILER = 0x21, 0x2C, 0x3B
_GRAPHIC_CONTROL, _APPLICATION = 0xF9, 0xFF
_LOOPS = (b"\x0bNETSCAPE2.0\x03\x01", b"\x0bANIMEXTS1.0\x03\x01")
_HAS_TABLE, _IS_INTERLACED, _HAS_TRANSPARENT = 0x80, 0x40, 0x01
# By so many bytes a block may be there on average beyond the bound; encoders fill all 255.
_LEAST_BLOCK = 64
_FULL, _FULL_BYTE, _RUN_BYTES = 255, b"\xff", 1024 * 256
_MOST_CODES, _MOST_CODE_BITS = 4096, 12
MOST_INDEX_BITS = 8
# COMPAT: browsers and libvips show a frame that is to be seen for no time, or hardly any, for so long.
_LEAST_DELAY, _USUAL_DELAY = 2, 10


class Disposal(Enum):
    """What becomes of a frame before the next is drawn."""

    KEEP = "it stays"
    CLEAR = "its place becomes transparent"
    RESTORE = "it becomes what was there before"


_DISPOSALS = {2: Disposal.CLEAR, 3: Disposal.RESTORE, 4: Disposal.RESTORE}


@dataclass(frozen=True, slots=True)
class Control:
    """How a frame is shown; a frame without a control block is shown like this."""

    delay_ms: int = _USUAL_DELAY * 10
    disposal: Disposal = Disposal.KEEP
    transparent: int | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """One image: its place on the screen, its table of colors, and where its codes begin and end."""

    box: Box
    control: Control
    table: bytes
    is_interlaced: bool
    code_bits: int
    begin: int
    end: int
    # To the end of its last block.
    is_whole: bool = True

    @property
    def palette_bits(self) -> int:
        """Bits of an index into its table; as many as can be without one."""
        return (len(self.table) // 3 - 1).bit_length() if self.table else MOST_INDEX_BITS

    def codes(self, data: bytes) -> bytes | memoryview:
        """Its blocks; where the file ends in one of them, that is as long as it came."""
        if self.is_whole:
            # PERF: of a picture that is nearly all of its file nothing is copied.
            return memoryview(data)[self.begin : self.end]
        rest = data[self.end + 1 :]
        return data[self.begin : self.end] + (bytes([len(rest)]) + rest if rest else b"")


@dataclass(frozen=True, slots=True)
class Layout:
    """A screen and the frames on it; `loop` is how often they are shown, 0 for ever."""

    size: Size
    frames: tuple[Frame, ...]
    loop: int = 1


def survey(data: bytes, extent: Extent, *, counts: bool = True) -> Survey:
    """Look at every frame, or if they do not count at the first one, and at whether there is another."""
    walk, count, has_alpha = _Walk(data, extent), 0, False
    # PERF: of a million frames none is kept.
    for frame in walk.frames() if counts else islice(walk.frames(), 2):
        count += frame.is_whole
        has_alpha = has_alpha or (frame.is_whole and frame.control.transparent is not None)
    if walk.size is None:
        raise ValueError("there is no image in it")
    return Survey(walk.size, max(1, count), has_alpha)


def layout(data: bytes, extent: Extent, most_frames: int) -> Layout:
    """The first frames, of those that are there whole, or the first as far as it goes."""
    walk, frames = _Walk(data, extent), list[Frame]()
    for frame in walk.frames():
        # Behind the last one may still be said how often they are shown.
        if len(frames) == most_frames or not (frame.is_whole or not frames):
            break
        frames.append(frame)
    return Layout(walk.size or Size(0, 0), tuple(frames), walk.loop)


def has_row(data: bytes, frame: Frame) -> bool:
    """Whether there is a whole row of a frame, however that goes on."""
    # SECURITY: the table of codes doubles with each bit that the file claims they have.
    if frame.code_bits > MOST_INDEX_BITS:
        return False
    codes, width = b"".join(_contents(frame.codes(data))), frame.box.size.width
    return _pixels(codes, frame.code_bits, width) >= width


def _contents(blocks: bytes | memoryview) -> Iterator[bytes | memoryview]:
    at = 0
    while at < len(blocks) and blocks[at]:
        yield blocks[at + 1 : at + 1 + blocks[at]]
        at += blocks[at] + 1


def _pixels(codes: bytes, bits: int, most: int) -> int:
    """How many pixels LZW codes stand for, at most a few more than `most`."""
    clear, end = 1 << bits, (1 << bits) + 1
    lengths, size, pixels, before, at = [1] * (end + 1), bits + 1, 0, 0, 0
    while pixels < most and at + size <= 8 * len(codes):
        code = int.from_bytes(codes[at // 8 : at // 8 + 3], "little") >> at % 8 & ((1 << size) - 1)
        at += size
        if code == clear:
            lengths, size, before = lengths[: end + 1], bits + 1, 0
            continue
        if code == end or code > len(lengths):
            break
        length = lengths[code] if code < len(lengths) else before + 1
        if before and len(lengths) < _MOST_CODES:
            lengths.append(before + 1)
            size += len(lengths) == 1 << size and size < _MOST_CODE_BITS
        pixels, before = pixels + length, length
    return pixels


class _Walk:
    def __init__(self, data: bytes, extent: Extent) -> None:
        self._data, self._extent = data, extent
        self._most_blocks, self._blocks = len(data) // _LEAST_BLOCK, 0
        width, height, flags = _SCREEN.unpack_from(data)
        self._screen = extent.admit(width, height, "screen")
        self._at = _SCREEN.size
        self._table = self._colors(flags)
        self._control = Control()
        # That of the screen, once there is a frame on it.
        self.size: Size | None = None
        self.loop = 1

    def frames(self) -> Iterator[Frame]:
        """Every frame up to where the file ends, or makes no sense any more."""
        with suppress(IndexError, struct.error):
            while True:
                kind, self._at = self._data[self._at], self._at + 1
                if kind == _SEPARATOR:
                    yield self._frame()
                elif kind == _EXTENSION:
                    if not self._extension():
                        return
                elif self.size or kind == _TRAILER:
                    return
                else:
                    self._count(1)

    def _frame(self) -> Frame:
        left, top, width, height, flags = _IMAGE.unpack_from(self._data, self._at)
        self._at += _IMAGE.size
        self._extent.admit(width, height, "frame")
        table = self._colors(flags) or self._table
        code_bits, begin = self._data[self._at], self._at + 1
        end, is_whole = self._chain(begin)
        if self.size is None:
            reached = max(self._screen.width, left + width), max(self._screen.height, top + height)
            self.size = self._extent.admit(*reached, "screen with its first frame")
        box, control, self._control = Box(left, top, left + width, top + height), self._control, Control()
        return Frame(box, control, table, bool(flags & _IS_INTERLACED), code_bits, begin, end, is_whole)

    def _extension(self) -> bool:
        """Read what is of use in it; whether it is as it should be."""
        data, label, begin = self._data, self._data[self._at], self._at + 1
        _, is_whole = self._chain(begin)
        if label == _GRAPHIC_CONTROL:
            length, flags, delay, transparent, end = _CONTROL.unpack_from(data, begin)
            self._control = Control(
                delay_ms=(delay if delay >= _LEAST_DELAY else _USUAL_DELAY) * 10,
                disposal=_DISPOSALS.get(flags >> 2 & 7, Disposal.KEEP),
                transparent=transparent if flags & _HAS_TRANSPARENT else None,
            )
            return bool(is_whole and length == _CONTROL.size - 2 and not end)
        if label == _APPLICATION and data.startswith(_LOOPS, begin):
            (repeats,) = struct.unpack_from("<H", data, begin + len(_LOOPS[0]))
            self.loop = repeats + 1 if repeats else 0
        return is_whole

    def _chain(self, at: int) -> tuple[int, bool]:
        """Go behind a chain of blocks; where it ends, or the block begins in which the file ends, and which it is."""
        data, end, last, blocks = self._data, len(self._data), at, 1
        while at < end and (length := data[at]):
            # PERF: encoders fill blocks; of full ones a run is gone over at once, in a thirtieth of the time.
            run = data[at : at + _RUN_BYTES : _FULL + 1] if length == _FULL else b"\0"
            full = len(run) - len(run.lstrip(_FULL_BYTE)) or 1
            at += full * (length + 1)
            last, blocks = at - length - 1, blocks + full
        self._at = at + 1
        self._count(blocks)
        return (at, True) if at < end else (last, False)

    def _count(self, blocks: int) -> None:
        self._blocks += blocks
        BLOCKS.hold(self._blocks, self._most_blocks)

    def _colors(self, flags: int) -> bytes:
        """The table there, if the flags say that there is one."""
        begin = self._at
        if flags & _HAS_TABLE:
            self._at += 6 << (flags & 7)
        return self._data[begin : self._at]

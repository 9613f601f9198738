"""Walks through the blocks of a GIF: its screen, its frames, and how many of them are there whole."""

import struct
from contextlib import suppress

from imgsvc.codecs.headers.extent import Extent, Survey, within
from imgsvc.errors import ImageError
from imgsvc.options.geometry import Size

_SCREEN, _IMAGE = struct.Struct("<6xHHBxx"), struct.Struct("<HHHHB")
_EXTENSION, _SEPARATOR, _TRAILER, _COMMENT = 0x21, 0x2C, 0x3B, 0xFE
_HAS_TABLE = 0x80
# By so many bytes a block may be there on average beyond the bound; encoders fill all 255.
_LEAST_BLOCK = 64
_MOST_CODES, _MOST_CODE_BITS = 4096, 12


def survey(data: bytes, extent: Extent, *, counts: bool = True) -> Survey:
    """Look at every frame, or if they do not count at the first one, and at whether there is another."""
    walk = _Walk(data, extent, most_frames=None if counts else 2)
    # What is cut short has the frames before.
    with suppress(IndexError, struct.error):
        walk.through()
    if walk.first is None:
        raise ValueError("there is no image in it")
    return Survey(walk.first, max(1, walk.frames))


def has_row(data: bytes) -> bool:
    """Whether there is a whole row of its first frame, however that goes on."""
    walk = _Walk(data, Extent(), most_frames=1)
    with suppress(IndexError, struct.error, ImageError):
        walk.through()
    if not walk.first_at:
        return False
    _, _, width, _, flags = _IMAGE.unpack_from(data, walk.first_at)
    at = walk.first_at + _IMAGE.size + _table_bytes(flags)
    # SECURITY: the table of codes doubles with each bit that the file claims they have.
    if at >= len(data) or data[at] >= _MOST_CODE_BITS:
        return False
    return _pixels(_joined(data, at + 1), data[at], width) >= int(width)


def _joined(data: bytes, at: int) -> bytes:
    """What the blocks of a frame hold."""
    parts = []
    while at < len(data) and data[at]:
        parts.append(data[at + 1 : at + 1 + data[at]])
        at += data[at] + 1
    return b"".join(parts)


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
    def __init__(self, data: bytes, extent: Extent, most_frames: int | None) -> None:
        self._data, self._extent, self._most_frames = data, extent, most_frames
        self._most_blocks = len(data) // _LEAST_BLOCK
        self._blocks = self._comment_blocks = 0
        width, height, flags = _SCREEN.unpack_from(data)
        self._at = _SCREEN.size + _table_bytes(flags)
        # A frame that reaches beyond the screen makes it larger: in Pillow every one, in browsers the first.
        self._reached = extent.admit(width, height, "screen")
        self.first: Size | None = None
        self.first_at = 0
        self.frames = 0

    def through(self) -> None:
        while self._most_frames is None or self.frames < self._most_frames:
            kind, self._at = self._data[self._at], self._at + 1
            if kind == _TRAILER:
                return
            if kind == _SEPARATOR:
                self._frame()
            elif kind == _EXTENSION:
                label, self._at = self._data[self._at], self._at + 1
                blocks = self._skip()
                self._comment_blocks += blocks if label == _COMMENT else 0
                within("gif comment blocks", self._comment_blocks)
            else:
                self._count(1)

    def _frame(self) -> None:
        left, top, width, height, flags = _IMAGE.unpack_from(self._data, self._at)
        self._extent.admit(width, height, "frame")
        self._reached = self._extent.admit(
            max(self._reached.width, left + width), max(self._reached.height, top + height), "screen with all frames"
        )
        if self.first is None:
            self.first, self.first_at = self._reached, self._at
        # The byte behind the table is the first code's size.
        self._at += _IMAGE.size + _table_bytes(flags) + 1
        self._skip()
        self.frames += 1

    def _skip(self) -> int:
        """Go behind a chain of blocks; how many there were."""
        data, at, blocks = self._data, self._at, 0
        while length := data[at]:
            at += length + 1
            blocks += 1
        self._at = at + 1
        self._count(blocks)
        return blocks

    def _count(self, blocks: int) -> None:
        self._blocks += blocks
        within("gif blocks", self._blocks, self._most_blocks)


def _table_bytes(flags: int) -> int:
    return 6 << (flags & 7) if flags & _HAS_TABLE else 0

"""Reads the headers of a BMP, of every version since OS/2's, and of the bitmaps in an icon.

What they leave open is as in Chromium: a mask for alpha counts from version 4 on, whatever the compression; where no
masks are what pixels are written by, it only says that there is alpha.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum

from imgsvc.codecs.headers.extent import Extent, Survey
from imgsvc.errors import UndecodableImageError
from imgsvc.options.geometry import Size

FILE_HEADER_BYTES = 14
_FILE_HEADER, _CORE, _INFO = struct.Struct("<2s8xI"), struct.Struct("<IHHHH"), struct.Struct("<IiiHHI12xI4x")
_MASKS, _MASKS_AT = struct.Struct("<4I"), 40
# Version 5 says where its profile is, from where the header begins.
_PROFILE, _PROFILE_BYTES, _SPACE_AT, _PROFILE_AT, _HAS_PROFILE = struct.Struct("<II"), 124, 56, 112, b"DEBM"
# By how far a header goes: those of OS/2 2.x say other things where later ones have masks.
_CORE_BYTES, _OS2_BYTES = 12, 64
_WITH_MASKS, _WITH_ALPHA_MASK, _ALWAYS_WITH_ALPHA = (52, 56, 108, 124), (56, 108, 124), (108, 124)
# OS/2 2.x may end its header after any of its fields; what it does not say is 0.
_SIZES = frozenset({_CORE_BYTES, *range(16, _OS2_BYTES + 1, 4), 42, 46, 108, 124})
_BITS = frozenset({1, 2, 4, 8, 16, 24, 32})
_MOST_TABLE_BITS = 8


class Compression(IntEnum):
    """How pixels are written."""

    NONE = 0
    RUNS_8 = 1
    RUNS_4 = 2
    MASKS = 3
    # OS/2's; for Windows it is a JPEG.
    RUNS_24 = 4
    MASKS_WITH_ALPHA = 6


_RUN_BITS = {Compression.RUNS_8: 8, Compression.RUNS_4: 4, Compression.RUNS_24: 24}
_ARE_MASKED = frozenset({Compression.MASKS, Compression.MASKS_WITH_ALPHA})
_USUAL_MASKS = {16: (0x7C00, 0x03E0, 0x001F), 32: (0xFF0000, 0x00FF00, 0x0000FF)}
_USUAL_ALPHA = {32: 0xFF000000}


@dataclass(frozen=True, slots=True)
class Bitmap:
    """What the headers say; `height` is positive, the table is of blue, green and red, with a fourth byte or not."""

    size: Size
    is_top_down: bool
    bits: int
    compression: Compression
    table: bytes
    entry_bytes: int
    # Where red, green, blue and alpha stand in a pixel read as one number.
    masks: tuple[int, int, int, int]
    # Where its pixels begin.
    offset: int
    profile: bytes | None = None

    @property
    def row_bytes(self) -> int:
        """Of a row that is not packed; it ends at a multiple of four."""
        return (self.size.width * self.bits + 31) // 32 * 4

    def rows(self, pixel_bytes: int) -> int:
        """How many rows so many bytes have; what fills up the last one may be missing."""
        filling = self.row_bytes - (self.size.width * self.bits + 7) // 8
        return min((pixel_bytes + filling) // self.row_bytes, self.size.height) if self.row_bytes else 0


def survey(data: bytes, extent: Extent) -> Survey:
    """Hold its size against the limit."""
    return Survey(extent.admit(*sides(data, FILE_HEADER_BYTES)))


def sides(data: bytes | memoryview, at: int) -> tuple[int, int]:
    """Width and height of the bitmap header there; rows that begin at the top make a height negative."""
    if struct.unpack_from("<I", data, at)[0] == _CORE_BYTES:
        width, height = struct.unpack_from("<HH", data, at + 4)
    else:
        width, height = struct.unpack_from("<Ii", data, at + 4)
    return width, abs(height)


def bits_at(data: bytes | memoryview) -> int:
    """Where the bitmap header there says how many bits a pixel has."""
    return 10 if struct.unpack_from("<I", data)[0] == _CORE_BYTES else 14


def read(data: bytes) -> Bitmap:
    """The headers of a file."""
    _, offset = _FILE_HEADER.unpack_from(data)
    return read_bitmap(data, FILE_HEADER_BYTES, offset)


def read_bitmap(data: bytes, at: int, offset: int | None = None, *, is_icon: bool = False) -> Bitmap:
    """Those there; the pixels begin at `offset`, or behind them. An icon's rows are half of its height."""
    (length,) = struct.unpack_from("<I", data, at)
    if length not in _SIZES:
        raise UndecodableImageError(f"a bitmap whose header has {length} bytes")
    compression, colors = 0, 0
    if length == _CORE_BYTES:
        _, width, height, _, bits = _CORE.unpack_from(data, at)
    else:
        _, width, height, _, bits, compression, colors = _INFO.unpack_from(_filled_up(data, at, length))
    _check(bits, compression, height, length)
    compression = Compression(compression)
    masks, table_at = _masks(data, at, length, bits, compression, is_icon=is_icon), at + length
    if compression in _ARE_MASKED and length not in _WITH_MASKS:
        table_at += 16 if compression is Compression.MASKS_WITH_ALPHA else 12
    entry = 3 if length == _CORE_BYTES else 4
    most = 1 << bits if bits <= _MOST_TABLE_BITS else 0
    count = min(colors or most, most)
    end = table_at + count * entry
    # Some tables have fewer colors than they should, and end where the pixels begin.
    end = min(end, max(table_at, offset)) if offset else end
    return Bitmap(
        size=Size(width, abs(height) // (2 if is_icon else 1)),
        is_top_down=height < 0,
        bits=bits,
        compression=compression,
        table=data[table_at:end],
        entry_bytes=entry,
        masks=masks,
        offset=offset or end,
        profile=_profile(data, at, length),
    )


def _profile(data: bytes, at: int, length: int) -> bytes | None:
    """That in the file; one that is somewhere else is passed over."""
    if length != _PROFILE_BYTES or data[at + _SPACE_AT : at + _SPACE_AT + 4] != _HAS_PROFILE:
        return None
    begin, count = _PROFILE.unpack_from(data, at + _PROFILE_AT)
    return data[at + begin : at + begin + count] or None


def _filled_up(data: bytes, at: int, length: int) -> bytes:
    """A header, with zeros for the fields that it is too short to have."""
    header = data[at : at + length]
    if len(header) < length:
        raise UndecodableImageError("a bitmap that ends in its header")
    return bytes(header).ljust(_INFO.size, b"\0")


def _check(bits: int, compression: int, height: int, length: int) -> None:
    is_known = bits in _BITS and (bits != 2 or length != _CORE_BYTES)
    if compression in _RUN_BITS:
        is_known &= bits == _RUN_BITS[Compression(compression)] and (bits != 24 or length == _OS2_BYTES)
    elif compression in _ARE_MASKED:
        is_known &= bits in _USUAL_MASKS and length != _OS2_BYTES
    else:
        is_known &= compression == Compression.NONE
    if not is_known:
        raise UndecodableImageError(f"a bitmap of {bits} bits, compressed by {compression}, in version {length}")


def _masks(
    data: bytes, at: int, length: int, bits: int, compression: Compression, *, is_icon: bool
) -> tuple[int, int, int, int]:
    """What a header says of colors counts only where that is what the pixels are written by."""
    is_masked, found = compression in _ARE_MASKED, (0, 0, 0, 0)
    if is_masked or length in _ALWAYS_WITH_ALPHA:
        found = _MASKS.unpack_from(data, at + _MASKS_AT)
    red, green, blue = found[:3] if is_masked else _USUAL_MASKS.get(bits, (0, 0, 0))
    if is_masked and (length in _WITH_ALPHA_MASK or compression is Compression.MASKS_WITH_ALPHA):
        alpha = found[3]
    else:
        has_alpha = found[3] if length in _ALWAYS_WITH_ALPHA else is_icon
        alpha = _USUAL_ALPHA.get(bits, 0) if has_alpha else 0
    masks = [mask & ((1 << bits) - 1) for mask in (red, green, blue, alpha)]
    return masks[0], masks[1], masks[2], masks[3]

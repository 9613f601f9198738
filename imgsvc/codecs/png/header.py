"""Reads the chunks of a PNG: its one header, what its pixels need, and of all else a profile and metadata.

What no pixel needs is left out where it is damaged, or larger than it should be, as browsers do; of two the first
counts. A chunk that has to be understood, and is not, makes a picture that cannot be shown: Apple's tools write such
(CgBI), whose pixels are packed otherwise.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from imgsvc.codecs.headers.extent import Bound, Extent, Survey
from imgsvc.codecs.picture import Metadata
from imgsvc.codecs.png.colors import KINDS, space_of
from imgsvc.codecs.spaces.space import ColorSpace
from imgsvc.errors import UndecodableImageError
from imgsvc.options.geometry import Size

# 0.5 us each. At 8 KiB, as encoders write them, these are 400 MB of pixels.
CHUNKS = Bound(50_000, "png chunks")

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GRAY, RGB, PALETTE, GRAY_ALPHA, RGB_ALPHA = 0, 2, 3, 4, 6
_CHUNK, _CHECKSUM, _HEADER = struct.Struct(">I4s"), struct.Struct(">I"), struct.Struct(">IIBBBBB")
# Where its content is.
HEADER_AT = 16
CHANNELS = {GRAY: 1, RGB: 3, PALETTE: 1, GRAY_ALPHA: 2, RGB_ALPHA: 4}
COLORS, _COLOR = 256, 3
_IS_ANCILLARY = 0x20
_CRITICAL = frozenset({b"IHDR", b"PLTE"})
_OF_USE = KINDS | {b"tRNS", b"iCCP", b"eXIf", b"iTXt"}
# Of a color that is not there, two bytes for each of its samples.
_COLOR_BYTES = {GRAY: 2, RGB: 6}
_EXIF_PREFIX, _XMP_KEYWORD = b"Exif\0\0", b"XML:com.adobe.xmp\0"
# What is larger is no profile and no metadata any more.
_MOST_BYTES = 1 << 20
_UNLIMITED = 1 << 31
# Column and row at which each pass of an interlaced picture begins, and its steps.
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_PLAIN = ((0, 0, 1, 1),)


@dataclass(frozen=True, slots=True)
class Png:
    """What a PNG says of itself, and its packed pixels."""

    size: Size
    depth: int
    color_type: int
    is_interlaced: bool
    table: bytes
    # How opaque the table's colors are, or the one color that is not there, as it stands in the file.
    transparency: bytes | None
    profile: bytes | None
    # What its colors are where no profile of the file's says it; None is sRGB.
    color_space: ColorSpace | None
    metadata: Metadata
    contents: tuple[memoryview, ...]

    @property
    def has_alpha(self) -> bool:
        """It may have transparent pixels."""
        return self.color_type in (GRAY_ALPHA, RGB_ALPHA) or self.transparency is not None

    @property
    def colors(self) -> tuple[bytes, bytes | None]:
        """A whole table of three bytes each, and how opaque each is, if that is said.

        COMPAT: an index that there is no color for has the last one in browsers, as opaque as that is.
        """
        count, table = (
            len(self.table) // _COLOR,
            self.table + self.table[-_COLOR:] * (COLORS - len(self.table) // _COLOR),
        )
        if self.transparency is None:
            return table, None
        levels = self.transparency[:count].ljust(count, b"\xff")
        return table, levels + levels[-1:] * (COLORS - count)

    @property
    def rows(self) -> Iterator[tuple[int, int]]:
        """What its pixels unpack to: how many rows of how many bytes, pass by pass."""
        for left, top, across, down in _PASSES if self.is_interlaced else _PLAIN:
            width, height = -(-(self.size.width - left) // across), -(-(self.size.height - top) // down)
            if width > 0 and height > 0:
                # The number of its filter comes before each row.
                yield height, 1 + -(-width * self.depth * CHANNELS[self.color_type] // 8)


def survey(data: bytes | memoryview, extent: Extent) -> Survey:
    """Hold the header against the limit; the file must begin with it and have no other."""
    length, kind = _CHUNK.unpack_from(data, len(SIGNATURE))
    if kind != b"IHDR" or length < _HEADER.size:
        raise UndecodableImageError(f"a PNG that begins with {kind!r}")
    width, height, *_ = _HEADER.unpack_from(data, HEADER_AT)
    size, count = extent.admit(width, height), 0
    for kind, _, _ in _chunks(data):
        count += 1
        if count > 1 and kind == b"IHDR":
            raise UndecodableImageError("a PNG with two headers")
    CHUNKS.hold(count)
    return Survey(size)


def read(data: bytes | memoryview, *, is_unlimited: bool = False) -> Png:
    """Everything that is of use in a file that has been surveyed."""
    width, height, depth, color_type, packing, filtering, interlacing = _HEADER.unpack_from(data, HEADER_AT)
    if packing or filtering or interlacing > 1 or color_type not in CHANNELS:
        raise UndecodableImageError(f"a PNG of type {color_type}, packed by {packing}/{filtering}/{interlacing}")
    found, contents = _gathered(memoryview(data), color_type)
    table = found.get(b"PLTE", b"")
    profile = _profile(found.get(b"iCCP", b""), _UNLIMITED if is_unlimited else _MOST_BYTES) or None
    space = space_of(found, profile)
    is_gray = color_type in (GRAY, GRAY_ALPHA)
    exif = found.get(b"eXIf", b"").removeprefix(_EXIF_PREFIX)
    return Png(
        size=Size(width, height),
        depth=depth,
        color_type=color_type,
        is_interlaced=bool(interlacing),
        table=table[: min(len(table) // _COLOR, COLORS) * _COLOR] if color_type == PALETTE else b"",
        transparency=_transparency(found.get(b"tRNS", b""), color_type),
        profile=space.profile(is_gray=is_gray) if space else profile,
        color_space=space,
        metadata=Metadata(exif if len(exif) <= _MOST_BYTES else b"", _xmp(found.get(b"iTXt", b""))),
        contents=contents,
    )


def _chunks(data: bytes | memoryview) -> Iterator[tuple[bytes, int, int]]:
    """Kind, place and length of each, the last one included, whose content the file may lack."""
    at, end = len(SIGNATURE), len(data)
    while at + _CHUNK.size <= end:
        length, kind = _CHUNK.unpack_from(data, at)
        if kind == b"IEND":
            return
        yield kind, at + _CHUNK.size, length
        at += _CHUNK.size + length + _CHECKSUM.size


def _gathered(data: memoryview, color_type: int) -> tuple[dict[bytes, bytes], tuple[memoryview, ...]]:
    """Of each kind that is of use the first one before the pixels, if it is sound; and the packed pixels."""
    found, contents = dict[bytes, bytes](), list[memoryview]()
    for kind, at, length in _chunks(data):
        content = data[at : at + length]
        if kind == b"IDAT":
            contents.append(content)
        elif contents or kind in found:
            continue
        elif not kind[0] & _IS_ANCILLARY:
            if kind not in _CRITICAL or not _is_sound(data, at, length):
                raise UndecodableImageError(f"a PNG with a chunk {kind!r} that cannot be used")
            found[kind] = bytes(content)
        elif kind in _OF_USE and _is_sound(data, at, length):
            # The levels of a table that has not come yet, or some other text.
            is_out_of_place = kind == b"tRNS" and color_type == PALETTE and b"PLTE" not in found
            if not is_out_of_place and (kind != b"iTXt" or content[: len(_XMP_KEYWORD)] == _XMP_KEYWORD):
                found[kind] = bytes(content)
    return found, tuple(contents)


def _is_sound(data: memoryview, at: int, length: int) -> bool:
    """Whether it is all there and has not changed."""
    end = at + length
    if end + _CHECKSUM.size > len(data):
        return False
    (checksum,) = _CHECKSUM.unpack_from(data, end)
    return bool(zlib.crc32(data[at - 4 : end]) == checksum)


def _transparency(content: bytes, color_type: int) -> bytes | None:
    if color_type == PALETTE:
        return content or None
    length = _COLOR_BYTES.get(color_type, 0)
    return content[:length] if length and len(content) >= length else None


def _profile(content: bytes, most: int) -> bytes:
    """What is behind its name and packing."""
    _, _, rest = content.partition(b"\0")
    return _unpacked(rest[1:], most) if rest[:1] == b"\0" else b""


def _xmp(content: bytes) -> bytes:
    """Behind its keyword, whether it is packed and how, its language and the keyword in that."""
    is_packed, parts = content[len(_XMP_KEYWORD) :][:1] == b"\1", content[len(_XMP_KEYWORD) + 2 :].split(b"\0", 2)
    text = parts[2] if len(parts) == 3 else b""
    text = _unpacked(text, _MOST_BYTES) if is_packed else text
    return text if len(text) <= _MOST_BYTES else b""


def _unpacked(content: bytes, most: int) -> bytes:
    """Nothing where it is damaged, or more than so many bytes."""
    unpacker = zlib.decompressobj()
    try:
        found = unpacker.decompress(content, most)
    except zlib.error:
        return b""
    return b"" if unpacker.unconsumed_tail else found

"""Reads what a PSD or PSB says of itself, up to its merged picture (Adobe Photoshop File Formats Specification)."""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum

from imgsvc.codecs.headers.extent import Bound, Extent, Survey
from imgsvc.errors import UndecodableImageError
from imgsvc.options.geometry import Size

# Real files have some dozens.
RESOURCES = Bound(10_000, "psd resources")
BLOCKS = Bound(10_000, "psd blocks behind the layers")

_HEADER = struct.Struct(">4sH6xHIIHH")
_BIG = 2
_MOST_CHANNELS, _MOST_SIDE, _MOST_SIDE_BIG = 56, 30_000, 300_000
# The color table, the resources, the layers: each begins with its length.
_LENGTH, _LONG = struct.Struct(">I"), struct.Struct(">Q")
_SIGNATURES = frozenset({b"8BIM", b"8B64"})
# A resource that is larger is nothing that is read.
_MOST_BYTES = 4 << 20
# Whose length has 64 bits in a PSB.
_LONG_BLOCKS = frozenset({b"LMsk", b"Lr16", b"Lr32", b"Layr", b"Mt16", b"Mt32", b"Mtrn", b"Alph", b"FMsk", b"lnk2"})
_WITH_LAYERS = frozenset({b"Layr", b"Lr16", b"Lr32"})
_TRANSPARENT = frozenset({b"Mtrn", b"Mt16", b"Mt32"})


class ColorMode(IntEnum):
    """What the channels mean."""

    BITMAP = 0
    GRAY = 1
    INDEXED = 2
    RGB = 3
    CMYK = 4
    MULTICHANNEL = 7
    DUOTONE = 8
    LAB = 9


class Resource(IntEnum):
    """Blocks that are read, by their numbers."""

    IPTC = 1028
    PROFILE = 1039
    TRANSPARENT_INDEX = 1047
    VERSION = 1057
    EXIF = 1058
    XMP = 1060


_KNOWN, _READ = frozenset(map(int, ColorMode)), frozenset(map(int, Resource))
_DEPTHS: Mapping[ColorMode, frozenset[int]] = {
    ColorMode.BITMAP: frozenset({1}),
    ColorMode.INDEXED: frozenset({8}),
    ColorMode.DUOTONE: frozenset({8, 16}),
}
_USUAL_DEPTHS = frozenset({8, 16, 32})
_COLORS = {ColorMode.RGB: 3, ColorMode.LAB: 3, ColorMode.CMYK: 4}


@dataclass(frozen=True, slots=True)
class Document:
    """What stands before the merged picture, and where that is."""

    size: Size
    is_big: bool
    mode: ColorMode
    bits: int
    channels: int
    # Of those that are colors.
    colors: int
    # Behind them is one that says what of the picture is seen.
    has_alpha: bool
    table: bytes
    resources: Mapping[int, bytes]
    offset: int

    @property
    def lies_on_white(self) -> bool:
        """Whether its writer has laid what is seen through on white: Photoshop does so, and writes its version."""
        return self.resources.get(Resource.VERSION, b"")[4:5] == b"\1"


def survey(data: bytes, extent: Extent) -> Survey:
    """Hold its size against the limit."""
    _, _, _, height, width, _, _ = _HEADER.unpack_from(data)
    return Survey(extent.admit(width, height))


def read(data: bytes) -> Document:
    """Everything but pixels and layers."""
    _, version, channels, height, width, bits, mode = _HEADER.unpack_from(data)
    is_big = version == _BIG
    _check(channels, max(width, height), bits, mode, is_big=is_big)
    table, at = _section(data, _HEADER.size, _LENGTH)
    resources, at = _section(data, at, _LENGTH)
    layers, offset = _section(data, at, _LONG if is_big else _LENGTH)
    color_mode = ColorMode(mode)
    colors = _colors(color_mode, channels)
    return Document(
        size=Size(width, height),
        is_big=is_big,
        mode=color_mode,
        bits=bits,
        channels=channels,
        colors=colors,
        has_alpha=channels > colors and _is_transparent(layers, is_big=is_big),
        table=bytes(table),
        resources=dict(_resources(resources)),
        offset=offset,
    )


def _check(channels: int, longest: int, bits: int, mode: int, *, is_big: bool) -> None:
    is_known = mode in _KNOWN and bits in _DEPTHS.get(ColorMode(mode), _USUAL_DEPTHS)
    fits = 1 <= channels <= _MOST_CHANNELS and longest <= (_MOST_SIDE_BIG if is_big else _MOST_SIDE)
    if not (is_known and fits):
        raise UndecodableImageError(f"psd: {channels} channels of {bits} bits in color mode {mode}, {longest} long")
    if channels < _COLORS.get(ColorMode(mode), 1):
        raise UndecodableImageError(f"psd: {channels} channels are too few for {ColorMode(mode).name}")


def _colors(mode: ColorMode, channels: int) -> int:
    """How many channels are colors: those of a multichannel document are inks."""
    if mode is ColorMode.MULTICHANNEL:
        return min(channels, 4) if channels >= 3 else 1
    return _COLORS.get(mode, 1)


def _section(data: bytes, at: int, length: struct.Struct) -> tuple[memoryview, int]:
    """What is in it, and where it ends."""
    (count,) = length.unpack_from(data, at)
    begin = at + length.size
    if begin + count > len(data):
        raise UndecodableImageError("psd: it ends before its picture")
    return memoryview(data)[begin : begin + count], begin + count


def _resources(section: memoryview) -> Iterator[tuple[int, bytes]]:
    """Those that are read, by number, up to the first that makes no sense."""
    at, count = 0, 0
    while at + 12 <= len(section) and bytes(section[at : at + 4]) == b"8BIM":
        count += 1
        RESOURCES.hold(count)
        (number,) = struct.unpack_from(">H", section, at + 4)
        # A name, which with its length is of an even length.
        at += 6 + (section[at + 6] + 2) // 2 * 2
        if at + 4 > len(section):
            return
        (length,) = _LENGTH.unpack_from(section, at)
        at += 4
        if number in _READ and length <= _MOST_BYTES:
            yield number, bytes(section[at : at + length])
        at += length + length % 2


def _is_transparent(layers: memoryview, *, is_big: bool) -> bool:
    """Whether the first channel behind the colors is what is seen of the merged picture."""
    length = _LONG if is_big else _LENGTH
    if len(layers) < length.size:
        return False
    (count,) = length.unpack_from(layers)
    end = length.size + count
    if count and _count_of(layers[length.size : end]) < 0:
        return True
    return any(
        key in _TRANSPARENT or (key in _WITH_LAYERS and _count_of(content) < 0)
        for key, content in _blocks(layers, end, is_big=is_big)
    )


def _count_of(layers: memoryview) -> int:
    """How many layers there are; negative where the merged picture is transparent."""
    return int(struct.unpack_from(">h", layers)[0]) if len(layers) >= 2 else 0


def _blocks(layers: memoryview, at: int, *, is_big: bool) -> Iterator[tuple[bytes, memoryview]]:
    """Those behind the layers and the mask of all of them."""
    if at + 4 > len(layers):
        return
    at += 4 + _LENGTH.unpack_from(layers, at)[0]
    found = 0
    while at + 12 <= len(layers) and bytes(layers[at : at + 4]) in _SIGNATURES:
        found += 1
        BLOCKS.hold(found)
        key = bytes(layers[at + 4 : at + 8])
        length = _LONG if is_big and key in _LONG_BLOCKS else _LENGTH
        if at + 8 + length.size > len(layers):
            return
        (count,) = length.unpack_from(layers, at + 8)
        at += 8 + length.size
        yield key, layers[at : at + count]
        at += count + -count % 4

"""Writes TIFF of any kind from samples as they stand in the file, for no library writes them all."""

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy
import numpy.typing

Samples = numpy.typing.NDArray[Any]
# By number, the letter of a type and values.
Tags = Mapping[int, tuple[str, Sequence[Any]]]

# The types of tags, by the letter that `struct` has for them; a Q is only in BigTIFF.
_TYPES = {"B": 1, "H": 3, "I": 4, "Q": 16, "f": 11}
_STRIP_TAGS, _TILE_TAGS = (273, 279), (324, 325)
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def as_is(data: bytes, _: int) -> bytes:
    """No compression: the bytes of a strip, and how many a row has."""
    return data


@dataclass(frozen=True, slots=True)
class Layout:
    """How samples are laid out in a file; `tags` are further ones, or replace those that are written anyway."""

    photometric: int = 2
    bits: int = 8
    order: str = "<"
    is_big: bool = False
    in_planes: bool = False
    rows: int = 5
    tile: int = 0
    # Of 1 the first pixel is in the highest bits, of 2 in the lowest.
    fill_order: int = 1
    compression: int = 1
    compress: Callable[[bytes, int], bytes] = as_is
    # Applied to a row of samples before these become bytes.
    predict: Callable[[Samples], Samples] = field(default=lambda row: row)
    tags: Tags = field(default_factory=dict)


def tiff_file(samples: Samples, layout: Layout = Layout()) -> bytes:
    """Rows of columns of samples, in their own type of number, as a file."""
    height, width, count = samples.shape
    kind = {"u": 1, "i": 2, "f": 3, "c": 6}[samples.dtype.kind]
    planes = [samples[..., each : each + 1] for each in range(count)] if layout.in_planes else [samples]
    parts = [part for plane in planes for part in _parts(plane, layout)]
    offsets_tag, lengths_tag = _TILE_TAGS if layout.tile else _STRIP_TAGS
    word = "Q" if layout.is_big else "I"
    start = 16 if layout.is_big else 8
    offsets = [start + sum(map(len, parts[:each])) for each in range(len(parts))]
    tags: dict[int, tuple[str, Sequence[Any]]] = {
        256: ("H", [width]),
        257: ("H", [height]),
        258: ("H", [layout.bits] * count),
        259: ("H", [layout.compression]),
        262: ("H", [layout.photometric]),
        266: ("H", [layout.fill_order]),
        277: ("H", [count]),
        284: ("H", [2 if layout.in_planes else 1]),
        339: ("H", [kind] * count),
        offsets_tag: (word, offsets),
        lengths_tag: (word, [len(part) for part in parts]),
        **({322: ("H", [layout.tile]), 323: ("H", [layout.tile])} if layout.tile else {278: ("H", [layout.rows])}),
        **layout.tags,
    }
    return with_directory(b"".join(parts), tags, layout)


def _parts(plane: Samples, layout: Layout) -> list[bytes]:
    """The strips or tiles of one plane, packed."""
    height, width, _ = plane.shape
    side = layout.tile
    if not side:
        return [_packed(plane[top : top + layout.rows], layout) for top in range(0, height, layout.rows)]
    padded = numpy.pad(plane, ((0, -height % side), (0, -width % side), (0, 0)), "edge")
    corners = [(top, left) for top in range(0, height, side) for left in range(0, width, side)]
    return [_packed(padded[top : top + side, left : left + side], layout) for top, left in corners]


def _packed(part: Samples, layout: Layout) -> bytes:
    rows = layout.predict(part).reshape(len(part), -1)
    if layout.bits in (8, 16, 24, 32, 64):
        lines = [_in_bytes(row, layout) for row in rows]
    else:
        bits = (rows[..., None] >> numpy.arange(layout.bits - 1, -1, -1)) & 1
        lines = [numpy.packbits(row.astype(numpy.uint8).ravel()).tobytes() for row in bits]
    packed = layout.compress(b"".join(lines), len(lines[0]))
    return packed.translate(_REVERSED) if layout.fill_order == 2 else packed


def _in_bytes(row: Samples, layout: Layout) -> bytes:
    ordered = row.astype(row.dtype.newbyteorder(layout.order))
    if layout.bits != 24:
        return ordered.tobytes()
    first = 0 if layout.order == "<" else 1
    return ordered.view(numpy.uint8).reshape(-1, 4)[:, first : first + 3].tobytes()


def with_directory(pixels: bytes, tags: Tags, layout: Layout = Layout()) -> bytes:
    """A file of parts that are packed already, which begin at 8 (of BigTIFF at 16), and these tags."""
    order, is_big = layout.order, layout.is_big
    word, room = ("Q", 8) if is_big else ("I", 4)
    pixels += bytes(len(pixels) % 2)
    at = (16 if is_big else 8) + len(pixels)
    behind = at + (8 if is_big else 2) + len(tags) * (20 if is_big else 12) + room
    entries, values = b"", b""
    for tag, (kind, numbers) in sorted(tags.items()):
        content = bytes(numbers) if kind == "B" else struct.pack(f"{order}{len(numbers)}{kind}", *numbers)
        entries += struct.pack(f"{order}HH{word}", tag, _TYPES[kind], len(numbers))
        if len(content) <= room:
            entries += content.ljust(room, b"\0")
        else:
            entries += struct.pack(order + word, behind + len(values))
            values += content + bytes(len(content) % 2)
    head = b"II" if order == "<" else b"MM"
    head += struct.pack(order + "HHHQ", 43, 8, 0, at) if is_big else struct.pack(order + "HI", 42, at)
    return head + pixels + struct.pack(order + ("Q" if is_big else "H"), len(tags)) + entries + bytes(room) + values


def row_of(strip: bytes, *, width: int = 2, bits: int, samples: int, compression: int, photometric: int) -> bytes:
    """One row of pixels, packed already."""
    tags: dict[int, tuple[str, Sequence[Any]]] = {
        256: ("H", [width]),
        257: ("H", [1]),
        258: ("H", [bits] * samples),
        259: ("H", [compression]),
        262: ("H", [photometric]),
        273: ("I", [8]),
        277: ("H", [samples]),
        278: ("H", [1]),
        279: ("I", [len(strip)]),
        284: ("H", [1]),
    }
    return with_directory(strip, tags)


def blocks_of(levels: Samples, across: int, down: int) -> bytes:
    """Y, Cb and Cr as a strip in which a block of several Y has one of the others: that of its first."""
    height, width, _ = levels.shape
    padded = numpy.pad(levels, ((0, -height % down), (0, -width % across), (0, 0)), "edge")
    rows, columns = padded.shape[0] // down, padded.shape[1] // across
    blocks = padded.reshape(rows, down, columns, across, 3).swapaxes(1, 2)
    light = blocks[..., 0].reshape(rows, columns, down * across)
    return numpy.concatenate([light, blocks[:, :, 0, 0, 1:]], axis=2).astype(numpy.uint8).tobytes()

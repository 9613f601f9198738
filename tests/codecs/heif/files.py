"""AVIF files put together from coded pictures, box by box: what no writer at hand writes."""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from PIL import Image

from tests.images import encoded

_ESSENTIAL = (b"av1C", b"hvcC", b"irot", b"imir", b"clap")
Pairs = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A coded picture, and what its file says of it, in pairs of a kind and a content."""

    content: bytes
    properties: Pairs
    kind: bytes = b"av01"

    def said(self, *properties: tuple[bytes, bytes]) -> "Item":
        """The same with more said of it."""
        return replace(self, properties=(*self.properties, *properties))


def box(kind: bytes, *parts: bytes) -> bytes:
    """One of that content."""
    content = b"".join(parts)
    return struct.pack(">I4s", 8 + len(content), kind) + content


def picture(image: Image.Image, quality: int = 95) -> Item:
    """An image, coded."""
    return _item(image, encoded(image, "avif", quality=quality, speed=10), b"av1C", b"av01")


def heic_picture(image: Image.Image) -> Item:
    """The same in HEVC."""
    return _item(image, encoded(image, "heic"), b"hvcC", b"hvc1")


def _item(image: Image.Image, body: bytes, configuration: bytes, kind: bytes) -> Item:
    at = body.index(configuration)
    length = int.from_bytes(body[at - 4 : at])
    size = b"ispe", bytes(4) + struct.pack(">II", *image.size)
    return Item(body[body.index(b"mdat") + 4 :], (size, (configuration, body[at + 4 : at - 4 + length])), kind)


def irot(quarters: int) -> tuple[bytes, bytes]:
    """Turned counterclockwise so often."""
    return b"irot", bytes([quarters])


def imir(axis: int) -> tuple[bytes, bytes]:
    """0: top and bottom change places, 1: left and right."""
    return b"imir", bytes([axis])


def clap(width: int, height: int, across: int = 0, down: int = 0) -> tuple[bytes, bytes]:
    """So much of it is shown, its middle as many halves of a pixel off."""
    return b"clap", struct.pack(">IIIIiIiI", width, 1, height, 1, across, 2, down, 2)


def table(lengths: list[int], starts: list[int], runs: list[tuple[int, int]], same: int = 0, count: int = 0) -> bytes:
    """Of a track's samples; of a `count` where all have the `same` length."""
    sizes = struct.pack(">II", same, count or len(lengths)) + b"".join(each.to_bytes(4) for each in lengths)
    chunks = struct.pack(">I", len(starts)) + b"".join(each.to_bytes(4) for each in starts)
    steps = struct.pack(">I", len(runs)) + b"".join(struct.pack(">III", *run, 1) for run in runs)
    content = {b"stsd": struct.pack(">I", 1) + box(b"av01", bytes(78)), b"stsz": sizes, b"stco": chunks, b"stsc": steps}
    return box(b"stbl", *(box(kind, bytes(4), each) for kind, each in content.items()))


def avif(
    *items: Item,
    primary: int = 1,
    references: Iterable[tuple[bytes, int, *tuple[int, ...]]] = (),
    brands: Sequence[bytes] = (b"avif", b"mif1", b"miaf"),
    association_boxes: int = 1,
    groups: bytes = b"",
) -> bytes:
    """A file of items, numbered from 1; a reference is of a kind, from an item, to others."""
    said = [each for item in items for each in item.properties]
    first = [1 + sum(len(each.properties) for each in items[:at]) for at in range(len(items))]
    entries = [
        struct.pack(">HB", at + 1, len(item.properties))
        + bytes(first[at] + place | 0x80 * (each[0] in _ESSENTIAL) for place, each in enumerate(item.properties))
        for at, item in enumerate(items)
    ]
    parts = [entries[at::association_boxes] for at in range(association_boxes)]
    associations = [box(b"ipma", struct.pack(">II", 0, len(each)), *each) for each in parts]
    properties = box(b"iprp", box(b"ipco", *(box(*each) for each in said)), *associations)
    infos = [box(b"infe", struct.pack(">IHH4sB", 2 << 24, at + 1, 0, item.kind, 0)) for at, item in enumerate(items)]
    referred = [box(kind, struct.pack(f">HH{len(to)}H", item, len(to), *to)) for kind, item, *to in references]

    def meta(begin: int) -> bytes:
        places = b""
        for at, item in enumerate(items):
            places += struct.pack(">HHHII", at + 1, 0, 1, begin, len(item.content))
            begin += len(item.content)
        return box(
            b"meta",
            bytes(4),
            box(b"hdlr", bytes(8), b"pict", bytes(13)),
            box(b"pitm", struct.pack(">IH", 0, primary)),
            box(b"iloc", struct.pack(">IBBH", 0, 0x44, 0, len(items)), places),
            box(b"iinf", struct.pack(">IH", 0, len(items)), *infos),
            box(b"iref", bytes(4), *referred) if referred else b"",
            properties,
            groups,
        )

    head = box(b"ftyp", brands[0], bytes(4), *brands)
    contents = [item.content for item in items]
    return head + meta(len(head) + len(meta(0)) + 8) + box(b"mdat", *contents)

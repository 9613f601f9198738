"""Walks through the boxes of HEIC and AVIF: every size in them, those that the coded pictures say themselves included.

ISO/IEC 14496-12 (boxes), 23008-12 (items, ispe, grids). Decoders make room by what the coded picture says.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from imgsvc.codecs.headers.extent import Bound, Extent, Survey
from imgsvc.codecs.heif import av1, hevc
from imgsvc.codecs.heif.boxes import BOXES, Box, Numbers, boxes, find, inner
from imgsvc.codecs.heif.items import Items, Property
from imgsvc.codecs.heif.tracks import samples
from imgsvc.errors import UndecodableImageError

ITEMS = Bound(2000, "heif items")
# A burst has one for each of its pictures.
METADATA_BLOCKS = Bound(32, "heif blocks of metadata")
# Each is decoded anew, 50 us at least, even where all are the same item; telephones make 48.
TILES = Bound(2000, "heif tiles")
# Each is a whole picture that is laid over the others.
LAYERS = Bound(16, "heif layers")
# Samples of tracks, and what they are made of: two or three of each.
UNITS = Bound(100_000, "heif units of samples")

# Boxes that hold others, and how far behind their beginning those begin.
_HEVC = frozenset({b"hvc1", b"hev1"})
_SAMPLE_ENTRIES = _HEVC | {b"av01"}
_CONTAINERS = {
    b"meta": 4, b"iprp": 0, b"ipco": 0, b"moov": 0, b"trak": 0, b"mdia": 0, b"minf": 0, b"stbl": 0, b"stsd": 8,
    **dict.fromkeys(_SAMPLE_ENTRIES, 78),
}  # fmt: skip
_MOST_DEPTH = 12
_IN_FILE, _IN_BOX = 0, 1
# As often may the parts of items refer to the file.
_MOST_TIMES = 2
# A coded picture's header is at its beginning.
_CODED_HEADER_BYTES = 512

Places = list[tuple[int, int]]


def survey(data: bytes, extent: Extent) -> Survey:
    """Hold all sizes against the limit; which of them is shown, and how it is turned, the decoder knows."""
    walk = _Walk(data, extent)
    walk.boxes(0, len(data), 0)
    walk.items()
    return Survey()


@dataclass(slots=True)
class _Walk:
    data: bytes
    extent: Extent
    count: int = 0
    units: int = 0
    # Where the `idat` box begins, and how many bytes the length of a unit takes.
    box_at: int = 0
    length_bytes: int = 4
    # Bytes of items that lie in several parts.
    joined: int = 0
    # Item, where its offsets count from, offset and length of each of its parts.
    places: list[tuple[int, int, Places]] = field(default_factory=list)
    types: dict[int, bytes] = field(default_factory=dict)

    def boxes(self, at: int, end: int, depth: int) -> None:
        for box in boxes(self.data, at, end):
            self.tick()
            self._look(box, depth)

    def _look(self, box: Box, depth: int) -> None:
        kind, at, end = box.kind, box.start, box.end
        if read := _READERS.get(kind):
            read(self, at, end)
        elif kind == b"iinf":
            self.boxes(at + (8 if self.data[at] else 6), end, depth + 1)
        elif kind in _CONTAINERS and depth < _MOST_DEPTH:
            if kind in _SAMPLE_ENTRIES:
                self.extent.admit(self._number(at + 24, 2), self._number(at + 26, 2), "track")
            self.boxes(at + _CONTAINERS[kind], end, depth + 1)
            if kind == b"stbl":
                self._samples(box)

    def _samples(self, table: Box) -> None:
        """Hold what the pictures of a track say themselves against the limit."""
        found = samples(self.data, table)
        for at, length in found.places:
            self._unit()
            self._picture(found.codec, memoryview(self.data)[at : at + length], self._unit)

    def _unit(self) -> None:
        self.units += 1
        UNITS.hold(self.units)

    def tick(self) -> None:
        """Count a box, or a unit of a coded picture."""
        self.count += 1
        BOXES.hold(self.count)

    def extents(self, at: int, _end: int) -> None:
        self.extent.admit(self._number(at + 4, 4), self._number(at + 8, 4), "image")

    def hevc(self, at: int, end: int) -> None:
        self.length_bytes = hevc.admit_configuration(self.data[at:end], self.extent, self.tick)

    def av1(self, at: int, end: int) -> None:
        av1.admit(self.data[at + 4 : end], self.extent, self.tick)

    def locations(self, at: int, end: int) -> None:
        for place in places(Numbers(self.data[at:end])):
            self.places.append(place)
            self.count += len(place[2])
            ITEMS.hold(len(self.places))
            self.tick()

    def contents(self, at: int, _end: int) -> None:
        self.box_at = at

    def entry(self, at: int, _end: int) -> None:
        wide = 4 if self.data[at] >= 3 else 2
        self.types[self._number(at + 4, wide)] = self.data[at + 6 + wide : at + 10 + wide]
        ITEMS.hold(len(self.types))

    def items(self) -> None:
        """Hold what every item's own data say against the limit."""
        blocks = 0
        for number, begin, parts in self.places:
            kind = self.types.get(number)
            if kind in (b"av01", b"hvc1", b"hev1", b"grid", b"iovl", b"Exif") and begin <= _IN_BOX:
                blocks += kind == b"Exif"
                METADATA_BLOCKS.hold(blocks)
                self._item(kind, self._content(self.box_at if begin == _IN_BOX else 0, parts))

    def _content(self, begin: int, parts: Places) -> memoryview:
        view = memoryview(self.data)
        found = [view[begin + offset : begin + offset + length if length else None] for offset, length in parts]
        self.joined += sum(map(len, found)) if len(found) > 1 else 0
        if self.joined > _MOST_TIMES * len(view):
            raise UndecodableImageError("the parts of a HEIF's items are many times the file")
        return found[0] if len(found) == 1 else memoryview(b"".join(found))

    def _item(self, kind: bytes, content: memoryview) -> None:
        if kind == b"grid":
            self._grid(content)
        elif kind == b"iovl":
            self._overlay(content)
        else:
            self._picture(kind, content, self.tick)

    def _picture(self, codec: bytes, content: memoryview, count: Callable[[], None]) -> None:
        if codec == b"av01":
            av1.admit(content, self.extent, count)
        elif codec in _HEVC:
            hevc.admit_units(content, self.length_bytes, self.extent, count)

    def _grid(self, content: memoryview) -> None:
        TILES.hold((content[2] + 1) * (content[3] + 1))
        wide = 4 if content[1] & 1 else 2
        self.extent.admit(*_pair(content, 4, wide), "grid")

    def _overlay(self, content: memoryview) -> None:
        """A canvas with a color, and the place of each picture on it."""
        wide = 4 if content[1] & 1 else 2
        LAYERS.hold((len(content) - 10) // (2 * wide) - 1)
        self.extent.admit(*_pair(content, 10, wide), "canvas of layers")

    def _number(self, at: int, length: int) -> int:
        return int.from_bytes(self.data[at : at + length])


_READERS: Mapping[bytes, Callable[[_Walk, int, int], None]] = {
    b"ispe": _Walk.extents,
    b"hvcC": _Walk.hevc,
    b"av1C": _Walk.av1,
    b"iloc": _Walk.locations,
    b"idat": _Walk.contents,
    b"infe": _Walk.entry,
}


def _pair(content: memoryview, at: int, wide: int) -> tuple[int, int]:
    return int.from_bytes(content[at : at + wide]), int.from_bytes(content[at + wide : at + 2 * wide])


def places(box: Numbers) -> Iterator[tuple[int, int, Places]]:
    """Where each item is."""
    version = box.take(4) >> 24
    sizes = box.take(2)
    offset_bytes, length_bytes, base_bytes = (sizes >> shift & 15 for shift in (12, 8, 4))
    index_bytes = sizes & 15 if version else 0
    count = box.take(4 if version == 2 else 2)
    for _ in range(count):
        number = box.take(4 if version == 2 else 2)
        begin = box.take(2) & 15 if version else _IN_FILE
        box.take(2)
        base, parts, total = box.take(base_bytes), [], box.take(2)
        BOXES.hold(total)
        for _ in range(total):
            box.take(index_bytes)
            parts.append((base + box.take(offset_bytes), box.take(length_bytes)))
        yield number, begin, parts


def coded_colors(data: bytes, items: Items) -> list[Property]:
    """What an AVIF's coded picture says of its colors, as a property; none where the file says it, or nobody.

    COMPAT: as Chromium; what the pictures of a track say themselves is not looked for.
    """
    if items.colors(items.primary):
        return []
    item = next(iter(items.parts(items.primary)), items.primary)
    with suppress(EOFError, IndexError, ValueError):
        said = av1.nclx(_beginning(data, item))
        return [Property(b"colr", said)] if said else []
    return []


def _beginning(data: bytes, item: int) -> bytes:
    """Of what is coded; nothing where it does not lie in the file as it is."""
    meta = find(data, (b"meta",))
    for box in inner(data, meta, 4) if meta else ():
        if box.kind == b"iloc":
            for number, begin, parts in places(Numbers(data[box.start : box.end])):
                if number == item and begin == _IN_FILE and parts:
                    offset, length = parts[0]
                    return data[offset : offset + min(length or _CODED_HEADER_BYTES, _CODED_HEADER_BYTES)]
    return b""

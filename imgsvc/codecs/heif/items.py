"""Reads what a file says of its items: which is shown, what they are, and how they look (ISO/IEC 23008-12, 9.3)."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from imgsvc.codecs.headers.extent import Bound
from imgsvc.codecs.heif.boxes import Box, Numbers, boxes, find, inner
from imgsvc.codecs.spaces.cicp import of_nclx
from imgsvc.codecs.spaces.space import ColorSpace, peak_of

# Files have two to six for each item.
ASSOCIATIONS = Bound(20_000, "heif properties of items")
REFERENCES = Bound(20_000, "heif references of items")

# What says how pictures are coded: AV1's has its depth at 2, HEVC's its channels at 16, and its depth behind them.
_CONFIGURATIONS = (b"av1C", b"hvcC")
_LEAST_BYTES = 18


class Property(NamedTuple):
    """What an item is said to be: four letters, and the content of its box."""

    kind: bytes
    content: bytes


class Reference(NamedTuple):
    """An item that belongs to others: as a thumbnail (`thmb`), an alpha channel (`auxl`), their parts (`dimg`)."""

    kind: bytes
    item: int
    to: tuple[int, ...]


@dataclass(slots=True)
class Items:
    """All items of a file; `primary` is shown."""

    primary: int = 0
    properties: dict[int, list[Property]] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)

    def of(self, item: int, kind: bytes) -> bytes | None:
        """The content of an item's first property of this kind."""
        return next((each.content for each in self.properties.get(item, []) if each.kind == kind), None)

    def parts(self, item: int) -> list[int]:
        """The items that it is made of."""
        return [part for each in self.references if each.kind == b"dimg" and each.item == item for part in each.to]

    def described(self, item: int) -> list[Property]:
        """All of it, if its colors are; of a picture that is made of others and says nothing of them, its first."""
        chosen = (self.properties.get(one, []) for one in (item, *self.parts(item)[:1]))
        return next((said for said in chosen if any(each.kind == b"colr" for each in said)), [])

    def coded(self, item: int) -> list[Property]:
        """How it is coded, or the first of those that it is made of."""
        chosen = (item, *self.parts(item)[:1])
        return [each for one in chosen for each in self.properties.get(one, []) if each.kind in _CONFIGURATIONS]

    def colors(self, item: int) -> list[bytes]:
        """What is said of its colors."""
        return [each.content for each in self.described(item) if each.kind == b"colr"]

    def referring(self, kind: bytes, to: int) -> list[int]:
        """The items that belong to another one in this way."""
        return [each.item for each in self.references if each.kind == kind and to in each.to]


def color_space(said: list[Property]) -> ColorSpace | None:
    """That of the first `colr` box that is known, and how bright it gets; None where none is."""
    colors = (of_nclx(each.content) for each in said if each.kind == b"colr")
    space = next(filter(None, colors), None)
    if not (space and space.is_hdr):
        return space
    found = {each.kind: each.content for each in reversed(said)}
    level = int.from_bytes(found.get(b"clli", b"")[:2])
    return replace(space, peak=peak_of(float(level), found.get(b"mdcv", b"")), is_rounded=_is_rounded(said))


def has_more_than_8_bits(said: list[Property]) -> bool:
    """Of each sample, as it is coded."""
    av1, hevc = _configurations(said)
    return bool(av1[2] & 0x40) or hevc[17] & 7 > 0


def _is_rounded(said: list[Property]) -> bool:
    """Whether a decoder leaves bits out before it makes red, green and blue of other channels: of AVIF libyuv does."""
    numbers = next((each.content for each in said if each.kind == b"colr" and each.content.startswith(b"nclx")), b"")
    av1, _ = _configurations(said)
    return numbers[8:10] != bytes(2) and bool(av1[2] & 0x40)


def _configurations(said: list[Property]) -> Iterator[bytes]:
    """How it is coded in AV1 and in HEVC, all zero for the one that it is not."""
    coded = {each.kind: each.content for each in reversed(said) if each.kind in _CONFIGURATIONS}
    return (coded.get(kind, b"").ljust(_LEAST_BYTES, b"\0") for kind in _CONFIGURATIONS)


def items_of(data: bytes) -> Items:
    """What the file says; nothing if that cannot be read, or if it has no items."""
    with suppress(EOFError, IndexError):
        return _read(data)
    return Items()


def _read(data: bytes) -> Items:
    items = Items()
    if meta := find(data, (b"meta",)):
        for box in inner(data, meta, 4):
            if box.kind == b"pitm":
                items.primary = int.from_bytes(data[box.start + 4 : box.end])
            elif box.kind == b"iprp":
                _read_properties(data, box, items)
            elif box.kind == b"iref":
                items.references += _references(data, box)
    return items


def _read_properties(data: bytes, box: Box, items: Items) -> None:
    container = find(data, (b"ipco",), box)
    known = list(inner(data, container)) if container else []
    for item, indices in associations(data, [each for each in inner(data, box) if each.kind == b"ipma"]):
        chosen = (known[index - 1] for _, index in indices if 0 < index <= len(known))
        found = [Property(one.kind, data[one.start : one.end]) for one in chosen]
        items.properties.setdefault(item, []).extend(found)


Association = tuple[int, list[tuple[bool, int]]]


def associations(data: bytes, found: list[Box]) -> Iterator[Association]:
    """Each item in `ipma` boxes, and of its properties whether a reader has to know them, and their numbers from 1."""
    count = 0
    for box in found:
        for item, indices in _associations(data[box.start : box.end]):
            count += 1 + len(indices)
            ASSOCIATIONS.hold(count)
            yield item, indices


def _associations(content: bytes) -> Iterator[Association]:
    numbers = Numbers(content)
    head = numbers.take(4)
    item_bytes, index_bytes = (4 if head >> 24 else 2), (2 if head & 1 else 1)
    top = 1 << 8 * index_bytes - 1
    for _ in range(numbers.take(4)):
        item = numbers.take(item_bytes)
        found = [numbers.take(index_bytes) for _ in range(numbers.take(1))]
        yield item, [(bool(each & top), each & top - 1) for each in found]


def _references(data: bytes, box: Box) -> Iterator[Reference]:
    wide = 4 if data[box.start] else 2
    count = 0
    for each in boxes(data, box.start + 4, box.end):
        numbers = Numbers(data[each.start : each.end])
        item, total = numbers.take(wide), numbers.take(2)
        count += 1 + total
        REFERENCES.hold(count)
        yield Reference(each.kind, item, tuple(numbers.take(wide) for _ in range(total)))

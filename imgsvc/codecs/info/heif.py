"""Reads the boxes of a HEIC or AVIF that say which item is shown and how, and its metadata; of pixels nothing."""

import struct
from collections.abc import Iterator

from imgsvc.codecs.heif.boxes import BOXES, Box, Numbers, boxes, find
from imgsvc.codecs.heif.header import ITEMS, places
from imgsvc.codecs.heif.items import Items, items_of
from imgsvc.codecs.heif.shape import shape_of
from imgsvc.codecs.info.outline import MOST_BLOCK_BYTES, Outline, Wanted
from imgsvc.parts import Parts

# Of what describes the items; telephones take some 4 KiB.
_MOST_META_BYTES = 4 << 20
_IN_FILE, _IN_BOX = 0, 1
_MOST_PIECES = 64
_EXIF, _MIME, _XMP_TYPE = b"Exif", b"mime", b"application/rdf+xml"
_EXIF_PREFIX = b"Exif\0\0"
_ALPHA = b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"
_ALPHA_HEVC = b"urn:mpeg:hevc:2015:auxid:1"
_BITS = 8

Item = tuple[int, list[tuple[int, int]]]


def read(parts: Parts, wanted: Wanted) -> Outline | None:
    """Its outline; None where a track is shown, or it does not say how large it is."""
    head = _head(parts)
    items = items_of(head)
    shape = shape_of(items, items.primary)
    if parts.read(8, 4) == b"avis" or shape is None:
        return None
    wished = {_EXIF: wanted.exif, _MIME: wanted.xmp}
    found = {kind: _content(parts, head, kind) for kind, is_wished in wished.items() if is_wished}
    has_alpha, bits = _has_alpha(items), _bits(items)
    return Outline(
        shape.size,
        shape.orientation,
        Parts.whole(_exif(found.get(_EXIF, b""))),
        xmp=found.get(_MIME, b""),
        colorspace="rgb16" if bits > _BITS else "srgb",
        bands=4 if has_alpha else 3,
        sample_format="ushort" if bits > _BITS else "uchar",
        has_alpha=has_alpha,
    )


def _head(parts: Parts) -> bytes:
    """The boxes that are read, one behind the other, as if the file had no more."""
    at, found = 0, []
    for _ in range(BOXES.most):
        start = parts.read(at, 16)
        if len(start) < 8:
            break
        length, kind, width = int.from_bytes(start[:4]), start[4:8], 8
        if length == 1:
            length, width = int.from_bytes(start[8:16]), 16
        if kind in (b"ftyp", b"meta"):
            found.append(parts.read(at, length or _MOST_META_BYTES) if length <= _MOST_META_BYTES else b"")
        if kind == b"meta" or length < width:
            break
        at += length
    return b"".join(found)


def _content(parts: Parts, head: bytes, kind: bytes) -> bytes:
    """That of the first item of a kind."""
    meta = find(head, (b"meta",))
    if not meta:
        return b""
    chosen = next(_entries(head, meta, kind), None)
    in_box = find(head, (b"idat",), meta)
    for number, begin, pieces in _located(head, meta):
        if number == chosen and sum(length for _, length in pieces) <= MOST_BLOCK_BYTES:
            if begin == _IN_BOX and in_box:
                return b"".join(head[in_box.start + at : in_box.start + at + length] for at, length in pieces)
            if begin == _IN_FILE:
                return b"".join(parts.read(at, length) for at, length in pieces[:_MOST_PIECES])
    return b""


def _located(head: bytes, meta: Box) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
    count = 0
    if table := find(head, (b"iloc",), meta):
        for place in places(Numbers(head[table.start : table.end])):
            # Parts of an item may take no byte of the box.
            count += 1 + len(place[2])
            BOXES.hold(count)
            yield place


def _entries(head: bytes, meta: Box, kind: bytes) -> Iterator[int]:
    """The numbers of the items of this kind: EXIF, or XMP, which is one of several that are named by a media type."""
    table = find(head, (b"iinf",), meta)
    if not table:
        return
    at = table.start + (8 if head[table.start] else 6)
    for count, entry in enumerate(boxes(head, at, table.end)):
        ITEMS.hold(count)
        wide = 4 if head[entry.start] >= 3 else 2
        place = entry.start + 4
        found = head[place + wide + 2 : place + wide + 6]
        if found == kind and (kind != _MIME or _XMP_TYPE in head[place + wide + 6 : entry.end]):
            yield int.from_bytes(head[place : place + wide])


def _exif(content: bytes) -> bytes:
    """What begins where its first four bytes say."""
    if len(content) < 4:
        return b""
    (offset,) = struct.unpack_from(">I", content)
    return content[4 + offset :].removeprefix(_EXIF_PREFIX)


def _has_alpha(items: Items) -> bool:
    kinds = ((items.of(each, b"auxC") or b"")[4:] for each in items.referring(b"auxl", items.primary))
    return any(each.startswith((_ALPHA, _ALPHA_HEVC)) for each in kinds)


def _bits(items: Items) -> int:
    """Of each channel, as the item says, or the first one that it is made of."""
    for item in (items.primary, *items.parts(items.primary)[:1]):
        if (found := items.of(item, b"pixi")) and len(found) > 5:
            return found[5]
    return _BITS

"""Writes anew what libavif 1.4.2 refuses, though it can be understood: no byte moves that others refer to."""

import struct
from collections.abc import Iterable
from itertools import groupby

from imgsvc.codecs.heif.boxes import Box, find, inner
from imgsvc.codecs.heif.brands import brands_of
from imgsvc.codecs.heif.items import associations

_BRANDS = (b"avif", b"avis")
_MOST_ASSOCIATED = 255
# Readers pass over it, where boxes are; what an item of such a kind is they do not know.
_UNUSED = b"free"


def repaired(data: bytes) -> bytes:
    """The file as libavif wants it; the same one nearly always."""
    return _branded(_without_long_groups(_with_one_association(data)))


def without_exif(data: bytes) -> bytes:
    """A fault in EXIF is no fault of the picture."""
    infos = find(data, (b"meta", b"iinf"))
    entries = inner(data, infos, 8 if data[infos.start] else 6) if infos else ()
    kinds = (each.start + 4 + (4 if data[each.start] >= 3 else 2) + 2 for each in entries if each.end - each.start > 12)
    return _overwritten(data, (at for at in kinds if data[at : at + 4] == b"Exif"))


def _overwritten(data: bytes, places: Iterable[int]) -> bytes:
    changed = bytearray(data)
    for at in places:
        changed[at : at + 4] = _UNUSED
    return bytes(changed)


def _without_long_groups(data: bytes) -> bytes:
    """A group of items may say more than which they are, as that of a pyramid does."""
    groups = find(data, (b"meta", b"grpl"))
    for each in inner(data, groups) if groups else ():
        count = int.from_bytes(data[each.start + 8 : each.start + 12])
        if groups and each.end - each.start > 12 + 4 * count:
            return _overwritten(data, [groups.at + 4])
    return data


def _branded(data: bytes) -> bytes:
    """COMPAT: libheif, and so imgproxy, does not ask for a brand of AVIF's where AV1 is what is inside."""
    if brands_of(data).intersection(_BRANDS):
        return data
    return data[:8] + (b"avif" if find(data, (b"meta",)) else b"avis") + data[12:]


def _with_one_association(data: bytes) -> bytes:
    """Properties of items in one box, where they are in several of one kind, as cavif wrote them until 2022."""
    around = find(data, (b"meta", b"iprp"))
    if not around:
        return data
    found = [each for each in inner(data, around) if each.kind == b"ipma"]
    kinds = [data[each.start : each.start + 4] for each in found]
    if len(set(kinds)) == len(kinds):
        return data
    others = b"".join(data[each.at : each.end] for each in inner(data, around) if each.kind != b"ipma")
    joined = b"".join(
        _joined(data, [each for each, one in zip(found, kinds, strict=True) if one == kind])
        for kind in sorted(set(kinds))
    )
    content = others + joined
    # What it has become shorter by is filled up, behind it.
    saved = around.end - around.start - len(content)
    head = data[: around.at] + struct.pack(">I4s", around.start - around.at + len(content), b"iprp")
    return head + content + struct.pack(">I4s", saved, _UNUSED) + bytes(saved - 8) + data[around.end :]


def _joined(data: bytes, found: list[Box]) -> bytes:
    kind = data[found[0].start : found[0].start + 4]
    item_form, index_bytes = (">I" if kind[0] else ">H"), (2 if kind[3] & 1 else 1)
    top = 1 << 8 * index_bytes - 1
    entries = sorted(associations(data, found), key=lambda entry: entry[0])
    parts = []
    for item, same in groupby(entries, key=lambda entry: entry[0]):
        indices = [index | top * essential for _, several in same for essential, index in several][:_MOST_ASSOCIATED]
        parts.append(
            struct.pack(item_form + "B", item, len(indices)) + b"".join(each.to_bytes(index_bytes) for each in indices)
        )
    content = kind + struct.pack(">I", len(parts)) + b"".join(parts)
    return struct.pack(">I4s", 8 + len(content), b"ipma") + content

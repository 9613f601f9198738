"""Finds what a coded picture says of its colors, where the file says nothing of them."""

from contextlib import suppress

from imgsvc.codecs.heif import av1
from imgsvc.codecs.heif.boxes import Numbers, find, inner
from imgsvc.codecs.heif.header import places
from imgsvc.codecs.heif.items import Items, Property

# Its header is at its beginning.
_FIRST_BYTES = 512
_IN_FILE = 0


def coded_colors(data: bytes, items: Items) -> list[Property]:
    """As a property of the item that is shown, an AVIF's; none where the file itself has one, or nothing is known."""
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
                    return data[offset : offset + min(length or _FIRST_BYTES, _FIRST_BYTES)]
    return b""

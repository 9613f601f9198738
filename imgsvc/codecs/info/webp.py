"""Walks through the chunks of a WebP: its canvas, and its metadata, which stands behind its pictures."""

from imgsvc.codecs.headers.directories import orientation
from imgsvc.codecs.info.outline import MOST_BLOCK_BYTES, Outline, Wanted
from imgsvc.codecs.webp.header import CHUNKS
from imgsvc.errors import UndecodableImageError
from imgsvc.options.geometry import Size
from imgsvc.parts import Parts

_ALPHA, _EXIF, _XMP = 0x10, 0x08, 0x04
_EXIF_PREFIX = b"Exif\0\0"


def read(parts: Parts, wanted: Wanted) -> Outline:
    """Its outline; UndecodableImageError where there is no picture."""
    kind, length = _head(parts, 12)
    flags, size, has_alpha, at = 0, Size(0, 0), False, 12
    if kind == b"VP8X":
        content = parts.read(20, 10)
        flags = content[0]
        size = Size(1 + int.from_bytes(content[4:7], "little"), 1 + int.from_bytes(content[7:10], "little"))
        has_alpha = bool(flags & _ALPHA)
        at = 20 + length + length % 2
    elif kind == b"VP8 ":
        content = parts.read(20, 10)
        size = Size(*(int.from_bytes(content[place : place + 2], "little") & 0x3FFF for place in (6, 8)))
    elif kind == b"VP8L":
        bits = int.from_bytes(parts.read(21, 4), "little")
        size, has_alpha = Size(1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)), bool(bits >> 28 & 1)
    if min(size) < 1:
        raise UndecodableImageError("a WebP without a picture")
    # The orientation is part of the size.
    blocks = _blocks(parts, at, flags & (_EXIF | (_XMP if wanted.xmp else 0)))
    exif = blocks.get(b"EXIF", b"").removeprefix(_EXIF_PREFIX)
    return Outline(
        size,
        orientation(exif),
        Parts.whole(exif),
        xmp=blocks.get(b"XMP ", b""),
        bands=4 if has_alpha else 3,
        has_alpha=has_alpha,
    )


def _blocks(parts: Parts, at: int, flags: int) -> dict[bytes, bytes]:
    """Those that are announced, as far as they are there."""
    found: dict[bytes, bytes] = {}
    missing = {kind for kind, flag in ((b"EXIF", _EXIF), (b"XMP ", _XMP)) if flags & flag}
    count = 0
    while missing and len(parts.read(at, 8)) == 8:
        count += 1
        CHUNKS.hold(count)
        kind, length = _head(parts, at)
        if kind in missing:
            missing.discard(kind)
            found[kind] = parts.read(at + 8, length) if length <= MOST_BLOCK_BYTES else b""
        at += 8 + length + length % 2
    return found


def _head(parts: Parts, at: int) -> tuple[bytes, int]:
    head = parts.read(at, 8)
    return head[:4], int.from_bytes(head[4:], "little")

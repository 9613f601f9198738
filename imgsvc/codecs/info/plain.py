"""Outlines of the formats whose size stands in their first bytes: BMP and GIF."""

from imgsvc.codecs.info.outline import MOST_BLOCK_BYTES, Outline, Wanted
from imgsvc.errors import UndecodableImageError
from imgsvc.options.geometry import Size
from imgsvc.parts import Parts

_XMP = b"XMP DataXMP"
# Behind the text stand 1 and all bytes from 255 down, so that whoever walks through the blocks comes to its end.
_TRAILER = b"\x01\xff\xfe"
_OS2_HEADER, _V3_HEADER = 12, 56
_EXTENSION, _APPLICATION = 0x21, 0xFF
# Extensions before the first picture.
_MOST_EXTENSIONS = 1000


def read_bmp(parts: Parts, _wanted: Wanted) -> Outline:
    """Its size; a negative height says that its rows go downwards."""
    header = parts.read(14, 16)
    length = int.from_bytes(header[:4], "little")
    if length == _OS2_HEADER:
        size = Size(int.from_bytes(header[4:6], "little"), int.from_bytes(header[6:8], "little"))
        bits = int.from_bytes(header[10:12], "little")
    else:
        width = int.from_bytes(header[4:8], "little", signed=True)
        size = Size(width, abs(int.from_bytes(header[8:12], "little", signed=True)))
        bits = int.from_bytes(header[14:16], "little")
    if min(size) < 1:
        raise UndecodableImageError(f"a BMP of {size.width}x{size.height}")
    has_alpha = bits == 32 and length >= _V3_HEADER and any(parts.read(14 + 52, 4))
    return Outline(size, bands=4 if has_alpha else 3, has_alpha=has_alpha)


def read_gif(parts: Parts, wanted: Wanted) -> Outline:
    """Its canvas, and the XMP that stands before its first picture."""
    header = parts.read(6, 7)
    if len(header) < 7:
        raise UndecodableImageError("a GIF that ends in its header")
    size = Size(int.from_bytes(header[:2], "little"), int.from_bytes(header[2:4], "little"))
    at = 13 + (3 << (header[4] & 7) + 1 if header[4] & 0x80 else 0)
    xmp, has_alpha = _extensions(parts, at)
    return Outline(size, xmp=xmp if wanted.xmp else b"", bands=4 if has_alpha else 3, has_alpha=has_alpha)


def _extensions(parts: Parts, at: int) -> tuple[bytes, bool]:
    """XMP, and whether the first picture has a color that is seen through."""
    xmp, has_alpha = b"", False
    for _ in range(_MOST_EXTENSIONS):
        head = parts.read(at, 3)
        if len(head) < 3 or head[0] != _EXTENSION:
            break
        if head[1] == _APPLICATION and parts.read(at + 3, len(_XMP)) == _XMP:
            content, at = _blocks(parts, at + 3 + len(_XMP), with_lengths=True)
            xmp = xmp or content.rpartition(_TRAILER)[0]
            continue
        content, at = _blocks(parts, at + 2)
        has_alpha = bool(content[0] & 1) if head[1] == 0xF9 and content else has_alpha
    return xmp, has_alpha


def _blocks(parts: Parts, at: int, *, with_lengths: bool = False) -> tuple[bytes, int]:
    """What is in the blocks that begin there, and where they end; XMP is written across them."""
    found = []
    total = 0
    while (length := int.from_bytes(parts.read(at, 1))) and total < MOST_BLOCK_BYTES:
        found.append(parts.read(at if with_lengths else at + 1, length + with_lengths))
        total += length + 1
        at += length + 1
    return b"".join(found), at + 1

"""Walks through the chunks of a PNG up to its pixels, and looks for metadata at its end: many writers put it there."""

import re
import zlib
from collections.abc import Iterator

from imgsvc.codecs.headers.directories import orientation
from imgsvc.codecs.info.outline import MOST_BLOCK_BYTES, Outline, Wanted
from imgsvc.codecs.png.header import CHANNELS, CHUNKS, GRAY, GRAY_ALPHA, PALETTE, RGB_ALPHA
from imgsvc.errors import UndecodableImageError
from imgsvc.options.geometry import Size
from imgsvc.parts import MissingPartError, Parts

_SIGNATURE_BYTES, _HEADER_BYTES = 8, 13
_EXIF_PREFIX, _KEYWORD = b"Exif\0\0", b"XML:com.adobe.xmp\0"
_TAIL_BYTES = 64 * 1024
# As ImageMagick writes blocks of metadata: in hex, as texts.
_PROFILE = re.compile(rb"Raw profile type (exif|APP1|iptc|8bim|xmp)\0")
_KINDS = frozenset({b"eXIf", b"iTXt", b"zTXt", b"tEXt"})
_PROFILES = frozenset({b"exif", b"APP1", b"iptc", b"8bim", b"xmp"})
_KEYWORD_BYTES = 32
_IN_TAIL = re.compile(rb"eXIf|iTXtXML:com\.adobe\.xmp\0|zTXtXML:com\.adobe\.xmp\0|(?:zTXt|tEXt)Raw profile type ")
_GRAYS = frozenset({GRAY, GRAY_ALPHA})

Chunks = dict[bytes, bytes]


def read(parts: Parts, wanted: Wanted) -> Outline:
    """Its outline; UndecodableImageError where it does not begin with its header."""
    header = parts.read(_SIGNATURE_BYTES + 8, _HEADER_BYTES)
    if parts.read(_SIGNATURE_BYTES + 4, 4) != b"IHDR" or len(header) < _HEADER_BYTES:
        raise UndecodableImageError("a PNG that does not begin with its header")
    depth, color_type = header[8], header[9]
    before, pixels_at, has_transparency = _before_pixels(parts)
    exif = _exif(before)
    turned = orientation(exif)
    found = {**(_behind_pixels(parts, pixels_at) if wanted.exif or wanted.xmp else {}), **before}
    is_gray, is_deep = color_type in _GRAYS, depth == 16
    has_alpha = color_type in (GRAY_ALPHA, RGB_ALPHA) or has_transparency
    colors = 1 if is_gray else 3
    return Outline(
        Size(int.from_bytes(header[:4]), int.from_bytes(header[4:8])),
        turned,
        Parts.whole(exif or _exif(found) or _profile(found, b"exif") or _profile(found, b"APP1")),
        photoshop=_profile(found, b"8bim") or _profile(found, b"iptc"),
        xmp=_xmp_of(found),
        colorspace=("grey16" if is_deep else "b-w") if is_gray else ("rgb16" if is_deep else "srgb"),
        bands=max(CHANNELS.get(color_type, 1) if color_type != PALETTE else 3, colors) + _more(color_type, has_alpha),
        sample_format="ushort" if is_deep else "uchar",
        has_alpha=has_alpha,
    )


def _more(color_type: int, has_alpha: bool) -> int:
    return int(has_alpha and color_type not in (GRAY_ALPHA, RGB_ALPHA))


def _chunks(parts: Parts, at: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, place and length of each, up to the end."""
    count = 0
    while len(head := parts.read(at, 8)) == 8 and head[4:] != b"IEND":
        count += 1
        CHUNKS.hold(count)
        length = int.from_bytes(head[:4])
        yield head[4:], at + 8, length
        at += 12 + length


def _before_pixels(parts: Parts) -> tuple[Chunks, int, bool]:
    """The chunks of use, where the pixels begin, and whether some color is seen through."""
    found: Chunks = {}
    has_transparency = False
    for kind, at, length in _chunks(parts, _SIGNATURE_BYTES):
        if kind == b"IDAT":
            return found, at - 8, has_transparency
        has_transparency |= kind == b"tRNS"
        _take(parts, kind, at, length, found)
    raise UndecodableImageError("a PNG without pixels")


def _behind_pixels(parts: Parts, at: int) -> Chunks:
    found: Chunks = {}
    try:
        for kind, place, length in _chunks(parts, at):
            _take(parts, kind, place, length, found)
    except MissingPartError:
        if parts.size is None:
            raise
        start = max(at, parts.size - _TAIL_BYTES)
        return _in_tail(parts.read(start, _TAIL_BYTES))
    return found


def _in_tail(tail: bytes) -> Chunks:
    """What has a chunk's name, a length that fits, and its checksum: where in it a chunk begins nobody knows."""
    found: Chunks = {}
    for match in _IN_TAIL.finditer(tail, 4):
        at = match.start()
        _take(Parts.whole(tail), tail[at : at + 4], at + 4, int.from_bytes(tail[at - 4 : at]), found)
    return found


def _take(parts: Parts, kind: bytes, at: int, length: int, found: Chunks) -> None:
    """A chunk of use that is sound; of each kind the first one."""
    if kind not in _KINDS or length > 2 * MOST_BLOCK_BYTES:
        return
    name = _name(kind, parts.read(at, min(length, _KEYWORD_BYTES)))
    if not name or name in found:
        return
    content, checksum = parts.read(at, length), parts.read(at + length, 4)
    if len(checksum) == 4 and zlib.crc32(kind + content) == int.from_bytes(checksum):
        found[name] = kind[:1] + content if name in _PROFILES else content


def _name(kind: bytes, beginning: bytes) -> bytes:
    """By what it is kept; empty where it is of no use."""
    if kind == b"eXIf":
        return kind
    if kind == b"iTXt":
        return kind if beginning.startswith(_KEYWORD) else b""
    if kind == b"zTXt" and beginning.startswith(_KEYWORD):
        return kind
    match = _PROFILE.match(beginning)
    return match[1] if match else b""


def _profile(found: Chunks, name: bytes) -> bytes:
    """The block that a text holds, behind its name and its length."""
    content = found.get(name, b"")
    text = content[1:].partition(b"\0")[2]
    if content[:1] == b"z":
        text = _unpacked(text[1:], 2 * MOST_BLOCK_BYTES)
    lines = text.strip().split(b"\n", 2)
    try:
        block = bytes.fromhex(lines[2].decode("ascii")) if len(lines) > 2 else b""
    except ValueError:
        return b""
    return block.removeprefix(_EXIF_PREFIX)


def _exif(found: Chunks) -> bytes:
    return found.get(b"eXIf", b"").removeprefix(_EXIF_PREFIX)


def _xmp_of(found: Chunks) -> bytes:
    packed = found.get(b"zTXt", b"")[len(_KEYWORD) + 1 :]
    return _xmp(found.get(b"iTXt", b"")) or _unpacked(packed, MOST_BLOCK_BYTES) or _profile(found, b"xmp")


def _xmp(content: bytes) -> bytes:
    """The text behind its keyword, how it is packed, its language and its translated keyword."""
    rest = content[len(_KEYWORD) :]
    if len(rest) < 2:
        return b""
    is_packed = rest[0] == 1
    text = rest[2:].partition(b"\0")[2].partition(b"\0")[2]
    return _unpacked(text, MOST_BLOCK_BYTES) if is_packed else text


def _unpacked(packed: bytes, most: int) -> bytes:
    """Nothing where it is damaged, or comes to more."""
    try:
        stream = zlib.decompressobj()
        found = stream.decompress(packed, most)
    except zlib.error:
        return b""
    return b"" if stream.unconsumed_tail else found

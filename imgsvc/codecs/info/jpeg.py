"""Walks through the segments of a JPEG up to its first scan; what is in most of them is passed over unread."""

import re
from dataclasses import dataclass, field

from imgsvc.codecs.headers.directories import orientation
from imgsvc.codecs.info.outline import Outline, Wanted
from imgsvc.codecs.jpeg.header import BYTES_BETWEEN, METADATA_BLOCKS, SEGMENTS
from imgsvc.errors import UndecodableImageError
from imgsvc.options.geometry import Size
from imgsvc.parts import Parts

_NO_FRAMES = frozenset({0xC4, 0xC8, 0xCC})
_FRAMES = frozenset(range(0xC0, 0xD0)) - _NO_FRAMES
_BARE = frozenset({0x01, *range(0xD0, 0xD9)})
_EOI, _SOS, _APP1, _APP13 = 0xD9, 0xDA, 0xE1, 0xED
_EXIF, _XMP, _PHOTOSHOP = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0", b"Photoshop 3.0\0"
# Between two segments anything may stand.
_WINDOW = 1024
_MARKER = re.compile(rb"\xff[^\x00\xff]")
_COLORSPACES = {1: "b-w", 3: "srgb", 4: "cmyk"}


@dataclass(slots=True)
class _Found:
    frame: bytes = b""
    blocks: dict[bytes, bytes] = field(default_factory=dict)
    count: int = 0

    def take(self, content: bytes) -> None:
        """Of EXIF and XMP the first block counts; Photoshop's goes on in the next segment."""
        self.count += 1
        METADATA_BLOCKS.hold(self.count)
        for kind in (_EXIF, _XMP, _PHOTOSHOP):
            if content.startswith(kind):
                rest = content[len(kind) :]
                before = self.blocks.get(kind)
                self.blocks[kind] = rest if before is None else (before + rest if kind == _PHOTOSHOP else before)


def read(parts: Parts, wanted: Wanted) -> Outline:
    """Its outline; UndecodableImageError where there is no frame before the first scan."""
    found = _walked(parts, wanted)
    if len(found.frame) < 6:
        raise UndecodableImageError("a JPEG without a frame header")
    height, width = int.from_bytes(found.frame[1:3]), int.from_bytes(found.frame[3:5])
    exif = found.blocks.get(_EXIF, b"")
    components = found.frame[5]
    return Outline(
        Size(width, height),
        orientation(exif),
        Parts.whole(exif),
        photoshop=found.blocks.get(_PHOTOSHOP, b""),
        xmp=found.blocks.get(_XMP, b""),
        colorspace=_COLORSPACES.get(components, "multiband"),
        bands=components,
    )


def _walked(parts: Parts, wanted: Wanted) -> _Found:
    found, at = _Found(), 2
    read = frozenset({_APP1} | ({_APP13} if wanted.iptc else set()))
    for count in range(SEGMENTS.most + 2):
        SEGMENTS.hold(count)
        marker, at = _marker(parts, at)
        if marker in _BARE:
            continue
        if marker in (_EOI, _SOS):
            break
        length = int.from_bytes(parts.read(at, 2))
        if marker in _FRAMES:
            found.frame = parts.read(at + 2, max(0, length - 2))
        elif marker in read:
            found.take(parts.read(at + 2, max(0, length - 2)))
        at += max(2, length)
    return found


def _marker(parts: Parts, at: int) -> tuple[int, int]:
    """The next one, and where it ends."""
    begin = at
    while len(window := parts.read(at, _WINDOW if at > begin else 2)) > 1:
        if found := _MARKER.search(window):
            return window[found.start() + 1], at + found.end()
        at += len(window) - 1
        BYTES_BETWEEN.hold(at - begin)
    raise UndecodableImageError("a JPEG that ends before its first scan")

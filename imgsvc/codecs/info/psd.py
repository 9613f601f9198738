"""Reads the header of a PSD and its resources, which hold its metadata."""

from imgsvc.codecs.headers.directories import orientation
from imgsvc.codecs.info.outline import Outline, Wanted
from imgsvc.codecs.info.texts.photoshop import resources
from imgsvc.errors import UndecodableImageError
from imgsvc.options.geometry import Size
from imgsvc.parts import Parts

_EXIF, _XMP = 1058, 1060
_HEADER_BYTES, _MOST_BYTES = 26, 8 << 20
_GRAYS, _INK = (0, 1, 8), 4
_WIDE = 16


def read(parts: Parts, _wanted: Wanted) -> Outline:
    """Its outline; UndecodableImageError where it ends in its header."""
    header = parts.read(0, _HEADER_BYTES)
    if len(header) < _HEADER_BYTES:
        raise UndecodableImageError("a PSD that ends in its header")
    size = Size(int.from_bytes(header[18:22]), int.from_bytes(header[14:18]))
    bits, mode = int.from_bytes(header[22:24]), int.from_bytes(header[24:26])
    at = _HEADER_BYTES + 4 + int.from_bytes(parts.read(_HEADER_BYTES, 4))
    length = int.from_bytes(parts.read(at, 4))
    section = parts.read(at + 4, length) if length <= _MOST_BYTES else b""
    found = resources(section)
    exif = found.get(_EXIF, b"")
    is_deep, is_gray = bits == _WIDE, mode in _GRAYS
    deep = "grey16" if is_gray else "rgb16"
    return Outline(
        size,
        orientation(exif),
        Parts.whole(exif),
        photoshop=section,
        xmp=found.get(_XMP, b""),
        colorspace=deep if is_deep else "b-w" if is_gray else "cmyk" if mode == _INK else "srgb",
        bands=1 if is_gray else 4 if mode == _INK else 3,
        sample_format="ushort" if is_deep else "uchar",
    )

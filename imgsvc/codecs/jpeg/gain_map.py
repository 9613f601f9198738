"""The gain map behind a JPEG's picture: what makes more of its light where a screen has more (Ultra HDR, ISO 21496-1).

It is a JPEG of its own, which the first one says the place of (CIPA DC-007, multi-picture format); what its levels
mean stands in its own segments, which go with it as they are.
"""

import struct
from collections.abc import Iterator
from contextlib import suppress

from PIL import JpegImagePlugin

from imgsvc.codecs.headers.extent import Bound, Extent
from imgsvc.codecs.headers.xmp import with_gain_map
from imgsvc.codecs.jpeg.file import JpegFile
from imgsvc.codecs.jpeg.header import survey
from imgsvc.codecs.jpeg.segments import APP1, APP2, segment
from imgsvc.codecs.metadata import lenient
from imgsvc.codecs.native.errors import is_failure
from imgsvc.codecs.native.loading import load
from imgsvc.codecs.native.saving import saved
from imgsvc.codecs.picture import GainMap
from imgsvc.errors import RenderingError

# Cameras put two or three into a file.
PICTURES = Bound(64, "jpeg pictures in one file")

_MPF, _ISO = b"MPF\0", b"urn:iso:std:iso:ts:21496:-1\0"
_XMP, _ICC = b"http://ns.adobe.com/xap/1.0/\0", b"ICC_PROFILE\0"
_SPEAKS = b"http://ns.adobe.com/hdr-gain-map/1.0/"
_SOS = 0xDA
_NUMBER_OF_PICTURES, _ENTRIES, _ENTRY = 0xB001, 0xB002, struct.Struct(">IIIHH")
_PRIMARY = 0x030000
# Of the first one's in a picture that has such a map: versions, and nothing else.
_ISO_VERSION = _ISO + bytes(4)
_QUALITY = 90


def gain_map_of(data: bytes, extent: Extent) -> bytes | None:
    """The JPEG of the map; None where there is none that can be read."""
    with suppress(IndexError, struct.error, RenderingError):
        for part in _pictures(data):
            if _said(part):
                survey(part, extent)
                return part
    return None


def decoded(part: bytes, whole: int) -> GainMap | None:
    """The map of a picture that is so wide, and what is said of it; None where it is damaged."""
    image = JpegFile(part)
    try:
        load(image, part)
    except Exception as error:
        if not is_failure(error):
            raise
        return None
    return GainMap(image.convert("L" if image.mode == "L" else "RGB"), _said(part), image.width / whole)


def _pictures(data: bytes) -> Iterator[bytes]:
    """Those behind the first."""
    for at, content in _segments(data):
        if content.startswith(_MPF):
            begin = at + len(_MPF)
            yield from (data[begin + offset :][:size] for size, offset in _places(content[len(_MPF) :]) if offset)
            return


def _places(block: bytes) -> Iterator[tuple[int, int]]:
    """Size of each, and where it begins, counted from the block's own beginning."""
    order = "<" if block[:2] == b"II" else ">"
    (directory,) = struct.unpack_from(order + "I", block, 4)
    (count,) = struct.unpack_from(order + "H", block, directory)
    PICTURES.hold(count)
    for number in range(count):
        tag, _, length, place = struct.unpack_from(order + "HHII", block, directory + 2 + 12 * number)
        if tag == _ENTRIES:
            PICTURES.hold(length // _ENTRY.size)
            for at in range(place, place + length, _ENTRY.size):
                yield struct.unpack_from(order + "II", block, at + 4)


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Where the content of each application segment begins, and that, up to the first scan."""
    at = 2
    while data[at] == 0xFF and data[at + 1] != _SOS:
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        if data[at + 1] in (APP1, APP2):
            yield at + 4, data[at + 4 : end]
        at = end


def _said(part: bytes) -> tuple[tuple[int, bytes], ...]:
    """The segments that say what a map's levels mean; none of them where it is something else."""
    found = [each for _, each in _segments(part)]
    xmp = [(APP1, each) for each in found if each.startswith(_XMP) and _SPEAKS in each]
    iso = [(APP2, each) for each in found if each.startswith(_ISO)]
    icc = [(APP2, each) for each in found if each.startswith(_ICC)]
    return (*xmp, *iso, *icc) if xmp or iso else ()


class Appended:
    """A map that is written behind a picture, whose own segments have to say so."""

    def __init__(self, gain_map: GainMap) -> None:
        """Write it."""
        body = saved(
            gain_map.image, JpegImagePlugin.JpegImageFile.format, quality=_QUALITY, subsampling=0, optimize=True
        )
        self._body = body[:2] + b"".join(segment(*each) for each in gain_map.said) + body[2:]
        self._has_xmp = any(kind == APP1 for kind, _ in gain_map.said)
        self._has_iso = any(each.startswith(_ISO) for _, each in gain_map.said)

    def xmp(self, block: bytes) -> bytes:
        """The picture's XMP."""
        if not self._has_xmp:
            return block
        length = len(self._body)
        return lenient(lambda said: with_gain_map(said, length), block, b"") or with_gain_map(b"", length)

    @property
    def segments(self) -> bytes:
        """The picture's other segments, in which sizes and places are still to be filled in."""
        iso = segment(APP2, _ISO_VERSION) if self._has_iso else b""
        return iso + segment(APP2, _MPF + _directory(0, 0, 0))

    def to(self, picture: bytes) -> bytes:
        """Both in one file."""
        begin = picture.index(segment(APP2, _MPF + _directory(0, 0, 0))) + 4 + len(_MPF)
        filled = _directory(len(picture), len(self._body), len(picture) - begin)
        return picture[:begin] + filled + picture[begin + len(filled) :] + self._body


def _directory(first: int, second: int, place: int) -> bytes:
    """Of two pictures."""
    head = struct.pack(">2sHIH", b"MM", 42, 8, 3)
    entries_at = len(head) + 3 * 12 + 4
    fields = (0xB000, 7, 4, b"0100"), (_NUMBER_OF_PICTURES, 4, 1, struct.pack(">I", 2))
    tags = b"".join(struct.pack(">HHI4s", *each) for each in fields)
    tags += struct.pack(">HHII", _ENTRIES, 7, 2 * _ENTRY.size, entries_at)
    return head + tags + bytes(4) + _ENTRY.pack(_PRIMARY, first, 0, 0, 0) + _ENTRY.pack(0, second, place, 0, 0)

"""JPEGs with a gain map behind their picture, segment by segment."""

import struct

from PIL import Image

from tests.images import encoded, gradient, quadrants

ISO = b"urn:iso:std:iso:ts:21496:-1\0"
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_SPACES = (
    'xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
    'xmlns:Container="http://ns.google.com/photos/1.0/container/"'
)
ADOBE = 0xE1, _XMP + (
    f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    f'<rdf:Description rdf:about="" {_SPACES} hdrgm:Version="1.0" hdrgm:GainMapMax="3" xmp:Rating="5">'
    "<Container:Directory/></rdf:Description></rdf:RDF></x:xmpmeta>"
).encode()  # fmt: skip
STANDARD = 0xE2, ISO + bytes(4) + b"levels"
OTHER = 0xE1, _XMP + b"<x/>"


def segment(marker: int, content: bytes) -> bytes:
    """One of a JPEG."""
    return bytes((0xFF, marker)) + struct.pack(">H", 2 + len(content)) + content


def with_segments(body: bytes, *segments: tuple[int, bytes]) -> bytes:
    """The file with these at its head."""
    return body[:2] + b"".join(segment(*each) for each in segments) + body[2:]


def pictures(first: bytes, second: bytes, order: str = ">", place: int = 0) -> bytes:
    """Two in a file; the second is said to be where it is, or at `place`."""
    begin = 2 + 4 + 4
    length = 82
    picture_bytes = len(first) + begin - 2 + length
    of_second = len(second), place or picture_bytes - begin
    entries = struct.pack(order + "IIIHHIIIHH", 0x030000, picture_bytes, 0, 0, 0, 0, *of_second, 0, 0)
    fields = struct.pack(order + "HHI4sHHIIHHII", 0xB000, 7, 4, b"0100", 0xB001, 4, 1, 2, 0xB002, 7, 32, 50)
    head = (b"MM" if order == ">" else b"II") + struct.pack(order + "HIH", 42, 8, 3)
    return with_segments(first, (0xE2, b"MPF\0" + head + fields + bytes(4) + entries)) + second


def ultra_hdr(
    said: tuple[int, bytes] = ADOBE, *, levels: Image.Image | None = None, order: str = ">", place: int = 0
) -> bytes:
    """Quadrants of 160x80, and a map of 40x20 that is black at its left edge and white at the right."""
    first = with_segments(encoded(quadrants(160, 80), "jpeg", quality=95), ADOBE)
    second = with_segments(encoded(levels or gradient(40, 20), "jpeg", quality=95), said)
    return pictures(first, second, order, place)

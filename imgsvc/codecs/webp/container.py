"""Puts a color profile and metadata into a WebP file that has none."""

import struct
from collections.abc import Iterator

from imgsvc.options.geometry import Size

_CHUNK = struct.Struct("<4sI")
_PROFILE, _ALPHA, _EXIF, _XMP = 0x20, 0x10, 0x08, 0x04
_EXTENDED_BYTES = 10


def with_metadata(body: bytes, size: Size, *, has_alpha: bool, profile: bytes, exif: bytes, xmp: bytes) -> bytes:
    """The file in its extended form, the profile before its pictures, the rest behind them."""
    if not (profile or exif or xmp):
        return body
    chunks = list(_chunks(body))
    kept = [each for kind, each in chunks if kind != b"VP8X"]
    flags = next((each[_CHUNK.size] for kind, each in chunks if kind == b"VP8X"), _ALPHA if has_alpha else 0)
    flags |= (_PROFILE if profile else 0) | (_EXIF if exif else 0) | (_XMP if xmp else 0)
    canvas = b"".join((side - 1).to_bytes(3, "little") for side in size)
    before = [_chunk(b"VP8X", bytes((flags, 0, 0, 0)) + canvas)] + ([_chunk(b"ICCP", profile)] if profile else [])
    behind = [_chunk(kind, block) for kind, block in ((b"EXIF", exif), (b"XMP ", xmp)) if block]
    whole = b"".join((b"WEBP", *before, *kept, *behind))
    return _CHUNK.pack(b"RIFF", len(whole)) + whole


def _chunks(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each chunk's name, and all of it."""
    at = 12
    while at + _CHUNK.size <= len(body):
        kind, length = _CHUNK.unpack_from(body, at)
        end = at + _CHUNK.size + length + length % 2
        yield kind, body[at:end]
        at = end


def _chunk(kind: bytes, block: bytes) -> bytes:
    return _CHUNK.pack(kind, len(block)) + block + bytes(len(block) % 2)

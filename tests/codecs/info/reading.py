"""Reads outlines in parts, as a fetch does, and the files that they are read of."""

import struct
from pathlib import Path

from imgsvc.codecs.info.outline import Outline, Wanted
from imgsvc.codecs.info.reading import read_outline
from imgsvc.codecs.sniff import sniff
from imgsvc.parts import MissingPartError, Parts

KEPT = Path(__file__).parents[2] / "corpus" / "kept"
FIRST_BYTES = 2048


def outline(data: bytes, wanted: Wanted = Wanted()) -> Outline:
    """Of a file that is all there."""
    found = read_outline(sniff(data), Parts.whole(data), wanted)
    assert found is not None
    return found


def in_parts(data: bytes, wanted: Wanted = Wanted(), first: int = FIRST_BYTES) -> tuple[Outline | None, int]:
    """The same where only the first bytes are there, and then those that are missing; and how many were fetched."""
    format_ = sniff(data)
    parts = Parts({}, len(data)).with_piece(0, data[:first])
    while True:
        try:
            return read_outline(format_, parts, wanted), parts.there
        except MissingPartError as missing:
            parts = parts.with_piece(missing.start, data[missing.start : missing.end])


def tiff_block(*entries: tuple[int, int, int, bytes], order: str = ">") -> bytes:
    """A block of EXIF of these tags: number, type, how many values, and those."""
    head = (b"MM\0*" if order == ">" else b"II*\0") + struct.pack(f"{order}I", 8)
    place, values, rows = 8 + 2 + 12 * len(entries) + 4, b"", b""
    for tag, kind, count, data in entries:
        inside = data.ljust(4, b"\0") if len(data) <= 4 else struct.pack(f"{order}I", place + len(values))
        rows += struct.pack(f"{order}HHI", tag, kind, count) + inside
        values += data if len(data) > 4 else b""
    return head + struct.pack(f"{order}H", len(entries)) + rows + bytes(4) + values

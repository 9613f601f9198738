import struct
import zlib

import pytest

from imgsvc.codecs.headers.extent import Bound, Extent
from imgsvc.codecs.png.header import CHUNKS, COMPRESSED_TEXTS, has_row, survey
from imgsvc.errors import UndecodableImageError
from imgsvc.options.geometry import Size
from tests.faults import bombs
from tests.images import encoded, noise


def test_the_size_is_that_of_the_header() -> None:
    assert survey(encoded(noise(7, 5), "png"), Extent()).size == Size(7, 5)


def test_a_file_that_does_not_begin_with_its_header_is_broken() -> None:
    """Apple's tools write such, whose pixels are in an order of their own."""
    body = bombs.png(8, 8)
    other = body[:8] + struct.pack(">I4s", 4, b"CgBI") + bytes(8) + body[8:]

    with pytest.raises(UndecodableImageError, match="CgBI"):
        survey(other, Extent())


@pytest.mark.parametrize(("kind", "bound"), [(b"IDAT", CHUNKS), (b"zTXt", COMPRESSED_TEXTS)])
def test_chunks_are_bounded(kind: bytes, bound: Bound) -> None:
    many = ((kind, b""),) * (bound.most + 1)

    with pytest.raises(UndecodableImageError, match=bound.what):
        survey(bombs.png(8, 8, before=many), Extent())


@pytest.mark.parametrize(("rows", "comes"), [(0.5, False), (1, True), (3.5, True)])
def test_a_row_is_there_or_is_not(rows: float, comes: bool) -> None:
    packer = zlib.compressobj(0)
    content = packer.compress(bytes(round(rows * 101))) + packer.flush(zlib.Z_SYNC_FLUSH)
    whole = bombs.png(100, 100)
    at = whole.index(b"IDAT") - 4

    assert has_row(whole[:at] + struct.pack(">I4s", 9999, b"IDAT") + content) is comes


def test_what_is_damaged_does_not_only_end_early() -> None:
    """A block of a kind that there is not, behind two rows."""
    packed = b"\x78\x01\0" + struct.pack("<HH", 18, 0xFFFF - 18) + bytes(18) + b"\xff" * 9
    empty = struct.pack(">I4s", 8, b"IDAT")

    assert not has_row(bombs.png(8, 8).replace(empty, struct.pack(">I4s", len(packed), b"IDAT") + packed))


def test_of_a_whole_picture_a_wrong_checksum_does_not_matter() -> None:
    content = zlib.compress(bytes(8 * 9))[:-4] + b"abcd"
    empty = struct.pack(">I4s", 8, b"IDAT")
    body = bombs.png(8, 8).replace(empty, struct.pack(">I4s", len(content), b"IDAT") + content)

    assert has_row(body)

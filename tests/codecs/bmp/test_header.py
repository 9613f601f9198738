import struct

import pytest

from imgsvc.codecs.bmp.header import bits_at, read, sides, survey
from imgsvc.codecs.headers.extent import Extent
from imgsvc.errors import UndecodableImageError
from imgsvc.options.geometry import Size
from tests.codecs.bmp.files import bitmap, bmp, file_of
from tests.images import encoded, quadrants


def test_the_size_is_that_of_the_header() -> None:
    assert survey(encoded(quadrants(), "bmp"), Extent()).size == Size(40, 20)


def test_rows_from_the_top_make_the_height_negative() -> None:
    assert sides(struct.pack("<Iii", 40, 8, -6), 0) == (8, 6)


def test_the_oldest_header_has_shorter_sides() -> None:
    assert sides(struct.pack("<IHHHH", 12, 8, 6, 1, 24), 0) == (8, 6)


@pytest.mark.parametrize("version", [12, 40, 124])
def test_bits_stand_where_the_version_has_them(version: int) -> None:
    body = bitmap([[1]], 8, version=version, table=[[0, 0, 0]] * 256)

    assert int.from_bytes(body[bits_at(body) :][:2], "little") == 8


@pytest.mark.parametrize("version", [*range(16, 65, 4), 42, 46])
def test_a_header_that_is_cut_short_says_nothing_unusual(version: int) -> None:
    full = bmp([[1, 2]], 24, version=64)
    cut = full[:10] + struct.pack("<II", 14 + version, version) + full[18 : 14 + version] + full[14 + 64 :]

    found = read(cut)

    assert (found.size, found.bits, found.compression, found.offset) == (Size(2, 1), 24, 0, 14 + version)


def test_a_file_that_ends_in_its_header_is_refused() -> None:
    with pytest.raises(UndecodableImageError, match="ends in its header"):
        read(bmp([[1]], 24, version=36)[:40])


def test_a_table_ends_where_the_pixels_begin() -> None:
    body = bitmap([[1]], 8, table=[[1, 2, 3]] * 256)

    found = read(file_of(body, 40 + 8))

    assert (len(found.table), found.offset) == (8, 14 + 48)


@pytest.mark.parametrize(
    "body",
    [
        bmp([[0]], 8, version=68),
        bmp([[0]], 2, version=12, table=[[0, 0, 0]] * 4),
        bmp([[0]], 24, compression=3),
        bmp([[0]], 8, compression=2),
        bmp([[0]], 24, compression=4),
        bmp([[0]], 16, version=64, compression=3),
        bmp([[0]], 24, compression=5),
        bmp([[0]], 40),
    ],
    ids=["version", "2 bits", "masks of 24 bits", "runs of others", "a JPEG", "Huffman", "a PNG", "40 bits"],
)
def test_what_nobody_reads_is_refused(body: bytes) -> None:
    with pytest.raises(UndecodableImageError):
        read(body)

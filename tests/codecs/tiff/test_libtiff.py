import numpy
import pytest

from imgsvc.codecs.tiff.libtiff import LibTiff, can_unpack, fault
from imgsvc.errors import UndecodableImageError
from tests.codecs.tiff.files import Layout, tiff_file
from tests.descriptors import open_descriptors

FILE = tiff_file(numpy.arange(36, dtype=numpy.uint8).reshape(4, 3, 3), Layout(rows=2, tags={530: ("H", [2, 1])}))


def test_tags_are_those_of_the_file() -> None:
    tiff = LibTiff(FILE)

    assert (tiff.long(256), tiff.short(262), tiff.pair(530), tiff.shorts(338)) == (3, 2, (2, 1), ())


def test_a_tag_that_is_not_there_is_none_or_what_everybody_takes_for_it() -> None:
    tiff = LibTiff(FILE)

    assert (tiff.short(262), tiff.short(274), tiff.short(332), tiff.columns(320, 256)) == (2, 1, 1, None)


def test_sizes_are_those_of_what_is_unpacked() -> None:
    tiff = LibTiff(FILE)

    assert (tiff.is_tiled, tiff.row_bytes, tiff.strip_bytes) == (False, 9, 18)


def test_strips_are_unpacked_into_an_array() -> None:
    into = numpy.zeros((2, 9), numpy.uint8)

    count = LibTiff(FILE).read_strip(1, into)

    assert (count, into.ravel().tolist()) == (18, list(range(18, 36)))


def test_rows_are_unpacked_one_by_one() -> None:
    into = numpy.zeros(9, numpy.uint8)

    is_there = LibTiff(FILE).read_row(3, into)

    assert (is_there, into.tolist()) == (True, list(range(27, 36)))


def test_a_strip_that_is_not_there_gives_nothing() -> None:
    assert LibTiff(FILE).read_strip(9, numpy.zeros((2, 9), numpy.uint8)) == -1


@pytest.mark.parametrize("body", [b"II*\0", b"not a TIFF", FILE[:20]])
def test_what_libtiff_cannot_open_is_an_error(body: bytes) -> None:
    with pytest.raises(UndecodableImageError):
        LibTiff(body)


def test_a_compression_is_known_or_not() -> None:
    assert (can_unpack(5), can_unpack(60_000)) == (True, False)


def test_another_libtiff_than_this_one_is_a_fault() -> None:
    assert (fault(), fault("LIBTIFF, Version 4.7.1")) == (None, None)
    assert fault("LIBTIFF, Version 5.0.0") == "linked with 'LIBTIFF, Version 5.0.0', not LIBTIFF, Version 4.x"


def test_no_file_is_left_open() -> None:
    LibTiff(FILE)

    assert open_descriptors("memfd:tiff") == []

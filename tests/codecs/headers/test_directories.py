import struct

import pytest

from imgsvc.codecs.decode import open_image
from imgsvc.codecs.headers.directories import FirstDirectory, check_directories, orientation, upright
from imgsvc.codecs.metadata import kept
from imgsvc.codecs.settings import DecodeSettings
from imgsvc.errors import UndecodableImageError
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size
from tests.codecs.files import opened
from tests.codecs.headers.giants import tiff
from tests.codecs.tiff.files import Layout, with_directory
from tests.images import (
    encoded,
    exif,
    quadrants,
)

COPIES = [(20_000 + number, 1, 40_000, 0) for number in range(4000)]


def test_a_block_of_exif_is_held_to_the_same() -> None:
    block = tiff(*COPIES)

    with pytest.raises(UndecodableImageError):
        check_directories(block)


def test_a_directory_within_is_held_to_the_same() -> None:
    inner = tiff(*COPIES)[8:]
    block = tiff((34665, 4, 1, 90)) + inner

    with pytest.raises(UndecodableImageError):
        check_directories(block)


def test_a_picture_whose_block_is_over_the_bound_is_shown_without_it() -> None:
    body = encoded(quadrants(64, 64), "avif", exif=b"Exif\0\0" + tiff(*COPIES))

    found = open_image(body, Format.AVIF, DecodeSettings()).header.metadata

    assert kept(found, strip=False, keep_copyright=True, upright=True).exif == b""


@pytest.mark.parametrize("block", [exif(6, artist="Ada")[6:], exif(1)[6:], b"", b"II", b"no EXIF at all"])
def test_a_block_is_made_upright_in_its_place(block: bytes) -> None:
    assert (orientation(upright(block)), len(upright(block))) == (1, len(block))


def test_an_ordinary_block_of_exif_passes() -> None:
    check_directories(exif(6, artist="Ada").removeprefix(b"Exif\0\0"))


def test_tags_that_refer_to_what_is_not_there_are_passed_over() -> None:
    """Many cameras' blocks have some."""
    check_directories(tiff(*[(20_000 + number, 1, 1 << 30, 0) for number in range(40)]))


@pytest.mark.parametrize("word", ["jpeg", "png", "webp"])
def test_a_block_with_too_much_in_it_is_none_where_no_decoder_reads_it(word: str) -> None:
    found = opened(encoded(quadrants(64, 64), word, exif=b"Exif\0\0" + tiff(*COPIES)), word)

    assert (found.header.orientation, found.decode().size) == (1, Size(64, 64))


ORIENTED = {
    "a byte": tiff((274, 1, 1, 6)),
    "a short": tiff((274, 3, 1, 6)),
    "a long": tiff((274, 4, 1, 6)),
    "a signed byte": tiff((274, 6, 1, 6)),
    "two alike": tiff((274, 3, 1, 6), (274, 3, 1, 6)),
    "the first of two": tiff((274, 3, 1, 6), (274, 3, 1, 1)),
    "the first that makes sense": tiff((274, 3, 1, 0), (274, 3, 1, 6)),
    "behind a value that is not there": tiff((271, 2, 50, 99_999), (274, 3, 1, 6)),
    "before a directory that is not there": tiff((274, 3, 1, 6), (34665, 4, 1, 99_999)),
    "behind a type that nobody knows": tiff((271, 99, 1, 0), (274, 3, 1, 6)),
    "of more entries than there are": b"MM\0*\0\0\0\x08\0\xff" + struct.pack(">HHIHxx", 274, 3, 1, 6),
}


@pytest.mark.parametrize("name", ORIENTED)
def test_an_orientation_is_found_whatever_else_is_wrong(name: str) -> None:
    assert orientation(ORIENTED[name]) == 6


@pytest.mark.parametrize(
    "block", [b"", b"MM", b"nonsense" * 9, b"MM\0*" + bytes(60), tiff((274, 3, 0, 6)), tiff((274, 5, 1, 8))]
)
def test_where_there_is_none_it_is_upright(block: bytes) -> None:
    assert orientation(block) == 1


@pytest.mark.parametrize("word", ["jpeg", "png", "webp"])
@pytest.mark.parametrize("name", ORIENTED)
def test_a_picture_of_any_format_is_turned_by_it(name: str, word: str) -> None:
    body = encoded(quadrants(40, 20), word, exif=b"Exif\0\0" + ORIENTED[name])

    assert opened(body, word).header.orientation == 6


@pytest.mark.parametrize("is_big", [False, True])
@pytest.mark.parametrize("order", ["<", ">"])
def test_a_directory_has_the_same_tags_in_any_form(order: str, is_big: bool) -> None:
    tags = {258: ("H", [8, 8, 8]), 700: ("B", b"<x:xmpmeta/>"), 999: ("I", [1 << 31])}
    body = with_directory(b"", tags, Layout(order=order, is_big=is_big))

    found = FirstDirectory(body)

    assert (found.numbers(258), found.numbers(999), found.block(700)) == ((8, 8, 8), (1 << 31,), b"<x:xmpmeta/>")
    assert check_directories(body)[999] == (1, 1 << 31)


def test_a_tag_that_is_not_there_has_no_numbers_or_those_that_are_taken_for_it() -> None:
    found = FirstDirectory(tiff((274, 3, 1, 6)))

    assert (found.numbers(259), found.numbers(259, 1), found.numbers(274, 1), found.block(700)) == ((), (1,), (6,), b"")


@pytest.mark.parametrize("entry", [(258, 3, 9, 99_999), (258, 3, 1 << 30, 8), (258, 99, 1, 8), (258, 3, 0, 8)])
def test_a_tag_that_cannot_be_read_has_none(entry: tuple[int, int, int, int]) -> None:
    assert FirstDirectory(tiff(entry)).numbers(258, 1) == ()


@pytest.mark.parametrize("body", [b"", b"II*\0", b"II+\0\x08\0\0\0", b"nonsense" * 4])
def test_what_is_no_directory_has_no_tags(body: bytes) -> None:
    assert FirstDirectory(body).numbers(256) == ()

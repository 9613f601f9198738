import pytest

from imgsvc.codecs.decode import open_image
from imgsvc.codecs.headers.directories import check_directories
from imgsvc.codecs.settings import DecodeSettings
from imgsvc.errors import UndecodableImageError
from imgsvc.options.formats import Format
from tests.codecs.headers.giants import tiff
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


@pytest.mark.parametrize("word", ["jpeg", "avif"])
def test_a_block_that_the_decoder_reads_when_it_opens_is_held_to_the_same(word: str) -> None:
    block = b"Exif\0\0" + tiff(*COPIES)

    with pytest.raises(UndecodableImageError):
        open_image(encoded(quadrants(64, 64), word, exif=block), Format[word.upper()], DecodeSettings())


def test_an_ordinary_block_of_exif_passes() -> None:
    check_directories(exif(6, artist="Ada").removeprefix(b"Exif\0\0"))


def test_tags_that_refer_to_what_is_not_there_are_passed_over() -> None:
    """Many cameras' blocks have some."""
    check_directories(tiff(*[(20_000 + number, 1, 1 << 30, 0) for number in range(40)]))

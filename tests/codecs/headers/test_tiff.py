import pytest

from imgsvc.codecs.decode import open_image
from imgsvc.codecs.headers.extent import BOUNDS, Extent
from imgsvc.codecs.headers.tiff import check_directories, survey
from imgsvc.codecs.settings import DecodeSettings
from imgsvc.errors import UndecodableImageError
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size
from tests.codecs.headers.giants import tiff, tiff_entries
from tests.images import encoded, exif, quadrants

# Tags of 40 KB each, which all lie in the same 48.
COPIES = [(20_000 + number, 1, 40_000, 0) for number in range(4000)]


@pytest.mark.parametrize("options", [{}, {"compression": "tiff_lzw"}, {"big_endian": True}])
def test_the_size_is_that_of_the_first_directory(options: dict[str, object]) -> None:
    options = {"compression": "jpeg"} if "big_endian" in options else options

    assert survey(encoded(quadrants(), "tiff", **options), Extent()).size == Size(40, 20)


def test_a_tag_may_be_said_twice_alike() -> None:
    assert survey(tiff(*tiff_entries(8, 8, (256, 4, 1, 8))), Extent()).size == Size(8, 8)


def test_tags_are_bounded() -> None:
    with pytest.raises(UndecodableImageError, match="tiff tags"):
        survey(tiff(*tiff_entries(), *[(40_000, 3, 1, 0)] * BOUNDS["tiff tags"]), Extent())


@pytest.mark.parametrize("tag", [273, 324])
def test_strips_and_tiles_are_bounded(tag: int) -> None:
    entries = [each for each in tiff_entries() if each[0] != tag]

    with pytest.raises(UndecodableImageError, match="tiff strips or tiles"):
        survey(tiff(*entries, (tag, 4, BOUNDS["tiff strips or tiles"] + 1, 8)), Extent())


def test_tags_may_not_all_refer_to_the_whole_file() -> None:
    """Pillow reads what each refers to: a file of some kilobytes would take as many gigabytes."""
    body = tiff(*tiff_entries(), *COPIES)

    with pytest.raises(UndecodableImageError, match="the tags"):
        survey(body, Extent())


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


@pytest.mark.parametrize("kind", [1, 3, 4, 9])
def test_a_side_may_be_an_integer_of_any_type(kind: int) -> None:
    entries = [each for each in tiff_entries() if each[0] != 256]

    assert survey(tiff((256, kind, 1, 8), *entries), Extent()).size == Size(8, 8)

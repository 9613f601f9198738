from pathlib import Path

import pytest

from imgsvc.codecs.info.heif import read
from imgsvc.codecs.info.outline import Wanted
from imgsvc.options.geometry import Size
from imgsvc.parts import Parts
from tests import images
from tests.codecs.info.reading import KEPT, in_parts, outline


@pytest.mark.parametrize("word", ["avif", "heic"])
def test_metadata_is_read_by_its_place_and_the_picture_is_not(word: str) -> None:
    data = images.encoded(images.noise(200, 200), word, exif=images.exif(artist="Ann"), xmp=b"<x/>")
    found, read_bytes = in_parts(data)

    assert found is not None
    assert b"Ann" in found.exif.read(0, 10_000)
    assert (found.xmp, found.size, read_bytes < len(data) // 2) == (b"<x/>", Size(200, 200), True)


def test_metadata_that_nobody_wants_is_not_looked_for() -> None:
    data = images.encoded(images.quadrants(), "avif", exif=images.exif(artist="Ann"))

    assert outline(data, Wanted(exif=False)).exif.read(0, 10) == b""


def test_an_orientation_is_that_of_the_boxes() -> None:
    assert outline(images.encoded(images.quadrants(40, 20), "avif", exif=images.exif(6))).orientation == 6


def test_alpha_is_another_item() -> None:
    assert outline(images.encoded(images.fading(64, 64), "avif")).has_alpha
    assert not outline(images.encoded(images.quadrants(64, 64), "avif")).has_alpha


@pytest.mark.parametrize(
    ("path", "sample_format"), [(KEPT / "RGB_10__29x100.heif", "ushort"), (KEPT / "RGBA_8__29x100.heif", "uchar")]
)
def test_more_than_eight_bits_are_two_bytes(path: Path, sample_format: str) -> None:
    found = outline(path.read_bytes())

    assert (found.sample_format, found.stored) == (sample_format, Size(29, 100))


def test_of_a_sequence_only_its_decoder_knows() -> None:
    assert read(Parts.whole(images.animated(3, "avif")), Wanted()) is None


def test_a_file_without_items_is_left_to_its_decoder() -> None:
    assert read(Parts.whole(b"\0\0\0\x10ftypavif\0\0\0\0"), Wanted()) is None

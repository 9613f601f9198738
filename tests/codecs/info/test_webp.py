import pytest

from imgsvc.codecs.info.outline import Wanted
from imgsvc.errors import UndecodableImageError
from imgsvc.options.geometry import Size
from tests import images
from tests.codecs.info.reading import in_parts, outline


@pytest.mark.parametrize("lossless", [False, True])
def test_a_plain_file_says_its_size_in_its_picture(lossless: bool) -> None:
    assert outline(images.encoded(images.quadrants(41, 23), "webp", lossless=lossless)).stored == Size(41, 23)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_alpha_is_a_band(mode: str) -> None:
    found = outline(images.encoded(images.solid(mode=mode, color=(1, 2, 3, 4)[: len(mode)]), "webp", lossless=True))

    assert (found.bands, found.has_alpha) == (len(mode), mode == "RGBA")


def test_metadata_behind_the_picture_is_found_by_its_place() -> None:
    data = images.encoded(images.noise(300, 300), "webp", lossless=True, exif=images.exif(6), xmp=b"<x/>")
    found, read = in_parts(data)

    assert found is not None
    assert (found.orientation, found.xmp, read < 4096 < len(data)) == (6, b"<x/>", True)


def test_xmp_is_not_looked_for_where_nobody_wants_it() -> None:
    data = images.encoded(images.noise(300, 300), "webp", lossless=True, xmp=b"<x/>")

    assert in_parts(data, Wanted(xmp=False))[1] == 2048


def test_of_an_animation_the_canvas_counts() -> None:
    assert outline(images.animated(3, "webp")).stored == Size(16, 12)


def test_a_file_without_a_picture_is_none() -> None:
    with pytest.raises(UndecodableImageError):
        outline(b"RIFF\x10\0\0\0WEBPABCD\4\0\0\0abcd")
